"""Held reports: the list, one at a time, decisions one by one and in bulk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.desk.review import words
from tracing.desk.review.after import go, key_in, last, query
from tracing.desk.review.forms import AsideForm, CorrectForm
from tracing.intake import queries, review
from tracing.intake.actions.holding import NotHeld, ReasonUnknown, correct_report, file_again, set_aside, take_back_set_aside
from tracing.intake.actions.reviewing import SET, NoLongerWaiting, hold_again, set_aside_several
from tracing.intake.corrections import CorrectionsWrong
from tracing.intake.layout import lay_out, raw
from tracing.intake.misfiled.told import earlier_of, foreseen
from tracing.intake.models import Report
from tracing.intake.review import Filter
from tracing.journal.actions import Unchanged
from tracing.people.merging.joining import PERMISSION
from tracing.uswds.parts import ChipGroup, Column, Link, Outcome, Paging

SIZE = 50
CHIPS = 6


def filter_in(values: Any) -> Filter:
    """The filter that an address or a form carries."""
    return Filter(values.get("problem", "")[:60], values.get("cause", "")[:120], key_in(values.get("source", "")))


def carried(wanted: Filter) -> dict[str, str]:
    return {"problem": wanted.problem, "cause": wanted.cause, "source": str(wanted.source or "")}


@require_safe
@staff("intake.review", lists=True)
def held(request: HttpRequest) -> HttpResponse:
    viewer, wanted = viewer_of(request), filter_in(request.GET)
    number = review.held_number(viewer, wanted)
    after = key_in(request.GET.get("after", ""))
    rows, more = review.held_after(viewer, wanted, after, size=SIZE)
    choices = review.held_choices(viewer)
    names = {key: name for key, name, _number in choices.sources}
    asked = query(**carried(wanted))
    here = reverse("desk:held")
    status = queries.status(viewer)
    context = {
        "counts": status.total,
        "unread": status.unread,
        "number": number,
        "chips": _chips(choices, wanted),
        "clear": here if asked else "",
        "wanted": wanted,
        "carried": carried(wanted),
        "asked": asked,
        "at": instant_of(request),
        "rows": [
            {
                "report": row,
                "source": names.get(row.source_id, ""),
                "problems": words.said(row.problems),
                "causes": [words.cause(code) for code in row.causes[:2] if not code.startswith("sender:")],
            }
            for row in rows
        ],
        "columns": [
            Column(_("Choose"), hidden=True),
            Column(_("What is wrong")),
            Column(_("Sender")),
            Column(_("Received")),
            Column(_("Message"), end=True),
        ],
        "paging": Paging(
            first=f"?{asked}" if after else "",
            next=f"?{query(**carried(wanted), after=rows[-1].pk)}" if more else "",
            count=number.number,
            exact=number.exact,
            shown=len(rows),
        ),
        "start": f"{reverse('desk:held_report', args=[rows[0].pk])}?{asked}" if rows else "",
        "aside": AsideForm(auto_id="bulk_%s"),
        "aside_all": AsideForm(auto_id="all_%s"),
        "set": SET,
        "cause_words": words.cause(wanted.cause) if wanted.cause else "",
        "mend": _mend_url(viewer, wanted.cause),
        "last": last(request, "desk:held_undo"),
        "unlisted": review.unlisted_number(viewer) if viewer.may("diseases.unlisted") else 0,
    }
    return show(request, "desk/review/held.html", context, page="held")


def _chips(choices: review.Choices, wanted: Filter) -> list[ChipGroup]:
    def group(label: Any, name: str, found: list[tuple[str, Any, int]], now: str) -> ChipGroup:
        shown = [one for number, one in enumerate(found) if number < CHIPS or one[0] == now]
        links = []
        for code, said, number in shown:
            on = code == now
            links.append(
                Link(said, f"?{query(**{**carried(wanted), name: '' if on else code})}", current=on, count=number, code=code)
            )
        return ChipGroup(label, links)

    return [
        chip
        for chip in (
            group(
                _("Problem"),
                "problem",
                [(c, words.problem(c).title, n) for c, n in choices.problems if words.problem(c).holds],
                wanted.problem,
            ),
            group(_("Cause"), "cause", [(c, words.cause(c), n) for c, n in choices.causes], wanted.cause),
            group(_("Sender"), "source", [(str(k), name, n) for k, name, n in choices.sources], str(wanted.source or "")),
        )
        if chip.chips
    ]


def _mend_url(viewer: Any, cause: str) -> str:
    """Where a cause is mended: only causes that somebody can mend on a page, only for who looks after senders."""
    if cause.partition(":")[0] in ("code", "value", "word", "sender") and viewer.may("intake.sources"):
        return f"{reverse('desk:held_mend')}?{query(cause=cause)}"
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@staff("intake.review", lists=True)
def held_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    report = load(review.reports(), request, pk)
    must(request, "intake.review", report)
    read = review.read_again(report) if report.message_no else None
    form = None
    if report.state == Report.State.HELD and read is not None and read.plain.report is not None:
        given = request.POST if request.POST.get("do") == "correct" else None
        form = CorrectForm(given, report=read.plain.report, corrections=report.corrections, problems=report.problems)
    if request.method != "POST":
        return _page(request, report, read, form)
    wanted = filter_in(request.POST)
    try:
        did = _decide(request, report, form)
    except NotHeld:
        did = "gone"
    except ReasonUnknown:
        did = ""
    if not did:
        return _page(request, report, read, form, status=422)
    following = review.next_held(viewer_of(request), wanted, report.pk)
    return go("desk:held_report", "desk:held", following, **carried(wanted), did=did, last=report.pk)


def _decide(request: HttpRequest, report: Report, form: CorrectForm | None) -> str:
    """Do what was chosen; returns its code, or "" where the form says what is wrong."""
    by, at = viewer_of(request).actor, instant_of(request)
    do, _colon, reason = request.POST.get("do", "").partition(":")
    if do == "again":
        return "again" if file_again(reports=[report], by=by, at=at) else "gone"
    if do == "aside":
        set_aside(report=report, reason=reason, by=by, at=at)
        return "aside"
    if do == "same":
        correct_report(report=report, corrections={"accept": "yes"}, by=by, at=at)
        return "corrected"
    if do != "correct" or form is None:
        raise ReasonUnknown(do)
    if not form.is_valid():
        return ""
    changed = form.changed()
    if not changed:
        form.add_error(None, _("Nothing was changed. Correct what is wrong, or choose “File again as it is”."))
        return ""
    try:
        correct_report(report=report, corrections=changed, by=by, at=at)
    except CorrectionsWrong as wrong:
        for name, code in wrong.reasons.items():
            form.add_error(name, words.CORRECTIONS_WRONG.get(code, code))
        return ""
    return "corrected"


def _page(
    request: HttpRequest, report: Report, read: review.Read | None, form: CorrectForm | None, status: int = 200
) -> HttpResponse:
    viewer = viewer_of(request)
    wanted = filter_in(request.POST if request.method == "POST" else request.GET)
    content = bytes(report.content)
    waiting = report.state == Report.State.HELD
    causes = review.same_cause(viewer, report.causes) if waiting else []
    following = review.next_held(viewer, wanted, report.pk)
    asked = query(**carried(wanted))
    said = words.said(report.problems)
    context = {
        "report": report,
        "source": review.source_names([report.source_id]).get(report.source_id, ""),
        "state": f"delivery.{report.state}",
        "problems": [one for one in said if one.holds] or said[:1],
        "told": [one for one in said[1:] if not one.holds],
        "held": waiting,
        "causes": [
            (words.cause(code), number, _mend_url(viewer, code), f"{reverse('desk:held')}?{query(cause=code)}")
            for code, number in causes
        ],
        "parts": lay_out(report.format, content, report.problems, report.causes),
        "raw": raw(content),
        "size": len(content),
        "corrections": sorted(report.corrections),
        "form": form,
        "read": read,
        "carried": carried(wanted),
        "asked": asked,
        "left": review.held_number(viewer, wanted),
        "earlier": _earlier(viewer, report, instant_of(request)) if waiting else None,
        "aside": _aside(form is not None),
        "last": last(request, "desk:held_undo"),
        "next": f"{reverse('desk:held_report', args=[following])}?{asked}" if following else "",
    }
    return show(
        request, "desk/review/held_report.html", context, page="held_report", persons=review.persons_in(report), purpose="review",
        status=status,
    )  # fmt: skip


def _earlier(viewer: Any, report: Report, at: Any) -> tuple[UUID, str] | None:
    """Whose result a correction that names somebody else corrects, with the way to move it: for who may see them and decides that."""
    found = earlier_of(report, at) if viewer.may(PERMISSION) else None
    if found is None or found.person_id is None or foreseen(found.person_id, found.report_id, viewer, at) is None:
        return None
    return found.person_id, f"{reverse('desk:person_report', args=[found.person_id, found.report_id])}?{query(correction=report.pk)}"


def _aside(corrects: bool) -> list[tuple[int, Outcome]]:
    """The reasons as buttons, with the keys after those of the other decisions."""
    return list(
        enumerate((Outcome(f"aside:{code}", label, icon, "stop") for code, label, icon in words.ASIDE), 3 if corrects else 2)
    )


@require_POST
@staff("intake.review", lists=True)
def held_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    report = load(review.reports(), request, pk)
    must(request, "intake.review", report)
    by, at = viewer_of(request).actor, instant_of(request)
    did = "back"
    if report.state == Report.State.SET_ASIDE:
        take_back_set_aside(report=report, by=by, at=at)
    elif report.state != Report.State.HELD:
        try:
            hold_again(report=report, by=by, at=at)
        except NoLongerWaiting:
            did = "late_back"
    return go("desk:held_report", "desk:held", report.pk, **carried(filter_in(request.POST)), did=did, last=report.pk)


def _number(done: int | Unchanged) -> int:
    return done if isinstance(done, int) else 0


@require_POST
@staff("intake.review", lists=True)
def held_bulk(request: HttpRequest) -> HttpResponse:
    """The chosen reports, or all that the filter names, at most 500 at a time: filed again or set aside."""
    viewer, wanted = viewer_of(request), filter_in(request.POST)
    by, at = viewer.actor, instant_of(request)
    rows = review.held(viewer, wanted).defer("content")
    if request.POST.get("which") != "all":
        rows = rows.filter(pk__in=[key for key in map(key_in, request.POST.getlist("report")) if key])
    chosen = [report for report in rows[:SET] if viewer.may("intake.review", report.unit_id)]
    back = HttpResponseRedirect(f"{reverse('desk:held')}?{query(**carried(wanted))}")
    if not chosen:
        messages.warning(request, _("Choose reports first."))
    elif request.POST.get("do") == "aside":
        form = AsideForm(request.POST)
        if not form.is_valid():
            messages.warning(request, _("Choose why they are set aside."))
        else:
            done = _number(set_aside_several(reports=chosen, reason=form.cleaned_data["reason"], by=by, at=at))
            messages.success(
                request,
                ngettext("%(number)d report was set aside.", "%(number)d reports were set aside.", done) % {"number": done},
            )
    else:
        done = _number(file_again(reports=chosen, by=by, at=at))
        messages.success(
            request,
            ngettext("%(number)d report is being filed again.", "%(number)d reports are being filed again.", done)
            % {"number": done},
        )
    return back
