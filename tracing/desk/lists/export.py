"""Lists as CSV files that a spreadsheet opens without running anything in them; taken out for a purpose, above a number after a
second person has approved it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from tracing.access.actions.exporting import ask_export
from tracing.access.actions.exporting import take_out as keep_taken
from tracing.access.models import ExportRequest
from tracing.access.rules.exporting import ALONE, needs_approval
from tracing.access.viewer import Viewer
from tracing.base.sight import SHOWS, sight
from tracing.desk.lists.forms import PurposeForm
from tracing.desk.page import instant_of, show, viewer_of
from tracing.journal.actions import look

AT_MOST: Final = 10_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that begins so is read as a formula by some spreadsheet; the full-width forms as well."""


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: its code, which the register of disclosures keeps; its head; its value; what the sight must show for it."""

    code: str
    head: Any
    value: Callable[[Any], Any]
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """A list about to be taken out: whole, with what was asked of it."""

    page: str
    title: str
    back: str
    query: str
    name: str
    rows: Sequence[Any]
    columns: Sequence[ExportColumn]
    persons: Sequence[UUID]
    disease: str

    @property
    def people(self) -> int:
        return len(set(self.persons))


def shown(columns: Iterable[ExportColumn], viewer: Viewer) -> list[ExportColumn]:
    """Those that the viewer's sight shows."""
    return [column for column in columns if not column.needs or column.needs in SHOWS[viewer.sight]]


def day(value: date | None) -> str:
    """A day; the month alone for eyes that see no days."""
    return "" if value is None else f"{value:%Y-%m}" if sight() == "deidentified" else f"{value:%Y-%m-%d}"


def moment(value: datetime) -> str:
    local = timezone.localtime(value)
    return f"{local:%Y-%m}" if sight() == "deidentified" else f"{local:%Y-%m-%d %H:%M}"


def take_out(request: HttpRequest, taking: Taking) -> HttpResponse:
    """The file; or before it the question what for; or, for more people than one may take alone, the request for approval."""
    viewer, at = viewer_of(request), instant_of(request)
    if len(taking.rows) > AT_MOST:
        messages.warning(request, _("These are more than 10,000 rows: narrow the list, then take it out in parts."))
        return HttpResponseRedirect(f"{taking.back}?{taking.query}")
    form = PurposeForm(request.POST if "purpose" in request.POST else None)
    if not form.is_valid():
        context = {"form": form, "taking": taking, "rows": len(taking.rows), "alone": ALONE, "asks": needs_approval(taking.people)}
        return show(request, "desk/lists/export.html", context, page="export", status=422 if form.is_bound else 200)
    purpose, why = form.cleaned_data["purpose"], form.cleaned_data["why"]
    if needs_approval(taking.people):
        ask_export(
            unit=_unit(viewer), page=taking.page, asked={"query": taking.query, "name": taking.name}, people=taking.people,
            purpose=purpose, why=why, by=viewer.actor, at=at,
        )  # fmt: skip
        messages.success(request, _("Asked. Somebody who may approve it answers; then you find it here for 24 hours."))
        return redirect("desk:taken_out")
    return as_file(request, taking, purpose=purpose, why=why)


def as_file(request: HttpRequest, taking: Taking, *, purpose: str, why: str, asked: ExportRequest | None = None) -> HttpResponse:
    """The list as a file. That it leaves is kept first: entry, disclosure and look, in the transaction of this request."""
    viewer, at = viewer_of(request), instant_of(request)
    answer = csv_file(
        f"{taking.page}-{timezone.localdate(at):%Y-%m-%d}.csv", [column.head for column in taking.columns],
        ([column.value(row) for column in taking.columns] for row in taking.rows),
    )  # fmt: skip
    keep_taken(
        page=taking.page, purpose=purpose, why=why, persons=taking.persons, fields=[column.code for column in taking.columns],
        disease=taking.disease, request=asked, by=viewer.actor, at=at,
    )  # fmt: skip
    code = {"cases": "case_export", "calls": "task_export"}[taking.page]
    look(actor=viewer.user, at=at, page=code, purpose="export", persons=taking.persons)
    return answer


def _unit(viewer: Viewer) -> UUID:
    """Whose approvers are asked: of the unit where the asker works, when they take lists out there."""
    if viewer.home is not None and viewer.may("lists.export", viewer.home):
        return viewer.home
    held = viewer.units.get("lists.export")
    if not held:
        raise PermissionDenied
    return min(held)


def cell(value: Any) -> str:
    """A value as text; an apostrophe goes before what would be run."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def csv_file(name: str, heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The answer that the browser keeps as a file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)  # some spreadsheets part cells at ";"
    writer.writerow([cell(head) for head in heads])
    for row in rows:
        writer.writerow([cell(value) for value in row])
    # The mark before the text tells spreadsheets that it is UTF-8.
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
