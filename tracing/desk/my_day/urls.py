from __future__ import annotations

from django.urls import path

from tracing.desk.my_day import views

urlpatterns = [path("", views.my_day, name="my_day")]
