"""Who looked at one person and what left the agency about them: for the person who asks, on paper or as a file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracing.desk.lists.export import csv_file
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.privacy import words
from tracing.desk.privacy.forms import GivenOutForm, PeriodForm, last_days
from tracing.desk.words import FIELDS, page_words, purpose_words
from tracing.journal.actions import look
from tracing.people import overseeing
from tracing.people.known import persons
from tracing.people.overseeing import PERMISSION, GivenOut, Period
from tracing.uswds.parts import Column, Link

YEAR: Final = 365
MONTH: Final = 30
AT_MOST: Final = 10_000


def _period(first: date, last: date) -> Period:
    zone = get_current_timezone()
    return Period(datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone))


def _asked(request: HttpRequest, form: PeriodForm, days: int) -> Period:
    if form.is_bound and form.is_valid():
        return _period(form.cleaned_data["first"], form.cleaned_data["last"])
    today = localdate(instant_of(request))
    return _period(today - timedelta(days=days), today)


def _field(name: str) -> str:
    return str(FIELDS.get(name, name.replace("_", " ")))


def _rows(found: list[GivenOut]) -> list[dict[str, Any]]:
    return [
        {
            "row": one.row, "who": one.who, "way": words.way(one.row.way), "purpose": words.purpose(one.row.purpose),
            "fields": ", ".join(_field(name) for name in one.row.fields), "people": len(one.row.persons),
        }
        for one in found
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All looks at one person, and the accounting of what was given out about them."""
    viewer, at = viewer_of(request), instant_of(request)
    who = load(persons(), request, pk)
    initial = last_days(localdate(at), YEAR)
    form = PeriodForm(request.POST, initial=initial) if request.method == "POST" else PeriodForm(initial=initial)
    period = _asked(request, form, YEAR)
    looks = overseeing.looks_at_person(pk, since=period.since, until=period.until)
    context = {
        "person": who, "form": form, "period": period, "last": period.until - timedelta(days=1), "now": at,
        "looks": [(one, page_words(one.page), purpose_words(one.purpose)) for one in looks],
        "given": _rows(overseeing.given_out(viewer, period, person=pk)), "most": overseeing.SHOWN,
        "columns": [Column(_("When")), Column(_("To whom")), Column(_("What")), Column(_("What for")), Column(_("Ground")), Column(_("Who"))],
        "crumbs": [Link(_("Privacy"), reverse("desk:privacy")), Link(str(who), current=True)],
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return show(request, "desk/privacy/person.html", context, page="privacy_person", persons=[pk], purpose="privacy", status=status)


@require_http_methods(["POST"])
@staff(PERMISSION)
def person_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The accounting of disclosures of one person as a file: without names of staff, for whoever asks about themselves."""
    viewer, at = viewer_of(request), instant_of(request)
    load(persons(), request, pk)
    form = PeriodForm(request.POST)
    period = _asked(request, form, 6 * YEAR)
    given = overseeing.given_out(viewer, period, person=pk, most=AT_MOST)
    rows = [
        (
            localtime(one.row.at).strftime("%Y-%m-%d %H:%M"), one.row.recipient, words.way(one.row.way),
            ", ".join(_field(name) for name in one.row.fields),
            words.purpose(one.row.purpose), one.row.ground, one.row.pk,
        )
        for one in given
    ]  # fmt: skip
    heads = (_("When"), _("To whom"), _("How"), _("What"), _("What for"), _("Ground"), _("Number"))
    look(actor=viewer.user, at=at, page="privacy_file", purpose="export", persons=[pk])
    return csv_file(f"accounting-{at.astimezone(UTC):%Y%m%d}.csv", heads, rows)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def disclosures(request: HttpRequest) -> HttpResponse:
    """What left the agency, by period and recipient."""
    viewer, at = viewer_of(request), instant_of(request)
    initial = last_days(localdate(at), MONTH)
    form = GivenOutForm(request.POST, initial=initial) if request.method == "POST" else GivenOutForm(initial=initial)
    period = _asked(request, form, MONTH)
    recipient = form.cleaned_data["recipient"] if form.is_bound and form.is_valid() else ""
    context = {
        "form": form, "given": _rows(overseeing.given_out(viewer, period, recipient=recipient)), "most": overseeing.SHOWN,
        "columns": [
            Column(_("When")), Column(_("To whom")), Column(_("What")), Column(_("What for")), Column(_("People"), end=True), Column(_("Who")),
        ],
        "crumbs": [Link(_("Privacy"), reverse("desk:privacy")), Link(_("What left the agency"), current=True)],
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return show(request, "desk/privacy/disclosures.html", context, page="privacy_disclosures", purpose="privacy", status=status)
