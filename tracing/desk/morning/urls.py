from __future__ import annotations

from django.urls import path

from tracing.desk.morning import views

urlpatterns = [path("morning", views.morning_page, name="morning")]
