"""People who may be known twice, side by side; and decisions sent to a unit that sees more."""

from __future__ import annotations

from datetime import datetime
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
from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.desk.review import words
from tracing.desk.review.after import go, key_in, last, query
from tracing.desk.review.beside import Choice, cases_beside, progress, rows_of, side_of, weighed
from tracing.desk.review.beside import Side as Beside
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
        Link(_("Reports"), reverse("desk:matches"), current=here == "matches", count=count_of(reports)),
        Link(_("Known twice?"), reverse("desk:pairs"), current=here == "pairs", count=count_of(pairs)),
    ]


def count_of(number: tuple[int, bool]) -> str:
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
        "sent_on": sent_on(viewer, at, of_match=False),
    }
    persons = [side.person for two in sides.values() for side in two]
    return show(request, "desk/review/pairs.html", context, page="pairs", persons=persons, purpose="review")


def sent_on(viewer: Viewer, at: datetime, *, of_match: bool) -> list[tuple[queries.SentOn, Any, str]]:
    """What the viewer sent to others, what became of it in words, and its page where they can still open it."""
    found = queries.sent_on(viewer, at, of_match=of_match)
    return [(one, words.OUTCOMES[one.outcome], "" if of_match else reverse("desk:pair", args=[one.step.item])) for one in found]


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
            step = cannot_say(item=found, why=why, by=viewer.actor, at=at)
    except AlreadyDecided:
        return go("desk:pair", "desk:pairs", following, sort=sort, did="gone", last=found.pk)
    except CannotMerge as refused:
        return _page(request, found, two, refused=WORDS.get(refused.code, refused.code), status=422)
    did = {"same": "one", "different": "two", "unsure": "unsure"}[do]
    return go("desk:pair", "desk:pairs", following if following != found.pk else None, sort=sort, did=did, last=step.pk)


def _page(request: HttpRequest, found: Duplicate, two: tuple[Side, Side], *, refused: Any = "", status: int = 200) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    sort = _sort_in(request.GET if request.method != "POST" else request.POST)
    sides = [side_of(side.person, side.known, side.masked) for side in two]
    hidden = [side for side in two if side.known is None]
    waiting = queries.open_number(viewer)
    following, before = queries.next_pair(viewer, found.pk, sort), queries.pair_before(viewer, found.pk, sort)
    is_open, may = not found.decision, queries.may_decide(two, viewer)
    units = receivers(found, viewer, units_of([side.person for side in two], request)) if is_open else []
    alerts = []
    if not is_open:
        alerts.append(("success", _("This one is decided.")))
    elif found.due_at <= at:
        alerts.append(("warning", _("This should have been decided by now.")))
    if hidden:
        alerts.append(
            ("warning", _("One of the two belongs to another department: you see initials, age and town, and not what agrees."))
        )
    context = {
        "title": _("One person or two?"),
        "kicker": _("People known twice?"),
        "caption": _("The two records side by side"),
        "alerts": alerts,
        "refused": refused,
        "sides": sides,
        "rows": rows_of(sides),
        "cases": cases_beside(viewer, sides),
        # "Same birth date" would tell a hidden one to whoever sees the other.
        "weighed": [] if hidden else [weighed(sides[1].name, found.reasons, found.score)],
        "choices": _choices(sides, may) if is_open else [],
        "field": "do",
        "merge": reverse("desk:person_merge", args=[two[0].person, two[1].person]) if is_open and may else "",
        "units": units,
        "hidden": bool(hidden),
        "send": reverse("desk:pair_send", args=[found.pk]),
        "sending": _("It stands in their list too, with the time that is left. What they decide is shown in your list of pairs."),
        "notes": queries.notes(viewer, found.pk),
        "progress": progress(viewer, waiting, at, of_match=False),
        "list": reverse("desk:pairs"),
        "waiting": ngettext("%(count)s waits", "%(count)s wait", waiting[0]) % {"count": count_of(waiting)},
        "next": f"{reverse('desk:pair', args=[following])}?{query(sort=sort)}" if following and following != found.pk else "",
        "before": f"{reverse('desk:pair', args=[before])}?{query(sort=sort)}" if before else "",
        "last": last(request, "desk:pair_undo"),
        "carried": {"sort": sort},
    }
    persons = [side.person for side in two]
    return show(request, "desk/review/beside.html", context, page="pair", persons=persons, purpose="review", status=status)


def _choices(sides: list[Beside], may: bool) -> list[Choice]:
    """One person, two, cannot say. Who does not see both sends it on: that has `x` then."""
    merged = _("merged into %(name)s, who was known first; of each detail the better one holds; can be undone")
    decide = [
        Choice("same", "s", _("One person"), merged % {"name": sides[0].name}, "check_circle", good=True),
        Choice("different", "d", _("Two people"), _("remembered, and not offered again"), "group_add"),
    ]
    unsure = Choice("unsure", "x" if may else "", _("Cannot say"), _("stands last from now on"), "help")
    return [*(decide if may else []), unsure]


def receivers(row: Any, viewer: Viewer, others: list[Unit | None]) -> list[Unit]:
    """Who may know more: the departments of the people, and the state."""
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
    return _send(request, found, units_of([side.person for side in two], request), "desk:pairs", "desk:pair")


@require_POST
@staff(SETTLE, lists=True)
def match_send(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    found = load(review.matches(), request, pk)
    must(request, SETTLE, found)
    people = [one.person for one in review.candidates(found, viewer, localdate(instant_of(request)))]
    return _send(request, found, units_of(people, request), "desk:matches", "desk:match")


def units_of(people: list[UUID], request: HttpRequest) -> list[Unit | None]:
    """Whose these people are; of nobody of whom nothing may be told."""
    return [one.unit for one in masked(people, viewer_of(request), localdate(instant_of(request))).values()]


def _send(request: HttpRequest, found: Any, others: list[Unit | None], entry: str, page: str) -> HttpResponse:
    viewer = viewer_of(request)
    own = _sender(found, viewer)
    to = next((one for one in receivers(found, viewer, others) if one.code == request.POST.get("to", "")), None)
    if own is None:
        raise PermissionDenied
    if to is None:
        return HttpResponseRedirect(reverse(page, args=[found.pk]))
    did = "sent" if isinstance(found, Duplicate) else "sent_report"
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
