"""Which rule speaks of what happened, from when staff are told, and when it is carried further. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

KINDS = frozenset({"case", "facility_line", "affiliation", "person", "transfer", "order", "report"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a state's file: of what, to whom, when."""

    code: str
    label: str
    on: frozenset[str]
    """Verbs of the journal."""
    roles: tuple[str, ...]
    category: int | None = None
    """Only diseases of this report category; None: every disease."""
    diseases: frozenset[str] = frozenset()
    """Only these; empty: every disease."""
    settings: frozenset[str] = frozenset()
    """Only these kinds of setting; empty: every kind, and none."""
    at_once: bool = False
    escalate: tuple[int, ...] = ()
    """Minutes without an answer after which it is carried further, each counted from the time before."""
    mail: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """When staff are told of what can wait. Days: Monday 0."""

    opens: time
    closes: time
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Happened:
    """What a rule may look at."""

    verb: str
    disease: str = ""
    category: int | None = None
    setting: str = ""


def speaks(rule: Rule, what: Happened) -> bool:
    """Whether staff are told of it by this rule."""
    return (
        what.verb in rule.on
        and (rule.category is None or rule.category == what.category)
        and (not rule.diseases or what.disease in rule.diseases)
        and (not rule.settings or what.setting in rule.settings)
    )


def speaking(rules: Iterable[Rule], what: Happened) -> tuple[Rule, ...]:
    """Every rule that tells of it, those at once first."""
    return tuple(sorted((rule for rule in rules if speaks(rule, what)), key=lambda rule: not rule.at_once))


def told_from(at: datetime, hours: Hours, zone: tzinfo) -> datetime:
    """The first moment at or after `at` at which staff are told of what can wait, by the unit's own clock."""
    local = at.astimezone(zone)
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        if day.weekday() not in hours.days:
            continue
        opens, closes = datetime.combine(day, hours.opens, zone), datetime.combine(day, hours.closes, zone)
        if local < opens:
            return opens.astimezone(at.tzinfo)
        if local < closes:
            return at
    return at  # no day is open: better told than not


def escalates_at(rule: Rule, level: int, at: datetime) -> datetime | None:
    """When it is carried further from this level, unless somebody answers; None: it has reached the last."""
    return at + timedelta(minutes=rule.escalate[level]) if rule.at_once and level < len(rule.escalate) else None
