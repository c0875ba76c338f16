"""What is chained: entries with from where they came, looks, disclosures, old values. Each altered and removed, by an owner who means harm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from tracing.base.ids import uuid7
from tracing.journal.actions import Actor, action, disclose, look, record
from tracing.journal.actor import job
from tracing.journal.erasing import erase_old_values
from tracing.journal.models import Disclosure, Entry, Look, LookSeal, OldValues, Seal
from tracing.journal.origin import Origin, came_from, origin_of
from tracing.journal.rules import erasable_until
from tracing.journal.sealer import LOOKS, entry_bytes, seal
from tracing.journal.verifying import verify, verify_looks

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
BY = job("test")
OFFICE = Origin("192.0.2.7", "0123456789abcdef")


@action
def say(*, kind: str = "person", old: dict[str, str] | None = None, by: Actor, at: datetime) -> None:
    record("test.said", by=by, at=at, subject=(kind, uuid7()), person=uuid7(), old=old)


@action
def give_out(*, by: Actor, at: datetime) -> Disclosure:
    return disclose(by=by, at=at, way="transfer", recipient="State of New York", purpose="public_health", ground="law", persons=[uuid7()])


@contextmanager
def triggers_off(table: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def alter(table: str, statement: str) -> None:
    with triggers_off(table), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("address", "key", "expected"),
    [
        ("192.0.2.7", "", Origin("192.0.2.7", None)),
        (" 2001:DB8::1 ", "", Origin("2001:db8::1", None)),
        ("fe80::1%eth0", "", Origin("fe80::1", None)),
        ("unknown", "", Origin(None, None)),
        ("192.0.2.7, 10.0.0.1", "", Origin(None, None)),
        (None, "", Origin(None, None)),
        ("", "a key", Origin(None, origin_of(None, "a key").session)),
    ],
)
def test_from_where(address: str | None, key: str, expected: Origin) -> None:
    assert origin_of(address, key) == expected
    mark = origin_of(address, "secret").session
    assert mark is not None and len(mark) == 16 and "secret" not in mark


def test_entries_and_looks_tell_from_where_they_came() -> None:
    with came_from(OFFICE):
        say(by=BY, at=AT)
        look(actor=uuid7(), at=AT, page="case", purpose="work", persons=[])
    say(by=BY, at=AT)
    assert set(Entry.objects.values_list("address", "session")) == {("192.0.2.7", "0123456789abcdef"), (None, None)}
    assert list(Look.objects.values_list("address", "session")) == [("192.0.2.7", "0123456789abcdef")]


def test_an_entry_from_before_keeps_the_form_it_was_sealed_in() -> None:
    say(by=BY, at=AT)
    entry = Entry.objects.get()
    before = entry_bytes(entry)
    entry.address = "192.0.2.7"
    assert entry_bytes(entry).startswith(before[:-1]) and entry_bytes(entry).endswith(b',["192.0.2.7",""]]')


@pytest.mark.parametrize("change", ["address = '192.0.2.8'", "address = NULL", "session = 'ffffffffffffffff'", "session = NULL"])
def test_an_altered_origin_is_found(change: str) -> None:
    for number in range(3):
        with came_from(OFFICE):
            say(by=BY, at=AT + timedelta(seconds=number))
    assert seal(at=AT) == 3 and verify() == []
    alter("journal_entry", f"UPDATE journal_entry SET {change} WHERE number = 2")
    assert verify() == ["seal 1: an entry between 1 and 3 was altered"]


def test_an_origin_that_was_added_later_is_found() -> None:
    say(by=BY, at=AT)
    assert seal(at=AT) == 1
    alter("journal_entry", "UPDATE journal_entry SET address = '192.0.2.8'")
    assert verify() == ["seal 1: an entry between 1 and 1 was altered"]


@pytest.fixture
def looked() -> None:
    for number in range(7):
        look(actor=uuid7(), at=AT + timedelta(seconds=number), page="case", purpose="work", persons=[uuid7(), uuid7()])
    assert [seal(at=AT, limit=3, kept=LOOKS) for _ in range(4)] == [3, 3, 1, 0]
    assert verify_looks() == [] and not Seal.objects.exists()


@pytest.mark.parametrize(
    "change", ["actor_id = NULL", "page = 'person'", "purpose = 'call'", "persons = persons[1:1]", "persons = '{}'", "address = '10.0.0.1'"]
)
def test_an_altered_look_is_found(looked: None, change: str) -> None:
    alter("journal_look", f"UPDATE journal_look SET {change} WHERE number = 5")
    assert verify_looks() == ["seal of looks 4: a look between 4 and 6 was altered"]


def test_a_removed_look_and_a_removed_seal_are_found(looked: None) -> None:
    alter("journal_look", "DELETE FROM journal_look WHERE number = 2")
    assert verify_looks() == ["seal of looks 1: 3 looks sealed, 2 found"]
    LookSeal.objects.filter(first=7).delete()
    assert verify_looks()[1:] == ["looks from 7 on have numbers and no seal; the last seal is missing"]


def test_a_look_is_numbered_once_and_never_changed(looked: None) -> None:
    from django.db import InternalError, ProgrammingError, transaction

    for statement in ("UPDATE journal_look SET page = 'x'", "UPDATE journal_look SET number = 99", "DELETE FROM journal_look"):
        with pytest.raises((InternalError, ProgrammingError), match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("change", ["recipient = 'a friend'", "persons = '{}'", "purpose = 'work'", "at = at + interval '1 day'"])
def test_an_altered_disclosure_is_found(change: str) -> None:
    give_out(by=BY, at=AT)
    assert seal(at=AT) == 1 and verify() == []
    alter("journal_disclosure", f"UPDATE journal_disclosure SET {change}")
    assert verify() == ["entry 1: its disclosure was altered"]


def test_a_removed_disclosure_and_one_that_nobody_recorded_are_found() -> None:
    give_out(by=BY, at=AT)
    assert seal(at=AT) == 1
    forged = Disclosure.objects.create(at=AT, actor_kind="staff", way="export", recipient="x", purpose="x", ground="x")
    alter("journal_disclosure", f"DELETE FROM journal_disclosure WHERE id <> '{forged.pk}'")
    assert verify() == ["entry 1: its disclosure was removed", f"disclosure {forged.pk}: no entry vouches for it"]


def test_altered_old_values_are_found_and_erased_ones_are_not_missed() -> None:
    for family in ("Doe", "Roe"):
        say(old={"family": family}, by=BY, at=AT)
    assert seal(at=AT) == 2
    first, second = OldValues.objects.order_by("entry_id")
    OldValues.objects.filter(pk=first.pk).update(values={"family": "Poe"})
    assert verify() == ["entry 1: its old values were altered"]
    OldValues.objects.filter(pk=first.pk).delete()
    assert verify() == []


def test_erasing_at_the_end_of_retention_leaves_the_chain_whole() -> None:
    old = {"family": "Doe"}
    for years, kind in ((11, "person"), (9, "person"), (11, "case"), (11, "unheard_of")):
        say(kind=kind, old=old, by=BY, at=AT.replace(year=AT.year - years))
    assert seal(at=AT) == 4
    until = erasable_until(AT, {"person": 10, "case": 10})
    assert erase_old_values(until=until, by=BY, at=AT) == {"person": 1, "case": 1}
    assert OldValues.objects.count() == 2
    assert not erase_old_values(until=until, by=BY, at=AT)
    said = Entry.objects.get(verb="old_values.erased")
    assert said.codes["erased"] == {"person": 1, "case": 1} and "Doe" not in str(said.__dict__)
    assert seal(at=AT) == 1 and verify() == []


def test_the_command_erases_and_proves(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import argparse

    from config.commands import audit
    from config.ready import Stop

    monkeypatch.setattr(audit, "ready", lambda process: None)
    parser = argparse.ArgumentParser()
    audit.arguments(parser)

    def contact(*words: str) -> int:
        return audit.run(parser.parse_args(words))

    for years in (11, 12):
        say(old={"family": "Doe"}, by=BY, at=AT.replace(year=AT.year - years))
    assert seal(at=AT) == 2
    day = AT.replace(year=AT.year - 11).date().isoformat()
    assert contact("erase", "--dry-run") == 0 and OldValues.objects.count() == 2
    assert contact("erase", "--before", day) == 0 and OldValues.objects.count() == 1
    assert contact("erase") == 0 and not OldValues.objects.exists()
    assert contact("verify") == 0
    assert "The journal is whole: 2 entries sealed, 2 waiting" in capsys.readouterr().out
    wrong = tmp_path / "retention.toml"
    for words in ("[old_values]\nperson = 'long'\n", "[old_values\n", "old_values = 3"):
        wrong.write_text(words)
        with pytest.raises(Stop, match="Nothing was erased"):
            contact("erase", "--retention", str(wrong))
    with pytest.raises(Stop, match="FileNotFoundError"):
        contact("erase", "--retention", str(tmp_path / "none.toml"))
