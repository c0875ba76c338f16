"""Found or added, settled by a human, said by themselves, seen by whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from django.db import connection, transaction

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.journal.actions import Unchanged
from tracing.journal.models import Entry, OldValues
from tracing.people.actions import (
    MatchAlreadySettled,
    NewStanding,
    end_standing,
    give_standings,
    keep_apart,
    record_said,
    settle_match,
)
from tracing.people.facts import AddressFacts, PersonFacts
from tracing.people.linkage.keys import keys
from tracing.people.linkage.record import prepare
from tracing.people.matching import Index, blocking_keys, compared, lock, refresh_keys
from tracing.people.models import Address, Match, NotTheSame, Person, Standing, WayToReach
from tracing.people.settling import settle_apart
from tracing.people.tests.made import BY, HOME, MOBILE, NOON, STAFF, add, find, maria, match_of, unit, wanted

pytestmark = pytest.mark.django_db


def address(street: str = "1 Elm St", kind: str = "residence") -> AddressFacts:
    return AddressFacts(kind, street, "Bethel", "CT", "06801", f"{street}|06801".lower(), None, unit().pk, False, ("exact_town",))


# ── found or added ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_new_is_added_with_all_that_was_said() -> None:
    found = find(maria(language="es", race=("2106-3",), emails=("m@example.org",), addresses=(address(),)))[0]
    assert found.person is not None
    person = Person.objects.get(pk=found.person)
    assert found.outcome == "new" and not person.provisional
    assert (person.family, person.given, person.birth_on, person.sex, person.language) == (
        "Rivera",
        "Maria",
        date(1980, 3, 4),
        "F",
        "es",
    )
    assert (person.name_key, person.sort_key) == ("rivera|maria", "rivera  maria")
    assert set(WayToReach.objects.values_list("kind", "value")) == {("phone", HOME), ("email", "m@example.org")}
    assert Address.objects.get().person == person
    assert match_of(found).outcome == "new"
    assert list(Entry.objects.filter(person_id=person.pk).values_list("verb", flat=True)) == ["person.added"]


def test_the_same_person_twice_in_one_set_is_added_once() -> None:
    first, second, third = find(maria(), maria(phones=(HOME, MOBILE)), maria(given="Hugo", sex="M", birth_on=date(1977, 7, 7)))
    assert (first.outcome, second.outcome, third.outcome) == ("new", "certain", "new")
    assert first.person == second.person != third.person
    assert set(WayToReach.objects.filter(person=first.person).values_list("value", flat=True)) == {HOME, MOBILE}


def test_somebody_known_takes_over_what_is_new_and_keeps_what_is_not_said() -> None:
    person = add(maria(language="es"))
    find(wanted(maria(language="", middle="Elena", phones=(HOME, MOBILE)), as_of=NOON + timedelta(days=1)))
    person.refresh_from_db()
    assert (person.middle, person.language) == ("Elena", "es")
    assert Entry.objects.get(verb="person.changed").changed == ["middle", "phone"]


def test_what_a_field_held_before_stands_beside_the_journal_and_not_in_it() -> None:
    add(maria(middle="Eva"))
    find(wanted(maria(middle="Elena"), as_of=NOON + timedelta(days=1)))
    entry = Entry.objects.get(verb="person.changed")
    assert OldValues.objects.get(entry_id=entry.pk).values == {"middle": "Eva"}
    assert "Eva" not in str(entry.codes) and entry.old_digest


def test_an_earlier_version_of_the_same_result_names_the_person() -> None:
    """Whatever the name looks like now: it is the same result."""
    person = add(maria())
    found = find(wanted(maria(given="Mariah", birth_on=None), person=person.pk))[0]
    assert (found.outcome, found.person) == ("certain", person.pk)
    assert Match.objects.count() == 1, "nobody has to look at it"


def test_any_order_of_the_same_reports_gives_the_same_person() -> None:
    reports = [
        (maria(middle="A", phones=(HOME,)), 0), (maria(middle="B", language="es"), 2), (maria(middle="", phones=(HOME, MOBILE)), 1),
    ]  # fmt: skip
    ends = set()
    for order in permutations(reports):
        with transaction.atomic():
            for facts, day in order:
                find(wanted(facts, as_of=NOON + timedelta(days=day)))
            person = Person.objects.get()
            ways = frozenset(WayToReach.objects.values_list("value", flat=True))
            ends.add((person.middle, person.language, ways, str(sorted(person.facts.items()))))
            transaction.set_rollback(True)
    assert len(ends) == 1 and ends.pop()[:3] == ("B", "es", frozenset({HOME, MOBILE}))


def test_two_reports_share_a_lock_wherever_they_could_be_one_person() -> None:
    keys = [set(blocking_keys(facts)) for facts in (maria(), maria(phones=()), maria(given="Marta"))]
    assert keys[0] & keys[1] and keys[0] & keys[2] and not keys[1] & {f"phone:{HOME}"}
    with transaction.atomic():
        lock(["b", "a", "a"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            assert cursor.fetchone() == (2,)


# ── a human decides ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_possible_match_waits_for_a_human() -> None:
    known = add(maria())
    found = find(maria(birth_on=None))[0]
    match = match_of(found)
    assert (found.outcome, found.person) == ("possible", None)
    assert (match.outcome, match.person, match.due_at) == ("possible", None, NOON + timedelta(hours=2))
    assert match.candidates == [{
        "person": str(known.pk), "score": pytest.approx(36.5, abs=0.2),
        "reasons": ["given_exact", "family_exact", "birth_missing", "sex_exact", "phone_exact"],
    }]
    assert Person.objects.count() == 1


def test_a_human_says_it_is_the_same() -> None:
    known = add(maria())
    waiting = wanted(maria(birth_on=None, middle="Elena"))
    find(waiting)
    match = settle_match(match=Match.objects.get(report_id=waiting.report), person=known, by=STAFF, at=NOON)
    assert (match.outcome, match.person, match.settled_by) == ("same", known, STAFF.id)
    found = find(replace(waiting, match=match))[0]
    assert (found.outcome, found.person) == ("same", known.pk)
    assert Person.objects.get().middle == "Elena"


def test_a_human_says_it_is_somebody_else_and_the_two_are_never_offered_again() -> None:
    known = add(maria())
    waiting = wanted(maria(birth_on=date(2010, 8, 1)))
    find(waiting)
    match = settle_match(match=Match.objects.get(report_id=waiting.report), person=None, by=STAFF, at=NOON)
    found = find(replace(waiting, match=match))[0]
    assert found.outcome == "different" and found.person != known.pk
    assert NotTheSame.objects.filter(one__in=[known, found.person], other__in=[known, found.person]).count() == 1
    again = find(maria(birth_on=date(2010, 8, 1)))[0]
    assert (again.outcome, again.person) == ("certain", found.person), "the next report about the child is the child's"


def test_what_is_settled_is_settled() -> None:
    known = add(maria())
    match = match_of(find(maria(birth_on=None))[0])
    settle_match(match=match, person=known, by=STAFF, at=NOON)
    with pytest.raises(MatchAlreadySettled):
        settle_match(match=match, person=None, by=STAFF, at=NOON)
    assert Entry.objects.filter(verb="person.match_settled").count() == 1


def test_a_wait_that_is_over_opens_somebody_provisionally() -> None:
    add(maria())
    waiting = wanted(maria(birth_on=None))
    find(waiting)
    match = Match.objects.get(report_id=waiting.report)
    early = find(replace(waiting, match=match), at=NOON + timedelta(minutes=119))[0]
    assert (early.outcome, early.person) == ("possible", None)
    late = find(replace(waiting, match=match), at=NOON + timedelta(hours=2))[0]
    assert late.person is not None
    person = Person.objects.get(pk=late.person)
    assert late.outcome == "provisional" and person.provisional
    match.refresh_from_db()
    assert (match.outcome, match.person_id) == ("provisional", person.pk)


def test_whoever_was_opened_provisionally_is_told_apart_later() -> None:
    known = add(maria())
    waiting = wanted(maria(birth_on=None), possible_until=NOON)
    find(waiting)
    late = find(replace(waiting, match=Match.objects.get(report_id=waiting.report)))[0]
    assert late.person is not None
    person = Person.objects.get(pk=late.person)
    assert settle_apart(person=person, others=[known], by=STAFF, at=NOON)
    person.refresh_from_db()
    assert not person.provisional and NotTheSame.objects.count() == 1
    assert isinstance(settle_apart(person=person, others=[known], by=STAFF, at=NOON), Unchanged)


def test_two_are_kept_apart_once_whoever_is_named_first() -> None:
    one, other = add(maria()), add(maria(given="Hugo", sex="M", birth_on=date(1977, 7, 7)))
    assert keep_apart(one=other, other=one, by=STAFF, at=NOON)
    assert isinstance(keep_apart(one=one, other=other, by=STAFF, at=NOON), Unchanged)
    assert NotTheSame.objects.count() == 1


# ── what somebody says about themselves ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said_first", [True, False])
def test_what_somebody_said_beats_the_feed_in_either_order(said_first: bool) -> None:
    person = add(maria())
    later = wanted(maria(middle="Eva", language="en"), as_of=NOON + timedelta(days=3))

    def say() -> None:
        record_said(person=person, facts=maria(middle="Elena", phones=()), by=STAFF, at=NOON + timedelta(days=1))

    if said_first:
        say()
        find(later)
    else:
        find(later)
        say()
    person.refresh_from_db()
    assert (person.middle, person.language) == ("Elena", "en")


def test_saying_nothing_new_changes_nothing() -> None:
    person = add(maria(addresses=(address(),)))
    assert record_said(person=person, facts=maria(phones=(MOBILE,)), by=STAFF, at=NOON)
    assert record_said(person=person, facts=maria(phones=(), addresses=(address("2 Oak St", "stay"),)), by=STAFF, at=NOON)
    entries = Entry.objects.count()
    assert isinstance(record_said(person=person, facts=maria(phones=(MOBILE,)), by=STAFF, at=NOON), Unchanged)
    assert Entry.objects.count() == entries
    assert Address.objects.filter(person=person, kind="stay", source="said").count() == 1


def test_a_corrected_name_is_found_by_the_name_it_has_now() -> None:
    person = add(maria())
    record_said(person=person, facts=maria(family="Okafor"), by=STAFF, at=NOON)
    found = find(maria(family="Okafor", phones=()))[0]
    assert found.person == person.pk
    assert find(maria(phones=()))[0].person != person.pk


# ── who may see them ────────────────────────────────────────────────────────────────────────────────────────────────


def looks_from(code: str) -> Viewer:
    units = {"people.see": frozenset({unit(code).pk})}
    return Viewer(UUID(int=1), "", units, frozenset(), None, (), general=units)


def seen(code: str) -> bool:
    return visible_to(Person.objects.all(), looks_from(code)).exists()


def test_a_unit_sees_somebody_while_it_has_a_reason() -> None:
    person, here = add(maria()), unit("here")
    unit("there")
    assert not seen("here")
    new = NewStanding(person.pk, here.pk, "residence", "covid19")
    stay = replace(new, why="stay")
    assert give_standings(standings=[new, new, stay], by=BY, at=NOON) == 2
    assert isinstance(give_standings(standings=[new], by=BY, at=NOON), Unchanged)
    assert seen("here") and not seen("there")
    assert end_standing(person=person.pk, unit=here.pk, why="residence", disease="covid19", by=BY, at=NOON) == 1
    assert seen("here"), "there is another reason"
    assert end_standing(person=person.pk, unit=here.pk, why="stay", disease="covid19", by=BY, at=NOON) == 1
    assert not seen("here")
    assert isinstance(end_standing(person=person.pk, unit=here.pk, why="stay", disease="covid19", by=BY, at=NOON), Unchanged)
    assert give_standings(standings=[new], by=BY, at=NOON) == 1 and Standing.objects.count() == 3, "what was is kept"


@pytest.mark.parametrize("changed", [{"until": NOON}, {"works": False}, {"safe": False}], ids=str)
def test_a_number_that_was_given_up_still_finds_its_person(changed: dict[str, object]) -> None:
    known = add(maria())
    WayToReach.objects.filter(person=known, kind="phone").update(**changed)
    assert refresh_keys([known.pk]) == 0, "it is a key as before"
    with_it, without = maria(given="Mary", birth_on=date(1980, 4, 3)), maria(given="Mary", birth_on=date(1980, 4, 3), phones=())
    decided = [index_of(facts).decide(compared(facts)) for facts in (with_it, without)]
    assert decided[0].score > decided[1].score or decided[1].outcome == "new"
    assert decided[0].outcome != "new" and "phone_exact" in decided[0].candidates[0].reasons


def index_of(facts: PersonFacts) -> Index:
    index = Index()
    index.load(keys(prepare(compared(facts), index.weights)))
    return index
