"""The panels of contacts and places: a line typed, a list pasted, the household offered, how they met, taken back; places picked or added."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tracing.cases.models import Case
from tracing.contacts.models import Exposure, Naming, Quarantine, Visit
from tracing.desk.tests.world import World, add_case
from tracing.people.household.actions import live_together
from tracing.people.models import Person
from tracing.people.restricting import restrict
from tracing.places.models import Place
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def case(made: World) -> Case:
    return add_case(made, "Rivera", "Vera", phone="+12035550101", street="9 Oak St")


@pytest.fixture
def client(made: World) -> Client:
    return made.client("supervisor")


def add(client: Client, case: Case, people: str, **more: Any) -> Any:
    return client.post(reverse("desk:case_naming", args=[case.pk]), {"people": people, "kind": "", "last_on": "", **more}, **HTMX)


def test_a_list_is_understood_and_kept_in_one_go(client: Client, case: Case) -> None:
    answer = add(client, case, "Maria Lopez 203-555-0188, son\nAna Ruiz, coworker\nBen", kind="social", last_on=str(case.first_positive_on))
    words = answer.content.decode()
    assert answer.status_code == 200 and words.lstrip().startswith('<div id="contacts-panel"') and "3 people named" in words
    kinds = dict(Naming.objects.values_list("given", "kind"))
    assert kinds == {"Maria": "household", "Ana": "work", "Ben": "social"}
    assert Task.objects.filter(kind="contact_call").count() == 3
    assert "how near and how long" in words


def test_without_script_it_leads_back_to_where_it_was_sent_from(client: Client, case: Case) -> None:
    own = reverse("desk:case_naming", args=[case.pk])
    here = reverse("desk:case", args=[case.pk])
    assert client.post(own, {"people": "Ana Ruiz", "next": here})["Location"] == here
    assert client.post(own, {"people": "Eva Ruiz", "next": "https://elsewhere.example/"})["Location"] == own
    assert "2 people named" in client.get(own).content.decode()


def test_nothing_typed_is_said_so_and_what_was_typed_stays(client: Client, case: Case) -> None:
    answer = client.post(reverse("desk:case_naming", args=[case.pk]), {"people": "203-555-0188", "last_on": "12/1/2099"})
    words = answer.content.decode()
    assert answer.status_code == 422 and "Enter a name" in words and "203-555-0188" in words and "has not come yet" in words


def test_the_household_is_offered_and_named_by_one_click(made: World, client: Client, case: Case) -> None:
    other = add_case(made, "Rivera", "Luis", phone="+12035550102", street="9 Oak St", disease="measles")
    live_together(persons=[case.person_id, other.person_id], source="said", by=made.actor("tracer"), at=made.at)
    own = reverse("desk:case_naming", args=[case.pk])
    assert "Luis Rivera" in client.get(own).content.decode()
    client.post(reverse("desk:case_naming_household", args=[case.pk]), {"person": str(other.person_id)}, **HTMX)
    exposure = Exposure.objects.get(source=case)
    assert (exposure.contact_id, exposure.kind, exposure.last_on is not None) == (other.person_id, "household", True)
    assert 'name="person"' not in client.get(own).content.decode(), "offered no more"


@pytest.mark.parametrize("who", ["new", "known", "a case", "protected"])
def test_the_panel_looks_the_same_whoever_was_named(made: World, client: Client, case: Case, who: str) -> None:
    if who != "new":
        disease = "covid19" if who == "a case" else "measles"
        known = add_case(made, "Ruiz", "Ana", phone="+12035550188", town="hartford", unit="hartford", disease=disease)
        if who == "protected":
            restrict(person=known.person_id, kind="public_figure", unit=made.units["hartford"].pk, why="", by=made.actor("elsewhere"), at=made.at)
    answer = add(client, case, "ana ruiz 203-555-0188 5/5/1950, friend", last_on=str(case.first_positive_on))
    words = answer.content.decode()
    assert answer.status_code == 200 and words.count("<li") == 1
    line = words[words.index("<summary>") : words.index("</summary>")]
    assert "ana ruiz" in line and "friend" in line and "1950" not in line and "Hartford" not in words
    assert Person.objects.filter(family__iexact="ruiz").count() == 1


def test_a_line_is_put_right_and_the_dates_follow(client: Client, case: Case) -> None:
    add(client, case, "Ana Ruiz, coworker")
    line = Naming.objects.get()
    said = {"kind": "work", "relation": "boss", "last_on": str(case.first_positive_on), "feet": "3", "minutes": "45", "revision": "0"}
    at = reverse("desk:case_naming_line", args=[case.pk, line.pk])
    assert client.post(at, said, **HTMX).status_code == 200
    line.refresh_from_db()
    assert (line.relation, line.feet, line.revision) == ("boss", 3, 1) and Exposure.objects.get().close is True
    again = client.post(at, said | {"relation": "colleague"})
    assert again.status_code == 409 and "Somebody else has changed this line" in again.content.decode() and "colleague" in again.content.decode()
    kept = client.post(at, said | {"relation": "colleague", "revision": "1"})
    assert kept.status_code == 302


def test_named_by_mistake(client: Client, case: Case) -> None:
    add(client, case, "Ana Ruiz, friend", last_on=str(case.first_positive_on))
    answer = client.post(reverse("desk:case_naming_line", args=[case.pk, Naming.objects.get().pk]), {"do": "take_back"}, **HTMX)
    assert "Nobody was named yet" in answer.content.decode()
    assert not Quarantine.objects.filter(settled="").exists() and Task.objects.get(kind="contact_call").stopped_by == "not_exposed"


def test_a_line_of_another_case_is_not_there(made: World, client: Client, case: Case) -> None:
    other = add_case(made, "Smith", "Joe", phone="+12035550107")
    add(client, other, "Ana Ruiz, friend")
    at = reverse("desk:case_naming_line", args=[case.pk, Naming.objects.get().pk])
    assert client.post(at, {"do": "take_back"}).status_code == 404


def test_a_place_is_added_once_and_picked_after_that(client: Client, case: Case) -> None:
    own = reverse("desk:case_places", args=[case.pk])
    day = case.first_positive_on
    where = {"street": "181 Mitchell Dr", "city": "New Haven", "zip": "06511"}
    stay = {"name": "Wilbur Cross High School", "kind": "school", "role": "pupil"} | where
    assert client.post(own, stay | {"first_on": str(day)}).status_code == 302
    again = {"name": "wilbur cross high school", "role": "pupil", "first_on": str(day - timedelta(days=1))}
    assert client.post(own, again, **HTMX).status_code == 200
    assert Place.objects.filter(name_key__contains="cross").count() == 1
    visit = Visit.objects.get()
    assert (visit.first_on, visit.last_on) == (day - timedelta(days=1), day), "days that touch are one stay"
    asked = client.post(own, {"name": "Wilbur Cross", "role": "visitor", "first_on": str(day)})
    assert asked.status_code == 422 and "Is it one of these?" in asked.content.decode()
    client.post(own, {"name": "Wilbur Cross", "role": "visitor", "first_on": str(day), "place": str(visit.place_id)})
    assert Visit.objects.count() == 2 and "others may have caught it there" in client.get(own).content.decode()
    page = client.get(reverse("desk:place_visits", args=[visit.place_id])).content.decode()
    assert "Vera Rivera" in page
    client.post(reverse("desk:case_place_back", args=[case.pk, visit.pk]))
    visit.refresh_from_db()
    assert visit.taken_back_at is not None


def test_a_place_that_nobody_knows_needs_its_kind(client: Client, case: Case) -> None:
    said = {"name": "Elm Diner", "role": "visitor", "first_on": str(case.first_positive_on)}
    answer = client.post(reverse("desk:case_places", args=[case.pk]), said)
    assert answer.status_code == 422 and "say what kind of place" in answer.content.decode() and not Place.objects.filter(name="Elm Diner").exists()


def test_a_contact_tells_and_nobody_is_told_who_it_was(made: World, client: Client, case: Case) -> None:
    add(client, case, "Ana Ruiz 203-555-0188, friend", last_on=str(case.first_positive_on))
    person = Exposure.objects.get().contact
    own = reverse("desk:person_contact", args=[person.pk])
    words = client.get(own).content.decode()
    assert "As a contact" in words and "I may not say who" in words
    assert "Vera" not in words and "Rivera" not in words and str(case.pk) not in words
    assert client.post(own, {"disease": "covid19", "symptomatic": "yes", "onset_on": str(case.first_positive_on)}).status_code == 302
    assert Task.objects.get(kind="contact_call", person=person).facts["symptomatic"] is True
    assert client.post(own, {"disease": "covid19", "negative_on": "2099-01-01"}).status_code == 422
    assert client.get(reverse("desk:person_contact", args=[case.person_id])).status_code == 404, "nobody exposed them"


def test_a_roster_is_looked_at_and_kept(made: World, client: Client, case: Case) -> None:
    stay = {"name": "Wilbur Cross High School", "kind": "school", "role": "pupil", "first_on": str(case.first_positive_on)}
    client.post(reverse("desk:case_places", args=[case.pk]), stay)
    own = reverse("desk:case_school", args=[case.pk])
    roster = "Leo Diaz, 3/4/2012, Carmen Diaz 203-555-0188\nMia Chen, 7/8/2012, Wei Chen 203-555-0189\nTom Park, 9/9/2012"
    said = {"place": str(Place.objects.get(name="Wilbur Cross High School").pk), "last_on": str(case.first_positive_on), "roster": roster}
    looked = client.post(own, said)
    words = looked.content.decode()
    assert looked.status_code == 200 and "Keep 3 children" in words and "nobody to write to" in words and not Exposure.objects.exists()
    kept = client.post(own, said | {"do": "keep"}, follow=True).content.decode()
    assert "3 exposures kept, 2 messages to who answers for a child, 1 children" in kept
    assert Exposure.objects.count() == 3 and Task.objects.filter(kind="contact_call").count() == 1
    assert client.post(own, said | {"last_on": ""}).status_code == 422


def test_who_was_known_is_shown_in_the_words_of_the_case(made: World, client: Client, case: Case) -> None:
    """Somebody registered under a fuller name: neither the call, the interview nor the tab of contacts tells that they were known."""
    known = add_case(made, "Lopez Quintanilla", "Maria Guadalupe", phone="+12035550188")
    add(client, case, "Maria Lopez 203-555-0188")
    Exposure.objects.filter(source=case).update(contact=known.person_id)
    pages = [reverse("desk:case_contacts", args=[case.pk]), reverse("desk:case_questions", args=[case.pk])]
    for page in pages:
        words = client.get(page).content.decode()
        assert "Maria Lopez" in words and "Quintanilla" not in words, page
