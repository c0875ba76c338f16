from __future__ import annotations

from django.urls import path

from tracing.desk.search import views

urlpatterns = [path("search", views.search, name="search")]
