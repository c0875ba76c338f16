from __future__ import annotations

from django.urls import path

from tracing.desk.taken_out import views

urlpatterns = [
    path("taken-out", views.taken_out, name="taken_out"),
    path("taken-out/<uuid:pk>/answer", views.answer, name="taken_out_answer"),
    path("taken-out/<uuid:pk>/take", views.take, name="taken_out_take"),
]
