"""A class, a team or a group of a day care exposed at once: a roster becomes exposures, dates, and one message to each who answers for a
child. Nothing that goes out names the case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tracing.base.text import fold
from tracing.cases.models import Case
from tracing.contacts.actions import CaseIsClosed
from tracing.contacts.calls import SCHOOL
from tracing.contacts.exposing import Named, expose, people_of
from tracing.contacts.models import Exposure, Naming
from tracing.contacts.pasted import Line
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.messaging.actions import NewMessage, queue
from tracing.people.facts import PersonFacts
from tracing.people.household.actions import GuardianRefused, answers_for
from tracing.people.household.queries import confidential_among
from tracing.people.matching import blocking_keys, lock
from tracing.people.models import Guardianship
from tracing.places.models import Place


@dataclass(frozen=True, slots=True)
class Pupil:
    """One line of a roster. `guardian` with a number or an e-mail is written to."""

    given: str
    family: str
    birth_on: date | None = None
    guardian: str = ""
    phone: str = ""
    email: str = ""

    @property
    def reached(self) -> bool:
        return bool(self.guardian and (self.phone or self.email))


def pupil(line: Line) -> Pupil:
    """"Leo Diaz, born 3/4/2012, Carmen Diaz 203-555-0142": the child, then who answers for them, with their number or e-mail."""
    return Pupil(line.given, line.family, line.birth_on, line.relation, line.phone, line.email)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a roster."""

    exposures: int
    messages: int
    to_call: int
    """Children for whom nobody could be written to: they are called."""


@action
def expose_roster(
    *, case: Case, place: Place, pupils: Sequence[Pupil], last_on: date, first_on: date | None = None, feet: int | None = None,
    minutes: int | None = None, masked: bool = False, by: Actor, at: datetime,
) -> Told | Unchanged:  # fmt: skip
    """Keep that these were exposed to a case at a place, up to 500 at once, and tell who answers for each, one message for each of them.

    Asked again with the same roster it tells nobody twice. A child who is reached confidentially, or whom the named guardian must be
    kept away from, is called instead.
    """
    if not pupils:
        return UNCHANGED
    met = [
        Named(
            PersonFacts(family=one.family, given=one.given, birth_on=one.birth_on), Exposure.Kind.SCHOOL, last_on, first_on, feet=feet,
            minutes=minutes, place=place.pk, masked_pupils=masked,
        )
        for one in pupils
    ]  # fmt: skip
    speaking = list({_who(one): one for one in pupils if one.reached}.values())
    adults = [_facts(one) for one in speaking]
    lock(key for facts in (*(one.facts for one in met), *adults) for key in blocking_keys(facts))
    if Case.objects.select_for_update(no_key=True).values_list("closure_id", flat=True).get(pk=case.pk) is not None:
        raise CaseIsClosed(str(case.pk))
    children = people_of(case, list(zip((one.facts for one in met), _said_before(case, place, pupils), strict=True)), by, at)
    known = Exposure.objects.filter(source=case, kind=Exposure.Kind.SCHOOL, place=place, contact__in=children, taken_back_at__isnull=True)
    before = {*known.values_list("contact_id", flat=True), case.person_id}
    answering = _answering(children, pupils)
    who = people_of(case, [(facts, answering.get(_who(one))) for one, facts in zip(speaking, adults, strict=True)], by, at) if adults else []
    guardians = dict(zip(map(_who, speaking), who, strict=True))
    messages = _messages(case, list(zip(children, pupils, strict=True)), guardians, before, by, at)
    made = expose(case, list(zip(children, met, strict=True)), by, at)
    if made is None:
        return UNCHANGED
    return Told(len(made), len(messages), len(set(children) - before - {ward for wards in messages.values() for ward in wards}))


def _said_before(case: Case, place: Place, pupils: Sequence[Pupil]) -> list[UUID | None]:
    """Who of a roster was on one of this case and place before, by the name as it was written: a name alone finds nobody by matching."""
    rows = Naming.objects.filter(source=case, place=place, taken_back_at__isnull=True).order_by("at", "pk")
    known: dict[tuple[str, str], set[UUID]] = {}
    for row in rows.select_related("exposure"):
        known.setdefault((fold(row.given), fold(row.family)), set()).add(row.exposure.contact_id)
    written = Counter((fold(one.given), fold(one.family)) for one in pupils)
    found = []
    for one in pupils:
        name = (fold(one.given), fold(one.family))
        same = known.get(name, set())
        found.append(next(iter(same)) if len(same) == 1 and written[name] == 1 else None)
    return found


def _answering(children: Sequence[UUID], pupils: Sequence[Pupil]) -> dict[tuple[str, str], UUID]:
    """Who answers for one of these children already, by the name on the roster."""
    rows = Guardianship.objects.filter(ward__in=children, guardian__isnull=False, keep_away=False, ended_at__isnull=True)
    known = {(ward, fold(name)): guardian for ward, name, guardian in rows.values_list("ward_id", "name", "guardian_id") if guardian}
    return {
        _who(one): known[child, fold(one.guardian)] for child, one in zip(children, pupils, strict=True) if (child, fold(one.guardian)) in known
    }


def _messages(
    case: Case, roster: list[tuple[UUID, Pupil]], guardians: dict[tuple[str, str], UUID], before: set[UUID], by: Actor, at: datetime
) -> dict[UUID, list[UUID]]:
    """Guardian → the children about whom they were written to, in one message."""
    hidden = confidential_among(child for child, _one in roster)
    away = set(
        Guardianship.objects.filter(ward__in=[child for child, _one in roster], keep_away=True, ended_at__isnull=True).values_list(
            "ward_id", "guardian_id"
        )
    )
    told: dict[UUID, list[UUID]] = {}
    channel: dict[UUID, str] = {}
    for child, one in roster:
        guardian = guardians.get(_who(one)) if one.reached else None
        if guardian is None or guardian == child or child in hidden or (child, guardian) in away:
            continue
        with suppress(GuardianRefused):  # known already
            answers_for(ward=child, guardian=guardian, name=one.guardian, kind="parent", since=at.date(), source="school", by=by, at=at)
        if child not in before:
            told.setdefault(guardian, []).append(child)
            channel.setdefault(guardian, "sms" if one.phone else "email")
    rows = queue(
        messages=[NewMessage(person, case.disease, channel[person], SCHOOL, at) for person in told], by=by, at=at
    ) if told else []  # fmt: skip
    going = {row.person_id for row in rows if not row.stopped_by}
    return {person: wards for person, wards in told.items() if person in going}


def _who(one: Pupil) -> tuple[str, str]:
    return fold(one.guardian), one.phone or one.email


def _facts(one: Pupil) -> PersonFacts:
    given, _blank, family = one.guardian.strip().partition(" ")
    return PersonFacts(
        given=given[:120], family=family.strip()[:120], phones=(one.phone,) if one.phone else (), emails=(one.email,) if one.email else ()
    )
