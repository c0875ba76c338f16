"""What a call needs at hand: the best hour, what happened on each number, and what the answers so far make necessary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_day
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracing.cases.models import Case
from tracing.contacts.models import Exposure
from tracing.diseases.labels import SETTINGS, label
from tracing.people.household.queries import Speaking
from tracing.people.known import Known
from tracing.people.models import WayToReach
from tracing.tasks.models import Attempt, Task
from tracing.tasks.trying import SoFar, proposed

REACHED = frozenset({"reached", "partial", "refused"})
MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"


@dataclass(frozen=True, slots=True)
class Number:
    """One number with what came of it; `proposed` is the one to try first."""

    way: WayToReach
    tries: list[Attempt]
    proposed: bool
    of: str = ""
    """The name of who answers there, where it is somebody else's number."""


_CHILDS: Final = {"answers": 0, "household": 1, "": 1, "work": 2, "other": 2, "own": 3}
"""Whose number of a child's is tried first, behind those of who answers for them."""


def dial(known: Known, speaking: Speaking) -> list[WayToReach]:
    """The numbers to call, in order: of who answers, then their own; reached confidentially only what is safe; never one that belongs
    to somebody who must be kept away."""
    if speaking.confidential:
        return [way for way in known.phones if way.safe]
    own = [way for way in known.phones if way.value not in speaking.not_these]
    if not speaking.voices:
        return own
    of_voices = {way.value: way for voice in speaking.voices for way in voice.ways if way.value not in speaking.not_these}
    rest = sorted((way for way in own if way.value not in of_voices), key=lambda way: (way.works is False, _CHILDS.get(way.whose, 2)))
    return [*of_voices.values(), *rest]


def numbers(ways: Sequence[WayToReach], attempts: Sequence[Attempt], speaking: Speaking) -> list[Number]:
    first = next((way for way in ways if way.works is not False), None)
    names = {way.pk: voice.row.name for voice in speaking.voices for way in voice.ways}
    return [Number(way, [a for a in attempts if a.way_id == way.pk][:3], way is first, names.get(way.pk, "")) for way in ways]


def best_hour(attempts: Sequence[Attempt], zone: ZoneInfo) -> str:
    """When they were reached before; else the part of the day in which nobody has tried."""
    for attempt in attempts:
        if attempt.outcome in REACHED:
            return _("Reached before at %(hour)s") % {"hour": format_day(attempt.at.astimezone(zone), "g A, l")}
    tried = {_part(attempt.at.astimezone(zone)) for attempt in attempts}
    if not tried:
        return _("Not tried yet")
    words = {MORNING: _("in the morning"), AFTERNOON: _("in the afternoon"), EVENING: _("in the evening")}
    left = [words[part] for part in (EVENING, MORNING, AFTERNOON) if part not in tried]
    return _("Not tried yet: %(parts)s") % {"parts": ", ".join(left)} if left else _("Tried at every part of the day")


def _part(at: datetime) -> str:
    return MORNING if at.hour < 12 else AFTERNOON if at.hour < 17 else EVENING


def proposals(task: Task, so: SoFar, at: datetime, others: bool) -> list[tuple[str, datetime]]:
    """For each outcome that calls again, when that would be if no hour is agreed."""
    return [
        (str(Attempt.Outcome(code).label), proposed(task, code, so, at, other_numbers=others))
        for code in ("no_answer", "busy", "partial")
    ]


def next_steps(case: Case, known: Known, named: Sequence[Exposure], today: date) -> list[Any]:
    """What the answers so far make necessary, most important first."""
    steps: list[Any] = []
    if case.isolation is not None:
        ends = case.isolation.ends_on
        if ends is None:
            steps.append(_("Tell them to stay at home; no fixed end: it depends on how they feel."))
        elif ends >= today:
            steps.append(_("Tell them to stay at home until %(day)s.") % {"day": format_day(ends, "l, F j")})
        else:
            steps.append(_("Their isolation ended on %(day)s: the case can be closed.") % {"day": format_day(ends, "F j")})
    if case.onset_on is None and case.symptomatic is not False:
        steps.append(_("Ask for the first day of feeling ill: the end of isolation depends on it."))
    if case.hospitalised is None:
        steps.append(_("Ask about a hospital stay."))
    if case.setting and case.setting != "home":
        steps.append(_("Lives in: %(setting)s. Tell the facility.") % {"setting": label(SETTINGS, case.setting)})
    if not named:
        steps.append(_("Ask who was near them; name the household first."))
    elif unknown := sum(1 for exposure in named if exposure.last_on is None):
        steps.append(
            ngettext(
                "%(count)d contact has no last day together.", "%(count)d contacts have no last day together.", unknown
            ) % {"count": unknown}
        )
    if known.person.language not in ("", "en"):
        steps.append(_("Call with an interpreter."))
    return steps
