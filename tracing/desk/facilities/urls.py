from __future__ import annotations

from django.urls import path

from tracing.desk.facilities import views

urlpatterns = [
    path("facilities", views.facilities, name="facilities"),
    path("facilities/<uuid:pk>", views.facility, name="facility"),
]
