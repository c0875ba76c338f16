"""Addresses for machines. They are public in the sense that no sign-in leads to them: each asks for a key."""

from __future__ import annotations

from django.urls import include, path

from tracing.gateway import calls, lab_reports

urlpatterns = [
    path("gateway/lab-reports", lab_reports.post, name="gateway-lab-reports"),
    path("gateway/lab-reports/<uuid:receipt>", lab_reports.state, name="gateway-lab-report"),
    path("gateway/calls/<uuid:dial>/keys", calls.keys, name="gateway-call-keys"),
    path("gateway/calls/<uuid:dial>/status", calls.status, name="gateway-call-status"),
    path("scim/v2/", include("tracing.gateway.scim.urls")),
]
