"""What a team did for a department while it covered it: counted when the time agreed is over, told to the department, read there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.cases.models import Interview
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.holidays import Holidays, holidays
from tracing.reporting.board import PERMISSION
from tracing.reporting.models import HandBack
from tracing.tasks.covering import rules
from tracing.tasks.covering.queries import when_of
from tracing.tasks.models import Attempt, Cover, Task
from tracing.tasks.rules import AGREED_PRIORITY, WORKS

BACK: Final = timedelta(days=15)
"""So far is looked for times that are over and not handed back: a worker that stood still for two weeks has missed none."""
SHOWN_FOR: Final = timedelta(days=30)
_AHEAD: Final = rules.LONGEST + timedelta(days=1)
"""Longer than any span lasts, so that one that goes on is not taken for one that is over."""


@action
def hand_back(*, cover: Cover, since: datetime, until: datetime, by: Actor, at: datetime) -> HandBack | Unchanged:
    """Count what the team did for the unit in that time, and what is left. Once for each time that is over."""
    tries = tries_of(cover, since, until)
    tried = list(tries.values_list("person", "outcome", "task", "by"))
    reached = {person for person, outcome, _task, _by in tried if outcome in WORKS}
    waits = Task.objects.filter(
        unit=cover.unit_id, kind__in=rules.kinds(cover.work), state__in=(Task.State.OPEN, Task.State.HELD), team__isnull=True
    )
    row = HandBack(
        cover=cover, unit_id=cover.unit_id, team_id=cover.team_id, since=since, until=until, at=at,
        tries=len(tried), tried=len({person for person, *_rest in tried}), reached=len(reached),
        interviewed=_interviewed(cover, tried, since, until), left=waits.count(),
        agreed=waits.filter(pk__in={task for _person, _outcome, task, _by in tried}, priority=AGREED_PRIORITY).count(),
        callers=len({user for *_rest, user in tried}),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return UNCHANGED
    record("cover.handed_back", by=by, at=at, subject=("hand_back", row.pk), codes={"cover": str(cover.pk), "unit": str(cover.unit_id)})
    return row


@action
def read_hand_back(*, hand_back: HandBack, by: Actor, at: datetime) -> HandBack | Unchanged:
    """The department has read it: it stands no longer on its morning page."""
    row = HandBack.objects.select_for_update(no_key=True).get(pk=hand_back.pk)
    if row.read_at is not None:
        return UNCHANGED
    row.read_at, row.read_by = at, by.id
    row.save(update_fields=["read_at", "read_by"])
    record("cover.hand_back_read", by=by, at=at, subject=("hand_back", row.pk))
    return row


def tries_of(cover: Cover, since: datetime, until: datetime) -> QuerySet[Attempt]:
    """The team's tries at people of that part of the unit's list, in that time. What the unit has lent to the team is the team's anyway."""
    return Attempt.objects.filter(
        team=cover.team_id, at__gte=since, at__lt=until, task__unit=cover.unit_id, task__kind__in=rules.kinds(cover.work),
        task__team__isnull=True,
    )  # fmt: skip


def _interviewed(cover: Cover, tried: Iterable[tuple[UUID, str, UUID, UUID | None]], since: datetime, until: datetime) -> int:
    people = {person for person, *_rest in tried}
    users = {user for *_rest, user in tried if user}
    rows = Interview.objects.filter(person__in=people, by__in=users, at__gte=since, at__lt=until)
    return rows.values("case").distinct().count() if "cases" in cover.work else 0


def to_hand_back(at: datetime) -> list[tuple[Cover, datetime, datetime]]:
    """Times that are over and were not handed back, the oldest first."""
    kept = holidays()
    covers = Cover.objects.exclude(ended_at__lt=at - BACK).exclude(until_on__lt=at.date() - BACK).select_related("unit")
    done = set(HandBack.objects.filter(cover__in=covers, until__gt=at - BACK - _AHEAD).values_list("cover", "since"))
    found = []
    for cover in covers.order_by("at", "id"):
        found += [(cover, since, until) for since, until in over(cover, at, kept) if (cover.pk, since) not in done and until > at - BACK]
    return sorted(found, key=lambda one: (one[2], one[0].pk))


def over(cover: Cover, at: datetime, kept: Holidays) -> list[rules.Span]:
    """The times of a cover that ended lately, each from when to when."""
    last = cover.ended_at or at + _AHEAD
    # Begun on the same days whenever it is asked: where a time begins says which one it is.
    first = max(cover.at, at - BACK - 2 * _AHEAD)
    if first != cover.at:
        zone = ZoneInfo(cover.unit.time_zone)
        monday = first.astimezone(zone).date() - timedelta(days=first.astimezone(zone).weekday())
        first = max(cover.at, datetime.combine(monday, cover.morning, zone))
    return [span for span in rules.spans(when_of(cover), first, last, ZoneInfo(cover.unit.time_zone), kept) if span[1] <= at]


def hand_backs(units: Sequence[UUID] | None, *, at: datetime, unread: bool = False, most: int = 20) -> list[HandBack]:
    """Of these units' calls (None: of all), and by their teams, the newest first. `unread`: only of their calls, and only what nobody has read."""
    rows = HandBack.objects.filter(until__gte=at - SHOWN_FOR).select_related("unit", "team__unit", "cover")
    if units is not None:
        rows = rows.filter(Q(unit__in=units) if unread else Q(unit__in=units) | Q(team__unit__in=units))
    if unread:
        rows = rows.filter(read_at__isnull=True)
    return list(rows.order_by("-until", "-id")[:most])


def unread(viewer: Viewer, *, at: datetime) -> list[HandBack]:
    """What was done for the units that the viewer oversees, and nobody there has read. Who oversees every unit reads it under *Workload*."""
    return [] if PERMISSION in viewer.everywhere else hand_backs(sorted(viewer.units.get(PERMISSION, frozenset())), at=at, unread=True)


def hand_back_of(viewer: Viewer, key: UUID) -> HandBack | None:
    """One that the viewer may read: of a unit that they oversee, or by a team of one."""
    row = HandBack.objects.filter(pk=key).select_related("unit", "team__unit", "cover__unit").first()
    return row if row is not None and (viewer.may(PERMISSION, row.unit_id) or viewer.may(PERMISSION, row.team.unit_id)) else None


def tries_behind(row: HandBack, viewer: Viewer, *, most: int) -> list[Attempt]:
    """The tries that it counts, the newest first, as far as the viewer sees the people."""
    with role(ACTING_ROLE):  # tasks of the unit, by their keys alone: what is shown are tries that the viewer sees
        keys = list(tries_of(row.cover, row.since, row.until).order_by("-at", "-id").values_list("pk", flat=True)[:most])
    return list(visible_to(Attempt.objects.filter(pk__in=keys), viewer).select_related("person", "task").order_by("-at", "-id"))
