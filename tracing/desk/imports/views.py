"""Import: a list chosen, its columns named, looked over, imported in the background, undone. What is wrong stands there by row and cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.spreadsheet import UnreadableFile, read_table
from tracing.access.viewer import Viewer
from tracing.base.sight import finds_by
from tracing.cases.lists import cases
from tracing.cases.models import Case
from tracing.desk.imports.forms import CaseListForm, ColumnsForm, ListForm
from tracing.desk.lists.export import csv_file
from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.diseases.conditions import sensitive_codes
from tracing.diseases.ruleset import rule_set, rule_sets
from tracing.intake.imports import actions, queries
from tracing.intake.imports.fields import FIELDS
from tracing.intake.imports.models import ImportRow, TableImport
from tracing.intake.imports.rows import WRONG
from tracing.jurisdictions.units import units_by_id
from tracing.uswds.parts import Column

PERMISSION: Final = "cases.work"
UNREADABLE: Final = {
    "empty": gettext_lazy("The file holds no rows below its headings."),
    "too_big": gettext_lazy("The file is larger than 4 megabytes, or its table larger than 20,000 rows and 256 columns. Part it."),
    "broken": gettext_lazy("The file cannot be read as a spreadsheet. Save it as CSV or XLSX, then choose it again."),
    "CT840": gettext_lazy("The file holds no rows below its headings."),
    "CT841": gettext_lazy("The list has more than 10,000 rows or 200 columns. Part it."),
}
REFUSED: Final = {
    "CT842": gettext_lazy("Two columns are taken for the same thing: choose “Not taken” for one of them."),
    "CT843": gettext_lazy("No column says who it is: one must be the family name, the given name or the whole name."),
    "CT844": gettext_lazy("The list has changed since this page was opened. Look again."),
}
SAID: Final = {"CT833": gettext_lazy("stands in row %(row)s of this list too, with other words: correct one of them")}
WRONG_COLUMNS = [
    Column(gettext_lazy("Row"), end=True), Column(gettext_lazy("Column")), Column(gettext_lazy("What stands there")),
    Column(gettext_lazy("What is wrong")),
]  # fmt: skip
LISTS = [
    Column(gettext_lazy("Taken")), Column(gettext_lazy("Who stands in it")), Column(gettext_lazy("Department")),
    Column(gettext_lazy("Rows"), end=True), Column(gettext_lazy("State")),
]  # fmt: skip
SHOWN: Final = 20
"""Rows of the preview."""
MOST_WRONG: Final = 200
"""Wrong cells on the page; all of them are in the file."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION, lists=True)
def imports(request: HttpRequest) -> HttpResponse:
    """The lists of one's departments, and a new one."""
    viewer = viewer_of(request)
    units = {str(unit.pk): unit for unit in sorted(units_by_id(viewer.units.get(PERMISSION, frozenset())), key=lambda unit: unit.name)}
    form = ListForm(
        request.POST if request.method == "POST" else None, request.FILES or None, diseases=_diseases(viewer),
        units={key: unit.name for key, unit in units.items()},
        initial={"unit": str(viewer.home or "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = _taken(request, form, of=said["of"], disease=said["disease"], unit=units[said["unit"]], case=None)
        if made is not None:
            return redirect("desk:import", pk=made.pk)
    context = {"form": form, "lists": queries.newest_lists(viewer), "columns": LISTS}
    return show(request, "desk/imports/lists.html", context, page="imports", status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION, lists=True)
def for_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Contacts of one case, as a list."""
    case = load(cases(), request, pk)
    must(request, PERMISSION, case)
    # The list is kept by a department of whoever imports it, so that they see it again.
    unit = next((one for one in (case.follow_unit, case.unit) if viewer_of(request).may(PERMISSION, one.pk)), None)
    if unit is None:
        raise PermissionDenied
    form = CaseListForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = _taken(request, form, of="contact", disease=case.disease, unit=unit, case=case)
        if made is not None:
            return redirect("desk:import", pk=made.pk)
    context = {"form": form, "case": case}
    return show(request, "desk/imports/case.html", context, page="case_import", persons=(case.person_id,), status=422 if form.errors else 200)


def _taken(request: HttpRequest, form: CaseListForm, **about: Any) -> TableImport | None:
    viewer = viewer_of(request)
    try:
        table = read_table(form.cleaned_data["file"].read())
        return actions.take_list(table=table, by=viewer.actor, at=instant_of(request), **about)
    except UnreadableFile as wrong:
        form.add_error("file", UNREADABLE[wrong.code])
    except actions.NotAList as wrong:
        form.add_error("file", UNREADABLE[str(wrong)])
    return None


def _diseases(viewer: Viewer) -> dict[str, Any]:
    named = viewer.holds.get(PERMISSION, frozenset())
    return {code: rules.label for code, rules in rule_sets().items() if code not in sensitive_codes() or code in named}


@require_safe
@staff(PERMISSION, lists=True)
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _list(request, pk), None)


@require_POST
@staff(PERMISSION, lists=True)
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    batch = _list(request, pk)
    form = ColumnsForm(request.POST, batch=batch)
    if form.is_valid():
        try:
            actions.map_columns(batch=batch, mapping=form.mapping(), by=viewer_of(request).actor, at=instant_of(request))
        except actions.MappingRefused as wrong:
            form.add_error(None, REFUSED[str(wrong)])
        except actions.NotNow:
            messages.info(request, _("This step is under way already, or over."))
            return redirect("desk:import", pk=pk)
        else:
            return redirect("desk:import", pk=pk)
    return _page(request, batch, form)


@require_POST
@staff(PERMISSION, lists=True)
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        actions.begin_import(batch=_list(request, pk), by=viewer_of(request).actor, at=instant_of(request))
    except actions.NotNow:
        messages.info(request, _("This step is under way already, or over."))
    return redirect("desk:import", pk=pk)


@require_POST
@staff(PERMISSION, lists=True)
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        actions.undo_import(batch=_list(request, pk), by=viewer_of(request).actor, at=instant_of(request))
    except actions.NotNow:
        messages.info(request, _("This step is under way already, or over."))
    return redirect("desk:import", pk=pk)


@require_safe
@staff(PERMISSION, lists=True)
def wrong(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that is wrong, as a file to work through beside the list. It holds no cell of the list."""
    batch = _list(request, pk)
    rows = [(number, column, code, says) for number, column, _given, says, code in _wrong(batch, queries.wrong_rows(batch))]
    return csv_file("wrong.csv", [_("Row"), _("Column"), _("Code"), _("What is wrong")], rows)


def _list(request: HttpRequest, pk: UUID) -> TableImport:
    batch = load(queries.lists(), request, pk)
    must(request, PERMISSION, batch)
    return batch


def _page(request: HttpRequest, batch: TableImport, form: ColumnsForm | None) -> HttpResponse:
    viewer = viewer_of(request)
    reads = "name" in finds_by(viewer.sight)
    counts = queries.counts(batch)
    rows = queries.first_rows(batch, SHOWN) if reads else []
    naming = batch.state in (TableImport.State.MAPPING, TableImport.State.READY)
    cells = _wrong(batch, queries.wrong_rows(batch, most=MOST_WRONG)) if counts.get("wrong") or counts.get("refused") else []
    taken = [(number, FIELDS[code].label) for number, code in enumerate(batch.mapping) if code]
    going = batch.state in queries.GOING
    if form is None and naming and reads:
        form = ColumnsForm(batch=batch)
    context = {
        "batch": batch, "disease": rule_set(batch.disease).label, "form": form if naming and reads else None, "going": going,
        "fields": _fields(form, rows) if form is not None and naming and reads else [], "rows": [(row, _cells(row, taken)) for row in rows],
        "taken": taken, "wrong": cells[:MOST_WRONG], "wrong_columns": WRONG_COLUMNS,
        "counts": [(code, label, counts[code]) for code, label in ImportRow.State.choices if counts.get(code)],
        "right": sum(counts.get(code, 0) for code in ("new", "known", "possible", "changed")), "wrong_rows": counts.get("wrong", 0),
        "left": counts.get("left", 0), "percent": round(100 * batch.done / max(1, _of(batch, counts))), "of": _of(batch, counts),
        "may_undo": batch.state in (TableImport.State.DONE, TableImport.State.RUNNING), "mapped": any(batch.mapping),
    }  # fmt: skip
    persons = (batch.case.person_id,) if isinstance(batch.case, Case) else ()
    status = 422 if form is not None and form.errors else 200
    response = show(request, "desk/imports/one.html", context, page="import", persons=persons, status=status)
    if going:
        response["Refresh"] = "4"
    return response


def _of(batch: TableImport, counts: dict[str, int]) -> int:
    """How many rows the present step goes through in all."""
    if batch.state in (TableImport.State.CHECKING, TableImport.State.READY, TableImport.State.MAPPING):
        return batch.total
    return batch.done + sum(counts.get(code, 0) for code in queries.TO_DO.get(batch.state, ()))


def _fields(form: ColumnsForm, rows: Sequence[ImportRow]) -> list[tuple[Any, list[str]]]:
    """Each column's choice beside its first values."""
    found = []
    for number, field in enumerate(form):
        values = [row.cells[number] for row in rows[:SHOWN] if number < len(row.cells) and row.cells[number]]
        found.append((field, list(dict.fromkeys(values))[:3]))
    return found


def _cells(row: ImportRow, taken: Sequence[tuple[int, Any]]) -> list[str]:
    return [row.cells[number] if number < len(row.cells) else "" for number, _label in taken]


def _wrong(batch: TableImport, rows: Sequence[ImportRow]) -> list[tuple[int, str, str, str, str]]:
    """Row of the file, its column by the file's own name, what stands there, what is wrong in words, and the code."""
    of_field = {code: name for code, name in zip(batch.mapping, batch.header, strict=False) if code}
    found = []
    for row in rows:
        for code, field, given in row.wrong:
            says = str(SAID[code]) % {"row": given} if code in SAID else WRONG.get(code, "")
            column = of_field.get(field) or (of_field.get("name") if field == "last" else "") or str(FIELDS[field].label)
            found.append((row.number, column, "" if code in SAID else given, says, code))
    return found
