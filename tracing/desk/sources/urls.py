from __future__ import annotations

from django.urls import path

from tracing.desk.sources import views

urlpatterns = [
    path("sources", views.sources, name="sources"),
    path("sources/new", views.source_new, name="source_new"),
    path("sources/<slug:code>", views.source, name="source"),
    path("sources/<slug:code>/key", views.source_key, name="source_key"),
    path("sources/<slug:code>/key/<uuid:pk>/revoke", views.source_key_revoke, name="source_key_revoke"),
    path("sources/<slug:code>/tests", views.source_tests, name="source_tests"),
    path("sources/<slug:code>/state", views.source_state, name="source_state"),
]
