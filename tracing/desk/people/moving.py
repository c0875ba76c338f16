"""A report that is about somebody else: who it is about, what will happen, moved, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.diseases.ruleset import rule_set
from tracing.intake import review
from tracing.intake.actions.holding import NotHeld, correct_report
from tracing.intake.misfiled import CannotMove, move_report, take_back_move
from tracing.intake.misfiled.refusals import WORDS
from tracing.intake.misfiled.told import Foreseen, Move, foreseen, moves_about
from tracing.intake.models import Report
from tracing.people.known import known, may_on, persons
from tracing.people.merging.joining import PERMISSION
from tracing.people.models import Person
from tracing.people.search.asked import understand
from tracing.people.search.finding import find
from tracing.uswds import forms

MOST = 8
BECOMES = {
    "follows": gettext_lazy("It goes on with the other positive results: its class, dates and call are worked out anew."),
    "closes": gettext_lazy("No positive result is left and nobody has worked on it: it is closed as not a case, and its call stops."),
    "asks": gettext_lazy("No positive result is left, but people have worked on it: it stays open, its call stops, and somebody decides."),
    "stays": gettext_lazy("It is closed and stays so."),
}


def work_words(code: str, number: int) -> str:
    """What rests on a report and cannot be undone."""
    return {
        "interviews": ngettext("%(n)s interview", "%(n)s interviews", number),
        "attempts": ngettext("%(n)s call made", "%(n)s calls made", number),
        "in_hand": _("its call is in somebody’s hands"),
        "contacts": ngettext("%(n)s contact named", "%(n)s contacts named", number),
        "messages": ngettext("%(n)s message sent", "%(n)s messages sent", number),
        "shares": ngettext("shared with %(n)s unit", "shared with %(n)s units", number),
        "transfers": ngettext("%(n)s transfer", "%(n)s transfers", number),
        "packages": ngettext("%(n)s package for another state", "%(n)s packages for other states", number),
        "affiliations": ngettext("%(n)s school or workplace", "%(n)s schools or workplaces", number),
        "said": ngettext("%(n)s fact that they said themselves", "%(n)s facts that they said themselves", number),
        "opened_otherwise": _("it was not opened by this report"),
    }.get(code, code) % {"n": number}


class MoveForm(forms.Form):
    move_why = forms.LineField(label=gettext_lazy("How you know that it is about somebody else"), max_length=200, width="2xl")


def _ours(request: HttpRequest, pk: UUID) -> Person:
    who = load(persons(), request, pk)
    if not may_on(who, PERMISSION, viewer_of(request)):
        raise PermissionDenied
    return who


def _find(request: HttpRequest, pk: UUID, report: UUID) -> tuple[Person, Foreseen]:
    who = _ours(request, pk)
    what = foreseen(who.pk, report, viewer_of(request), instant_of(request))
    if what is None:
        raise Http404
    return who, what


def _correction(request: HttpRequest) -> Report | None:
    """The held report that names somebody else, where one is decided at the same time."""
    given = (request.POST if request.method == "POST" else request.GET).get("correction", "")
    try:
        return load(review.reports(), request, UUID(given)) if given else None
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def choose(request: HttpRequest, pk: UUID, report: UUID) -> HttpResponse:
    """Whom is it about? Found as on the search page; or somebody new."""
    viewer = viewer_of(request)
    who, what = _find(request, pk, report)
    correction = _correction(request)
    words = " ".join(request.POST.get("q", "").split())[:120]
    hits = [hit.person for hit in find(understand(words, year=instant_of(request).year), viewer).hits if hit.person.pk != who.pk][:MOST]
    context = {
        "person": who, "what": what, "q": words, "hits": hits, "asked": bool(words), "may_search": viewer.may("people.search"),
        "correction": correction, "results": _results(what), "held_words": what.who,
    }  # fmt: skip
    shown = [who.pk, *(hit.pk for hit in hits)]
    return show(request, "desk/people/misfiled.html", context, page="person_report", persons=shown, purpose="review")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def to_somebody(request: HttpRequest, pk: UUID, report: UUID, other: UUID) -> HttpResponse:
    return _confirm(request, pk, report, _ours(request, other))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def to_new(request: HttpRequest, pk: UUID, report: UUID) -> HttpResponse:
    return _confirm(request, pk, report, None)


def _confirm(request: HttpRequest, pk: UUID, report: UUID, to: Person | None) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    form = MoveForm(request.POST if request.method == "POST" else None)
    correction, refused = _correction(request), ""
    if request.method == "POST" and (done := _done_already(request, pk, report, to)) is not None:
        return done
    who, what = _find(request, pk, report)
    if to is not None and to.pk == who.pk:
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            move_report(report=what.report, to=to, why=form.cleaned_data["move_why"], seen=who.pk, by=viewer.actor, at=at)
            if correction is not None:
                correct_report(report=correction, corrections={"accept": "yes"}, by=viewer.actor, at=at)
        except NotHeld:
            pass  # It was taken up meanwhile: it finds its result on the right person.
        except CannotMove as no:
            refused = str(WORDS[no.code])
        if not refused:
            messages.success(request, _("Moved. What is undone and what rests on it is listed here; it can be taken back at any time."))
            return _to_the_move(request, pk, report)
    context = {
        "person": who, "what": what, "to": to, "known": known(to, viewer) if to else None, "form": form, "refused": refused,
        "correction": correction, "results": _results(what), "now": known(who, viewer),
        "cases": [
            (one.case, rule_set(one.case.disease).label, BECOMES[one.becomes], [work_words(*pair) for pair in one.work.items()], one.queued)
            for one in what.cases
        ],
    }  # fmt: skip
    return show(
        request, "desk/people/misfiled_to.html", context, page="person_report_to", persons=[who.pk, *([to.pk] if to else [])],
        purpose="review", status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def _done_already(request: HttpRequest, pk: UUID, report: UUID, to: Person | None) -> HttpResponse | None:
    """The button was pressed twice: the move that the first one made."""
    who = _ours(request, pk)
    for move in moves_about(who.pk, viewer_of(request)):
        if move.last and move.row.report_id == report and move.row.was_id == who.pk:
            same = move.row.made if to is None else move.row.person_id == to.pk
            return redirect("desk:person_moved", pk=who.pk, move=move.row.pk) if same else None
    return None


def _to_the_move(request: HttpRequest, pk: UUID, report: UUID) -> HttpResponse:
    found = [move for move in moves_about(pk, viewer_of(request)) if move.row.report_id == report]
    return redirect("desk:person_moved", pk=pk, move=found[0].row.pk) if found else redirect("desk:person", pk=pk)


def _results(what: Foreseen) -> list[tuple[Any, str]]:
    return [(row, rule_set(row.disease).label) for row in what.results if row.current or len(what.results) == 1]


@require_safe
@staff(PERMISSION)
def moved(request: HttpRequest, pk: UUID, move: UUID) -> HttpResponse:
    who = load(persons(), request, pk)
    return _moved(request, who, _move(request, who, move))


@require_POST
@staff(PERMISSION)
def undo(request: HttpRequest, pk: UUID, move: UUID) -> HttpResponse:
    who = _ours(request, pk)
    found = _move(request, who, move)
    if found.was is None or found.now is None:
        raise PermissionDenied
    for one in (found.was, found.now):
        _ours(request, one.pk)
    try:
        take_back_move(move=found.row, by=viewer_of(request).actor, at=instant_of(request))
    except CannotMove as no:
        return _moved(request, who, found, refused=str(WORDS[no.code]))
    messages.success(request, _("Taken back: the report is where it was, with what it caused."))
    return redirect("desk:person_moved", pk=pk, move=move)


def _move(request: HttpRequest, who: Person, key: UUID) -> Move:
    found = moves_about(who.pk, viewer_of(request), key)
    if not found:
        raise Http404
    return found[0]


def _moved(request: HttpRequest, who: Person, move: Move, refused: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    row = move.row
    both = move.was is not None and move.now is not None
    may = both and all(may_on(one, PERMISSION, viewer) for one in (move.was, move.now) if one is not None)
    context = {
        "person": who, "move": move, "row": row, "refused": refused, "may_undo": may and move.last,
        "listed": [work_words(code, number) for code, number, _case in row.listed],
        "closed": len(row.undone.get("cases", {})), "stopped": len(row.undone.get("messages", [])),
        "calls": len(row.undone.get("tasks", [])), "results": len(row.undone.get("results", [])),
        "ways": len(row.undone.get("facts", {}).get("aside", [])) + len(row.undone.get("facts", {}).get("ended", [])),
    }  # fmt: skip
    shown = [one.pk for one in (move.was, move.now) if one is not None]
    return show(request, "desk/people/moved.html", context, page="person_moved", persons=shown, status=422 if refused else 200)


def links(person: Person, moves: list[Move], may: bool) -> list[tuple[Move, str]]:
    """For the person's page: each move with its own page, for those who may open that."""
    return [(one, reverse("desk:person_moved", args=[person.pk, one.row.pk]) if may else "") for one in moves]
