from __future__ import annotations

from django.urls import path

import tracing.desk.interview.views as views

urlpatterns = [path("cases/<uuid:pk>/questions", views.questions, name="case_questions")]
