"""Who knows a person neither sees nor calls them. See also `tasks.stepping_aside`, which passes a call on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.emergency import end_for
from tracing.people.models import Recusal

UNDO: Final = "people.undo_recusal"


class NotYourOwn(Exception):
    """Whoever stepped aside does not come back by themselves: their lead says so."""


@action
def recuse(*, person: UUID, user: UUID, by: Actor, at: datetime) -> Recusal | Unchanged:
    """This user knows the person: the record closes to them, also where it was open to them alone."""
    if Recusal.objects.filter(person=person, user=user, ended_at__isnull=True).exists():
        return UNCHANGED
    row = Recusal(person_id=person, user_id=user, at=at)
    row.save(force_insert=True)
    end_for(person, user, at)
    record("recusal.made", by=by, at=at, subject=("recusal", row.pk), person=person)
    return row


@action
def undo_recusal(*, recusal: UUID, person: UUID, by: Actor, at: datetime) -> Recusal | Unchanged:
    """A lead says that it was a mistake: the record is like any other to them again."""
    row = Recusal.objects.select_for_update(no_key=True).filter(pk=recusal, person=person).first()
    if row is None or row.ended_at is not None:
        return UNCHANGED
    if row.user_id == by.id:
        raise NotYourOwn
    row.ended_at, row.ended_by = at, by.id
    row.save(update_fields=["ended_at", "ended_by"])
    record("recusal.undone", by=by, at=at, subject=("recusal", row.pk), person=row.person_id)
    return row


@dataclass(frozen=True, slots=True)
class Aside:
    """Somebody who stepped aside."""

    key: UUID
    name: str
    at: datetime


def stepped_aside(person: UUID, viewer: Viewer) -> Sequence[Aside]:
    """Who has stepped aside from a person. The caller has checked `people.undo_recusal` on the person; the rows are each user's own,
    so they are read under the acting role, for this one question."""
    with role(ACTING_ROLE):
        rows = Recusal.objects.filter(person=person, ended_at__isnull=True).exclude(user=viewer.user).select_related("user").defer("user__password")
        return [Aside(row.pk, row.user.name, row.at) for row in rows.order_by("at")]
