from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tracing.base.ids import uuid7
from tracing.journal.actions import Actor, action, record
from tracing.journal.actor import job
from tracing.journal.models import Entry, OldValues, Seal
from tracing.journal.sealer import seal
from tracing.journal.verifying import verify

AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
BY = job("test")


@action
def say(*, what: str, old: dict[str, str] | None = None, by: Actor = BY, at: datetime) -> None:
    record(what, by=by, at=at, subject=("person", None), person=uuid7(), old=old)


@contextmanager
def triggers_off() -> Iterator[None]:
    """What an owner who means harm can do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        yield
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")


@pytest.fixture
def sealed() -> list[Entry]:
    for number in range(7):
        say(what=f"test.{number}", old={"name": f"Doe {number}"}, by=BY, at=AT + timedelta(seconds=number))
    assert [seal(at=AT, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    return list(Entry.objects.order_by("number"))


@pytest.mark.django_db
def test_entries_are_numbered_without_a_gap_and_the_chain_holds(sealed: list[Entry]) -> None:
    assert [(entry.number, entry.verb) for entry in sealed] == [(n + 1, f"test.{n}") for n in range(7)]
    assert list(Seal.objects.order_by("first").values_list("first", "last")) == [(1, 3), (4, 6), (7, 7)]
    assert verify() == []


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["verb = 'test.x'", "codes = '{\"a\": 1}'", "person_id = NULL", "at = at + interval '1 second'"])
def test_an_altered_entry_is_found(sealed: list[Entry], change: str) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE journal_entry SET {change} WHERE number = 5")
    assert verify() == ["seal 4: an entry between 4 and 6 was altered"]


@pytest.mark.django_db
def test_a_removed_entry_is_found(sealed: list[Entry]) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE number = 2")
    assert verify() == ["seal 1: 3 entries sealed, 2 found"]


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "found"), [(4, 2), (7, 1)])
def test_a_removed_seal_is_found(sealed: list[Entry], first: int, found: int) -> None:
    Seal.objects.filter(first=first).delete()
    assert len(verify()) == found


@pytest.mark.django_db
def test_two_entries_that_changed_places_are_found(sealed: list[Entry]) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET number = 9 - number WHERE number IN (4, 5)")
    assert verify() == ["seal 4: an entry between 4 and 6 was altered"]


@pytest.mark.django_db
def test_old_values_can_be_erased_and_the_chain_stays_whole(sealed: list[Entry]) -> None:
    OldValues.objects.filter(person_id__in=[entry.person_id for entry in sealed[:4]]).delete()
    OldValues.objects.update(values={}, salt=b"")
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_numbers_follow_the_order_of_commits_and_nobody_who_is_late_is_lost() -> None:
    """The first to write commits last: its number comes after those that were sealed meanwhile, never between them."""
    written, go_on = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                say(what="test.late", by=BY, at=AT)
                written.set()
                go_on.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=late)
    writer.start()
    assert written.wait(10)
    say(what="test.early", by=BY, at=AT + timedelta(seconds=1))
    assert seal(at=AT) == 1 and list(Entry.objects.values_list("verb", "number")) == [("test.early", 1)]
    go_on.set()
    writer.join(10)
    assert seal(at=AT) == 1
    assert list(Entry.objects.order_by("number").values_list("verb", "number")) == [("test.early", 1), ("test.late", 2)]
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_two_sealers_and_many_writers_leave_one_whole_chain() -> None:
    failed: list[BaseException] = []
    done = threading.Event()

    def guarded(work) -> threading.Thread:  # type: ignore[no-untyped-def]
        def run() -> None:
            try:
                work()
            except BaseException as error:
                failed.append(error)
            finally:
                connection.close()

        return threading.Thread(target=run)

    def write() -> None:
        for number in range(25):
            say(what="test.many", by=BY, at=AT + timedelta(seconds=number))

    def keep_sealing() -> None:
        while not done.is_set():
            seal(at=AT, limit=7)

    sealers = [guarded(keep_sealing) for _ in range(2)]
    writers = [guarded(write) for _ in range(4)]
    for thread in (*sealers, *writers):
        thread.start()
    for thread in writers:
        thread.join(30)
    done.set()
    for thread in sealers:
        thread.join(30)
    while seal(at=AT):
        pass
    assert not failed
    assert list(Entry.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 101))
    assert verify() == []
