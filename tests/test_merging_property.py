"""Any sequence of merges and undos, with work in between: every row is about exactly one person who is there, nobody is worked on
twice, and undoing everything restores what was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.merging import STAFF, Rows, asks, astray, differences, everything, live, names, people, worked_on, worked_on_twice
from tests.world import BY, NOW, connecticut, file_all, order, send, somebody
from tracing.cases.actions import Answers
from tracing.intake.merging import merge_people, undo_merge
from tracing.intake.misfiled import CannotMove, move_report, take_back_move
from tracing.intake.models import Moved, Report, Source
from tracing.messaging.actions import NewMessage, queue
from tracing.people.actions import record_said
from tracing.people.facts import PersonFacts
from tracing.people.models import Person

pytestmark = pytest.mark.django_db

HOW = settings(
    max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck), derandomize=True
)
COUNTED = ("intake.report", "intake.labresult", "messaging.message", "tasks.task", "contacts.exposure")
NUMBERS = st.integers(0, 9)
MERGES = st.lists(st.tuples(st.sampled_from(("merge", "merge", "undo")), NUMBERS, NUMBERS), min_size=1, max_size=9)
WORK = ("merge", "merge", "merge", "undo", "undo", "report", "interview", "message", "contact", "contact", "said", "move", "move", "back")
STEPS = st.lists(st.tuples(st.sampled_from(WORK), NUMBERS, NUMBERS), min_size=2, max_size=10)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Source, list[Person]]]:
    """Made once; every example takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        source = connecticut()
        yield source, people(source)
        transaction.set_rollback(True)


def roots() -> list[Person]:
    return list(Person.objects.filter(merged_into=None).order_by("pk"))


def root_of(everybody: list[Person], one: int) -> Person:
    who = Person.objects.get(pk=everybody[one % len(everybody)].pk)
    return who.merged_into or who


def step(source: Source, everybody: list[Person], what: str, one: int, other: int, at: datetime) -> None:
    match what:
        case "merge" if len(there := roots()) > 1:
            keep, away = there[one % len(there)], there[other % len(there)]
            if keep != away:
                merge_people(keep=keep, merge=away, why="the same", by=BY, at=at)
        case "undo" if merged := live():
            undo_merge(merge=merged[one % len(merged)], by=BY, at=at)
        case "report":
            send(source, order(somebody(one % 4 + 1), on=date(2021, 1, 12 + other % 3)), at=at)
            file_all(at)
        case "interview" if one % 4 != 2:
            asks(everybody[one % 4], Answers(symptomatic=other % 2 == 0, hospitalised=other % 3 == 0), at)
        case "message":
            who, way = root_of(everybody, one), ("sms", "email", "letter")[other % 3]
            queue(messages=[NewMessage(who.pk, "covid19", way, "case_advice", at)], by=BY, at=at)
        case "contact" if (case := worked_on(everybody[one % 4])).closure_id is None:
            # Known already, known by another name, or nobody yet: whoever is added can be merged in the next step.
            number = f"+120355501{50 + other % 4 * 7:02}"
            named = PersonFacts(family="Quint", given=("Bo", "Bob", "Ines", "Ivo")[other % 4], phones=(number,))
            names(case, named, days_ago=other % 3 + 1, at=at)
        case "said":
            record_said(person=root_of(everybody, one), facts=PersonFacts(given=f"Said{other}", phones=(f"+1203555010{other}",)), by=BY, at=at)
        case "move":
            there, report = roots(), Report.objects.order_by("pk")[one % Report.objects.count()]
            try:
                move_report(report=report, to=there[other % len(there)] if other % 4 else None, why="misfiled", by=STAFF, at=at)
            except CannotMove as no:
                assert no.code in ("same_person", "on_nobody"), no.code
        case "back" if moves := list(Moved.objects.filter(back_at=None).order_by("pk")):
            try:
                take_back_move(move=moves[one % len(moves)], by=STAFF, at=at)
            except CannotMove as no:
                assert no.code == "moved_since", no.code
        case _:
            pass


def kept_rows() -> Counter[str]:
    """How many rows there are, with those that merges keep aside: two contacts of one case who are one person are one exposure."""
    found = Counter({name: apps.get_model(name).objects.count() for name in COUNTED})
    return found + Counter(one["model"] for merge in live() for one in merge.aside)


def test_undoing_every_merge_restores_the_start(world: tuple[Source, list[Person]]) -> None:
    source, everybody = world
    start: Rows = everything()

    @HOW
    @given(steps=MERGES, order_of_undoing=st.randoms(use_true_random=False))
    def restored(steps: list[tuple[str, int, int]], order_of_undoing: Any) -> None:
        with transaction.atomic():
            for number, (what, one, other) in enumerate(steps, 1):
                step(source, everybody, what, one, other, NOW + timedelta(minutes=number))
                assert astray() == [] and worked_on_twice() == []
            left = live()
            order_of_undoing.shuffle(left)
            for number, merge in enumerate(left, 20):
                undo_merge(merge=merge, by=BY, at=NOW + timedelta(minutes=number))
                assert astray() == [] and worked_on_twice() == []
            found = differences(start, everything())
            assert not found, "\n".join(found)
            transaction.set_rollback(True)

    restored()


def test_nothing_is_lost_or_astray_whatever_is_done_while_people_are_merged(world: tuple[Source, list[Person]]) -> None:
    source, everybody = world

    @HOW
    @example(steps=[("contact", 0, 2), ("merge", 1, 6), ("contact", 1, 3), ("merge", 0, 1), ("undo", 0, 0)], order_of_undoing=Random(1))
    @example(steps=[("contact", 3, 2), ("merge", 6, 3), ("contact", 0, 2), ("report", 3, 1)], order_of_undoing=Random(2))
    @given(steps=STEPS, order_of_undoing=st.randoms(use_true_random=False))
    def kept(steps: list[tuple[str, int, int]], order_of_undoing: Any) -> None:
        with transaction.atomic():
            before = kept_rows()
            for number, (what, one, other) in enumerate(steps, 1):
                step(source, everybody, what, one, other, NOW + timedelta(minutes=number))
                assert astray() == [] and worked_on_twice() == []
                now = kept_rows()
                assert all(now[name] >= before[name] for name in COUNTED), f"a row is gone: {before} → {now}"
                before = now
            left = live()
            order_of_undoing.shuffle(left)
            for number, merge in enumerate(left, 20):
                undo_merge(merge=merge, by=BY, at=NOW + timedelta(minutes=number))
                assert astray() == []
            assert all(person.own is None and person.merged_into_id is None for person in Person.objects.all())
            transaction.set_rollback(True)

    kept()

