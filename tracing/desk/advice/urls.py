from __future__ import annotations

from django.urls import path

from tracing.desk.advice import views

urlpatterns = [
    path("people/<uuid:pk>/advice", views.advice, name="person_advice"),
    path("people/<uuid:pk>/declines", views.declines, name="person_declines"),
    path("people/<uuid:pk>/declines/<uuid:refusal>", views.think_again, name="person_declines_end"),
    path("people/<uuid:pk>/kin", views.kin, name="person_kin"),
    path("people/<uuid:pk>/kin/<uuid:kin>", views.kin_end, name="person_kin_end"),
]
