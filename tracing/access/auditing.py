"""Entries, looks and sign-ins together, for whoever holds `audit.see`: keys and codes, nobody's record.

The journal is hidden from the reading role, or shown by person; here it is read under the acting role for this one question, after
the caller has checked the permission. The page that asks is itself recorded as a look.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from tracing.access.models import Membership, SignIn
from tracing.access.viewer import Viewer
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.events import Event, Kind, of_entry, of_look, of_sign_in
from tracing.journal.models import Entry, Look

PERMISSION: Final = "audit.see"
AT_MOST: Final = 10_000
_BATCH: Final = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the audit; empty: everything."""

    since: datetime
    until: datetime
    kind: Kind | str = ""
    actor: UUID | None = None
    person: UUID | None = None
    what: str = ""
    """A verb or the code of a page, or how it begins."""


def audited(viewer: Viewer, asked: Asked, *, most: int = AT_MOST) -> list[Event]:
    """The newest `most` events. An auditor of the state asks about everybody, of a department about its own staff."""
    with role(ACTING_ROLE):
        staff = None if PERMISSION in viewer.everywhere else _staff_of(viewer.units.get(PERMISSION, frozenset()))
        found = [list(rows.order_by("-at", "-id")[:most]) for rows in _rows(asked, staff)]
    events = sorted((_event(row) for rows in found for row in rows), key=lambda event: (event.at, event.id), reverse=True)
    return events[:most]


def everything(*, since: datetime, until: datetime) -> Iterator[Event]:
    """Every event of the period, oldest first, without holding them all: for a command, which runs under the acting role."""
    day = since
    while day < until:
        end = min(until, datetime.combine(day.date() + timedelta(days=1), time(), UTC))
        rows = _rows(Asked(day, end), None)
        parts = [map(_event, part.order_by("at", "id").iterator(chunk_size=_BATCH)) for part in rows]
        yield from heapq.merge(*parts, key=lambda event: (event.at, event.id))
        day = end


def _rows(asked: Asked, staff: set[UUID] | None) -> list[QuerySet[Any]]:
    period = Q(at__gte=asked.since, at__lt=asked.until)
    entries, looks, attempts = Entry.objects.filter(period), Look.objects.filter(period), SignIn.objects.filter(period)
    if asked.actor is not None:
        entries, looks, attempts = entries.filter(actor_id=asked.actor), looks.filter(actor_id=asked.actor), attempts.filter(user=asked.actor)
    if staff is not None:
        entries, looks, attempts = entries.filter(actor_id__in=staff), looks.filter(actor_id__in=staff), attempts.filter(user__in=staff)
    if asked.person is not None:
        entries, looks, attempts = entries.filter(person_id=asked.person), looks.filter(persons__contains=[asked.person]), attempts.none()
    if asked.what:
        entries, looks, attempts = (
            entries.filter(verb__startswith=asked.what), looks.filter(page__startswith=asked.what),
            attempts.filter(method__startswith=asked.what),
        )  # fmt: skip
    chosen: dict[str, QuerySet[Any]] = {"entry": entries, "look": looks, "sign_in": attempts}
    return [rows for kind, rows in chosen.items() if asked.kind in ("", kind)]


def _event(row: Entry | Look | SignIn) -> Event:
    return of_entry(row) if isinstance(row, Entry) else of_look(row) if isinstance(row, Look) else of_sign_in(row)


def _staff_of(units: frozenset[UUID]) -> set[UUID]:
    """Whoever holds or held a role there."""
    return set(Membership.objects.filter(unit__in=units).values_list("user_id", flat=True))
