"""Many at once: reports of one new person on four workers make one person and one case."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection

from config.demo.lab.formats import make_message
from config.demo.lab.invented import Invented
from tests.world import BY, NOW, connecticut, deliver, order, snapshot, somebody
from tracing.cases.models import Case
from tracing.intake.filing_in_sets import file_some
from tracing.intake.models import LabResult, Report
from tracing.people.models import Person, Standing, WayToReach
from tracing.tasks.models import Hold, Task

WORKERS, COPIES = 4, 20

pytestmark = pytest.mark.django_db(transaction=True)


def _reports(people: list[Invented], *, seed: int) -> None:
    """`COPIES` different results of each person, all of one episode, shuffled, waiting to be filed."""
    made = [make_message(order(who, on=date(2021, 1, 13) - timedelta(days=n % 4))) for who in people for n in range(COPIES)]
    Random(seed).shuffle(made)
    deliver(connecticut(), b"\r".join(made))
    assert Report.objects.filter(state="waiting").count() == len(made)


@contextmanager
def _workers(limit: int) -> Iterator[list[int]]:
    """Four workers, each with a connection of its own, that begin in the same moment; ends when all have ended."""
    start, sets, failed = threading.Barrier(WORKERS), list[int](), list[BaseException]()

    def work() -> None:
        try:
            connection.ensure_connection()
            start.wait(30)
            while filed := file_some(limit=limit, by=BY, at=NOW):
                sets.append(filed)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failed, failed
    yield sets


@pytest.mark.parametrize(("number", "limit"), [(1, 1), (1, 5), (10, 3), (10, 17)])
def test_twenty_reports_of_a_new_person_make_one_person_and_one_case(number: int, limit: int) -> None:
    people = [somebody(100 + n, city="New Haven", zip="06511", state="CT", phone=f"20355501{n:02}") for n in range(number)]
    _reports(people, seed=number * 100 + limit)
    with _workers(limit) as sets:
        assert sum(sets) == number * COPIES, "no report was taken up twice"
    assert Counter(Report.objects.values_list("state", flat=True)) == {"filed": number * COPIES}
    assert Person.objects.count() == WayToReach.objects.filter(kind="phone").count() == number
    assert Case.objects.count() == Case.objects.values("person").distinct().count() == number
    assert Task.objects.filter(state="open").count() == Task.objects.count() == number
    assert Standing.objects.count() == number
    by_case = Counter(LabResult.objects.values_list("case_id", flat=True))
    assert len(by_case) == number and set(by_case.values()) == {COPIES}
    assert set(Case.objects.values_list("first_positive_on", "last_positive_on")) == {(date(2021, 1, 10), date(2021, 1, 13))}
    assert not Hold.objects.exists()


def test_one_household_with_one_telephone_stays_several_people() -> None:
    """Same number, same address, same family name: each of them once, however many reports come at the same time."""
    home = somebody(200, city="New Haven", zip="06511", state="CT", phone="2035550199")
    family = [
        somebody(
            200 + n, last=home.last, first=first, street=home.street, city=home.city, zip=home.zip, state="CT", phone=home.phone,
            birth=date(1980 + n, 3, 4 + n),
        )
        for n, first in enumerate(("Ana", "Bruno", "Carla", "Dario"))
    ]  # fmt: skip
    _reports(family, seed=4)
    with _workers(3):
        pass
    assert Person.objects.count() == Case.objects.count() == len(family)
    assert sorted(given for _, given, _, _ in snapshot()["people"]) == ["Ana", "Bruno", "Carla", "Dario"]
