from __future__ import annotations

from django.urls import path

from tracing.desk.interview import contact, reading, views

urlpatterns = [
    path("cases/<uuid:pk>/questions", views.questions, name="case_questions"),
    path("people/<uuid:pk>/questions", contact.questions, name="person_questions"),
    path("interviews/<uuid:pk>", reading.interview, name="interview"),
    path("interviews/<uuid:pk>/fhir", reading.take_out, name="interview_fhir"),
]
