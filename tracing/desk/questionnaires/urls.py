from __future__ import annotations

from django.urls import path

from tracing.desk.questionnaires import views

urlpatterns = [
    path("questionnaires", views.list_page, name="questionnaires"),
    path("questionnaires/check", views.check, name="questionnaire_check"),
    path("questionnaires/<slug:code>/<slug:version>", views.preview, name="questionnaire"),
]
