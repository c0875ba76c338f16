from __future__ import annotations

from django.urls import path

from tracing.desk.unlisted import views

urlpatterns = [
    path("unlisted", views.unlisted, name="unlisted"),
    path("unlisted/<slug:condition>", views.unlisted_condition, name="unlisted_condition"),
]
