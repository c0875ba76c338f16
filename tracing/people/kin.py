"""Who is spoken with after somebody has died."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.death import is_dead
from tracing.people.models import NextOfKin, Person


class NobodyHasDied(Exception):
    """A next of kin is named for somebody who has died; for the living there are guardians and representatives."""


@action
def name_kin(*, person: UUID, name: str, relation: str, phone: str = "", language: str = "", by: Actor, at: datetime) -> NextOfKin | Unchanged:
    """Keep whom to speak with, after a death. `phone` in international form. The same one twice changes nothing."""
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=person)
    if not is_dead(person):
        raise NobodyHasDied
    said = {"name": " ".join(name.split())[:160], "relation": NextOfKin.Relation(relation), "phone": phone, "language": language}
    if NextOfKin.objects.filter(person=person, ended_at__isnull=True, **said).exists():
        return UNCHANGED
    row = NextOfKin(person_id=person, at=at, by=by.id, **said)
    row.save(force_insert=True)
    record("kin.named", by=by, at=at, subject=("person", person), person=person, codes={"relation": relation})
    return row


@action
def end_kin(*, kin: NextOfKin, by: Actor, at: datetime) -> NextOfKin | Unchanged:
    """Not the one to speak with, or they wish no further calls."""
    row = NextOfKin.objects.select_for_update(no_key=True).get(pk=kin.pk)
    if row.ended_at is not None:
        return UNCHANGED
    row.ended_at, row.ended_by = at, by.id
    row.save(update_fields=["ended_at", "ended_by"])
    record("kin.ended", by=by, at=at, subject=("person", row.person_id), person=row.person_id)
    return row


def kin() -> QuerySet[NextOfKin]:
    """Every row: pages load one through `desk.page.load`."""
    return NextOfKin.objects.filter(ended_at__isnull=True)


def kin_of(person: UUID, viewer: Viewer) -> list[NextOfKin]:
    """Who is to be spoken with, as far as the viewer may see, in the order in which they were named."""
    return list(visible_to(kin().filter(person=person), viewer).order_by("at"))
