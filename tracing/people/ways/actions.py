"""Telephones, e-mails and addresses, changed by staff. What reports bring comes through `people.actions.match_or_add`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.facts import AddressFacts
from tracing.people.matching import refresh_keys
from tracing.people.models import Address, Confidential, Person, WayToReach
from tracing.people.ways.rules import email, telephone

READ: Final = {WayToReach.Kind.PHONE: telephone, WayToReach.Kind.EMAIL: email}


class WayRefused(Exception):
    """What was typed is no number or address; `code` says what is wrong (`ways.rules.PROBLEMS`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@action
def add_way(
    *, person: UUID, kind: str, typed: str, source: str, whose: str = "", hours: str = "", since: date | None = None,
    safe: bool = False, by: Actor, at: datetime,
) -> WayToReach | Unchanged:  # fmt: skip
    """Keep a number or an e-mail, typed in any form. One that was given up or found wrong before counts again, untried.

    `safe`: they said that it may be used though they are reached confidentially. Otherwise a new way of theirs is not used.
    """
    read = READ[WayToReach.Kind(kind)](typed)
    if read.problem:
        raise WayRefused(read.problem)
    _lock(person)
    hidden = Confidential.objects.filter(person=person, ended_at__isnull=True).exists()
    row = WayToReach.objects.filter(person=person, kind=kind, value=read.value).first()
    said: dict[str, Any] = {"whose": WayToReach.Whose(whose), "hours": hours.strip()[:60], "since": since}
    said = {name: value for name, value in said.items() if value}
    if hidden and (row is None or safe):
        said["safe"] = safe
    if row is None:
        row = WayToReach(person_id=person, kind=kind, value=read.value, source=source, as_of=at, **said)
        row.save(force_insert=True)
    else:
        if row.until is not None or row.works is False:
            said |= {"until": None, "works": None, "tried_at": None, "tried_by": None, "as_of": at, "source": source}
        changed = [name for name, value in said.items() if getattr(row, name) != value]
        if not changed:
            return UNCHANGED
        for name in changed:
            setattr(row, name, said[name])
        row.save(update_fields=changed)
    refresh_keys([person])
    record("way.added", by=by, at=at, subject=("way", row.pk), person=person, changed=[kind], codes={"source": source})
    return row


@action
def correct_way(*, way: WayToReach, typed: str, source: str, by: Actor, at: datetime) -> WayToReach | Unchanged:
    """It was typed or heard wrongly: the right one takes its place, and the wrong one is not brought back by a report."""
    _lock(way.person_id)
    row = WayToReach.objects.select_for_update(no_key=True).get(pk=way.pk)
    read = READ[WayToReach.Kind(row.kind)](typed)
    if read.problem:
        raise WayRefused(read.problem)
    if read.value == row.value:
        return UNCHANGED
    row.until = at
    row.save(update_fields=["until"])
    record("way.corrected", by=by, at=at, subject=("way", row.pk), person=row.person_id, changed=[row.kind], old={row.kind: row.value})
    made = add_way(
        person=row.person_id, kind=row.kind, typed=read.value, source=source, whose=row.whose, hours=row.hours, since=row.since,
        safe=row.safe is True, by=by, at=at,
    )  # fmt: skip
    return WayToReach.objects.get(person=row.person_id, kind=row.kind, value=read.value) if isinstance(made, Unchanged) else made


@action
def end_way(*, way: WayToReach, by: Actor, at: datetime) -> WayToReach | Unchanged:
    """They have it no more. It stays, with the day, and no report brings it back."""
    row = WayToReach.objects.select_for_update(no_key=True).get(pk=way.pk)
    if row.until is not None:
        return UNCHANGED
    row.until = at
    row.save(update_fields=["until"])
    record("way.ended", by=by, at=at, subject=("way", row.pk), person=row.person_id, changed=[row.kind])
    return row


@action
def mark_way(*, way: WayToReach, works: bool | None, by: Actor, at: datetime) -> WayToReach | Unchanged:
    """Somebody tried it: it works, it does not; or (None) nobody knows after all."""
    row = WayToReach.objects.select_for_update(no_key=True).get(pk=way.pk)
    if row.works is works:
        return UNCHANGED
    row.works, row.tried_at, row.tried_by = works, at if works is not None else None, by.id if works is not None else None
    row.save(update_fields=["works", "tried_at", "tried_by"])
    word = {True: "works", False: "does_not_work", None: "not_tried"}[works]
    record("way.marked", by=by, at=at, subject=("way", row.pk), person=row.person_id, changed=["way_works"], codes={"it": word})
    return row


@action
def live_at(*, person: UUID, facts: AddressFacts, source: str, by: Actor, at: datetime) -> Address | Unchanged:
    """They live (or stay) there from now on: the former one of the same kind ends. Moves no case: see `cases.moving_home`."""
    _lock(person)
    now = Address.objects.select_for_update(no_key=True).filter(person=person, kind=facts.kind, until__isnull=True)
    former = list(now.exclude(key=facts.key))
    same = now.filter(key=facts.key).first()
    if same is not None and not former:
        return UNCHANGED
    if former:
        Address.objects.filter(pk__in=[one.pk for one in former]).update(until=at)
    row = Address.objects.filter(person=person, kind=facts.kind, key=facts.key).first() or Address(
        person_id=person, kind=facts.kind, key=facts.key
    )
    row.street, row.city, row.state, row.zip = facts.street, facts.city, facts.state, facts.zip
    row.town_id, row.unit_id, row.out_of_state, row.evidence = facts.town_id, facts.unit_id, facts.out_of_state, list(facts.evidence)
    row.source, row.as_of, row.until = source, at, None
    row.save()
    refresh_keys([person])
    old = {"addresses": [f"{one.street}, {one.city} {one.zip}" for one in former]} if former else None
    record("address.changed", by=by, at=at, subject=("person", person), person=person, changed=["addresses"], old=old,
           codes={"kind": facts.kind})  # fmt: skip
    return row


@action
def leave_address(*, address: Address, by: Actor, at: datetime) -> Address | Unchanged:
    """They do not live or stay there any more."""
    row = Address.objects.select_for_update(no_key=True).get(pk=address.pk)
    if row.until is not None:
        return UNCHANGED
    row.until = at
    row.save(update_fields=["until"])
    record("address.ended", by=by, at=at, subject=("person", row.person_id), person=row.person_id, changed=["addresses"],
           codes={"kind": row.kind})  # fmt: skip
    return row


def _lock(person: UUID) -> None:
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=person)
