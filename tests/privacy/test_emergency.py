"""Emergency access: what it opens, to whom, for how long; and that everything asked is written down first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.privacy.people import hire, seen_as
from tracing.access.visibility import visible_to
from tracing.cases.models import Case
from tracing.desk.tests.world import BY, World
from tracing.journal.models import Entry
from tracing.people import emergency
from tracing.people.emergency import Exactly, break_glass, end_emergency, own_emergencies, review_emergency, unreviewed
from tracing.people.models import EmergencyAccess, Person, Recusal, Standing
from tracing.people.restricting import restrict
from tracing.people.rules import EMERGENCIES_A_DAY, EMERGENCY_LASTS, emergencies_left, reason_is_enough

pytestmark = pytest.mark.django_db

WHY = "The hospital asks who lives with this patient tonight."
HART: dict[str, Any] = {"family": "Hart", "given": "Ford", "birth_on": date(1950, 5, 5)}


def ask(made: World, who: str = "tracer", **asked: Any) -> EmergencyAccess | None:
    viewer = seen_as(made, who)
    assert viewer.home is not None
    return break_glass(asked=Exactly(**asked), reason=WHY, viewer=viewer, unit=viewer.home, by=viewer.actor, at=made.at)


def sees(made: World, who: str, case: Case) -> bool:
    return visible_to(Person.objects.filter(pk=case.person_id), seen_as(made, who)).exists()


@pytest.mark.parametrize(
    ("reason", "enough"),
    [
        ("", False), ("needed", False), ("x" * 40, False), ("a b a b a b a b a b a b a b", False), ("   short    and wide   ", False),
        ("The hospital asks who lives with them.", True), ("nineteen letters ok", False), ("twenty letters in all", True),
    ],
)  # fmt: skip
def test_a_reason_says_something(reason: str, enough: bool) -> None:
    assert reason_is_enough(reason) is enough


@pytest.mark.parametrize(("asked", "left"), [(0, EMERGENCIES_A_DAY), (EMERGENCIES_A_DAY - 1, 1), (EMERGENCIES_A_DAY, 0), (99, 0)])
def test_how_often_a_day(asked: int, left: int) -> None:
    assert emergencies_left(asked) == left


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (HART, True),
        (HART | {"family": "HÁRT", "given": "ford "}, True),
        (HART | {"given": ""}, False),
        (HART | {"birth_on": None}, False),
        (HART | {"birth_on": date(1950, 5, 6)}, False),
        (HART | {"family": "Har"}, False),
        ({"phone": "+18605550101", "birth_on": date(1950, 5, 5)}, True),
        ({"phone": "+18605550101", "birth_on": None}, False),
        ({"phone": "+18605550102", "birth_on": date(1950, 5, 5)}, False),
        ({}, False),
    ],
)
def test_only_exact_identifiers_open(made: World, asked: dict[str, Any], found: bool) -> None:
    case = made.cases["Ford Hart"]
    assert not sees(made, "tracer", case)
    access = ask(made, **asked)
    assert access is not None and (access.person_id == case.person_id) is found
    assert sees(made, "tracer", case) is found
    assert not sees(made, "other_tracer", case)
    assert Entry.objects.filter(verb="emergency.opened" if found else "emergency.nobody").count() == 1


def test_it_opens_the_cases_under_the_users_own_role_and_ends_by_itself(made: World) -> None:
    case = made.cases["Ford Hart"]
    access = ask(made, **HART)
    assert access is not None and access.until == made.at + EMERGENCY_LASTS
    assert visible_to(Case.objects.filter(pk=case.pk), seen_as(made, "tracer")).exists()
    Standing.objects.filter(why="break_glass").update(since=made.at - timedelta(hours=5), until=made.at - timedelta(hours=1))
    assert not sees(made, "tracer", case)


def test_two_who_fit_open_nobody(made: World) -> None:
    twin = Person.objects.create(family="Hart", given="Ford", name_key="hart|ford", birth_on=date(1950, 5, 5), added_at=made.at)
    Standing.objects.create(person=twin, unit=made.units["hartford"], why="residence", disease="covid19", since=made.at)
    access = ask(made, **HART)
    assert access is not None and access.person_id is None and access.until is None
    assert Entry.objects.get(verb="emergency.nobody").codes == {"found": 2}


def test_a_sensitive_disease_is_never_opened_and_does_not_tell_that_somebody_is_known(made: World) -> None:
    case = made.cases["Ford Hart"]
    Standing.objects.filter(person=case.person_id).update(disease="hiv", sensitive=True)
    access = ask(made, **HART)
    assert access is not None and access.person_id is None
    assert not sees(made, "tracer", case)
    # A second reason that is not sensitive opens the person, and still not the sensitive case.
    Case.objects.filter(pk=case.pk).update(disease="hiv")
    Standing.objects.create(person_id=case.person_id, unit=made.units["hartford"], why="residence", disease="covid19", since=made.at)
    assert ask(made, **HART) is not None and sees(made, "tracer", case)
    assert not visible_to(Case.objects.filter(pk=case.pk), seen_as(made, "tracer")).exists()


def test_whose_membership_names_the_disease_opens_it(made: World) -> None:
    case = made.cases["Ford Hart"]
    Standing.objects.filter(person=case.person_id).update(disease="hiv", sensitive=True)
    hire(made, "tracer", "new-haven", name="named", diseases=["hiv"])
    access = ask(made, "named", **HART)
    assert access is not None and access.person_id == case.person_id


def test_a_restricted_record_opens_and_the_privacy_officer_is_told_that_it_is_restricted(made: World) -> None:
    case = made.cases["Ana Rivera"]
    restrict(person=case.person_id, kind="staff", unit=made.units["new-haven"].pk, why="a nurse here", by=BY, at=made.at)
    assert not sees(made, "tracer", case)
    ask(made, family="Rivera", given="Ana", birth_on=date(1950, 5, 5))
    assert sees(made, "tracer", case) and not sees(made, "other_tracer", case)
    assert Entry.objects.get(verb="emergency.opened").codes == {"restricted": ["staff"]}


def test_whom_one_knows_one_does_not_open(made: World) -> None:
    case = made.cases["Ford Hart"]
    Recusal.objects.create(person_id=case.person_id, user=made.staff["tracer"], at=made.at)
    access = ask(made, **HART)
    assert access is not None and access.person_id is None


def test_no_more_than_so_often_a_day_and_the_refusal_is_written_down(made: World) -> None:
    for _ in range(EMERGENCIES_A_DAY):
        assert ask(made, family="Nobody", given="Here", birth_on=date(1990, 1, 1)) is not None
    assert ask(made, **HART) is None
    assert not sees(made, "tracer", made.cases["Ford Hart"])
    assert EmergencyAccess.objects.count() == EMERGENCIES_A_DAY
    assert Entry.objects.filter(verb="emergency.refused").count() == 1
    assert own_emergencies(seen_as(made, "tracer"), at=made.at)[1] == 0
    made.at += timedelta(hours=25)
    assert ask(made, family="Nobody", given="Here", birth_on=date(1990, 1, 1)) is not None


def test_a_reason_too_short_writes_nothing(made: World) -> None:
    viewer = seen_as(made, "tracer")
    assert viewer.home is not None
    with pytest.raises(emergency.ReasonTooShort):
        break_glass(asked=Exactly(**HART), reason="urgent", viewer=viewer, unit=viewer.home, by=viewer.actor, at=made.at)  # type: ignore[arg-type]
    assert not EmergencyAccess.objects.exists()


def test_nobody_and_several_ask_the_same_of_the_database(made: World) -> None:
    """The shape of the work tells nothing: as many statements when nobody fits as when somebody does who may not be opened."""
    Standing.objects.filter(person=made.cases["Ford Hart"].person_id).update(disease="hiv", sensitive=True)
    counts = []
    for asked in (HART, HART | {"family": "Nobody"}):
        with CaptureQueriesContext(connection) as asked_of_it:
            ask(made, **asked)
        counts.append(len(asked_of_it))
    assert counts[0] == counts[1]


def test_ended_early_and_only_by_its_user(made: World) -> None:
    case = made.cases["Ford Hart"]
    access = ask(made, **HART)
    assert access is not None
    with pytest.raises(emergency.EmergencyIsOver):
        end_emergency(access=access.pk, by=seen_as(made, "other_tracer").actor, at=made.at)
    end_emergency(access=access.pk, by=seen_as(made, "tracer").actor, at=made.at)
    assert not sees(made, "tracer", case)
    access.refresh_from_db()
    assert access.ended_at == made.at
    assert not end_emergency(access=access.pk, by=seen_as(made, "tracer").actor, at=made.at)


def test_the_privacy_officer_is_told_and_says_whether_it_was_justified(made: World) -> None:
    access = ask(made, **HART)
    assert access is not None
    officer = seen_as(made, "privacy_officer")
    assert unreviewed(officer) == 1 and unreviewed(seen_as(made, "director")) == 0
    with pytest.raises(emergency.NotByThemselves):
        review_emergency(access=access, verdict="justified", note="", by=seen_as(made, "tracer").actor, at=made.at)
    review_emergency(access=access, verdict="justified", note="Asked the hospital.", by=officer.actor, at=made.at)
    assert unreviewed(officer) == 0
    with pytest.raises(emergency.AlreadyReviewed):
        review_emergency(access=access, verdict="not_justified", note="", by=officer.actor, at=made.at)
    entry = Entry.objects.get(verb="emergency.reviewed")
    assert entry.codes == {"verdict": "justified"} and "hospital" not in str(entry.__dict__)
