from __future__ import annotations

from django.urls import path

from tracing.desk.doors import views

urlpatterns = [
    path("welcome", views.welcome, name="welcome"),
    path("password", views.password, name="password"),
    path("work-as", views.work_as, name="work_as"),
]
"""A link into an account used, one's own password, one's own hat: what changes accounts and sessions, and shows nobody's record."""
