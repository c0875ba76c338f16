from __future__ import annotations

from django.urls import path

from tracing.desk.morning import handed_back, views

urlpatterns = [
    path("morning", views.morning_page, name="morning"),
    path("morning/hand-back/<uuid:pk>", handed_back.hand_back, name="morning_hand_back"),
    path("morning/hand-back/<uuid:pk>/read", handed_back.read, name="morning_hand_back_read"),
]
