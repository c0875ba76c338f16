"""Reading the journal: by its number (followers), by person (timelines), by look (who has looked)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tracing.journal.models import Entry, Look, LookSeal, Seal


def after(number: int, *, verbs: Sequence[str], limit: int = 500) -> list[Entry]:
    """Sealed entries of these verbs after `number`, in order."""
    return list(Entry.objects.filter(number__gt=number, verb__in=verbs).order_by("number")[:limit])


def last_sealed() -> int:
    newest = Seal.objects.order_by("-first").values_list("last", flat=True).first()
    return newest or 0


def timeline(person_ids: Sequence[UUID], *, before: datetime | None = None, limit: int = 100) -> QuerySet[Entry]:
    """Entries about a person, newest first, under the reader's own row policies. Pass every id the person has had."""
    entries = Entry.objects.filter(person_id__in=person_ids)
    if before is not None:
        entries = entries.filter(at__lt=before)
    return entries.order_by("-at", "-id")[:limit]


def looks_at(person: UUID, *, since: datetime, limit: int = 200) -> QuerySet[Look]:
    """Who has looked at a person. The caller has checked the permission `journal.see`."""
    return Look.objects.filter(persons__contains=[person], at__gte=since).order_by("-at")[:limit]


def last_look_sealed() -> int:
    newest = LookSeal.objects.order_by("-first").values_list("last", flat=True).first()
    return newest or 0
