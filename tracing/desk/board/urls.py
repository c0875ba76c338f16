from __future__ import annotations

from django.urls import path

from tracing.desk.board import views

urlpatterns = [
    path("board", views.board_page, name="board"),
    path("board/people", views.people_page, name="board_people"),
]
