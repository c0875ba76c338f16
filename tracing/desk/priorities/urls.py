from __future__ import annotations

from django.urls import path

from tracing.desk.priorities import views

urlpatterns = [
    path("priorities", views.overview, name="priorities"),
    path("priorities/<slug:disease>/<slug:of>", views.points, name="priorities_points"),
    path("priorities/<slug:disease>/<slug:of>/publish", views.publish, name="priorities_publish"),
    path("priorities/<slug:disease>/<slug:of>/drop", views.drop, name="priorities_drop"),
]
