from __future__ import annotations

from django.urls import path

from tracing.desk.imports import views

urlpatterns = [
    path("imports", views.imports, name="imports"),
    path("cases/<uuid:pk>/import", views.for_case, name="case_import"),
    path("imports/<uuid:pk>", views.one, name="import"),
    path("imports/<uuid:pk>/columns", views.columns, name="import_columns"),
    path("imports/<uuid:pk>/begin", views.begin, name="import_begin"),
    path("imports/<uuid:pk>/undo", views.undo, name="import_undo"),
    path("imports/<uuid:pk>/wrong", views.wrong, name="import_wrong"),
]
