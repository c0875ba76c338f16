from __future__ import annotations

from django.urls import path

from tracing.desk.counts import views

urlpatterns = [path("counts", views.counts_page, name="counts")]
