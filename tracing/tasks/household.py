"""One call serves a household: who else of it waits for a call, tried in the same call or taken in hand next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.access.visibility import may_act, visible_to
from tracing.journal.actions import Actor, action, record
from tracing.people.household.queries import confidential_among, household_of
from tracing.people.household.rules import Member, served
from tracing.people.models import Death, Guardianship, HouseholdMember, Person
from tracing.tasks.handing import hand_over
from tracing.tasks.models import Hold, Task
from tracing.tasks.next_call import PERMISSION, TaskInOtherHands
from tracing.tasks.queries import CALLS


@dataclass(frozen=True, slots=True)
class Beside:
    """Another one of the household, with the calls of theirs that wait."""

    person: Person
    tasks: list[Task]


def beside(task: Task, viewer: Viewer) -> list[Beside]:
    """Who of the household of the person in hand can be served in the same call: whom the viewer may call, and who is in no other hand.
    Nobody beside, and never, whoever is reached confidentially."""
    if task.person_id is None:
        return []
    people = _together(task.person_id, viewer)
    waiting: dict[UUID, list[Task]] = defaultdict(list)
    rows = visible_to(Task.objects.filter(person__in=people, kind__in=CALLS, state__in=("open", "held")), viewer).select_related("unit", "person")
    for row in rows.order_by("-priority", "id"):
        free = row.state == Task.State.OPEN or row.held_by_id == viewer.user
        if row.person_id is not None and free and may_act(viewer, PERMISSION, row):
            waiting[row.person_id].append(row)
    hidden = confidential_among([task.person_id, *people])
    dead = set(Death.objects.filter(person__in=people, taken_back_at__isnull=True).values_list("person_id", flat=True))
    members = [Member(key, key in hidden, key in dead, bool(waiting[key])) for key in people]
    serves = served(confidential=task.person_id in hidden, others=members)
    return [Beside(people[key], waiting[key]) for key in serves]


def _together(person: UUID, viewer: Viewer) -> dict[UUID, Person]:
    """Who lives with somebody, for whom they answer, and for whom else the same people answer, as far as the viewer sees them."""
    found = {one.person.pk: one.person for one in household_of(person, viewer)}
    seen = visible_to(Guardianship.objects.filter(ended_at__isnull=True, keep_away=False), viewer)
    guardians = {row.guardian_id for row in seen.filter(ward=person) if row.guardian_id is not None}
    wards = {row.ward_id for row in seen.filter(guardian__in={person, *guardians})} - {person}
    others = visible_to(Person.objects.filter(pk__in=(wards | guardians) - set(found)), viewer)
    return found | {one.pk: one for one in others.order_by("sort_key", "id")}


@action
def take_along(*, task: Task, other: Task, viewer: Viewer, by: Actor, at: datetime) -> Task:
    """Take another one's call in hand beside that of the household in hand. What they share is in this hand already; what they do not
    must be in nobody else's (TaskInOtherHands). Refuses somebody who is not of the household, or is reached confidentially."""
    mine = Task.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(pk=task.pk)
    row = Task.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(pk=other.pk)
    if row.held_by_id == viewer.user and row.held_until is not None and row.held_until > at:
        return row
    if mine.held_by_id != viewer.user or mine.held_until is None or row.state != Task.State.OPEN or not _of_one_household(mine, row):
        raise TaskInOtherHands
    Hold.objects.filter(key__in=row.hold_keys, until__lte=at).delete()
    Hold.objects.bulk_create([_hold(key, row, viewer.user, mine.held_until) for key in sorted(row.hold_keys)], ignore_conflicts=True)
    if Hold.objects.filter(key__in=row.hold_keys).exclude(user=viewer.user).exists():
        raise TaskInOtherHands
    row.state, row.held_by_id, row.held_until = Task.State.HELD, viewer.user, mine.held_until
    row.save(update_fields=["state", "held_by", "held_until"])
    record("task.taken", by=by, at=at, subject=("task", row.pk), person=row.person_id, disease=row.disease, codes={"along": True})
    hand_over(row, viewer, by=by, at=at)
    return row


def hold_on(user: UUID | None, at: datetime) -> None:
    """One of a household's calls is laid down: what it shared with another still in this hand stays there."""
    if user is None:
        return
    rows = Task.objects.filter(held_by=user, state=Task.State.HELD, held_until__gt=at)
    keys = [_hold(key, row, user, row.held_until) for row in rows for key in row.hold_keys if row.held_until is not None]
    if keys:
        Hold.objects.bulk_create(sorted(keys, key=lambda hold: hold.key), ignore_conflicts=True)


def _hold(key: str, task: Task, user: UUID, until: datetime) -> Hold:
    return Hold(key=key, task=task, user_id=user, until=until)


def _of_one_household(task: Task, other: Task) -> bool:
    """Whether two are confirmed to live together, or one answers for the other, or somebody for both; and neither is confidential."""
    one, two = task.person_id, other.person_id
    if one is None or two is None or confidential_among([one, two]):
        return False
    homes = HouseholdMember.objects.filter(until__isnull=True)
    if homes.filter(person=one, household__in=homes.filter(person=two).values("household")).exists():
        return True
    rows = Guardianship.objects.filter(ended_at__isnull=True, keep_away=False)
    if rows.filter(ward=one, guardian=two).exists() or rows.filter(ward=two, guardian=one).exists():
        return True
    return rows.filter(ward=one, guardian__in=rows.filter(ward=two, guardian__isnull=False).values("guardian")).exists()


def in_hand_of(user: UUID, person: UUID, disease: str, at: datetime) -> Task | None:
    """The call to somebody about a disease that this member of staff has in hand now."""
    held = Task.objects.filter(person=person, disease=disease, state=Task.State.HELD, held_by=user, held_until__gt=at)
    return held.select_related("unit").order_by("pk").first()
