"""People who may be known twice, side by side; and decisions sent to a unit that sees more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.viewer import Viewer
from tracing.cases.review import cases_of
from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.desk.review import words
from tracing.desk.review.after import go, key_in, last, query
from tracing.desk.review.sides import side_by_side
from tracing.intake.actions.pairs import (
    AlreadyDecided,
    CannotSend,
    CannotTakeBack,
    cannot_say,
    decide_different,
    decide_same,
    send_decision,
    take_back,
)
from tracing.intake.merging import CannotMerge, CannotUndo
from tracing.jurisdictions.models import Unit
from tracing.people import pairs as queries
from tracing.people import review
from tracing.people.masked import masked
from tracing.people.merging.refusals import WORDS
from tracing.people.models import Duplicate
from tracing.people.pairs import Side
from tracing.uswds.parts import ChipGroup, Column, Link, Paging

SIZE = 25
SETTLE = "people.settle_match"


def tabs(viewer: Viewer, here: str) -> list[Link]:
    """The two kinds of the one review list."""
    reports, pairs = review.open_number(viewer), queries.open_number(viewer)
    return [
        Link(_("Reports"), reverse("desk:matches"), current=here == "matches", count=_count(reports)),
        Link(_("Known twice?"), reverse("desk:pairs"), current=here == "pairs", count=_count(pairs)),
    ]


def _count(number: tuple[int, bool]) -> str:
    return str(number[0]) if number[1] else f"{number[0]}+"


def _sort_in(values: Any) -> str:
    sort = values.get("sort", "")
    return sort if sort in queries.SORTS else "score"


@require_safe
@staff(SETTLE, lists=True)
def pairs(request: HttpRequest) -> HttpResponse:
    viewer, sort, at = viewer_of(request), _sort_in(request.GET), instant_of(request)
    after = key_in(request.GET.get("after", ""))
    found, more = queries.pairs_after(viewer, after, sort, size=SIZE)
    sides = queries.sides(found, viewer, localdate(at))
    sent = queries.last_sent(viewer, [row.pk for row in found])
    rows = [
        {
            "pair": row,
            "names": [_name(side) for side in sides[row.pk]],
            "reasons": [words.REASONS.get(code, code) for code in _told(row, sides) if not words.against(code)][:4],
            "against": [words.REASONS.get(code, code) for code in _told(row, sides) if words.against(code)][:2],
            "sent": sent.get(row.pk),
        }
        for row in found
        if row.pk in sides
    ]
    first = next((row.pk for row in found if row.pk in sides), None)
    number, exact = queries.open_number(viewer)
    labels = {"score": _("Most alike first"), "due": _("Due first")}
    context = {
        "rows": rows,
        "at": at,
        "tabs": tabs(viewer, "pairs"),
        "quality": queries.quality(viewer, at),
        "chips": [ChipGroup(_("Order"), [Link(labels[one], f"?{query(sort=one)}", current=one == sort) for one in queries.SORTS])],
        "columns": [Column(_("Two records")), Column(_("What agrees")), Column(_("Score"), end=True), Column(_("Due"))],
        "paging": Paging(
            first=f"?{query(sort=sort)}" if after else "",
            next=f"?{query(sort=sort, after=found[-1].pk)}" if more else "",
            count=number,
            exact=exact,
            shown=len(rows),
        ),
        "start": f"{reverse('desk:pair', args=[first])}?{query(sort=sort)}" if first else "",
        "last": last(request, "desk:pair_undo"),
    }
    persons = [side.person for two in sides.values() for side in two]
    return show(request, "desk/review/pairs.html", context, page="pairs", persons=persons, purpose="review")


def _told(row: Duplicate, sides: dict[UUID, tuple[Side, Side]]) -> list[str]:
    """Reasons, where both are seen: "same birth date" would tell a hidden one to whoever sees the other."""
    return row.reasons if all(side.known is not None for side in sides[row.pk]) else []


def _name(side: Side) -> str:
    if side.known is not None:
        return str(side.known.person)
    return f"{side.masked.initials if side.masked else ''} ({_('another department')})"


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SETTLE, lists=True)
def pair(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, two = _load(request, pk)
    if request.method == "POST":
        return _decide(request, found, two)
    return _page(request, found, two)


def _load(request: HttpRequest, pk: UUID) -> tuple[Duplicate, tuple[Side, Side]]:
    """The pair with both sides; 404 where one is somebody of whom nothing may be told."""
    found = load(queries.pairs(), request, pk)
    sides = queries.sides([found], viewer_of(request), localdate(instant_of(request)))
    if found.pk not in sides:
        raise Http404
    return found, sides[found.pk]


def _decide(request: HttpRequest, found: Duplicate, two: tuple[Side, Side]) -> HttpResponse:
    viewer, do, sort = viewer_of(request), request.POST.get("do", ""), _sort_in(request.POST)
    if do not in ("same", "different", "unsure"):
        return _page(request, found, two, status=422)
    if do != "unsure" and not queries.may_decide(two, viewer):
        raise PermissionDenied
    at, why = instant_of(request), request.POST.get("why", "").strip()
    following = queries.next_pair(viewer, found.pk, sort)
    try:
        if do == "same":
            keep = two[0].known
            assert keep is not None  # may_decide
            step = decide_same(pair=found, keep=keep.person, why=why, by=viewer.actor, at=at)
        elif do == "different":
            step = decide_different(pair=found, by=viewer.actor, at=at)
        else:
            step = cannot_say(pair=found, why=why, by=viewer.actor, at=at)
    except AlreadyDecided:
        return go("desk:pair", "desk:pairs", following, sort=sort, did="gone", last=found.pk)
    except CannotMerge as refused:
        return _page(request, found, two, refused=WORDS.get(refused.code, refused.code), status=422)
    did = {"same": "one", "different": "two", "unsure": "unsure"}[do]
    return go("desk:pair", "desk:pairs", following if following != found.pk else None, sort=sort, did=did, last=step.pk)


def _page(request: HttpRequest, found: Duplicate, two: tuple[Side, Side], *, refused: Any = "", status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    sort = _sort_in(request.GET if request.method != "POST" else request.POST)
    seen = [side.person for side in two if side.known]
    cases = cases_of(viewer, seen) if viewer.may("cases.see") else {}
    following, before = queries.next_pair(viewer, found.pk, sort), queries.pair_before(viewer, found.pk, sort)
    hidden = [side for side in two if side.known is None]
    # "Same birth date" would tell a hidden one to whoever sees the other.
    weights = [] if hidden else queries.weighed(found)
    doubts = [] if hidden else [code for code in found.reasons if all(one.code != code for one in weights)]
    most = max((abs(one.points) for one in weights), default=1.0) or 1.0
    number, exact = queries.open_number(viewer)
    context = {
        "pair": found,
        "two": two,
        "names": [_name(side) for side in two],
        "rows": side_by_side(two),
        "cases": [[(case, words.disease(case.disease)) for case in cases.get(side.person, [])] for side in two],
        "bars": [
            {"words": words.REASONS.get(one.code, one.code), "points": one.points, "part": round(100 * abs(one.points) / most)}
            for one in weights
        ],
        "doubts": [words.REASONS.get(code, code) for code in doubts],
        "at": instant_of(request),
        "open": not found.decision,
        "may": queries.may_decide(two, viewer),
        "hidden": bool(hidden),
        "units": receivers(found, viewer, [side.masked.unit for side in hidden if side.masked]) if hidden else [],
        "send": reverse("desk:pair_send", args=[found.pk]),
        "notes": queries.notes(viewer, found.pk),
        "waiting": ngettext("%(count)s waits", "%(count)s wait", number) % {"count": _count((number, exact))},
        "next": f"{reverse('desk:pair', args=[following])}?{query(sort=sort)}" if following and following != found.pk else "",
        "before": f"{reverse('desk:pair', args=[before])}?{query(sort=sort)}" if before else "",
        "last": last(request, "desk:pair_undo"),
        "sort": sort,
        "refused": refused,
    }
    persons = [side.person for side in two]
    return show(request, "desk/review/pair.html", context, page="pair", persons=persons, purpose="review", status=status)


def receivers(row: Any, viewer: Viewer, others: list[Unit | None]) -> list[Unit]:
    """Who may see both: the other person's department, and the state."""
    own = _sender(row, viewer)
    return [one for one in dict.fromkeys([*(one for one in others if one), *queries.states()]) if own is None or one.pk != own.pk]


def _sender(row: Any, viewer: Viewer) -> Unit | None:
    """For which of the row's units the viewer speaks."""
    units: list[Unit | None] = [row.unit, getattr(row, "also_unit", None)]
    return next((unit for unit in units if unit is not None and viewer.may(SETTLE, unit.pk)), None)


@require_POST
@staff(SETTLE, lists=True)
def pair_send(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, two = _load(request, pk)
    return _send(request, found, [side.masked.unit for side in two if side.masked], "desk:pairs", "desk:pair")


@require_POST
@staff(SETTLE, lists=True)
def match_send(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    found = load(review.matches(), request, pk)
    must(request, SETTLE, found)
    return _send(request, found, match_units(found, viewer, request), "desk:matches", "desk:match")


def match_units(found: Any, viewer: Viewer, request: HttpRequest) -> list[Unit | None]:
    """Units of the candidates whom the viewer does not see."""
    hidden = [one.person for one in review.candidates(found, viewer, localdate(instant_of(request))) if one.known is None]
    return [one.unit for one in masked(hidden, viewer, localdate(instant_of(request))).values()]


def _send(request: HttpRequest, found: Any, others: list[Unit | None], entry: str, page: str) -> HttpResponse:
    viewer = viewer_of(request)
    own = _sender(found, viewer)
    to = next((one for one in receivers(found, viewer, others) if one.code == request.POST.get("to", "")), None)
    if own is None:
        raise PermissionDenied
    if to is None:
        return HttpResponseRedirect(reverse(page, args=[found.pk]))
    did = "sent"
    try:
        send_decision(
            item=found, to=to, from_unit=own, why=request.POST.get("why", "").strip(), by=viewer.actor, at=instant_of(request)
        )
    except AlreadyDecided:
        did = "gone"
    except CannotSend:
        return HttpResponseRedirect(reverse(page, args=[found.pk]))
    return go(page, entry, None, did=did, last=found.pk)


@require_POST
@staff(SETTLE, lists=True)
def pair_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`pk` is of the step that is taken back."""
    step = load(queries.steps(), request, pk)
    must(request, SETTLE, step)
    try:
        take_back(step=step, by=viewer_of(request).actor, at=instant_of(request))
    except (CannotTakeBack, CannotUndo):
        return go("desk:pair", "desk:pairs", None, did="not_back", last=pk)
    return go("desk:pair", "desk:pairs", step.item, did="back", last=pk)
