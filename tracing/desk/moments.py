"""Entries of the journal as a timeline shows them: words for codes, names for who did it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracing.access.queries import staff_names
from tracing.desk.words import FIELDS, WHY_STOPPED, icon_of, said
from tracing.diseases.labels import CLASSIFICATIONS, SCOPES, label
from tracing.journal.models import Entry
from tracing.jurisdictions.units import units_named
from tracing.tasks.models import Attempt
from tracing.uswds.parts import Moment

UNITS = {"from": gettext_lazy("From"), "to": gettext_lazy("To"), "unit": gettext_lazy("Unit")}
"""Codes of entries that name a unit, by key or by code: both sides of whatever goes from one to another."""


def moments(entries: Iterable[Entry]) -> list[Moment]:
    shown = list(entries)
    names = staff_names(entry.actor_id for entry in shown)
    units = units_named(str(entry.codes.get(name, "")) for entry in shown for name in UNITS)
    return [_moment(entry, names, units) for entry in shown]


def _moment(entry: Entry, names: dict[Any, str], units: dict[str, str]) -> Moment:
    icon, tone = icon_of(entry.verb)
    if entry.actor_kind == "staff":
        who = names.get(entry.actor_id) or _("Staff who have left")
    else:
        who = _("by itself") if entry.actor_kind == "job" else entry.actor_name
    changed = ", ".join(str(FIELDS.get(name, name.replace("_", " "))) for name in entry.changed)
    details = [(words, value) for words, value in _codes(entry.codes)]
    details += [(str(words), units[key]) for name, words in UNITS.items() if (key := str(entry.codes.get(name, ""))) in units]
    if changed:
        details.append((_("Changed"), changed))
    return Moment(entry.at, said(entry.verb), who, details, icon=icon, tone=tone)


def _codes(codes: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """The codes that mean something to who reads; ids and versions stay in the journal."""
    if outcome := codes.get("outcome"):
        yield _("Outcome"), str(dict(Attempt.Outcome.choices).get(outcome, outcome.replace("_", " ")))
    if found := codes.get("classification"):
        yield _("Classification"), label(CLASSIFICATIONS, found)
    if found := codes.get("scope"):
        yield _("Scope"), label(SCOPES, found)
    if found := codes.get("reason"):
        yield _("Reason"), str(WHY_STOPPED.get(found) or str(found).replace("_", " "))
    if found := codes.get("rule"):
        yield _("Rule"), str(found).partition("/")[2] or str(found)
