"""Who has how much to do: calls due today by department and team, who is there to make them, and what nobody will get to.

Counted for everybody at once (`tasks.waiting`) and shown without anybody's record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from tracing.access.models import Membership, User
from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.holidays import Holidays, holidays
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.tasks import loads, rules
from tracing.tasks.covering.helping import covers_today, help_of
from tracing.tasks.covering.queries import in_days, works_on
from tracing.tasks.covering.rules import WORK, part_left
from tracing.tasks.models import Absence, Attempt, BulkWork, Caller, Cover, Share, Task, Team
from tracing.tasks.queries import CALLS
from tracing.tasks.waiting import waits

PERMISSION: Final = "tasks.assign"
MOST: Final = 2000
"""Calls looked at when they are spread: more than any team makes in a day."""
OUTSIDE: Final = 50
"""People in no team who are listed: more are found by their names."""

_DUE: Final = Q(kind__in=CALLS, in_hand=False, no_phone=False, today=True)
"""Calls that may be made before the day is over where the unit is."""


@dataclass(frozen=True, slots=True)
class MemberLoad:
    """Somebody of a team, today."""

    user: UUID
    name: str
    cap: int
    tried: int
    reached: int
    assigned: int
    at_work: bool
    away_until: date | None
    can: Caller
    off: bool = False
    """It is their day off."""
    still: int = 0
    """Tries that what is left of the team's day has time for."""

    @property
    def there(self) -> bool:
        return not self.away_until and not self.off

    @property
    def room(self) -> int:
        """Calls they can still make today, those kept for them among them."""
        return min(max(0, self.cap - self.tried), self.still) if self.there else 0

    @property
    def hands(self) -> loads.Hands:
        room = min(loads.room(self.cap, self.tried, self.assigned), max(0, self.still - self.assigned)) if self.there else 0
        return loads.Hands(self.user, room, self.assigned, frozenset(self.can.languages), frozenset(self.can.skills), self.can.interpreter)


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """A team today. `lent`: calls of other units that it is to make; `works`: whether it works on this day; `covers`: whose calls it covers some
    time today."""

    team: Team
    members: list[MemberLoad]
    lent: int
    works: bool
    covers: list[Cover] = field(default_factory=list)

    @property
    def room(self) -> int:
        return sum(one.room for one in self.members) if self.works else 0

    @property
    def there(self) -> int:
        return sum(1 for one in self.members if one.there) if self.works else 0


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """A unit's calls today."""

    unit: Unit
    due: int
    lent: int
    agreed: int
    in_hand: int
    room: int
    staffed: bool
    """Whether it has a team, or one of others covers it today: without one nobody can say how much it will do."""
    share: Share | None
    covers: list[Cover] = field(default_factory=list)
    """Who covers some of its calls today."""
    helped: list[loads.Help] = field(default_factory=list)

    @property
    def left(self) -> int:
        """What will not be done today."""
        return loads.not_done_with_help(self.due, self.room, self.helped)

    @property
    def made_by_others(self) -> int:
        """What those who cover it have room for."""
        return sum(one.made for one in self.helped)


@dataclass(frozen=True, slots=True)
class Workload:
    units: list[UnitLoad]
    teams: list[TeamLoad]
    works: list[BulkWork]
    at_work: int
    counted_at: datetime
    """When the units' calls were counted."""


def led(viewer: Viewer) -> list[Unit]:
    """Units whose work the viewer leads."""
    rows = Unit.objects.filter(kind__in=("state", "region", "department"), active_until__isnull=True).order_by("sort_key", "id")
    if PERMISSION not in viewer.everywhere:
        rows = rows.filter(pk__in=viewer.units.get(PERMISSION, frozenset()))
    return list(rows)


def workload(viewer: Viewer, *, at: datetime) -> Workload:
    """All that the viewer leads, today."""
    units = led(viewer)
    keys = [unit.pk for unit in units]
    kept = holidays()
    covers = covers_today(keys, at=at, kept=kept)
    elsewhere = {cover.team_id: cover.team for cover in covers if cover.team.unit_id not in keys}
    teams = list(Team.objects.filter(unit__in=keys, ended_at__isnull=True).select_related("unit").order_by("unit__sort_key", "name", "id"))
    everybody = team_loads([*teams, *elsewhere.values()], at=at, kept=kept)
    found = everybody[: len(teams)]
    counted_at, figures = _due([*keys, *{team.unit_id for team in elsewhere.values()}], at)
    rooms: dict[UUID, int] = {}
    for one in everybody:
        # What is lent to a team is made before its own unit's list gets the rest: the promise was made to others.
        rooms[one.team.unit_id] = rooms.get(one.team.unit_id, 0) + max(0, one.room - one.lent)
    # And what it covers comes after its own.
    spare = {one.team.pk: min(max(0, one.room - one.lent), max(0, rooms[one.team.unit_id] - figures[one.team.unit_id].due)) for one in everybody}
    helped = help_of(covers, {unit: figure.parts for unit, figure in figures.items()}, spare)
    shares = {share.unit_id: share for share in Share.objects.filter(unit__in=keys, ended_at__isnull=True).select_related("team__unit", "unit")}
    here = {one.team.unit_id for one in found}
    loaded = []
    for unit in units:
        figure, covered = figures[unit.pk], [cover for cover in covers if cover.unit_id == unit.pk]
        loaded.append(
            UnitLoad(
                unit, figure.due, figure.lent, figure.agreed, figure.in_hand, rooms.get(unit.pk, 0), unit.pk in here or bool(covered),
                shares.get(unit.pk), covered, helped.get(unit.pk, []),
            )
        )  # fmt: skip
    works = list(BulkWork.objects.filter(unit__in=keys).select_related("unit", "share__team").order_by("-at", "-id")[:8])
    return Workload(
        units=[one for one in loaded if one.due or one.lent or one.in_hand or one.staffed or one.share],
        teams=found, works=works, at_work=sum(1 for one in found for member in one.members if member.at_work),
        counted_at=counted_at,
    )  # fmt: skip


@dataclass(slots=True)
class _Figures:
    due: int = 0
    lent: int = 0
    """What is lent away is the team's, not the unit's."""
    agreed: int = 0
    in_hand: int = 0
    parts: Counter[str] = field(default_factory=Counter)


def _due(units: Sequence[UUID], at: datetime) -> tuple[datetime, dict[UUID, _Figures]]:
    figures = {unit: _Figures() for unit in units}
    found = waits(("unit", "team", "kind", "in_hand", "agreed"), Q(unit__in=units) & (_DUE | Q(in_hand=True)), viewer=None, at=at)
    for (unit, team, kind, in_hand, agreed), number in found.numbers.items():
        figure = figures[unit]
        if in_hand:
            figure.in_hand += number
            continue
        figure.agreed += number if agreed else 0
        if team is not None:
            figure.lent += number
            continue
        figure.due += number
        for part, kinds in WORK.items():
            figure.parts[part] += number if kind in kinds else 0
    return found.at, figures


def team_loads(teams: Sequence[Team], *, at: datetime, kept: Holidays | None = None) -> list[TeamLoad]:
    """Each team with its members, today where the team is."""
    listed = kept or holidays()
    cans: dict[UUID, list[Caller]] = {}
    rows = Caller.objects.filter(team__in=teams, user__is_active=True).select_related("user").defer("user__password")
    for can in rows.order_by("user__name", "user_id"):
        if can.team_id is not None:
            cans.setdefault(can.team_id, []).append(can)
    lent = waits(("team",), _DUE & Q(team__in=[team.pk for team in teams]), viewer=None, at=at).numbers
    with role(ACTING_ROLE):
        members = _members(teams, cans, at)
    covered: dict[UUID, list[Cover]] = {}
    for cover in Cover.objects.filter(team__in=teams, ended_at__isnull=True).select_related("unit").order_by("unit__sort_key", "id"):
        if in_days(cover, at):
            covered.setdefault(cover.team_id, []).append(cover)
    return [
        TeamLoad(team, members.get(team.pk, []), lent[team.pk,], works_on(team, _today(team, at), listed), covered.get(team.pk, []))
        for team in teams
    ]


def _members(teams: Iterable[Team], cans: dict[UUID, list[Caller]], at: datetime) -> dict[UUID, list[MemberLoad]]:
    users = [can.user_id for those in cans.values() for can in those]
    kept = Counter(
        dict(
            Task.objects.filter(assigned_to__in=users, state="open", assigned_to__isnull=False)
            .values_list("assigned_to").annotate(number=Count("id")).order_by()
        )
    )  # fmt: skip
    holding = set(Task.objects.filter(held_by__in=users, state="held", held_until__gt=at).values_list("held_by", flat=True))
    found: dict[UUID, list[MemberLoad]] = {}
    for team in teams:
        mine = cans.get(team.pk, [])
        today = _today(team, at)
        begins = datetime.combine(today, time(0), ZoneInfo(team.unit.time_zone))
        keys = [can.user_id for can in mine]
        left = part_left(at, ZoneInfo(team.unit.time_zone), team.opens, team.closes)
        tried = {
            user: (number, reached)
            for user, number, reached in Attempt.objects.filter(by__in=keys, at__gte=begins, at__lte=at)
            .values_list("by").annotate(n=Count("id"), r=Count("id", filter=Q(outcome__in=("reached", "partial")))).order_by()
        }  # fmt: skip
        away = {
            row.user_id: row.until_on
            for row in Absence.objects.filter(user__in=keys, ended_at__isnull=True, from_on__lte=today, until_on__gte=today).order_by("until_on")
        }
        found[team.pk] = [
            MemberLoad(
                user=can.user_id, name=can.user.name, cap=can.cap if can.cap is not None else team.cap,
                tried=tried.get(can.user_id, (0, 0))[0], reached=tried.get(can.user_id, (0, 0))[1], assigned=kept[can.user_id],
                at_work=can.user_id in holding or (can.last_at is not None and at - can.last_at <= rules.HOLD),
                away_until=away.get(can.user_id), can=can, off=today.weekday() in can.days_off,
                still=loads.rest_of_day(can.cap if can.cap is not None else team.cap, left),
            )
            for can in mine
        ]  # fmt: skip
    return found


def to_spread(team: Team, *, at: datetime) -> list[loads.Wanted]:
    """Calls of a team's queue that are due now and kept for nobody, the most urgent first."""
    with role(ACTING_ROLE):
        rows = unassigned(team.unit_id, at=at) | Task.objects.filter(
            team=team, state="open", kind__in=CALLS, no_phone=False, not_before__lte=at, assigned_to__isnull=True
        )
        return [loads.Wanted(*row) for row in rows.order_by("-priority", "id").values_list("id", "language", "skill")[:MOST]]


def unassigned(unit: UUID, *, at: datetime) -> QuerySet[Task]:
    """Calls on a unit's list that are due now and kept for nobody."""
    return Task.objects.filter(
        unit=unit, team__isnull=True, state="open", kind__in=CALLS, no_phone=False, not_before__lte=at, assigned_to__isnull=True
    )


def callers_of(units: Iterable[UUID], *, at: datetime) -> list[User]:
    """Who may take calls of one of these units: whom a team may have."""
    with role(ACTING_ROLE):  # memberships of others are read by nobody's page; who takes calls is what a lead must know
        return list(_callers(units, at))


@dataclass(frozen=True, slots=True)
class OutsideTeams:
    """Of those who may take calls and are in no team some whose names have these words in them, and how many there are of these."""

    shown: list[User]
    number: int


def outside_teams(units: Iterable[UUID], inside: Iterable[UUID], words: str, *, at: datetime) -> OutsideTeams:
    """Who may take calls of one of these units and is none of `inside`, by name, at most OUTSIDE; "": whatever they are called."""
    rows = _callers(units, at).exclude(pk__in=list(inside))
    for word in words.split():
        rows = rows.filter(name__icontains=word)
    with role(ACTING_ROLE):
        return OutsideTeams(list(rows[:OUTSIDE]), rows.order_by().count())


def _callers(units: Iterable[UUID], at: datetime) -> QuerySet[User]:
    now = Membership.objects.filter(unit__in=list(units), valid_from__lte=at, role__ended_at__isnull=True).exclude(valid_until__lte=at)
    rows = now.filter(role__permissions__contains=["tasks.next_call"], user__is_active=True)
    return User.objects.filter(pk__in=rows.values("user")).order_by("name", "id").defer("password")


def teams_above(unit: Unit) -> QuerySet[Team]:
    """Teams that a share of this unit's calls may be lent to: those of the units above it."""
    above = UnitAncestor.objects.filter(unit=unit.pk).exclude(ancestor=unit.pk).values("ancestor")
    return Team.objects.filter(unit__in=above, ended_at__isnull=True).select_related("unit").order_by("name", "id")


def _today(team: Team, at: datetime) -> date:
    return at.astimezone(ZoneInfo(team.unit.time_zone)).date()


def unassigned_page(unit: UUID, viewer: Viewer, *, at: datetime, most: int) -> list[Task]:
    """The most urgent of `unassigned` that the viewer sees."""
    rows = visible_to(unassigned(unit, at=at), viewer).select_related("person")
    return list(rows.order_by("-priority", "id")[:most])


def caller_of(user: UUID) -> Caller | None:
    """What is said of somebody."""
    return Caller.objects.filter(user=user).select_related("team__unit").first()


def absences_of(user: UUID, *, from_on: date) -> list[Absence]:
    """When they are away, from that day on."""
    return list(Absence.objects.filter(user=user, ended_at__isnull=True, until_on__gte=from_on).order_by("from_on", "id"))


def share_from(unit: UUID) -> Share | None:
    """The share of a unit's calls that is lent now."""
    return Share.objects.filter(unit=unit, ended_at__isnull=True).select_related("team__unit").first()


def share_of(viewer: Viewer, key: UUID) -> Share | None:
    """A share that the viewer may take back: of a unit whose work they lead."""
    return Share.objects.filter(pk=key, unit__in=[unit.pk for unit in led(viewer)]).first()


def work_of(viewer: Viewer, key: UUID) -> BulkWork | None:
    """A bulk work that the viewer may undo: of a unit whose work they lead."""
    return BulkWork.objects.filter(pk=key, unit__in=[unit.pk for unit in led(viewer)]).first()
