"""A contact without a case that is known here: found or added, followed where they live, and on the same road as any."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.merging import astray
from tracing.contacts.models import Exposure, Quarantine
from tracing.contacts.quarantining import complete_quarantines
from tracing.desk.tests.world import BY, World, add_case
from tracing.people.models import Address, Person, Standing
from tracing.reporting.models import ContactMoments
from tracing.reporting.upkeep import refresh
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db
URL = "desk:by_hand_contact"


def typed(made: World, **more: str) -> dict[str, str]:
    last = str(made.at.date() - timedelta(days=1))
    return {
        "outside": "travel", "reference": "XY 123, seat 14C", "disease": "measles", "last_on": last, "given": "Ana", "family": "Traveller",
        "birth_on": "1990-02-03", "phone": "203-555-0166", "street": "5 Elm St", "city": "New Haven", "state": "CT", "zip": "06511",
    } | more  # fmt: skip


def test_a_traveller_is_followed_like_any_contact(made: World) -> None:
    client = made.client("supervisor")
    answer = client.post(reverse(URL), typed(made))
    person = Person.objects.get(family="Traveller")
    assert answer["Location"] == f"{reverse('desk:person_contact', args=[person.pk])}?disease=measles"
    row = Exposure.objects.get(contact=person)
    assert (row.source, row.outside, row.unit) == (None, "travel", made.units["new-haven"])
    stay = Quarantine.objects.get(person=person, settled="")
    assert stay.ends_on == row.last_on + timedelta(days=21), "measles: 21 days after the last exposure"  # type: ignore[operator]
    call = Task.objects.get(person=person, kind="contact_call")
    assert (call.unit, call.state) == (made.units["new-haven"], "open") and call.priority > 0
    assert Address.objects.get(person=person).unit == made.units["new-haven"]
    assert Standing.objects.filter(person=person, unit=made.units["new-haven"], why="exposed", disease="measles").exists()
    page = client.get(answer["Location"]).content.decode()
    assert "On a journey" in page and "XY 123, seat 14C" in page
    assert made.client("tracer").post(reverse("desk:call_take", args=[call.pk])).status_code == 302
    assert made.client("tracer").get(reverse("desk:call", args=[call.pk])).status_code == 200
    refresh(persons={person.pk}, cases=set())
    assert ContactMoments.objects.get(exposure=row).unit == made.units["new-haven"], "counted like any contact"
    complete_quarantines(by=BY, at=made.at + timedelta(days=40))
    assert Quarantine.objects.get(pk=stay.pk).settled == "completed"
    assert not astray()


def test_reported_twice_it_is_one_and_whether_they_were_known_is_not_told(made: World) -> None:
    known = add_case(made, "Traveller", "Ana", phone="+12035550166", days_ago=400)
    client = made.client("supervisor")
    first, again = client.post(reverse(URL), typed(made, birth_on="1950-05-05")), client.post(reverse(URL), typed(made, birth_on="1950-05-05"))
    assert first["Location"] == again["Location"] and Exposure.objects.get().contact_id == known.person_id


def test_who_lives_elsewhere_goes_to_the_department_there(made: World) -> None:
    answer = made.client("tracer").post(reverse(URL), typed(made, city="Hartford", zip="06103", street="1 Main St"), follow=True)
    assert "sent to Hartford" in answer.content.decode()
    assert Task.objects.get(person__family="Traveller", kind="contact_call").unit == made.units["hartford"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"outside": ""}, "usa-error-message"), ({"family": ""}, "usa-error-message"), ({"last_on": "2999-01-01"}, "has not come yet"),
        ({"last_on": "2001-01-01"}, "two months ago"), ({"phone": "12"}, "area code"), ({"first_on": "2999-01-01"}, "has not come yet"),
        ({"phone": "", "street": "", "city": "", "zip": ""}, "nobody could reach them"), ({"email": "x y"}, "ana@example.org"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_comes_back(made: World, changed: dict[str, str], says: str) -> None:
    answer = made.client("supervisor").post(reverse(URL), typed(made, **changed))
    assert answer.status_code == 422 and says in answer.content.decode() and "XY 123" in answer.content.decode()
    assert not Exposure.objects.exists() and not Person.objects.filter(family="Traveller").exists()
