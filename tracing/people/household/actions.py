"""Households confirmed, guardians named, confidential flags set and ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from tracing.base.ids import uuid7
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import Confidential, Guardianship, Household, HouseholdMember, Person, WayToReach
from tracing.people.ways.actions import add_way


class GuardianRefused(Exception):
    """It cannot stand so; `code`: "no_name", "themselves", "wrong_dates", "stands_already"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@action
def live_together(*, persons: Sequence[UUID], source: str, by: Actor, at: datetime) -> Household | Unchanged:
    """These people are one household, as somebody confirmed. They join the household of the first of them who has one."""
    wanted = list(dict.fromkeys(persons))
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))
    present = list(HouseholdMember.objects.filter(person__in=wanted, until__isnull=True).order_by("since", "id"))
    order = {person: number for number, person in enumerate(wanted)}
    first = min(present, key=lambda row: order[row.person_id], default=None)
    inside = {row.person_id for row in present if first is not None and row.household_id == first.household_id}
    joining = [person for person in wanted if person not in inside]
    if not joining or len(wanted) < 2:
        return UNCHANGED
    if first is None:
        household = Household(id=uuid7(), at=at, by=by.id)
        household.save(force_insert=True)
    else:
        household = Household.objects.get(pk=first.household_id)
    HouseholdMember.objects.bulk_create(
        HouseholdMember(household=household, person_id=person, source=source, since=at, by=by.id) for person in joining
    )
    for person in joining:
        record("household.joined", by=by, at=at, subject=("household", household.pk), person=person, codes={"source": source})
    return household


@action
def leave_household(*, member: HouseholdMember, by: Actor, at: datetime) -> HouseholdMember | Unchanged:
    """They live there no more, or never did. Of two the last one alone is no household: both leave."""
    row = HouseholdMember.objects.select_for_update(no_key=True).get(pk=member.pk)
    if row.until is not None:
        return UNCHANGED
    left = list(HouseholdMember.objects.select_for_update(no_key=True).filter(household=row.household_id, until__isnull=True).exclude(pk=row.pk))
    for one in [row, *(left if len(left) == 1 else [])]:
        one.until, one.ended_by = at, by.id
        one.save(update_fields=["until", "ended_by"])
        record("household.left", by=by, at=at, subject=("household", one.household_id), person=one.person_id)
    return row


@action
def answers_for(
    *, ward: UUID, guardian: UUID | None, name: str, phone: str = "", kind: str, decides: bool = True, keep_away: bool = False,
    basis: str = "", since: date, until: date | None = None, source: str = "staff", by: Actor, at: datetime,
) -> Guardianship:  # fmt: skip
    """Somebody answers for a child or for an adult who does not answer for themselves; or (`keep_away`) must not be told or called.

    A number is kept among the ward's own ways to reach, as that of who answers. Refuses (GuardianRefused, WayRefused).
    """
    if ward == guardian:
        raise GuardianRefused("themselves")
    if until is not None and until < since:
        raise GuardianRefused("wrong_dates")
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=[ward, *([guardian] if guardian else [])]).order_by("pk").values_list("pk"))
    called = name.strip()[:160] or (str(Person.objects.get(pk=guardian)) if guardian else "")
    if not called:
        raise GuardianRefused("no_name")
    same = Guardianship.objects.filter(ward=ward, guardian=guardian, kind=kind, keep_away=keep_away, ended_at__isnull=True)
    if (same if guardian else same.filter(name__iexact=called)).exclude(until__lt=since).exists():
        raise GuardianRefused("stands_already")
    row = Guardianship(
        ward_id=ward, guardian_id=guardian, name=called, kind=Guardianship.Kind(kind), decides=decides and not keep_away, keep_away=keep_away,
        basis=basis.strip()[:200], since=since, until=until, source=source, at=at, by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    record("guardian.named", by=by, at=at, subject=("guardianship", row.pk), person=ward, changed=["guardian"],
           codes={"kind": kind, "keep_away": keep_away})  # fmt: skip
    if phone.strip() and not keep_away:
        add_way(person=ward, kind="phone", typed=phone, source=source, whose=WayToReach.Whose.ANSWERS, by=by, at=at)
    return row


@action
def answers_no_more(*, guardianship: Guardianship, by: Actor, at: datetime) -> Guardianship | Unchanged:
    row = Guardianship.objects.select_for_update(no_key=True).get(pk=guardianship.pk)
    if row.ended_at is not None:
        return UNCHANGED
    row.ended_at, row.ended_by = at, by.id
    row.save(update_fields=["ended_at", "ended_by"])
    record("guardian.ended", by=by, at=at, subject=("guardianship", row.pk), person=row.ward_id, changed=["guardian"])
    return row


@action
def keep_confidential(
    *, person: UUID, kind: str, said: str = "", safe: Collection[UUID] = (), by: Actor, at: datetime
) -> Confidential | Unchanged:
    """Reach somebody without anybody else's knowing, by the ways they said are safe and by no other. Asked again: other ways are safe now."""
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=person)
    row = Confidential.objects.filter(person=person, kind=kind, ended_at__isnull=True).first()
    ways = list(WayToReach.objects.select_for_update(no_key=True).filter(person=person))
    changed = [way for way in ways if way.safe is not (way.pk in safe)]
    if row is not None and row.said == said.strip()[:200] and not changed:
        return UNCHANGED
    if row is None:
        row = Confidential(person_id=person, kind=Confidential.Kind(kind), since=at, by=by.id)
    row.said = said.strip()[:200]
    row.save()
    for way in changed:
        way.safe = way.pk in safe
    WayToReach.objects.bulk_update(changed, ["safe"])
    # Without its kind: who reads timelines need not be told why.
    record("person.confidential", by=by, at=at, subject=("confidential", row.pk), person=person, changed=["phone", "email"])
    return row


@action
def end_confidential(*, confidential: Confidential, why: str, by: Actor, at: datetime) -> Confidential | Unchanged:
    """It holds no more, for a reason that is written down. With the last one every way of theirs is like any other."""
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=confidential.person_id)
    row = Confidential.objects.select_for_update(no_key=True).get(pk=confidential.pk)
    if row.ended_at is not None:
        return UNCHANGED
    row.ended_at, row.ended_by, row.why_ended = at, by.id, why.strip()[:200]
    row.save(update_fields=["ended_at", "ended_by", "why_ended"])
    if not Confidential.objects.filter(person=row.person_id, ended_at__isnull=True).exists():
        WayToReach.objects.filter(person=row.person_id).update(safe=None)
    record("person.confidential_ended", by=by, at=at, subject=("confidential", row.pk), person=row.person_id, changed=["phone", "email"])
    return row


@action
def settle_safe(*, persons: Collection[UUID], by: Actor, at: datetime) -> int | Unchanged:
    """After people were joined or parted: of whoever is reached confidentially nothing is used that they did not say is safe, and of
    nobody else is anything barred. How many ways changed."""
    hidden = set(Confidential.objects.filter(person__in=persons, ended_at__isnull=True).values_list("person_id", flat=True))
    ways = WayToReach.objects.filter(person__in=persons)
    barred = ways.filter(person__in=hidden, safe__isnull=True).update(safe=False)
    freed = ways.exclude(person__in=hidden).exclude(safe=None).update(safe=None)
    if not barred and not freed:
        return UNCHANGED
    for person in persons:
        record("way.marked", by=by, at=at, subject=("person", person), person=person, changed=["phone", "email"], codes={"it": "safe"})
    return barred + freed
