from __future__ import annotations

from django.urls import path

from tracing.desk.emergency import views

urlpatterns = [
    path("emergency", views.emergency, name="emergency"),
    path("emergency/<uuid:pk>/end", views.end, name="emergency_end"),
]
