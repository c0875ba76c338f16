"""Possible matches: the report's person beside those who may be the same."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.cases.review import cases_of
from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.desk.review import words
from tracing.desk.review.after import go, key_in, last, query
from tracing.desk.review.compare import compare, name_of
from tracing.desk.review.views.pairs import match_units, receivers, tabs
from tracing.intake import review as reports
from tracing.intake.actions.matching import settle_possible_match, take_back_match
from tracing.intake.actions.reviewing import NoLongerWaiting
from tracing.people import review
from tracing.people.actions import MatchAlreadySettled
from tracing.people.models import Match
from tracing.people.pairs import notes
from tracing.people.review import Candidate
from tracing.uswds.parts import Column, Paging

SIZE = 25


@require_safe
@staff("people.settle_match", lists=True)
def matches(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    number, exact = review.open_number(viewer)
    after = key_in(request.GET.get("after", ""))
    found, more = review.matches_after(viewer, after, size=SIZE)
    rows: list[dict[str, Any]] = []
    persons: list[UUID] = []
    for match in found:
        candidates = review.candidates(match, viewer, localdate(instant_of(request)))
        persons += [one.person for one in candidates if one.known]
        lab = reports.lab_report_for(match.report_id)
        rows.append(
            {
                "match": match,
                "who": lab.patient if lab else None,
                "candidates": len(candidates),
                "reasons": [words.REASONS.get(code, code) for one in candidates[:1] for code in one.reasons],
            }
        )
    context = {
        "rows": rows,
        "tabs": tabs(viewer, "matches"),
        "at": instant_of(request),
        "last": last(request, "desk:match_undo"),  # type: ignore[attr-defined]
        "columns": [
            Column(_("In the report")),
            Column(_("Why it may be somebody known")),
            Column(_("Perhaps"), end=True),
            Column(_("Opens by itself")),
        ],
        "paging": Paging(
            first="?" if after else "",
            next=f"?{query(after=found[-1].pk)}" if more else "",
            count=number,
            exact=exact,
            shown=len(found),
        ),
        "start": reverse("desk:match", args=[found[0].pk]) if found else "",
    }
    return show(request, "desk/review/matches.html", context, page="matches", persons=persons, purpose="review")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("people.settle_match", lists=True)
def match(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = load(review.matches(), request, pk)
    must(request, "people.settle_match", found)
    candidates = review.candidates(found, viewer_of(request), localdate(instant_of(request)))
    if request.method == "POST":
        return _decide(request, found, candidates)
    return _page(request, found, candidates)


def _decide(request: HttpRequest, found: Match, candidates: list[Candidate]) -> HttpResponse:
    viewer, who = viewer_of(request), request.POST.get("who", "")
    person = None
    if who != "different":
        chosen = next((one for one in candidates if str(one.person) == who), None)
        if chosen is None:
            messages.warning(request, _("Choose who it is."))
            return _page(request, found, candidates, status=422)
        if chosen.known is None:
            raise PermissionDenied
        person = chosen.known.person
    try:
        settle_possible_match(match=found, person=person, by=viewer.actor, at=instant_of(request))
        did = "same" if person else "different"
    except MatchAlreadySettled:
        did = "gone"
    return go("desk:match", "desk:matches", review.next_match(viewer, found.pk), did=did, last=found.pk)


def _page(request: HttpRequest, found: Match, candidates: list[Candidate], status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    lab = reports.lab_report_for(found.report_id)
    seen = [one.known.person.pk for one in candidates if one.known]
    cases = cases_of(viewer, seen) if viewer.may("cases.see") else {}
    following = review.next_match(viewer, found.pk)
    columns = [
        {
            "number": number,
            "key": one.person,
            "known": one.known,
            "masked": one.masked,
            "name": name_of(one.known),
            "cases": [(case, words.disease(case.disease)) for case in cases.get(one.person, [])],
            "reasons": [(words.REASONS.get(code, code), words.against(code)) for code in one.reasons],
        }
        for number, one in enumerate(candidates, 1)
    ]
    context = {
        "match": found,
        "lab": lab,
        "columns": columns,
        "at": instant_of(request),
        "masked": any(one.known is None for one in candidates),  # type: ignore[attr-defined]
        "lines": compare(lab, [one.known for one in candidates]) if lab else [],
        "open": found.outcome == Match.Outcome.POSSIBLE,
        "results": reports.lines_for_all(lab)[:6] if lab else [],
        "last": last(request, "desk:match_undo"),
        "next": reverse("desk:match", args=[following]) if following else "",
        "units": receivers(found, viewer, match_units(found, viewer, request))
        if any(one.known is None for one in candidates)
        else [],
        "send": reverse("desk:match_send", args=[found.pk]),
        "notes": notes(viewer, found.pk),
        "left": review.open_number(viewer),
    }
    return show(request, "desk/review/match.html", context, page="match", persons=seen, purpose="review", status=status)


@require_POST
@staff("people.settle_match", lists=True)
def match_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = load(review.matches(), request, pk)
    must(request, "people.settle_match", found)
    did = "back"
    try:
        take_back_match(match=found, by=viewer_of(request).actor, at=instant_of(request))
    except NoLongerWaiting:
        did = "late_back"
    return go("desk:match", "desk:matches", found.pk, did=did, last=found.pk)
