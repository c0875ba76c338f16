"""Unusual looks: found from the looks of an hour, laid beside what is known of who looked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.privacy.people import hire
from tracing.access.models import Membership
from tracing.base.ids import uuid7
from tracing.desk.tests.world import BY, World, add_case
from tracing.journal.actions import look
from tracing.journal.models import Entry, Follower, LookTally
from tracing.people.jobs import find_unusual
from tracing.people.models import Address, Standing, UnusualLook, WayToReach
from tracing.people.restricting import restrict
from tracing.people.watching import find_unusual_looks

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def noon(made: World) -> datetime:
    """Noon of yesterday in Connecticut: an hour that has ended, by day."""
    return (made.at - timedelta(days=1)).astimezone(ZONE).replace(hour=12, minute=0, second=0, microsecond=0)


def looks(made: World, who: str, *people: UUID, at: datetime, page: str = "person", purpose: str = "work") -> None:
    look(actor=made.staff[who].pk, at=at, page=page, purpose=purpose, persons=people)


def found(made: World, since: datetime) -> set[tuple[str, str]]:
    """What was found in this hour: the user's key and the rule's code."""
    find_unusual_looks(since=since, until=since + HOUR, zone=ZONE, by=BY, at=made.at)
    keys = {user.pk: key for key, user in made.staff.items()}
    return {(keys[row.user_id], row.code) for row in UnusualLook.objects.all()}


@pytest.fixture
def known(made: World) -> World:
    """Everybody is known to their department since long."""
    Standing.objects.update(since=made.at - timedelta(days=30))
    Membership.objects.update(valid_from=made.at - timedelta(days=60))
    return made


def test_an_ordinary_look_is_not_unusual(known: World) -> None:
    since = noon(known)
    looks(known, "tracer", known.cases["Ana Rivera"].person_id, at=since)
    assert found(known, since) == set()
    assert list(LookTally.objects.values_list("span", "persons", "looks")) == [("hour", 1, 1)]


def test_own_name(known: World) -> None:
    hire(known, "tracer", "new-haven", name="rivera", called="Luis Rivera")
    since = noon(known)
    looks(known, "rivera", known.cases["Ana Rivera"].person_id, known.cases["Ngozi Okafor"].person_id, at=since + timedelta(minutes=5))
    assert found(known, since) == {("rivera", "own_name")}
    row = UnusualLook.objects.get()
    assert (row.person_id, row.unit.code, row.looks) == (known.cases["Ana Rivera"].person_id, "new-haven", 1)


def test_own_record_and_who_lives_there(known: World) -> None:
    ana, since = known.cases["Ana Rivera"].person_id, noon(known)
    WayToReach.objects.create(person_id=ana, kind="email", value=known.staff["tracer"].email, source="lab", as_of=known.at)
    home = Address.objects.get(person=ana)
    mate = add_case(known, "Lopez", "Eva", phone="+12035550155", street="14 Elm St").person_id
    Address.objects.filter(person=mate).update(key=home.key)
    Standing.objects.update(since=known.at - timedelta(days=30))
    looks(known, "tracer", ana, at=since)
    looks(known, "tracer", mate, at=since)
    looks(known, "other_tracer", ana, mate, at=since)
    assert found(known, since) == {("tracer", "own_record"), ("tracer", "own_home")}


def test_own_telephone(known: World) -> None:
    ana, ngozi, since = known.cases["Ana Rivera"].person_id, known.cases["Ngozi Okafor"].person_id, noon(known)
    WayToReach.objects.create(person_id=ana, kind="email", value=known.staff["tracer"].email, source="lab", as_of=known.at)
    WayToReach.objects.create(person_id=ngozi, kind="phone", value="+12035550142", source="lab", as_of=known.at)
    looks(known, "tracer", ngozi, at=since)
    assert found(known, since) == {("tracer", "own_home")}


def test_somebody_with_whom_the_unit_has_nothing_to_do(known: World) -> None:
    since, ford = noon(known), known.cases["Ford Hart"].person_id
    looks(known, "tracer", ford, at=since)
    looks(known, "state_epidemiologist", ford, at=since)
    looks(known, "elsewhere", ford, at=since)
    assert found(known, since) == {("tracer", "no_standing")}


def test_a_standing_that_had_ended(known: World) -> None:
    since, ana = noon(known), known.cases["Ana Rivera"].person_id
    Standing.objects.filter(person=ana).update(until=since - timedelta(minutes=1))
    looks(known, "tracer", ana, at=since)
    assert found(known, since) == {("tracer", "no_standing")}


def test_a_restricted_record_but_not_in_a_review(known: World) -> None:
    since, ana = noon(known), known.cases["Ana Rivera"].person_id
    restrict(person=ana, kind="staff", unit=known.units["new-haven"].pk, why="", by=BY, at=since - HOUR)
    looks(known, "director", ana, at=since)
    looks(known, "privacy_officer", ana, at=since, page="privacy_person", purpose="privacy")
    assert found(known, since) == {("director", "restricted")}


@pytest.mark.parametrize(("hours", "worked", "expected"), [(3, False, False), (4, False, True), (4, True, False)])
def test_again_and_again_without_any_work(known: World, hours: int, worked: bool, expected: bool) -> None:
    since, ana = noon(known), known.cases["Ana Rivera"].person_id
    for number in range(hours):
        looks(known, "tracer", ana, at=since - number * timedelta(hours=5))
    if worked:
        from tracing.people.death import record_death

        record_death(person=ana, source="staff", by=known.actor("tracer"), at=since - timedelta(hours=2))
    assert (("tracer", "repeated") in found(known, since)) is expected


def test_lists_are_no_looks_at_one_person_again(known: World) -> None:
    since = noon(known)
    people = [known.cases["Ana Rivera"].person_id, *(uuid7() for _ in range(11))]
    for number in range(6):
        looks(known, "tracer", *people, at=since - number * timedelta(hours=5), page="case_list")
    assert found(known, since) == set()


def test_more_than_is_usual_for_the_role(known: World) -> None:
    since, people = noon(known), [uuid7() for _ in range(90)]
    usual = [LookTally(actor_id=known.staff["other_tracer"].pk, span="hour", at=since - n * HOUR, persons=70, looks=9) for n in range(1, 60)]
    LookTally.objects.bulk_create(usual)
    looks(known, "tracer", *people[:65], at=since, page="case_list")
    looks(known, "other_tracer", *people, at=since, page="case_list")
    looks(known, "director", *people[:65], at=since, page="case_list")  # nothing is known of directors: the least number counts
    assert found(known, since) == {("other_tracer", "many_in_an_hour"), ("director", "many_in_an_hour")}
    assert UnusualLook.objects.get(user=known.staff["other_tracer"]).persons == 90


def test_at_night_and_over_the_whole_day(known: World) -> None:
    last = noon(known).replace(hour=23)
    for number in range(5):
        looks(known, "tracer", *(uuid7() for _ in range(50)), at=last - number * timedelta(hours=3))
    assert found(known, last) == {("tracer", "at_night"), ("tracer", "many_in_a_day")}
    day = LookTally.objects.get(span="day")
    assert (day.persons, day.looks, day.at) == (250, 5, last.replace(hour=0))


def test_said_twice_it_is_found_once_and_a_later_hour_is_added(known: World) -> None:
    hire(known, "tracer", "new-haven", name="rivera", called="Luis Rivera")
    since, ana = noon(known), known.cases["Ana Rivera"].person_id
    looks(known, "rivera", ana, at=since + timedelta(minutes=1))
    looks(known, "rivera", ana, at=since + HOUR + timedelta(minutes=1))
    for _ in range(2):
        found(known, since)
    found(known, since + HOUR)
    found(known, since + HOUR)
    row = UnusualLook.objects.get()
    assert (row.looks, row.first_at, row.last_at) == (2, since + timedelta(minutes=1), since + HOUR + timedelta(minutes=1))
    entries = Entry.objects.filter(verb="unusual_look.found")
    assert entries.count() == 1 and entries[0].person_id is None, "the timeline of a person does not tell who is suspected"


def test_the_job_looks_through_every_hour_once(known: World) -> None:
    at = noon(known) + timedelta(minutes=10)
    assert find_unusual(at) == 1
    looks(known, "tracer", known.cases["Ford Hart"].person_id, at=at)
    assert find_unusual(at + HOUR) == 1 and UnusualLook.objects.count() == 1
    assert find_unusual(at + HOUR) == 0
    assert find_unusual(at + 5 * HOUR) == 4
    Follower.objects.filter(name="people.unusual_looks").update(number=0)
    assert find_unusual(at) == 72
