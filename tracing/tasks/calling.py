"""Somebody calls back. Who tried to reach them is found by the number that is calling and two things they say, and told to nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from tracing.access.models import User
from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.base.text import fold
from tracing.diseases.conditions import sensitive_codes
from tracing.journal.actions import Actor, action, record
from tracing.people.models import Address, Confidential, Person, Recusal, Restriction, Standing, WayToReach
from tracing.tasks.handing import WHY, open_to
from tracing.tasks.models import Attempt, LookUp

PERMISSION: Final = "people.look_up_number"
BACK: Final = timedelta(days=14)
"""Calls of this time are answered."""
OPEN_FOR: Final = timedelta(minutes=30)
WRONG_AT_MOST: Final = 3
LOCKED_FOR: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What came of a try: nobody and not locked is the same answer for a number nobody knows and for a wrong birth date."""

    persons: tuple[UUID, ...] = ()
    locked: bool = False


@action
def look_up(*, viewer: Viewer, number: str, birth_on: date, given: str, zip: str, by: Actor, at: datetime) -> LookedUp:
    """Open for half an hour those whom the viewer's units tried to reach at this number lately, and of whom the caller knows the
    birth date and the first name or ZIP code. Three wrong tries, and this user looks up nobody for a quarter of an hour."""
    User.objects.select_for_update(no_key=True).only("id").get(pk=viewer.user)  # tries of one user follow one another
    wrong = LookUp.objects.filter(user=viewer.user, found=False, at__gt=at - LOCKED_FOR).count()
    if wrong >= WRONG_AT_MOST:
        record("person.look_up_refused", by=by, at=at, subject=("look_up", None), codes={"locked": True})
        return LookedUp(locked=True)
    found = _who(viewer, number, birth_on, given, zip, at)
    row = LookUp(user_id=viewer.user, at=at, found=bool(found))
    row.save(force_insert=True)
    for person, disease in found:
        open_to(viewer, person, disease, until=at + OPEN_FOR, by=by, at=at)
        record("person.looked_up", by=by, at=at, subject=("look_up", row.pk), person=person, disease=disease)
    if not found:
        record("person.look_up_refused", by=by, at=at, subject=("look_up", row.pk))
    return LookedUp(tuple(dict.fromkeys(person for person, _disease in found)))


def _who(viewer: Viewer, number: str, birth_on: date, given: str, zip: str, at: datetime) -> list[tuple[UUID, str]]:
    """Person and disease. The same questions are asked of the database whatever the number is, so that the time tells nothing."""
    tried = Attempt.objects.filter(at__gt=at - BACK, person__in=WayToReach.objects.filter(value=number).values("person"))
    tried = tried.filter(Q(way__value=number) | Q(way__isnull=True))
    tried = tried.exclude(disease__in=sensitive_codes() - viewer.holds.get(PERMISSION, frozenset()))
    if PERMISSION not in viewer.everywhere:
        tried = tried.filter(task__unit__in=viewer.units.get(PERMISSION, frozenset()) or [UUID(int=0)])
    people = Person.objects.filter(pk__in=tried.values("person"))
    people = people.exclude(pk__in=Restriction.objects.filter(ended_at__isnull=True).exclude(kind="address").values("person"))
    # Of somebody reached confidentially only a number that they said is safe is theirs: whoever calls from another may be at home there.
    hidden = Confidential.objects.filter(ended_at__isnull=True)
    safe = WayToReach.objects.usable().filter(value=number, safe=True)
    people = people.exclude(Q(pk__in=hidden.values("person")) & ~Q(pk__in=safe.values("person")))
    people = people.exclude(pk__in=Recusal.objects.filter(user=viewer.user, ended_at__isnull=True).values("person"))
    zips = Address.objects.filter(person__in=tried.values("person"), until__isnull=True).values_list("person_id", "zip")
    lives: dict[UUID, set[str]] = {}
    for person_id, code in list(zips):
        lives.setdefault(person_id, set()).add(code[:5])
    said, code = fold(given), zip.strip()[:5]
    right = {
        person.pk
        for person in people
        if person.birth_on == birth_on
        and ((said and fold(person.given) == said) or (len(code) == 5 and code in lives.get(person.pk, ())))
    }
    return sorted({(person, disease) for person, disease in list(tried.values_list("person_id", "disease")) if person in right})


def opened(viewer: Viewer, *, at: datetime) -> list[tuple[Person, datetime]]:
    """Whom this viewer has open now, with until when: looked up, in hand, or to be called back today."""
    standings = Standing.objects.filter(user=viewer.user, why=WHY, since__lte=at, until__gt=at).order_by("until")
    until = {person: ends for person, ends in standings.values_list("person_id", "until") if ends is not None}
    people = visible_to(Person.objects.filter(pk__in=until), viewer)
    return sorted(((person, until[person.pk]) for person in people), key=lambda one: one[1], reverse=True)
