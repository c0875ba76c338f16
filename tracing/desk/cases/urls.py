from __future__ import annotations

from django.urls import path

from tracing.desk.cases import acts, views

urlpatterns = [
    path("cases/<uuid:pk>", views.overview, name="case"),
    path("cases/<uuid:pk>/results", views.results, name="case_results"),
    path("cases/<uuid:pk>/contacts", views.contacts, name="case_contacts"),
    path("cases/<uuid:pk>/messages", views.messages, name="case_messages"),
    path("cases/<uuid:pk>/tasks", views.tasks, name="case_tasks"),
    path("cases/<uuid:pk>/timeline", views.timeline, name="case_timeline"),
    path("cases/<uuid:pk>/access", views.access, name="case_access"),
    path("cases/<uuid:pk>/interview", acts.interview, name="case_interview"),
    path("cases/<uuid:pk>/close", acts.close, name="case_close"),
    path("cases/<uuid:pk>/reopen", acts.reopen, name="case_reopen"),
    path("cases/<uuid:pk>/stay", acts.stay, name="case_stay"),
]
