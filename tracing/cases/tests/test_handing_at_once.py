"""Two answer one offer in the same moment, each on a connection of its own: exactly one wins."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tracing.cases.actions import close_case
from tracing.cases.handing import TransferAlreadyAnswered, accept_transfer, decline_transfer, offer_transfer, withdraw_transfer
from tracing.cases.models import Case, Transfer
from tracing.cases.tests.lent import place_of_work
from tracing.cases.tests.made import NOON, STAFF, fresh, open_case
from tracing.journal.models import Entry
from tracing.people.models import Standing
from tracing.tasks.models import Task

ROUNDS = 6


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """What came of each: "done", or the name of the refusal. Any other error fails the test."""
    start, said = threading.Barrier(len(acts)), [""] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            start.wait(20)
            act()
            said[number] = "done"
        except Exception as refused:
            said[number] = type(refused).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


@pytest.mark.django_db(transaction=True)
def test_accepted_and_withdrawn_at_once() -> None:
    home, there = place_of_work("bethel"), place_of_work("danbury")
    for _ in range(ROUNDS):
        case = open_case()
        offer = offer_transfer(case=case, unit=there, kind="follow_up", why="x", by=STAFF, at=NOON)
        said = _at_once(
            lambda offer=offer: accept_transfer(transfer=offer, by=STAFF, at=NOON),  # type: ignore[misc]
            lambda offer=offer: withdraw_transfer(transfer=offer, by=STAFF, at=NOON),  # type: ignore[misc]
            lambda offer=offer: decline_transfer(transfer=offer, note="", by=STAFF, at=NOON),  # type: ignore[misc]
        )
        assert sorted(said) == ["TransferAlreadyAnswered", "TransferAlreadyAnswered", "done"], said
        _whole(case, there if said[0] == "done" else home)
        answers = Entry.objects.filter(
            subject_id=case.pk, verb__in=("transfer.accepted", "transfer.withdrawn", "transfer.declined")
        )
        assert answers.count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepted_and_closed_at_once() -> None:
    """Neither waits for the other in a ring, and the case is whole whichever comes first."""
    home, there = place_of_work("bethel"), place_of_work("danbury")
    for _ in range(ROUNDS):
        case = open_case()
        offer = offer_transfer(case=case, unit=there, kind="residence", why="x", by=STAFF, at=NOON)
        said = _at_once(
            lambda offer=offer: accept_transfer(transfer=offer, by=STAFF, at=NOON),  # type: ignore[misc]
            lambda case=case: close_case(case=case, reason="refused", by=STAFF, at=NOON),  # type: ignore[misc]
        )
        assert said[1] == "done" and said[0] in ("done", TransferAlreadyAnswered.__name__), said
        _whole(case, there if said[0] == "done" else home)


def _whole(case: Case, where: object) -> None:
    after = fresh(case)
    assert after.follow_unit == where and Task.objects.get(person=case.person).unit == where
    assert not Transfer.objects.filter(case=case, state__in=("offered", "escalated")).exists()
    assert not Standing.objects.filter(person=case.person, why="transfer", until=None).exists()
