from __future__ import annotations

from django.urls import path

from tracing.desk.notices import on_call, views

urlpatterns = [
    path("notices", views.notices, name="notices"),
    path("notices/read", views.read_all, name="notices_read"),
    path("notices/<uuid:pk>/read", views.read, name="notice_read"),
    path("notices/<uuid:pk>/answer", views.answer, name="notice_answer"),
    path("on-call", on_call.on_call, name="on_call"),
    path("on-call/<uuid:pk>/end", on_call.end, name="on_call_end"),
]
