"""What the supervisor's board asks: the shares of a span of days by department and day, what waits and since when, who is at work.

A cohort is whoever was received (a contact: named) in the span. What the viewer may not see is not counted either, so that behind every
number stand people who can be shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case as ExpressionCase
from django.db.models import Count, F, Q, QuerySet, SmallIntegerField, When

from tracing.access.listing import Listing, Order, listing
from tracing.access.viewer import Viewer
from tracing.access.visibility import own_rows
from tracing.reporting.metrics import BY_CODE, CLASSES, LATE, LATER, MET, RUNNING, UNKNOWN, Share, Timely
from tracing.reporting.models import CaseMoments, ContactMoments
from tracing.tasks.waiting import waits

PERMISSION: Final = "work.oversee"

SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "case": ("attempted_24h", "attempted_48h", "interviewed_24h", "interviewed_48h"),
    "contact": ("contact_attempted_24h", "contact_attempted_48h", "notified_24h", "notified_48h"),
}
"""The shares on the board, in order."""

STATES: Final = (MET, LATE, RUNNING, UNKNOWN)
_COHORT: Final = {"case": "received_at", "contact": "elicited_at"}
_RESULT: Final = {"case": "result_at", "contact": "source_result_at"}


@dataclass(frozen=True, slots=True)
class Asked:
    """`days`: today and the days before it. `clock`: "received" (the state's receipt; for contacts, when they were named) or "result"."""

    of: str = "case"
    disease: str = ""
    days: int = 7
    clock: str = "received"
    unit: UUID | None = None


def timely(code: str, clock: str) -> Timely:
    """A share by the clock that was asked for."""
    one = BY_CODE[code]
    return one if clock == "received" else replace(one, begin=_RESULT[one.of])


def begins(at: datetime, days: int) -> datetime:
    """Midnight before the first of so many days, the last of which is today."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime.combine(at.astimezone(zone).date() - timedelta(days=days - 1), time(0), zone)


def state_is(one: Timely, state: str, at: datetime) -> Q:
    """Whoever is in that state of a share between two instants: as `metrics.state` says it, in a query."""
    known = Q(out="", **{f"{one.begin}__isnull": False})
    met = Q(**{f"{one.end}__lte": F(one.begin) + timedelta(hours=one.hours)})
    running = Q(**{f"{one.end}__isnull": True, f"{one.begin}__gte": at - timedelta(hours=one.hours)})
    match state:
        case "met":
            return known & met
        case "running":
            return known & running
        case "late":
            open_and_over = Q(**{f"{one.end}__isnull": True, f"{one.begin}__lt": at - timedelta(hours=one.hours)})
            too_late = Q(**{f"{one.end}__gt": F(one.begin) + timedelta(hours=one.hours)})
            return known & (open_and_over | too_late)
        case "unknown":
            return Q(out="", **{f"{one.begin}__isnull": True})
        case _:
            return Q(out=state)


Shares = Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Board:
    """The shares of everybody, of each unit, of each team and of each day (oldest first); `out` reason → how many.

    A team's are whom it tried first; None stands for whom nobody has tried, or somebody in no team."""

    whole: Shares
    units: Mapping[UUID, Shares]
    teams: Mapping[UUID | None, Shares]
    days: Mapping[date, Shares]
    number: int
    out: Mapping[str, int]


def board(asked: Asked, viewer: Viewer, at: datetime) -> Board:
    """One pass over the cohort, grouped by what its rows keep for it (`hours_class`), added up here."""
    codes = SHOWN[asked.of]
    cohort = own_rows(_cohort(asked, at), viewer)
    if asked.unit is not None:
        cohort = cohort.filter(unit=asked.unit)
    begin = timely(codes[0], asked.clock).begin
    left = [When(**{f"{begin}__gte": at - timedelta(hours=hours)}, then=hours) for hours in CLASSES]
    age = ExpressionCase(When(**{f"{begin}__isnull": True}, then=None), *left, default=LATER, output_field=SmallIntegerField(null=True))
    of = "" if asked.clock == "received" else "_of_result"
    rows = cohort.values_list("unit", "received_on", "out", f"tried{of}", f"ended{of}", age, "team").annotate(number=Count("pk")).order_by()
    whole: Counter[str] = Counter()
    units: dict[UUID, Counter[str]] = defaultdict(Counter)
    teams: dict[UUID | None, Counter[str]] = defaultdict(Counter)
    days: dict[date, Counter[str]] = defaultdict(Counter)
    out: Counter[str] = Counter()
    for unit, day, reason, tried, ended, since, team, number in rows:
        if reason:
            out[reason] += number
        found = {"number": number}
        for code in codes:
            one = BY_CODE[code]
            found[f"{code}__{_state(reason, since, tried if one.end == 'attempted_at' else ended, one.hours)}"] = number
        for into in (whole, units[unit], teams[team], days[day]):
            into.update(found)
    first = begins(at, asked.days).date()
    for day in (first + timedelta(days=number) for number in range(asked.days)):
        days[day]  # a day without anybody is a day of the trend
    return Board(
        _shares(whole, codes),
        {unit: _shares(found, codes) for unit, found in units.items()},
        {team: _shares(found, codes) for team, found in teams.items()},
        {day: _shares(days[day], codes) for day in sorted(days)},
        whole["number"],
        dict(sorted(out.items())),
    )


def _state(out: str, since: int | None, within: int | None, hours: int) -> str:
    """As `metrics.state`: `since`, how long ago the clock began; `within`, how long it took; both as `hours_class` has it."""
    if out:
        return f"out__{out}"
    if since is None:
        return UNKNOWN
    if within is not None:
        return MET if within <= hours else LATE
    return RUNNING if since <= hours else LATE


def _shares(found: Counter[str], codes: Sequence[str]) -> Shares:
    made = {}
    for code in codes:
        start = f"{code}__out__"
        out = {name.removeprefix(start): number for name, number in sorted(found.items()) if name.startswith(start)}
        met, late, running, unknown = (found[f"{code}__{state}"] for state in STATES)
        made[code] = Share(met, late, running, unknown, out)
    return made


def _cohort(asked: Asked, at: datetime) -> QuerySet[Any]:
    moment = _COHORT[asked.of]
    rows: QuerySet[Any] = CaseMoments.objects.all() if asked.of == "case" else ContactMoments.objects.all()
    rows = rows.filter(**{f"{moment}__gte": begins(at, asked.days), f"{moment}__lte": at})
    return rows.filter(disease=asked.disease) if asked.disease else rows


def people(
    asked: Asked, code: str, state: str, viewer: Viewer, at: datetime, *, day: date | None = None, team: UUID | str = "", size: int,
    after: UUID | None = None, before: UUID | None = None,
) -> Listing[Any]:  # fmt: skip
    """Who stands behind a number: those of the cohort in that state of a share, the newest first. `state` may be a reason of being out;
    "" is everybody. `day`: received on that day alone; `team`: whom it tried first, or "none"."""
    moment, rows = _COHORT[asked.of], _cohort(asked, at)
    if day is not None:
        midnight = datetime.combine(day, time(0), ZoneInfo(settings.TIME_ZONE))
        rows = rows.filter(**{f"{moment}__gte": midnight, f"{moment}__lt": midnight + timedelta(days=1)})
    if team:
        rows = rows.filter(team__isnull=True) if isinstance(team, str) else rows.filter(team=team)
    if state:
        rows = rows.filter(state_is(timely(code, asked.clock), state, at))
    order = Order("received", moment, down=True, key_down=True)
    shown = rows.prefetch_related("person", "unit", "case" if asked.of == "case" else "exposure")
    return listing(shown, viewer, order, size=size, unit=asked.unit, after=after, before=before)


AGES: Final[Mapping[int, str]] = {24: "day", 48: "two_days", 72: "three_days", 168: "week", 0: "older"}
"""Hours on the list at most, as `waiting.WAITED` has them → its code."""
CALLS: Final[Mapping[str, tuple[str, ...]]] = {"case": ("first_call", "callback"), "contact": ("contact_call",)}


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many calls waited at that instant, by how long they had waited since they were put on the list."""

    at: datetime
    ages: Mapping[str, int]
    units: Mapping[UUID, int]

    @property
    def number(self) -> int:
        return sum(self.ages.values())


def backlog(asked: Asked, viewer: Viewer, at: datetime) -> Backlog:
    """Calls of this kind that are open or in hand, whenever they came."""
    which = Q(kind__in=CALLS[asked.of])
    if asked.disease:
        which &= Q(disease=asked.disease)
    if asked.unit is not None:
        which &= Q(unit=asked.unit)
    found = waits(("unit", "waited"), which, viewer=viewer, at=at)
    ages, units = dict.fromkeys(AGES.values(), 0), Counter[UUID]()
    for (unit, waited), number in found.numbers.items():
        ages[AGES[waited]] += number
        units[unit] += number
    return Backlog(found.at, ages, units)
