from __future__ import annotations

from django.urls import path

from tracing.desk.audit import views

urlpatterns = [
    path("audit", views.audit, name="audit"),
    path("audit/file", views.audit_file, name="audit_file"),
]
