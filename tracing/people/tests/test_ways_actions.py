"""Ways added, corrected, marked and given up; households, guardians and confidential flags in the database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracing.journal.models import Entry
from tracing.people.facts import AddressFacts, PersonFacts
from tracing.people.household.actions import (
    GuardianRefused,
    answers_for,
    answers_no_more,
    end_confidential,
    keep_confidential,
    leave_household,
    live_together,
)
from tracing.people.household.queries import confidential_among, numbers_answering, with_wards
from tracing.people.models import Address, Guardianship, HouseholdMember, Person, WayToReach
from tracing.people.rules import FEED
from tracing.people.tests.made import HOME, MOBILE, NOON, STAFF, add, find, maria, unit, wanted
from tracing.people.ways.actions import WayRefused, add_way, correct_way, end_way, leave_address, live_at, mark_way

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
LATER = NOON + timedelta(hours=1)


def way(who: Person, value: str) -> WayToReach:
    return WayToReach.objects.get(person=who, value=value)


def usable(who: Person) -> set[str]:
    return set(WayToReach.objects.usable().filter(person=who).values_list("value", flat=True))


def test_a_number_typed_in_any_form_is_kept_once() -> None:
    who = add(maria(phones=()))
    made = add_way(person=who.pk, kind="phone", typed="(203) 555-0142 x9", source="staff", whose="own", hours=" after 5 ", by=STAFF, at=NOON)
    assert made and made.value == "+12035550142" and made.hours == "after 5" and made.whose == "own"
    assert not add_way(person=who.pk, kind="phone", typed="+1 203 555 0142", source="staff", by=STAFF, at=LATER)
    with pytest.raises(WayRefused) as refused:
        add_way(person=who.pk, kind="phone", typed="555-0142", source="staff", by=STAFF, at=LATER)
    assert refused.value.code == "too_short"
    entry = Entry.objects.filter(verb="way.added").get()
    assert entry.changed == ["phone"] and "0142" not in str(entry.codes)


def test_a_number_given_up_is_not_brought_back_by_a_report_but_by_staff() -> None:
    who = add(maria())
    end_way(way=way(who, HOME), by=STAFF, at=NOON)
    assert not end_way(way=way(who, HOME), by=STAFF, at=NOON) and usable(who) == set()
    find(maria(phones=(HOME, MOBILE)), at=LATER)
    assert usable(who) == {MOBILE}
    assert add_way(person=who.pk, kind="phone", typed=HOME, source="said", by=STAFF, at=LATER)
    again = way(who, HOME)
    assert usable(who) == {HOME, MOBILE} and again.works is None and again.source == "said"


def test_marked_and_unmarked_with_who_and_when() -> None:
    who = add(maria())
    mark_way(way=way(who, HOME), works=False, by=STAFF, at=NOON)
    row = way(who, HOME)
    assert (row.works, row.tried_at, row.tried_by) == (False, NOON, STAFF.id) and usable(who) == set()
    assert not mark_way(way=row, works=False, by=STAFF, at=LATER)
    mark_way(way=row, works=None, by=STAFF, at=LATER)
    assert way(who, HOME).tried_at is None and usable(who) == {HOME}


def test_a_correction_ends_the_wrong_one_and_keeps_what_was_said_of_it() -> None:
    who = add(maria())
    WayToReach.objects.filter(person=who).update(whose="own", hours="evenings")
    made = correct_way(way=way(who, HOME), typed="203 555 0177", source="staff", by=STAFF, at=NOON)
    assert made and (made.value, made.whose, made.hours) == ("+12035550177", "own", "evenings")
    assert usable(who) == {"+12035550177"} and way(who, HOME).until == NOON
    find(maria(phones=(HOME,)), at=LATER)
    assert usable(who) == {"+12035550177"}, "a report does not bring the wrong one back"


def _home(street: str) -> AddressFacts:
    return AddressFacts("residence", street, "Bethel", "CT", "06801", f"{street}|06801".lower(), None, unit().pk, False, ("exact_town",))


def test_a_new_residence_ends_the_former_and_going_back_revives_it() -> None:
    who = add(maria())
    for street, at in (("1 Elm St", NOON), ("2 Oak St", LATER), ("1 Elm St", LATER + timedelta(hours=1))):
        assert live_at(person=who.pk, facts=_home(street), source="staff", by=STAFF, at=at)
    now = Address.objects.get(person=who, until=None)
    assert now.street == "1 Elm St" and Address.objects.filter(person=who).count() == 2
    assert not live_at(person=who.pk, facts=_home("1 Elm St"), source="staff", by=STAFF, at=LATER + timedelta(hours=2))
    assert leave_address(address=now, by=STAFF, at=LATER) and not leave_address(address=now, by=STAFF, at=LATER)


def test_a_household_grows_and_the_last_one_alone_is_none() -> None:
    one, two, three = add(maria()), add(maria(given="Luis", phones=())), add(maria(given="Ana", phones=()))
    home = live_together(persons=[one.pk, two.pk], source="address", by=STAFF, at=NOON)
    assert home and live_together(persons=[two.pk, three.pk], source="said", by=STAFF, at=NOON)
    assert not live_together(persons=[one.pk, three.pk], source="said", by=STAFF, at=NOON)
    assert set(HouseholdMember.objects.filter(household=home.pk, until=None).values_list("person_id", flat=True)) == {one.pk, two.pk, three.pk}
    for who in (three, two):
        leave_household(member=HouseholdMember.objects.get(person=who, until=None), by=STAFF, at=LATER)
    assert not HouseholdMember.objects.filter(until=None).exists()


def test_who_answers_is_known_by_name_or_on_record_and_refusals_say_why() -> None:
    child, mother = add(maria(given="Lea", phones=(), birth_on=date(2015, 1, 1))), add(maria())
    since = date(2021, 1, 1)
    row = answers_for(ward=child.pk, guardian=mother.pk, name="", kind="parent", since=since, by=STAFF, at=NOON)
    assert row.name == "Maria Rivera" and with_wards(mother.pk) == [mother.pk, child.pk]
    assert numbers_answering([child.pk]) == {child.pk: {HOME}}
    answers_for(ward=child.pk, guardian=None, name="Aunt Rosa", phone="203-555-0188", kind="relative", since=since, by=STAFF, at=NOON)
    assert way(child, "+12035550188").whose == "answers"
    for code, more in (("themselves", {"guardian": child.pk}), ("no_name", {"guardian": None}), ("stands_already", {"guardian": mother.pk}),
                       ("wrong_dates", {"guardian": None, "until": date(2020, 1, 1)})):  # fmt: skip
        with pytest.raises(GuardianRefused) as refused:
            answers_for(**{"ward": child.pk, "name": "", "kind": "parent", "since": since, "by": STAFF, "at": NOON, **more})  # type: ignore[arg-type]
        assert refused.value.code == code
    away = answers_for(ward=child.pk, guardian=None, name="Rick", phone="203-555-0199", kind="parent", keep_away=True, since=since, by=STAFF, at=NOON)
    assert not away.decides and not WayToReach.objects.filter(value="+12035550199").exists(), "their number is not kept to be called"
    answers_no_more(guardianship=row, by=STAFF, at=LATER)
    assert numbers_answering([child.pk]) == {} and Guardianship.objects.filter(ended_at=None).count() == 2


def test_confidentially_only_what_is_safe_is_used_and_reports_add_nothing_to_it() -> None:
    who = add(maria(phones=(HOME, MOBILE)))
    row = keep_confidential(person=who.pk, kind="violence", safe=[way(who, MOBILE).pk], by=STAFF, at=NOON)
    assert row and usable(who) == {MOBILE} and confidential_among([who.pk]) == {who.pk}
    assert not keep_confidential(person=who.pk, kind="violence", safe=[way(who, MOBILE).pk], by=STAFF, at=NOON)
    find(wanted(maria(phones=(MOBILE, "+12035550103"))), at=LATER, rank=FEED)
    add_way(person=who.pk, kind="phone", typed="203-555-0104", source="staff", by=STAFF, at=LATER)
    assert usable(who) == {MOBILE}, "what a report brings, and what staff enter without asking, is not used"
    add_way(person=who.pk, kind="phone", typed="203-555-0104", source="said", safe=True, by=STAFF, at=LATER)
    assert usable(who) == {MOBILE, "+12035550104"}
    entry = Entry.objects.filter(verb="person.confidential").first()
    assert entry is not None and entry.codes == {}, "why stands in no journal"
    end_confidential(confidential=row, why="moved out", by=STAFF, at=LATER)
    assert len(usable(who)) == 4 and not confidential_among([who.pk])


def test_of_two_flags_both_must_end() -> None:
    who = add(maria())
    first = keep_confidential(person=who.pk, kind="violence", by=STAFF, at=NOON)
    second = keep_confidential(person=who.pk, kind="other", by=STAFF, at=NOON)
    assert first and second
    end_confidential(confidential=first, why="over", by=STAFF, at=LATER)
    assert usable(who) == set()
    end_confidential(confidential=second, why="over", by=STAFF, at=LATER)
    assert usable(who) == {HOME}


def test_facts_of_a_person_have_no_room_for_a_flag() -> None:
    """What reports bring cannot set one: only somebody who was told."""
    assert not [name for name in PersonFacts.__slots__ if "confid" in name or name == "safe"]
