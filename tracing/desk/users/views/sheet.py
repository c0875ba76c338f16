"""Hundreds invited by a spreadsheet: read, shown with everything that is wrong, and done when somebody says so.

Nothing is kept in between: what was read travels in the page itself, signed, for one hour and for this user alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.actions import NewStaff, Outcome, Refused, invite_staff
from tracing.access.granting import Granting, roles_by_code
from tracing.access.queries import accounts as queries
from tracing.access.rules import sheet as rules
from tracing.access.rules.sheet import Known, Line, NotAList, fold
from tracing.access.spreadsheet import UnreadableFile, form, read_table
from tracing.access.words import REFUSALS
from tracing.desk.lists.export import csv_file
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.users.forms import SheetForm, begins, disease_choices, ends
from tracing.desk.users.frame import asking_of, crumbs
from tracing.diseases.conditions import conditions
from tracing.uswds.parts import Column, Link

AT_ONCE: Final = 500
LASTS: Final = 3600
SALT: Final = "users.list"

COLUMNS: Final = {
    "email": gettext_lazy("E-mail address"), "name": gettext_lazy("Name"), "role": gettext_lazy("Role"), "unit": gettext_lazy("Unit"),
    "diseases": gettext_lazy("Diseases"), "from": gettext_lazy("From"), "until": gettext_lazy("Until"), "why": gettext_lazy("Why"),
    "agreement_on": gettext_lazy("Agreement on"), "trained_on": gettext_lazy("Trained on"),
}  # fmt: skip
WRONG: Final = {
    "missing": gettext_lazy("is empty and needed"), "not_an_address": gettext_lazy("is no e-mail address"),
    "too_long": gettext_lazy("is too long"), "not_known": gettext_lazy("is not known here; take it from the sheet “Lists” of the form"),
    "not_a_day": gettext_lazy("is no date; write 2026-12-31 or 12/31/2026"),
    "ends_too_early": gettext_lazy("is in the past, or before the first day"),
    "in_the_future": gettext_lazy("lies in the future"), "twice": gettext_lazy("stands in row %(given)s with the same role and unit"),
    "two_names": gettext_lazy("is another name than in row %(given)s for the same address"),
}  # fmt: skip
UNREADABLE: Final = {
    "empty": gettext_lazy("The file holds no rows below its headings."),
    "too_big": gettext_lazy(
        "The file is larger than 4 megabytes, or its table larger than 20,000 rows and 256 columns. Part it."
    ),
    "broken": gettext_lazy("The file cannot be read as a spreadsheet. Save it as CSV or XLSX, then choose it again."),
    "no_heads": gettext_lazy("The first row must name the columns. These are missing: %(missing)s."),
    "too_long": gettext_lazy("The list has more than 5,000 rows. Part it."),
}  # fmt: skip
OUTCOMES: Final = {
    "invited": gettext_lazy("Account made, role given"), "granted": gettext_lazy("Role given"),
    "proposed": gettext_lazy("Role proposed: a second administrator confirms it"), "unchanged": gettext_lazy("Was there already"),
}  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("users.administer")
def users_sheet(request: HttpRequest) -> HttpResponse:
    """Choose a file; then what it says, row by row. Nothing happens yet."""
    asked = SheetForm(request.POST if request.method == "POST" else None, request.FILES or None)
    context: dict[str, Any] = {"form": asked, "crumbs": crumbs(Link(_("Invite by list"), current=True))}
    if request.method == "POST" and asked.is_valid():
        asking = asking_of(request)
        try:
            lines = _read(request, asking, asked.cleaned_data["file"].read())
        except UnreadableFile as wrong:
            asked.add_error("file", UNREADABLE[wrong.code])
        except NotAList as wrong:
            asked.add_error("file", str(UNREADABLE[wrong.code]) % {"missing": ", ".join(wrong.missing)})
        else:
            return _preview(request, asking, lines)
    return show(request, "desk/users/sheet.html", context, page="users_sheet", status=422 if asked.errors else 200)


def _known(asking: Granting) -> Known:
    roles, units = roles_by_code(), queries.units_administered(asking)
    return Known(
        roles={fold(word): code for code, role in roles.items() for word in (code, role.name)},
        units={fold(word): unit.code for unit in units for word in (unit.code, unit.name)},
        diseases={fold(word): code for code, one in conditions().items() for word in (code, one.name)},
    )


def _read(request: HttpRequest, asking: Granting, content: bytes) -> list[Line]:
    return rules.read(read_table(content), _known(asking), timezone.localdate(instant_of(request)))


def _preview(request: HttpRequest, asking: Granting, lines: Sequence[Line]) -> HttpResponse:
    right = [line for line in lines if not line.wrong]
    wrong = [(line, COLUMNS[one.column], "" if one.code in _OTHER_ROW else one.given, _told(WRONG[one.code], one.given))
             for line in lines for one in line.wrong]  # fmt: skip
    roles, units = roles_by_code(), {unit.code: unit.name for unit in queries.units_administered(asking)}
    context = {
        "right": [(line, roles[line.role].name, units[line.unit], [conditions()[d].name for d in line.diseases]) for line in right[:200]],
        "number": len(right), "more": max(0, len(right) - 200), "wrong": wrong, "wrong_rows": len(lines) - len(right),
        "packed": _pack(request, [_plain(line) for line in right]) if right else "",
        "crumbs": crumbs(Link(_("Invite by list"), reverse("desk:users_sheet")), Link(_("What the list says"), current=True)),
        "columns": [Column(_("Row"), end=True), *(Column(COLUMNS[c]) for c in ("name", "email", "role", "unit", "diseases", "until"))],
        "wrong_columns": [Column(_("Row"), end=True), Column(_("Column")), Column(_("What stands there")), Column(_("What is wrong"))],
    }  # fmt: skip
    return show(request, "desk/users/preview.html", context, page="users_sheet", status=422 if wrong else 200)


_OTHER_ROW: Final = ("twice", "two_names")


def _told(words: Any, given: str) -> str:
    return str(words) % {"given": given} if "%(" in str(words) else str(words)


def _plain(line: Line) -> list[Any]:
    def text(day: date | None) -> str:
        return day.isoformat() if day else ""

    return [
        line.number, line.email, line.name, line.role, line.unit, line.diseases, text(line.since), text(line.until), line.why,
        text(line.agreement_on), text(line.trained_on),
    ]  # fmt: skip


def _pack(request: HttpRequest, rows: list[Any]) -> str:
    return signing.dumps([str(viewer_of(request).user), rows], salt=SALT, compress=True)


def _unpack(request: HttpRequest) -> list[Any] | None:
    """What the page brought back, if it was made for this user within the last hour."""
    try:
        user, rows = signing.loads(request.POST.get("packed", ""), salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    return rows if user == str(viewer_of(request).user) else None


@never_cache
@require_POST
@staff("users.administer")
def users_sheet_send(request: HttpRequest) -> HttpResponse:
    """Do what the list says, in sets of 500. The same list again does only what is missing."""
    rows = _unpack(request)
    if rows is None:
        messages.warning(request, _("This was read more than an hour ago. Choose the file again."))
        return HttpResponseRedirect(reverse("desk:users_sheet"))
    asking, viewer, at = asking_of(request), viewer_of(request), instant_of(request)
    lines = _lines(rows, asking)
    told: list[Outcome] = []
    renew = request.POST.get("renew") == "yes"
    for start in range(0, len(lines), AT_ONCE):
        told += invite_staff(viewer=viewer, lines=lines[start : start + AT_ONCE], renew=renew, by=viewer.actor, at=at)
    links = [[one.line.name, one.line.email, _link(request, one.key)] for one in told if one.key]
    context = {
        "rows": [(one, OUTCOMES.get(one.code) or str(Refused(one.code))) for one in told],
        "sums": [(words, sum(one.code == code for one in told)) for code, words in OUTCOMES.items()],
        "refused": sum(one.code in REFUSALS for one in told), "links": len(links), "packed": _pack(request, links) if links else "",
        "crumbs": crumbs(Link(_("Invite by list"), reverse("desk:users_sheet")), Link(_("What was done"), current=True)),
        "columns": [Column(_("Row"), end=True), Column(_("Name")), Column(_("Role")), Column(_("What came of it"))],
    }  # fmt: skip
    return show(request, "desk/users/sent.html", context, page="users_sheet_send")


def _lines(rows: list[Any], asking: Granting) -> list[NewStaff]:
    """The rows with what they name; those that name what is gone since are left out by the action's own refusals."""
    roles = roles_by_code()
    units = {unit.code: unit for unit in queries.units_administered(asking)}

    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    return [
        NewStaff(
            number, email, name, roles[role], units[unit], begins(day(since), asking.at), ends(day(until)), tuple(diseases), why,
            day(agreement), day(trained),
        )
        for number, email, name, role, unit, diseases, since, until, why, agreement, trained in rows
        if role in roles and unit in units
    ]  # fmt: skip


def _link(request: HttpRequest, key: str) -> str:
    return f"{request.scheme}://{request.get_host()}{reverse('desk:welcome')}?key={key}"


@never_cache
@require_POST
@staff("users.administer")
def users_sheet_links(request: HttpRequest) -> HttpResponse:
    """The links as a file, for sending: they are kept nowhere and cannot be shown again."""
    rows = _unpack(request)
    if rows is None:
        messages.warning(request, _("This was made more than an hour ago. Make new links for those who need them."))
        return HttpResponseRedirect(reverse("desk:users"))
    return csv_file("invitations.csv", [_("Name"), _("E-mail address"), _("Link, opens once")], rows)


@require_safe
@staff("users.administer")
def users_sheet_form(request: HttpRequest) -> HttpResponse:
    """The form to fill in, with this administrator's units and the roles there are."""
    asking = asking_of(request)
    roles, units = roles_by_code(), queries.units_administered(asking)
    names = {"role": [role.name for role in roles.values()], "unit": [unit.name for unit in units],
             "diseases": [name for _code, name in disease_choices()]}  # fmt: skip
    example = ["jane.roe@health.example", "Jane Roe", _example(names["role"]), names["unit"][0] if units else "", "", "", "", "new work", "", ""]
    notes = [
        [_("Column"), _("What to write")],
        ["email", _("Needed. One account for each address; the same address may stand in several rows with several roles.")],
        ["name", _("Needed. As colleagues call them.")],
        ["role", _("Needed. From the list.")],
        ["unit", _("Needed. From the list: those that you administer.")],
        ["diseases", _("Parted by a semicolon. Empty: every disease that is not sensitive.")],
        ["from, until", _("First and last day, as 2026-12-31. Empty: from now on, until somebody ends it.")],
        ["why", _("For the next review of roles.")],
        ["agreement_on, trained_on", _("For volunteers and contractors: when they agreed to confidentiality, and were trained.")],
        ["", _("Replace the example in row 2.")],
    ]
    return HttpResponse(
        form(rules.COLUMNS, example, names, notes),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": 'attachment; filename="staff.xlsx"', "Cache-Control": "no-store"},
    )


def _example(names: Sequence[str]) -> str:
    return next((name for name in names if name == "Contact tracer"), names[0] if names else "")
