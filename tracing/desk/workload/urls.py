from __future__ import annotations

from django.urls import path

from tracing.desk.workload import assigning, covering, views

urlpatterns = [
    path("workload", views.workload_page, name="workload"),
    path("workload/team", views.team_new, name="workload_team_new"),
    path("workload/covers", covering.covers, name="workload_covers"),
    path("workload/cover/<uuid:pk>/end", covering.end, name="workload_cover_end"),
    path("workload/team/<uuid:pk>", views.team, name="workload_team"),
    path("workload/team/<uuid:pk>/end", views.team_end, name="workload_team_end"),
    path("workload/team/<uuid:pk>/spread", assigning.spread, name="workload_spread"),
    path("workload/member/<uuid:pk>", views.member, name="workload_member"),
    path("workload/member/<uuid:pk>/away", views.away, name="workload_away"),
    path("workload/member/<uuid:pk>/back", views.back, name="workload_back"),
    path("workload/unit/<uuid:pk>", assigning.unit, name="workload_unit"),
    path("workload/unit/<uuid:pk>/share", assigning.share, name="workload_share"),
    path("workload/share/<uuid:pk>/back", assigning.take_back, name="workload_take_back"),
    path("workload/change/<uuid:pk>/undo", assigning.undo, name="workload_undo"),
]
