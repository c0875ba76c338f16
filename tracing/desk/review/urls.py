from __future__ import annotations

from django.urls import path

from tracing.desk.review.views import held, matches, mending, pairs, proposals

urlpatterns = [
    path("review/held", held.held, name="held"),
    path("review/held/together", held.held_bulk, name="held_bulk"),
    path("review/held/mend", mending.held_mend, name="held_mend"),
    path("review/held/<uuid:pk>", held.held_report, name="held_report"),
    path("review/held/<uuid:pk>/undo", held.held_undo, name="held_undo"),
    path("review/matches", matches.matches, name="matches"),
    path("review/matches/<uuid:pk>", matches.match, name="match"),
    path("review/matches/<uuid:pk>/undo", matches.match_undo, name="match_undo"),
    path("review/matches/<uuid:pk>/send", pairs.match_send, name="match_send"),
    path("review/pairs", pairs.pairs, name="pairs"),
    path("review/pairs/<uuid:pk>", pairs.pair, name="pair"),
    path("review/pairs/<uuid:pk>/send", pairs.pair_send, name="pair_send"),
    path("review/pairs/<uuid:pk>/undo", pairs.pair_undo, name="pair_undo"),
    path("review/proposals", proposals.proposals, name="proposals"),
    path("review/proposals/<uuid:pk>", proposals.proposal, name="proposal"),
]
