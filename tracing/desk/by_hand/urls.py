from __future__ import annotations

from django.urls import path

from tracing.desk.by_hand import contact, views

urlpatterns = [
    path("report", views.report, name="by_hand"),
    path("report/contact", contact.report, name="by_hand_contact"),
]
