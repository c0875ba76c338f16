"""What covers mean for a day's plan: how much a team that covers can take off a department today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from tracing.jurisdictions.holidays import Holidays
from tracing.tasks.covering import rules
from tracing.tasks.covering.queries import live, when_of
from tracing.tasks.loads import Help
from tracing.tasks.models import Cover


def covers_today(units: Iterable[UUID], *, at: datetime, kept: Holidays) -> list[Cover]:
    """Covers of these units' calls that are in force now or will be before the day is over there, in the order in which they were made."""
    rows = live(at).filter(Q(unit__in=list(units)), team__ended_at__isnull=True).order_by("at", "id")
    return [cover for cover in rows if _today(cover, at, kept)]


def help_of(covers: Iterable[Cover], due: Mapping[UUID, Mapping[str, int]], spare: Mapping[UUID, int]) -> dict[UUID, list[Help]]:
    """Unit → what its covers take off it. `due`: unit → part of the work → calls; `spare`: team → calls it can make beside its own, given to
    whom it covers in the order in which that was arranged."""
    left = dict(spare)
    found: dict[UUID, list[Help]] = {}
    for cover in covers:
        calls = sum(due.get(cover.unit_id, {}).get(part, 0) for part in cover.work)
        wanted = calls if cover.above is None else max(0, calls - cover.above)
        made = min(wanted, left.get(cover.team_id, 0))
        left[cover.team_id] = left.get(cover.team_id, 0) - made
        found.setdefault(cover.unit_id, []).append(Help(calls, made, cover.alone))
    return found


def _today(cover: Cover, at: datetime, kept: Holidays) -> bool:
    zone = ZoneInfo(cover.unit.time_zone)
    ends = datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(0), zone)
    return bool(rules.spans(when_of(cover), at, ends, zone, kept))
