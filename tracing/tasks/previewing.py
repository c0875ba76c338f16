"""A draft of points: who would move is counted over every call that waits, in steps; published, the calls are scored by it in steps."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.diseases.models import Tuning
from tracing.diseases.tuning import rules_with
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.tasks import scoring
from tracing.tasks.models import Task
from tracing.tasks.moves import Scored, count, restored, stored
from tracing.tasks.rescoring import rescore_open
from tracing.tasks.rules import AGREED_PRIORITY

AT_ONCE: Final = 2_000
"""Calls of one step: a second's work."""


def waiting(tuning: Tuning) -> QuerySet[Task]:
    """The calls that its points would score: of its disease, to cases or to contacts. An agreed hour keeps its place."""
    of = Q(facts__of=tuning.of) if tuning.of != "case" else ~Q(facts__has_key="of") | Q(facts__of="case")
    rows = Task.objects.filter(of, state=Task.State.OPEN, disease=tuning.disease).exclude(priority=AGREED_PRIORITY)
    return rows.exclude(facts={}).order_by("pk")


@action
def advance_preview(*, tuning: Tuning, by: Actor, at: datetime, limit: int = AT_ONCE) -> Tuning | Unchanged:
    """Count the next calls of a draft. Nothing moves yet."""
    row = Tuning.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=tuning.pk, state=Tuning.State.DRAFT, previewed_at=None).first()
    if row is None:
        return UNCHANGED
    if row.previewed_after is None:
        row.total = waiting(row).count()
    rules = {row.disease: rules_with(row)}
    rows = waiting(row) if row.previewed_after is None else waiting(row).filter(pk__gt=row.previewed_after)
    found = list(rows.values_list("pk", "unit_id", "unit__time_zone", "priority", "facts", "attempts")[:limit])
    moves = restored(row.preview)
    scored = []
    for key, unit, zone, now, facts, attempts in found:
        day = max(at.astimezone(ZoneInfo(zone)).date(), row.from_on)
        then = scoring.score(row.disease, facts, attempts=attempts, on=day, rules=rules)
        scored.append(Scored(str(key), str(unit), now, then.score if then is not None else now))
    row.preview, row.seen = stored(count(moves, scored)), row.seen + len(found)
    row.previewed_after = found[-1][0] if found else row.previewed_after
    if len(found) < limit:
        row.previewed_at, row.total = at, row.seen
    row.save(update_fields=["preview", "seen", "total", "previewed_after", "previewed_at"])
    record("priorities.previewed", by=by, at=at, subject=("tuning", row.pk), disease=row.disease, codes={"calls": row.seen})
    return row


@action
def advance_applying(*, tuning: Tuning, by: Actor, at: datetime) -> Tuning | Unchanged:
    """Score the next 500 calls that wait, since published points hold from today."""
    row = Tuning.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=tuning.pk, state=Tuning.State.PUBLISHED, applied_at=None).first()
    if row is None:
        return UNCHANGED
    last = rescore_open(after=row.applied_after, by=by, at=at)
    row.applied_after = last
    row.applied_at = at if last is None else None
    row.save(update_fields=["applied_after", "applied_at"])
    record("priorities.applied", by=by, at=at, subject=("tuning", row.pk), disease=row.disease)
    return row


def drafts() -> list[Tuning]:
    """Those whose preview goes on."""
    return list(Tuning.objects.filter(state=Tuning.State.DRAFT, previewed_at=None).order_by("at"))


def to_apply(at: datetime) -> list[Tuning]:
    """Published, their day has come, and not every call is scored by them yet."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return list(Tuning.objects.filter(state=Tuning.State.PUBLISHED, applied_at=None, from_on__lte=today).order_by("from_on"))


def calls_shown(keys: list[str], viewer: Viewer, most: int = 10) -> list[Task]:
    """The first of these calls that the viewer may see, in their order."""
    wanted = [UUID(key) for key in keys]
    rows = {row.pk: row for row in visible_to(Task.objects.filter(pk__in=wanted).select_related("unit", "person"), viewer)}
    return [rows[key] for key in wanted if key in rows][:most]
