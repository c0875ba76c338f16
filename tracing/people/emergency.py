"""Emergency access ("break glass"): one record that is not theirs is open to one user for some hours, and the privacy officer is told.

Whatever is asked is written down before anything is answered, found or not. A record whose every reason is a sensitive disease that
the user's memberships do not name is not found, so that nobody learns that it is there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from tracing.access.models import User
from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.base.text import name_key
from tracing.diseases.conditions import sensitive_codes
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import EmergencyAccess, Person, Recusal, Restriction, Standing, WayToReach
from tracing.people.rules import EMERGENCIES_A_DAY, EMERGENCY_LASTS, emergencies_left, reason_is_enough

PERMISSION: Final = "people.break_glass"
DAY: Final = timedelta(hours=24)
_NO_DAY: Final = date(1, 1, 1)
_NO_PERSON: Final = UUID(int=0)


class ReasonTooShort(Exception):
    """A written reason is asked for, long enough to be understood by whoever reviews it."""


class EmergencyIsOver(Exception):
    """It has ended, or is not this user's."""


@dataclass(frozen=True, slots=True)
class Exactly:
    """Who is looked for, exactly: full name and birth date, or telephone and birth date. `numbered`: found by a number above."""

    family: str = ""
    given: str = ""
    birth_on: date | None = None
    phone: str = ""
    numbered: tuple[UUID, ...] = ()


@action
def break_glass(
    *, asked: Exactly, reason: str, viewer: Viewer, unit: UUID, by: Actor, at: datetime
) -> EmergencyAccess | None:
    """Write down what is asked and why, and open the one record that fits, for `rules.EMERGENCY_LASTS`.

    `person` of what is returned is empty when nobody or more than one fits. None, and nothing is looked for: asked too often today.
    """
    if not reason_is_enough(reason):
        raise ReasonTooShort
    User.objects.select_for_update(no_key=True).only("id").get(pk=viewer.user)  # one at a time, so that the count of the day holds
    if not emergencies_left(EmergencyAccess.objects.filter(user=viewer.user, at__gt=at - DAY).count()):
        record("emergency.refused", by=by, at=at, subject=("user", viewer.user), codes={"limit": EMERGENCIES_A_DAY})
        return None
    found = _openable(_found(asked), viewer)
    person = found[0] if len(found) == 1 else None
    access = EmergencyAccess(
        user_id=viewer.user, unit_id=unit, person_id=person, reason=reason.strip(), at=at, until=at + EMERGENCY_LASTS if person else None
    )
    access.save(force_insert=True)
    if person is not None:
        Standing.objects.create(
            person_id=person, unit_id=unit, user_id=viewer.user, why=Standing.Why.BREAK_GLASS, since=at, until=access.until
        )
        restricted = Restriction.objects.filter(person=person, ended_at__isnull=True).values_list("kind", flat=True)
        record("emergency.opened", by=by, at=at, subject=("emergency", access.pk), person=person,
               codes={"restricted": sorted(restricted)} if restricted else {})  # fmt: skip
    else:
        record("emergency.nobody", by=by, at=at, subject=("emergency", access.pk), codes={"found": min(len(found), 2)})
    return access


def _found(asked: Exactly) -> set[UUID]:
    """Everybody who fits exactly. Every way is asked, whatever was typed, so that the time tells nothing."""
    born = asked.birth_on or _NO_DAY
    named = Person.objects.filter(name_key=name_key(asked.family, asked.given) or "-", birth_on=born)
    called = WayToReach.objects.filter(kind="phone", value=asked.phone or "-", person__birth_on=born)
    return {*named.values_list("pk", flat=True)[:3], *called.values_list("person_id", flat=True)[:3], *asked.numbered}


def _openable(persons: Collection[UUID], viewer: Viewer) -> list[UUID]:
    """Those with a reason to be known that is not a sensitive disease beyond the viewer, and whom the viewer does not know."""
    unnamed = sensitive_codes() - viewer.holds.get("people.see", frozenset())
    asked = persons or {_NO_PERSON}
    known = Standing.objects.filter(person__in=asked).exclude(why=Standing.Why.BREAK_GLASS).exclude(disease__in=unnamed)
    recused = Recusal.objects.filter(person__in=asked, user=viewer.user, ended_at__isnull=True)
    own = set(recused.values_list("person_id", flat=True))
    return sorted(set(known.values_list("person_id", flat=True)) - own)


@action
def end_emergency(*, access: UUID, by: Actor, at: datetime) -> EmergencyAccess | Unchanged:
    """Its user needs the record no longer."""
    row = EmergencyAccess.objects.select_for_update(no_key=True).filter(pk=access, user=by.id).first()
    if row is None:
        raise EmergencyIsOver
    if row.person_id is None or row.ended_at is not None or row.until is None or row.until <= at:
        return UNCHANGED
    Standing.objects.filter(why=Standing.Why.BREAK_GLASS, person=row.person_id, user=row.user_id, until__gt=at).update(until=at)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    record("emergency.ended", by=by, at=at, subject=("emergency", row.pk), person=row.person_id)
    return row


def end_for(person: UUID, user: UUID, at: datetime) -> None:
    """Inside an action: whatever is open to this user alone is closed."""
    Standing.objects.filter(Q(until__gt=at), person=person, user=user).update(until=at)
    EmergencyAccess.objects.filter(person=person, user=user, ended_at__isnull=True, until__gt=at).update(ended_at=at)


class AlreadyReviewed(Exception):
    """Somebody else has said so."""


class NotByThemselves(Exception):
    """Nobody reviews what they did."""


@action
def review_emergency(*, access: EmergencyAccess, verdict: str, note: str, by: Actor, at: datetime) -> EmergencyAccess:
    """The privacy officer says whether it was justified."""
    row = EmergencyAccess.objects.select_for_update(no_key=True).get(pk=access.pk)
    if row.user_id == by.id:
        raise NotByThemselves
    if row.verdict:
        raise AlreadyReviewed
    row.verdict, row.note, row.reviewed_by, row.reviewed_at = EmergencyAccess.Verdict(verdict), note.strip(), by.id, at
    row.save(update_fields=["verdict", "note", "reviewed_by", "reviewed_at"])
    record("emergency.reviewed", by=by, at=at, subject=("emergency", row.pk), person=row.person_id, codes={"verdict": row.verdict})
    return row


def own_emergencies(viewer: Viewer, *, at: datetime) -> tuple[Sequence[EmergencyAccess], int]:
    """What the viewer has asked for in the last day, newest first, and how often they still may.

    The table is the privacy officer's; a user's own rows are read under the acting role, for this one question.
    """
    with role(ACTING_ROLE):
        rows = list(EmergencyAccess.objects.filter(user=viewer.user, at__gt=at - DAY).order_by("-at", "-id"))
    return rows, emergencies_left(len(rows))


def persons_of(rows: Sequence[EmergencyAccess], viewer: Viewer) -> dict[UUID, Person]:
    """Of these those persons whom the viewer may see."""
    return visible_to(Person.objects.filter(pk__in={row.person_id for row in rows if row.person_id}), viewer).in_bulk()


def unreviewed(viewer: Viewer) -> int:
    """How many the viewer has still to review: what stands in the bar."""
    return visible_to(EmergencyAccess.objects.filter(verdict=""), viewer).exclude(user=viewer.user).count()
