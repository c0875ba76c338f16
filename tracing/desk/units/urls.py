from __future__ import annotations

from django.urls import path

from tracing.desk.units import closing, coverage, views

urlpatterns = [
    path("units", views.units, name="units"),
    path("units/new", views.unit_new, name="unit_new"),
    path("units/coverage", coverage.unit_coverage, name="unit_coverage"),
    path("units/coverage/<uuid:pk>/end", coverage.unit_coverage_end, name="unit_coverage_end"),
    path("units/<slug:code>", views.unit, name="unit"),
    path("units/<slug:code>/cover", coverage.unit_cover, name="unit_cover"),
    path("units/<slug:code>/close", closing.unit_close, name="unit_close"),
]
