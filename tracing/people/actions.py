"""Who it is, what is known of them, who may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from tracing.base.ids import uuid7
from tracing.base.text import fold, name_key, sort_key
from tracing.diseases.conditions import sensitive_codes
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.facts import FIELDS, PersonFacts
from tracing.people.linkage.keys import keys
from tracing.people.linkage.record import prepare
from tracing.people.linkage.score import Candidate, Decision
from tracing.people.matching import Index, blocking_keys, compared, lock
from tracing.people.merging.links import roots
from tracing.people.merging.values import keep_own
from tracing.people.models import Address, Confidential, Match, NotTheSame, Person, Standing, WayToReach
from tracing.people.rules import SAID, prefer, stamped


class MatchAlreadySettled(Exception):
    """Somebody has decided this one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One report's person to be found or added."""

    report: UUID
    facts: PersonFacts
    as_of: datetime
    unit: UUID
    """Whose staff settle a possible match."""
    possible_until: datetime
    """When a possible match no longer holds the report back."""
    person: UUID | None = None
    """Known already, as from an earlier version of the same result."""
    match: Match | None = None
    """What was found the last time, when the report was held back."""


@dataclass(frozen=True, slots=True)
class Found:
    report: UUID
    outcome: str
    """A `Match.Outcome`."""
    person: UUID | None
    """None: possible, a human decides first."""


class NotAmongThem(Exception):
    """The person is none of those who were shown."""


@action
def match_or_add(*, wanted: Sequence[Wanted], rank: int, source: str, by: Actor, at: datetime) -> list[Found]:
    """Find or add the person of each report, in order, and take over what the reports say.

    Locks every blocking key in sorted order first, so that two reports of one new person never make two. A possible match is put
    before a human until its `possible_until`; taken up again after that, it opens a provisional person.
    """
    lock(key for w in wanted for key in blocking_keys(w.facts))
    index = Index()
    said = [compared(w.facts) for w in wanted]
    also = {w.person for w in wanted if w.person} | {w.match.person_id for w in wanted if w.match and w.match.person_id}
    index.load(sorted({key for facts in said for key in keys(prepare(facts, index.weights))}), also)
    index.fetch(also | {person for facts in said if (person := index.decide(facts).person)})
    work = _Work(index, rank, source, by, at)
    found: list[Found] = []
    for one, facts in zip(wanted, said, strict=True):
        decision = _decision(one, index.decide(facts), at)
        outcome, person = decision.outcome, decision.person
        if outcome == "possible":
            if one.match is None:
                work.wait(one, decision)
        else:
            if person is None:
                person = work.add(one, provisional=outcome == "provisional")
            else:
                index.fetch([person])
                work.take_over(index.persons[person], one)
            work.decided(one, decision, person)
        found.append(Found(one.report, outcome, person))
    work.save()
    return found


@dataclass(frozen=True, slots=True)
class _Outcome:
    outcome: str
    person: UUID | None
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def _told(candidate: Candidate) -> dict[str, Any]:
    return {"person": str(candidate.person), "reasons": list(candidate.reasons), "score": candidate.score}


def _decision(one: Wanted, decided: Decision, at: datetime) -> _Outcome:
    """What holds: what a human said, an earlier version's person, then the rule; a wait that is over opens provisionally."""
    if one.person is not None:
        return _Outcome("certain", one.person, ("same_result",))
    if one.match is not None and one.match.outcome == Match.Outcome.SAME:
        return _Outcome("same", one.match.person_id, ("a_human_said",))
    if one.match is not None and one.match.outcome == Match.Outcome.DIFFERENT:
        return _Outcome("different", None, ("a_human_said",))
    if decided.outcome == "possible" and one.match is not None and one.match.due_at is not None and one.match.due_at <= at:
        return _Outcome("provisional", None, decided.reasons, decided.candidates)
    return _Outcome(decided.outcome, decided.person, decided.reasons, decided.candidates)


class _Work:
    """Rows that a set of matches makes and changes, written together at the end."""

    def __init__(self, index: Index, rank: int, source: str, by: Actor, at: datetime) -> None:
        self.index, self.rank, self.source, self.by, self.at = index, rank, source, by, at
        self.added: list[Person] = []
        self.changed: dict[UUID, Person] = {}
        self.new_ways: list[WayToReach] = []
        self.addresses: dict[tuple[UUID, str, str], Address] = {}
        self.new_matches: list[Match] = []
        self.old_matches: list[Match] = []
        self.new_ids: set[UUID] = set()
        self.apart: list[NotTheSame] = []
        self.stale_keys: set[UUID] = set()
        self.own_changed: set[UUID] = set()
        """Of whom more is known by themselves, while what is shown stays that of others merged into them."""

    def add(self, one: Wanted, *, provisional: bool) -> UUID:
        person = Person(id=uuid7(), added_at=self.at, provisional=provisional, facts={})
        self.added.append(person)
        self.new_ids.add(person.id)
        self._apply(person, one)
        record("person.opened_provisionally" if provisional else "person.added", by=self.by, at=self.at,
               subject=("person", person.id), person=person.id)  # fmt: skip
        return person.id

    def take_over(self, person: Person, one: Wanted) -> None:
        before = {field: getattr(person, field) for field in FIELDS}
        changed = self._apply(person, one)
        if changed:
            if person.id not in self.new_ids:
                self.changed[person.id] = person
            old = {field: before[field] for field in changed if before.get(field) not in (None, "", [])}
            record("person.changed", by=self.by, at=self.at, subject=("person", person.id), person=person.id,
                   changed=changed, old=old)  # fmt: skip
        elif person.id in self.own_changed:
            self.changed[person.id] = person
            record("person.changed", by=self.by, at=self.at, subject=("person", person.id), person=person.id, changed=["own"])

    def _apply(self, person: Person, one: Wanted) -> list[str]:
        changed = []
        for field in FIELDS:
            offered = getattr(one.facts, field)
            if field == "race":
                offered = sorted(offered)
            stamp = prefer(getattr(person, field), stamped(person.facts, field), offered, self.rank, one.as_of, self.source)
            if stamp is not None:
                if getattr(person, field) != offered:
                    setattr(person, field, offered)
                    changed.append(field)
                person.facts[field] = list(stamp)
            if person.own is not None and keep_own(person, field, offered, self.rank, one.as_of, self.source):
                self.own_changed.add(person.id)
        if "family" in changed or "given" in changed:
            person.name_key = name_key(person.family, person.given)
            person.sort_key = sort_key(person.family, person.given)
        if "middle" in changed:
            person.middle_key = fold(person.middle)[:120]
        ways = []
        for kind, values in (("phone", one.facts.phones), ("email", one.facts.emails)):
            for value in values:
                if (kind, value) not in self.index.ways[person.id]:
                    way = WayToReach(person=person, kind=kind, value=value, source=self.source, as_of=one.as_of)
                    self.new_ways.append(way)
                    ways.append(way)
                    if person.id not in self.new_ids:
                        changed.append(kind)
        for facts in one.facts.addresses:
            self.addresses.setdefault(
                (person.id, facts.kind, facts.key),
                Address(
                    person=person, kind=facts.kind, street=facts.street, city=facts.city, state=facts.state, zip=facts.zip,
                    key=facts.key, town_id=facts.town_id, unit_id=facts.unit_id, out_of_state=facts.out_of_state,
                    evidence=list(facts.evidence), source=self.source, as_of=one.as_of,
                ),
            )  # fmt: skip
        before = person.keys
        self.index.put(person, ways, compared(one.facts))
        self.stale_keys |= {person.id} if person.keys != before and person.id not in self.new_ids else set()
        return changed

    def wait(self, one: Wanted, decision: _Outcome) -> None:
        self.new_matches.append(
            Match(
                id=uuid7(), report_id=one.report, outcome="possible", unit_id=one.unit, at=self.at, due_at=one.possible_until,
                candidates=[_told(candidate) for candidate in decision.candidates],
            )
        )  # fmt: skip
        record("person.match_possible", by=self.by, at=self.at, subject=("report", one.report))

    def decided(self, one: Wanted, decision: _Outcome, person: UUID) -> None:
        if person not in self.new_ids:
            record("person.matched", by=self.by, at=self.at, subject=("report", one.report), person=person,
                   codes={"outcome": decision.outcome, "reasons": list(decision.reasons)})  # fmt: skip
        if one.match is None:
            if decision.reasons == ("same_result",):
                return
            self.new_matches.append(
                Match(
                    id=uuid7(), report_id=one.report, person_id=person, outcome=decision.outcome, unit_id=one.unit, at=self.at,
                    candidates=[_told(candidate) for candidate in decision.candidates],
                    settled_at=self.at,
                )
            )  # fmt: skip
        elif one.match.person_id is None:
            if one.match.outcome == Match.Outcome.DIFFERENT:
                told = [UUID(candidate["person"]) for candidate in one.match.candidates if candidate.get("shown", True)]
                for other in dict.fromkeys(roots(told).values()):
                    first, second = sorted((person, other))
                    self.apart.append(NotTheSame(one_id=first, other_id=second, at=self.at, by=one.match.settled_by))
            one.match.person_id = person
            one.match.filed_on = person
            one.match.settled_at = one.match.settled_at or self.at
            if one.match.outcome == Match.Outcome.POSSIBLE:
                one.match.outcome = decision.outcome
            self.old_matches.append(one.match)

    def save(self) -> None:
        Person.objects.bulk_create(self.added)
        if self.changed:
            fields = [*FIELDS, "name_key", "sort_key", "middle_key", "facts", "keys", "own"]
            Person.objects.bulk_create(
                self.changed.values(), update_conflicts=True, unique_fields=["id"], update_fields=fields
            )
        if stale := self.stale_keys - self.changed.keys():
            Person.objects.bulk_update([self.index.persons[person] for person in stale], ["keys"])
        WayToReach.objects.bulk_create(self.new_ways, ignore_conflicts=True)
        known = {way.person_id for way in self.new_ways} - self.new_ids
        if known:  # what a report brings of somebody reached confidentially is not used until they say that it is safe
            hidden = Confidential.objects.filter(person__in=known, ended_at__isnull=True).values("person")
            WayToReach.objects.filter(person__in=hidden, safe__isnull=True).update(safe=False)
        Address.objects.bulk_create(self.addresses.values(), ignore_conflicts=True)
        Match.objects.bulk_create(self.new_matches)
        NotTheSame.objects.bulk_create(self.apart, ignore_conflicts=True)
        for match in self.old_matches:
            match.save(update_fields=["person", "filed_on", "outcome", "settled_at"])


@action
def settle_match(*, match: Match, person: Person | None, shown: Collection[UUID] | None = None, by: Actor, at: datetime) -> Match:
    """A human says who it is: one of the candidates, or (None) somebody else. Remembered: a refused pair is not offered again.

    `shown`: the candidates that were before them, as they are now; None for all. Of nobody else they have said anything.
    """
    locked = Match.objects.select_for_update(no_key=True).get(pk=match.pk)
    if locked.outcome != Match.Outcome.POSSIBLE:
        raise MatchAlreadySettled(str(match.pk))
    locked.outcome = Match.Outcome.SAME if person else Match.Outcome.DIFFERENT
    locked.person = person
    if person is not None:
        locked.filed_on = person.pk
    locked.settled_at, locked.settled_by = at, by.id
    if person is None and shown is not None:
        root = roots(UUID(one["person"]) for one in locked.candidates)
        locked.candidates = [one | {"shown": root.get(UUID(one["person"])) in shown} for one in locked.candidates]
    locked.save(update_fields=["outcome", "person", "filed_on", "settled_at", "settled_by", "candidates"])
    record("person.match_settled", by=by, at=at, subject=("report", locked.report_id), person=person.pk if person else None,
           codes={"outcome": locked.outcome})  # fmt: skip
    return locked


@action
def decide_who(
    *, report: UUID, candidates: Sequence[Candidate], person: UUID | None, unit: UUID, by: Actor, at: datetime
) -> Match:
    """Whoever types a report says at once who it is: one of those whom they were shown (`candidates`), or None: none of these. It is
    filed by that; nobody is asked again, and of those refused it is remembered."""
    if person is not None and person not in {candidate.person for candidate in candidates}:
        raise NotAmongThem(str(person))
    row = Match(
        id=uuid7(), report_id=report, outcome=Match.Outcome.SAME if person else Match.Outcome.DIFFERENT, person_id=person, unit_id=unit,
        at=at, candidates=[_told(candidate) for candidate in candidates], settled_at=at, settled_by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    record("person.match_settled", by=by, at=at, subject=("report", report), person=person, codes={"outcome": row.outcome})
    return row


@action
def keep_apart(*, one: Person, other: Person, by: Actor, at: datetime) -> NotTheSame | Unchanged:
    """Remember that two people are not one."""
    first, second = sorted((one, other), key=lambda person: person.pk)
    row, made = NotTheSame.objects.get_or_create(one=first, other=second, defaults={"at": at, "by": by.id})
    if not made:
        return UNCHANGED
    record("person.match_settled", by=by, at=at, subject=("person", first.pk), person=first.pk, codes={"outcome": "different"})
    return row


@dataclass(frozen=True, slots=True)
class NewStanding:
    person: UUID
    unit: UUID
    why: str
    disease: str
    user: UUID | None = None
    """Only this user sees the person by it; then `until` is needed."""
    until: datetime | None = None


@action
def give_standings(*, standings: Sequence[NewStanding], by: Actor, at: datetime) -> int | Unchanged:
    """Let units see people, each for a reason. Those that stand already, without an end, stay as they are."""
    present = set(
        Standing.objects.filter(person__in={s.person for s in standings}, until__isnull=True).values_list(
            "person_id", "unit_id", "why", "disease", "user_id"
        )
    )
    wanted = [s for s in dict.fromkeys(standings) if (s.person, s.unit, s.why, s.disease, s.user) not in present]
    if not wanted:
        return UNCHANGED
    Standing.objects.bulk_create(
        Standing(
            person_id=s.person, unit_id=s.unit, why=s.why, disease=s.disease, sensitive=s.disease in sensitive_codes(),
            user_id=s.user, since=at, until=s.until,
        )
        for s in wanted
    )  # fmt: skip
    for s in wanted:
        record("person.standing_given", by=by, at=at, subject=("person", s.person), person=s.person, disease=s.disease,
               codes={"why": s.why, "unit": str(s.unit)})  # fmt: skip
    return len(wanted)


@action
def end_standing(
    *, person: UUID, unit: UUID, why: str, disease: str, open_ended: bool = False, by: Actor, at: datetime
) -> int | Unchanged:
    """A reason to see somebody is over. `open_ended`: only one that has no end of its own yet."""
    lasts = Q(until__isnull=True) if open_ended else Q(until__isnull=True) | Q(until__gt=at)
    standing = Standing.objects.filter(lasts, person=person, unit=unit, why=why, disease=disease)
    ended = standing.update(until=at)
    if not ended:
        return UNCHANGED
    record("person.standing_ended", by=by, at=at, subject=("person", person), person=person, disease=disease,
           codes={"why": why, "unit": str(unit)})  # fmt: skip
    return ended


@action
def record_said(*, person: Person, facts: PersonFacts, by: Actor, at: datetime) -> Person | Unchanged:
    """What somebody said about themselves (or who speaks for them). Beats every feed, whenever it arrives."""
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.merged_into_id is not None:  # meanwhile found to be somebody else
        locked = Person.objects.select_for_update(no_key=True).get(pk=locked.merged_into_id)
    index = Index()
    index.load([], [locked.pk])
    index.fetch([locked.pk])
    locked = index.persons[locked.pk]
    work = _Work(index, SAID, "said", by, at)
    said = Wanted(locked.pk, facts, as_of=at, unit=UUID(int=0), possible_until=at, person=locked.pk)
    work.take_over(locked, said)
    if not work.changed and not work.new_ways and not work.addresses:
        return UNCHANGED
    if not work.changed:
        record("person.changed", by=by, at=at, subject=("person", locked.pk), person=locked.pk, changed=["addresses"])
    work.save()
    return locked
