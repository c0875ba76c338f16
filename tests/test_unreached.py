"""Who cannot be reached is known at once, asked about, found again or given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tracing.access.viewer import viewer
from tracing.cases.models import Case, Proposal
from tracing.cases.moving_home import moved_to
from tracing.contacts.actions import Named, name_contacts
from tracing.contacts.jobs import follow_details
from tracing.contacts.models import Enquiry, Quarantine, Unreached
from tracing.contacts.unreached import CannotWrite, NotOpen, ask_source, give_up, settle_unreached
from tracing.contacts.unreached_lists import UnreachedFilter, next_unreached, page, reachable
from tracing.desk.tests.world import BY, World, add_case, noon_of_today, world
from tracing.journal.sealer import seal
from tracing.messaging.models import Message
from tracing.people.death import record_death
from tracing.people.facts import PersonFacts
from tracing.people.household.actions import keep_confidential
from tracing.people.models import Address, WayToReach
from tracing.people.ways.actions import WayRefused, add_way, mark_way
from tracing.tasks.models import Task

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture
def made() -> World:
    return world(noon_of_today())


def row_of(case: Case) -> Unreached:
    return Unreached.objects.filter(person=case.person_id).order_by("-id")[0]


def settled(at: object) -> None:
    seal(at=at)  # type: ignore[arg-type]
    follow_details(at)  # type: ignore[arg-type]


def test_a_case_without_a_number_is_looked_for_from_the_moment_it_opens(made: World) -> None:
    lost, known = add_case(made, "Lost", "Lea", street="1 Elm St"), add_case(made, "Known", "Kim", phone="+12035550101")
    assert not Unreached.objects.filter(person=known.person_id).exists()
    row = row_of(lost)
    assert (row.state, row.why, row.lacks, row.unit_id) == ("open", "call", ["phone", "email"], made.units["new-haven"].pk)
    task = Task.objects.get(person=lost.person_id)
    assert row.priority == task.priority and task.no_phone
    assert not settle_unreached(persons=[lost.person_id, known.person_id], by=BY, at=made.at), "asked again, nothing changes"


def test_contacts_named_without_a_number_are_looked_for_too() -> None:
    made = world(datetime(2021, 1, 15, 17, tzinfo=UTC))  # when contacts kept quarantine
    case = add_case(made, "Known", "Kim", phone="+12035550101")
    day = made.at.date() - timedelta(days=1)
    named = [
        Named(PersonFacts(family="Otero", given=given, phones=phones), "household", day)
        for given, phones in (("Ana", ()), ("Eva", ("+12035550102",)))
    ]
    name_contacts(case=case, named=named, by=BY, at=made.at)
    assert [(row.person.given, row.why) for row in Unreached.objects.select_related("person")] == [("Ana", "contact")]


def test_contacts_of_whom_no_quarantine_is_asked_are_looked_for_until_it_is_too_late(made: World) -> None:
    case = add_case(made, "Known", "Kim", phone="+12035550101")
    named = [Named(PersonFacts(family="Otero", given="Ana"), "household", None), Named(PersonFacts(family="Otero", given="Ben"), "work", None)]
    name_contacts(case=case, named=named, by=BY, at=made.at)
    assert not Quarantine.objects.exists()
    rows = list(Unreached.objects.select_related("person").order_by("person__given"))
    assert [(row.person.given, row.why, row.state) for row in rows] == [("Ana", "contact", "open"), ("Ben", "contact", "open")]
    assert "Otero" in made.client("tracer").get(reverse("desk:unreached"), {"why": "contact"}).content.decode()
    record_death(person=rows[1].person_id, source="call", by=BY, at=made.at)
    settled(made.at)
    rows[1].refresh_from_db()
    assert rows[1].state == "over"
    settle_unreached(persons=[rows[0].person_id], by=BY, at=made.at + timedelta(days=15))
    rows[0].refresh_from_db()
    assert rows[0].state == "over"


def test_a_number_found_puts_the_call_back_on_its_list(made: World) -> None:
    case = add_case(made, "Lost", "Lea")
    waits = ask_source(unreached=row_of(case), source="laboratory", outcome="waiting", by=made.actor("tracer"), at=made.at)
    row = row_of(case)
    assert waits.outcome == "waiting" and row.tries == 1 and row.not_before == made.at + timedelta(days=1)
    with pytest.raises(WayRefused):
        ask_source(unreached=row, source="provider", outcome="found", phone="12", by=made.actor("tracer"), at=made.at)
    assert Enquiry.objects.count() == 1, "what was refused left nothing behind"
    ask_source(unreached=row, source="provider", outcome="nothing", phone="203-555-0155", by=made.actor("tracer"), at=made.at)
    assert row_of(case).state == "found" and Enquiry.objects.latest("at", "id").outcome == "found"
    way = WayToReach.objects.get(person=case.person_id)
    assert (way.value, way.source) == ("+12035550155", "provider")
    assert not Task.objects.get(person=case.person_id).no_phone
    with pytest.raises(NotOpen):
        ask_source(unreached=row, source="provider", outcome="nothing", by=made.actor("tracer"), at=made.at)


def test_the_last_number_found_wrong_begins_it_and_a_death_ends_it(made: World) -> None:
    case = add_case(made, "Known", "Kim", phone="+12035550101")
    mark_way(way=WayToReach.objects.get(person=case.person_id), works=False, by=BY, at=made.at)
    settled(made.at)
    assert row_of(case).state == "open"
    record_death(person=case.person_id, source="call", by=BY, at=made.at)
    settled(made.at)
    assert row_of(case).state == "over"


def test_given_up_stays_so_until_a_way_is_found_and_lost_again(made: World) -> None:
    case = add_case(made, "Lost", "Lea", street="1 Elm St")
    give_up(unreached=row_of(case), reason="nothing_known", letter=True, by=made.actor("tracer"), at=made.at)
    assert Message.objects.get(person=case.person_id).template == "please_call"
    settle_unreached(persons=[case.person_id], by=BY, at=made.at)
    assert Unreached.objects.filter(person=case.person_id).count() == 1
    way = add_way(person=case.person_id, kind="phone", typed="203-555-0155", source="lab", by=BY, at=made.at)
    assert way
    settle_unreached(persons=[case.person_id], by=BY, at=made.at)
    assert row_of(case).state == "found"
    mark_way(way=way, works=False, by=BY, at=made.at)
    settle_unreached(persons=[case.person_id], by=BY, at=made.at)
    assert row_of(case).state == "open" and Unreached.objects.filter(person=case.person_id).count() == 2


@pytest.mark.parametrize(("street", "hidden", "code"), [("", False, "no_address"), ("1 Elm St", True, "confidential")])
def test_no_letter_without_a_street_or_to_who_is_reached_confidentially(made: World, street: str, hidden: bool, code: str) -> None:
    case = add_case(made, "Lost", "Lea", street=street)
    if hidden:
        keep_confidential(person=case.person_id, kind="violence", by=BY, at=made.at)
    with pytest.raises(CannotWrite) as refused:
        give_up(unreached=row_of(case), reason="nothing_known", letter=True, by=made.actor("tracer"), at=made.at)
    assert refused.value.code == code and row_of(case).state == "open" and not Message.objects.exists()


def test_the_list_is_of_ones_own_units_by_urgency_or_by_age(made: World) -> None:
    old = add_case(made, "Old", "Ola", days_ago=12)
    new = add_case(made, "New", "Nia", days_ago=0)
    add_case(made, "Away", "Amy", town="hartford", unit="hartford")
    Unreached.objects.filter(person=old.person_id).update(since=made.at - timedelta(days=20))
    who = viewer(made.staff["tracer"], at=made.at)
    by_urgency = page(UnreachedFilter(), who, sort="-priority", size=10).rows
    assert [row.person_id for row in by_urgency] == [new.person_id, old.person_id]
    assert [row.person_id for row in page(UnreachedFilter(), who, sort="since", size=10).rows] == [old.person_id, new.person_id]
    assert [row.person_id for row in page(UnreachedFilter(why="contact"), who, sort="since", size=10).rows] == []
    assert next_unreached(who, row_of(new).pk, at=made.at) == row_of(old).pk
    figures = reachable(who, at=made.at)
    assert (figures.cases, figures.lacking, figures.percent, dict(figures.open)) == (2, 1, 50, {"call": 1, "message": 1})
    state = viewer(made.staff["state_epidemiologist"], at=made.at)
    assert page(UnreachedFilter(), state, sort="-priority", size=10).count == 3


def test_a_new_residence_elsewhere_is_proposed_and_moves_no_case(made: World) -> None:
    case = add_case(made, "Known", "Kim", phone="+12035550101", street="1 Elm St")
    there = {"kind": "residence", "city": "Hartford", "state": "CT", "zip": "06103", "by": made.actor("tracer"), "at": made.at}
    moved_to(person=case.person_id, street="5 Main St", **there)  # type: ignore[arg-type]
    assert Case.objects.get(pk=case.pk).unit_id == made.units["new-haven"].pk
    found = Proposal.objects.get(case=case)
    assert (found.kind, found.to_unit_id) == ("moved", made.units["hartford"].pk)
    assert list(Address.objects.filter(person=case.person_id, until=None).values_list("street", flat=True)) == ["5 Main St"]
    moved_to(person=case.person_id, street="7 Main St", **there)  # type: ignore[arg-type]
    assert Proposal.objects.filter(case=case).count() == 1
