"""Possible matches: the report's person beside those who may be the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timesince import timeuntil
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.desk.review import words
from tracing.desk.review.after import go, key_in, last, query
from tracing.desk.review.beside import Choice, Side, cases_beside, progress, rows_of, side_of, weighed
from tracing.desk.review.compare import of_report
from tracing.desk.review.views.pairs import count_of, receivers, sent_on, tabs, units_of
from tracing.intake import review as reports
from tracing.intake.actions.matching import settle_possible_match, take_back_match
from tracing.intake.actions.pairs import AlreadyDecided, cannot_say
from tracing.intake.actions.reviewing import NoLongerWaiting
from tracing.people import review
from tracing.people.actions import MatchAlreadySettled
from tracing.people.models import Match
from tracing.people.pairs import last_sent, notes, quality
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
    sent = last_sent(viewer, [one.pk for one in found])
    for match in found:
        candidates = review.candidates(match, viewer, localdate(instant_of(request)))
        persons += [one.person for one in candidates]
        lab = reports.lab_report_for(match.report_id)
        told = candidates[0].reasons if candidates else ()
        rows.append(
            {
                "match": match,
                "who": lab.patient if lab else None,
                "candidates": len(candidates),
                "hidden": bool(candidates) and candidates[0].known is None,
                "sent": sent.get(match.pk),
                "reasons": [words.REASONS.get(code, code) for code in told if not words.against(code)][:4],
                "against": [words.REASONS.get(code, code) for code in told if words.against(code)][:2],
            }
        )
    context = {
        "rows": rows,
        "tabs": tabs(viewer, "matches"),
        "at": instant_of(request),
        "quality": quality(viewer, instant_of(request), of_match=True),
        "sent_on": sent_on(viewer, instant_of(request), of_match=True),
        "last": last(request, "desk:match_undo"),
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
    viewer, who, at = viewer_of(request), request.POST.get("who", ""), instant_of(request)
    following = review.next_match(viewer, found.pk)
    person = None
    if who not in ("different", "unsure"):
        chosen = next((one for one in candidates if str(one.person) == who), None)
        if chosen is None:
            messages.warning(request, _("Choose who it is."))
            return _page(request, found, candidates, status=422)
        if chosen.known is None:
            raise PermissionDenied
        person = chosen.known.person
    try:
        if who == "unsure":
            cannot_say(item=found, by=viewer.actor, at=at)
            did = "left"
        else:
            shown = {one.person for one in candidates}
            settle_possible_match(match=found, person=person, shown=shown, by=viewer.actor, at=at)
            did = "same" if person else "different"
    except (MatchAlreadySettled, AlreadyDecided):
        did = "gone"
    return go("desk:match", "desk:matches", following if following != found.pk else None, did=did, last=found.pk)


def _page(request: HttpRequest, found: Match, candidates: list[Candidate], status: int = 200) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    lab = reports.lab_report_for(found.report_id)
    several = len(candidates) > 1
    others = [side_of(one.person, one.known, one.masked, number if several else 0) for number, one in enumerate(candidates, 1)]
    sides = [Side(_("In the report"), of_report(lab)), *others]
    hidden = any(one.known is None for one in candidates)
    waiting = review.open_number(viewer)
    following, before = review.next_match(viewer, found.pk), review.match_before(viewer, found.pk)
    is_open = found.outcome == Match.Outcome.POSSIBLE
    units = receivers(found, viewer, units_of([one.person for one in candidates], request)) if is_open else []
    context = {
        "title": _("Is it the same person?"),
        "kicker": _("Possible match"),
        "caption": _("The report's person beside those who may be the same"),
        "alerts": _alerts(found, at, hidden),
        "sides": sides,
        "rows": rows_of(sides),
        "results": reports.lines_for_all(lab)[:6] if lab else [],
        "cases": cases_beside(viewer, sides),
        "weighed": [weighed(side.name, one.reasons, one.score) for side, one in zip(others, candidates, strict=True) if one.known],
        "choices": _choices(others, hidden) if is_open else [],
        "field": "who",
        "units": units,
        "hidden": hidden,
        "send": reverse("desk:match_send", args=[found.pk]),
        "sending": _("It goes from your list to theirs, with the time that is left. What they decide is shown in your list of reports."),
        "notes": notes(viewer, found.pk),
        "progress": progress(viewer, waiting, at, of_match=True),
        "list": reverse("desk:matches"),
        "waiting": ngettext("%(count)s waits", "%(count)s wait", waiting[0]) % {"count": count_of(waiting)},
        "next": reverse("desk:match", args=[following]) if following and following != found.pk else "",
        "before": reverse("desk:match", args=[before]) if before else "",
        "last": last(request, "desk:match_undo"),
    }
    seen = [one.person for one in candidates]
    return show(request, "desk/review/beside.html", context, page="match", persons=seen, purpose="review", status=status)


def _alerts(found: Match, at: datetime, hidden: bool) -> list[tuple[str, Any]]:
    alerts: list[tuple[str, Any]] = []
    if found.outcome != Match.Outcome.POSSIBLE:
        alerts.append(("success", _("This one is decided.")))
    elif found.due_at is None or found.due_at <= at:
        alerts.append(("warning", _("The time to decide is over: a provisional person is opened at any moment.")))
    else:
        left = {"time": timeuntil(found.due_at, at), "hour": time_format(localtime(found.due_at), "g:i A")}
        waits = _("The report waits %(time)s longer, until %(hour)s. Then a provisional person is opened, and whoever calls settles it.")
        alerts.append(("info", waits % left))
    if hidden:
        alerts.append(("warning", _("Some of them belong to another department: of those you see initials, age and town.")))
    return alerts


def _choices(others: list[Side], hidden: bool) -> list[Choice]:
    """The first whom the reviewer sees has `s`, the others their number. Where somebody is hidden, sending it on has `x`."""
    seen = [side for side in others if side.known is not None]
    same = [
        Choice(
            str(side.key), "s" if side is seen[0] else str(side.number), _("Same as %(name)s") % {"name": side.name},
            _("the report is filed on them"), "check_circle", good=True,
        )
        for side in seen
    ]  # fmt: skip
    different = Choice("different", "d", _("Somebody else"), _("a new person; remembered of those whom you see here"), "group_add")
    unsure = Choice("unsure", "" if hidden else "x", _("Cannot say"), _("goes on waiting; the next one is shown"), "help")
    return [*same, different, unsure]


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
