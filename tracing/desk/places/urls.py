from __future__ import annotations

from django.urls import path

from tracing.desk.places import views

urlpatterns = [
    path("places", views.place_list, name="places"),
    path("places/new", views.new, name="place_new"),
    path("places/<uuid:pk>/organisation", views.connect, name="place_connect"),
]
