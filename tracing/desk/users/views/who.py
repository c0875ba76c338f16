"""Who has what, and why: people × roles of a unit."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.access.actions import take_out_roles
from tracing.access.queries import accounts as queries
from tracing.access.queries.accounts import Line
from tracing.access.words import MISSING
from tracing.desk.lists.export import csv_file
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.users.frame import asking_of, base
from tracing.diseases.conditions import condition
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.queries import units_below
from tracing.uswds.parts import Column

MOST: Final = 500
"""Lines on the page; the file holds all."""


def _asked(request: HttpRequest, units: list[Unit]) -> tuple[Unit, bool, list[UUID]]:
    """The unit chosen (the first of the administrator's own where none is), whether also those below, and which these are."""
    if not units:
        raise Http404
    code = request.GET.get("unit", "")
    unit = next((one for one in units if one.code == code), units[0])
    below = request.GET.get("below") == "1"
    return unit, below, [unit.pk, *sorted(units_below([unit.pk]) - {unit.pk})] if below else [unit.pk]


@require_safe
@staff("users.administer")
def users_who(request: HttpRequest) -> HttpResponse:
    asking = asking_of(request)
    units = queries.units_administered(asking)
    unit, below, those = _asked(request, units)
    found = queries.who_has_what(asking, those)
    many, lines = len(those) > 1, found[:MOST]
    roles = {line.membership.role.code: line.membership.role.name for line in sorted(lines, key=lambda one: one.membership.role.name)}
    told = [(line, ", ".join(str(MISSING[code]) for code in line.lacks)) for line in lines]
    people: dict[UUID, dict[str, list[tuple[Line, str]]]] = {}
    names: dict[UUID, str] = {}
    for line, lacks in told:
        names[line.user] = line.who
        people.setdefault(line.user, {}).setdefault(line.membership.role.code, []).append((line, lacks))
    context = base(request, asking, "who") | {
        "chosen": unit, "below": below, "units": [(one.code, one.name) for one in units],
        "rows": [(key, names[key], [(roles[code], held.get(code, [])) for code in roles]) for key, held in people.items()],
        "columns": [Column(_("Name")), *(Column(name) for name in roles.values())],
        "lines": told, "query": request.GET.urlencode(), "many": many, "more": len(found) - len(lines),
        "line_columns": [Column(_("Name")), Column(_("Role")), Column(_("In")), Column(_("Since")), Column(_("Until")),
                         Column(_("Why, and who gave it"))],
    }  # fmt: skip
    return show(request, "desk/users/who.html", context, page="users_who")


@require_POST
@staff("users.administer")
def users_who_export(request: HttpRequest) -> HttpResponse:
    asking, viewer, at = asking_of(request), viewer_of(request), instant_of(request)
    unit, _below, those = _asked(request, queries.units_administered(asking))
    lines = queries.who_has_what(asking, those)
    take_out_roles(viewer=viewer, units=those, by=viewer.actor, at=at)
    heads = [_("Name"), _("Role"), _("Unit"), _("Diseases"), _("From"), _("Until"), _("Counts"), _("Why"), _("Given by"),
             _("Proposed by"), _("Source"), _("Directory's group"), _("Agreement on"), _("Trained on")]  # fmt: skip
    return csv_file(f"roles-{unit.code}-{timezone.localdate(at):%Y-%m-%d}.csv", heads, [_row(line) for line in lines])


def _row(line: Line) -> list[Any]:
    row = line.membership
    counts = {"held": _("yes"), "later": _("not yet"), "lacks": _("no: ") + ", ".join(str(MISSING[code]) for code in line.lacks)}
    return [
        line.who, row.role.name, row.unit.name, "; ".join(condition(code).name for code in row.diseases),
        timezone.localtime(row.valid_from).strftime("%Y-%m-%d %H:%M"),
        timezone.localtime(row.valid_until).strftime("%Y-%m-%d %H:%M") if row.valid_until else "",
        counts.get(line.state, _("no: the role was ended")), row.why, line.given_by, line.proposed_by, row.get_source_display(), row.group,
        row.agreement_on, row.trained_on,
    ]  # fmt: skip
