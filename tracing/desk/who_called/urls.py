from __future__ import annotations

from django.urls import path

from tracing.desk.who_called import views

urlpatterns = [path("who-called", views.who_called, name="who_called")]
