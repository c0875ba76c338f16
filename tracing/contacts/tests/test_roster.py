"""A roster of sixty becomes exposures, dates and one message per guardian; nobody is told who the case is, and nobody twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracing.cases.models import Case
from tracing.contacts.following import concerned, settle_contacts
from tracing.contacts.models import Exposure, Quarantine
from tracing.contacts.pasted import read
from tracing.contacts.roster import Pupil, Told, expose_roster, pupil
from tracing.contacts.tests.test_actions import BY, NOON, STAFF, TODAY, becomes_case, facts, person_of
from tracing.journal.actions import Unchanged
from tracing.jurisdictions.models import Unit
from tracing.messaging.actions import record_failed
from tracing.messaging.models import Message
from tracing.people.models import Guardianship, Person
from tracing.places.models import Place
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db
DAY = TODAY - timedelta(days=2)


@pytest.fixture
def case() -> Case:
    return becomes_case(person_of(facts("Vera", birth_on=date(2011, 2, 3))))


@pytest.fixture
def school(case: Case) -> Place:
    unit = Unit.objects.get(code="ct")
    return Place.objects.create(kind="school", name="Cross", name_key="cross", unit=unit)


def roster(number: int = 60) -> list[Pupil]:
    """Every tenth child has a sister in the next line, with the same mother."""
    return [
        Pupil(f"Child{n:02}", f"Family{n // 10 * 10 if n % 10 < 2 else n:02}", date(2011, 1, 1) + timedelta(days=n * 3),
              f"Mother{n // 10 * 10 if n % 10 < 2 else n:02} Family", f"+1203555{1000 + (n // 10 * 10 if n % 10 < 2 else n)}")
        for n in range(number)
    ]  # fmt: skip


def test_sixty_in_one_action(case: Case, school: Place) -> None:
    made = expose_roster(case=case, place=school, pupils=roster(), last_on=DAY, feet=3, minutes=50, by=STAFF, at=NOON)
    assert made == Told(exposures=60, messages=54, to_call=0), "six pairs of sisters have one mother each"
    assert Exposure.objects.filter(place=school, kind="school", close=True, last_on=DAY).count() == 60
    assert set(Quarantine.objects.values_list("ends_on", flat=True)) == {DAY + timedelta(days=14)} and Quarantine.objects.count() == 60
    messages = list(Message.objects.select_related("person"))
    assert len({row.person_id for row in messages}) == 54 and {row.template for row in messages} == {"school_exposure"}
    assert all(row.person.given.startswith("Mother") for row in messages)
    assert not Task.objects.filter(kind="contact_call").exists(), "who was written to is not called as well"
    assert Guardianship.objects.count() == 60


def test_the_same_roster_again_tells_nobody_twice(case: Case, school: Place) -> None:
    some = roster(3)
    expose_roster(case=case, place=school, pupils=some, last_on=DAY, by=STAFF, at=NOON)
    again = expose_roster(case=case, place=school, pupils=some, last_on=DAY, by=STAFF, at=NOON + timedelta(hours=1))
    assert isinstance(again, Unchanged) and Message.objects.count() == 2
    more = expose_roster(case=case, place=school, pupils=roster(4), last_on=DAY, by=STAFF, at=NOON + timedelta(hours=2))
    assert not isinstance(more, Unchanged) and (more.exposures, more.messages) == (1, 1) and Person.objects.filter(given="Child00").count() == 1


def test_whose_guardian_is_not_known_is_called(case: Case, school: Place) -> None:
    made = expose_roster(case=case, place=school, pupils=[Pupil("Leo", "Diaz"), *roster(1)], last_on=DAY, by=STAFF, at=NOON)
    assert made == Told(exposures=2, messages=1, to_call=1)
    assert Task.objects.get(kind="contact_call").person == Person.objects.get(given="Leo")


def test_a_message_that_did_not_go_out_becomes_a_call(case: Case, school: Place) -> None:
    expose_roster(case=case, place=school, pupils=roster(1), last_on=DAY, by=STAFF, at=NOON)
    message = Message.objects.get()
    Message.objects.filter(pk=message.pk).update(state="claimed", claimed_at=NOON)
    record_failed(message=Message.objects.get(), problem="landline", by=BY, at=NOON)
    settle_contacts(people=concerned(message.person_id), by=BY, at=NOON + timedelta(hours=1))
    assert Task.objects.get(kind="contact_call").person.given == "Child00"  # type: ignore[union-attr]


def test_the_case_on_its_own_roster_is_passed_over(case: Case, school: Place) -> None:
    own = Pupil("Vera", "Otero", date(2011, 2, 3), "Mother Otero", "+12035550177")
    made = expose_roster(case=case, place=school, pupils=[own, *roster(1)], last_on=DAY, by=STAFF, at=NOON)
    assert made == Told(exposures=1, messages=1, to_call=0)


def test_a_line_of_a_roster() -> None:
    found = pupil(read("Leo Diaz, born 3/4/2012, Carmen Diaz 203-555-0142")[0])
    assert found == Pupil("Leo", "Diaz", date(2012, 3, 4), "Carmen Diaz", "+12035550142") and found.reached
    assert not pupil(read("Leo Diaz")[0]).reached
