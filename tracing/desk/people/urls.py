from __future__ import annotations

from django.urls import path

from tracing.desk.people import guarding, merging, moving, views

urlpatterns = [
    path("people/<uuid:pk>", views.person, name="person"),
    path("people/<uuid:pk>/said", views.said, name="person_said"),
    path("people/<uuid:pk>/death", views.death, name="person_death"),
    path("people/<uuid:pk>/alive", views.alive, name="person_alive"),
    path("people/<uuid:pk>/apart", views.apart, name="person_apart"),
    path("people/<uuid:pk>/merge/<uuid:other>", merging.merge, name="person_merge"),
    path("people/<uuid:pk>/merges/<uuid:merge>", merging.merged, name="person_merged"),
    path("people/<uuid:pk>/merges/<uuid:merge>/undo", merging.undo, name="person_merge_undo"),
    path("people/<uuid:pk>/reports/<uuid:report>/move", moving.choose, name="person_report"),
    path("people/<uuid:pk>/reports/<uuid:report>/move/new", moving.to_new, name="person_report_new"),
    path("people/<uuid:pk>/reports/<uuid:report>/move/<uuid:other>", moving.to_somebody, name="person_report_to"),
    path("people/<uuid:pk>/moves/<uuid:move>", moving.moved, name="person_moved"),
    path("people/<uuid:pk>/moves/<uuid:move>/undo", moving.undo, name="person_moved_undo"),
    path("people/<uuid:pk>/restrict", guarding.restrict_record, name="person_restrict"),
    path("people/<uuid:pk>/restrictions/<uuid:restriction>/lift", guarding.lift_restriction, name="person_lift"),
    path("people/<uuid:pk>/aside", guarding.aside, name="person_aside"),
    path("people/<uuid:pk>/aside/<uuid:recusal>/undo", guarding.undo_aside, name="person_aside_undo"),
]
