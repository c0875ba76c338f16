from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from tracing.base.ids import uuid7
from tracing.journal.action import role
from tracing.journal.actions import UNCHANGED, Actor, NotJournaled, Unchanged, action, look, record
from tracing.journal.actor import job
from tracing.journal.models import Entry, Follower, Look, OldValues

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
BY = job("test")


def who_am_i() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@action
def move(*, name: str, number: int, tell: bool = True, by: Actor, at: datetime) -> str | Unchanged:
    """Stands for any change."""
    if Follower.objects.filter(name=name, number=number).exists():
        return UNCHANGED
    Follower.objects.update_or_create(name=name, defaults={"number": number})
    if tell:
        record("test.moved", by=by, at=at, subject=("follower", None), codes={"to": number}, changed=["number"])
    return who_am_i()


@action
def move_two(*, tell_second: bool = True, fail: bool = False, by: Actor, at: datetime) -> None:
    move(name="one", number=1, by=by, at=at)
    move(name="two", number=2, tell=tell_second, by=by, at=at)
    if fail:
        raise ValueError


def test_an_action_says_what_it_did_in_its_own_transaction() -> None:
    move(name="one", number=1, by=Actor("staff", uuid7()), at=AT)
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor_kind, entry.subject_kind, entry.at) == ("test.moved", "staff", "follower", AT)
    assert entry.changed == ["number"] and entry.codes == {"to": 1} and entry.number is None


def test_an_action_that_says_nothing_is_undone() -> None:
    with pytest.raises(NotJournaled):
        move(name="one", number=1, tell=False, by=BY, at=AT)
    assert not Follower.objects.exists() and not Entry.objects.exists()


def test_an_action_that_does_nothing_needs_to_say_nothing() -> None:
    move(name="one", number=1, by=BY, at=AT)
    assert not move(name="one", number=1, tell=False, by=BY, at=AT)
    assert Entry.objects.count() == 1


def test_a_failure_after_the_entry_takes_change_and_entry_with_it() -> None:
    with pytest.raises(ValueError):
        move_two(fail=True, by=BY, at=AT)
    assert not Follower.objects.exists() and not Entry.objects.exists()


def test_actions_within_an_action_are_one_change_and_each_must_say_so() -> None:
    move_two(by=BY, at=AT)
    assert Entry.objects.count() == 2
    Follower.objects.all().delete()
    with pytest.raises(NotJournaled):
        move_two(tell_second=False, by=BY, at=AT)
    assert not Follower.objects.exists() and Entry.objects.count() == 2


def test_an_inner_refusal_that_is_caught_leaves_only_the_rest() -> None:
    @action
    def careful(*, by: Actor, at: datetime) -> None:
        move(name="one", number=1, by=by, at=at)
        with pytest.raises(NotJournaled):
            move(name="two", number=2, tell=False, by=by, at=at)

    careful(by=BY, at=AT)
    assert [follower.name for follower in Follower.objects.all()] == ["one"] and Entry.objects.count() == 1


def test_an_action_acts_under_the_acting_role_and_gives_it_back() -> None:
    before = who_am_i()
    assert move(name="one", number=1, by=BY, at=AT) == "contact_act"
    assert who_am_i() == before
    with pytest.raises(NotJournaled):
        move(name="two", number=2, tell=False, by=BY, at=AT)
    assert who_am_i() == before


def test_a_page_reads_as_the_reading_role_before_and_after_an_action() -> None:
    with transaction.atomic(), role("contact_web"):
        assert who_am_i() == "contact_web"
        assert move(name="one", number=1, by=BY, at=AT) == "contact_act"
        assert who_am_i() == "contact_web"
        with pytest.raises(NotJournaled):
            move(name="two", number=2, tell=False, by=BY, at=AT)
        assert who_am_i() == "contact_web"


def test_an_action_is_called_by_name_with_an_actor_and_an_instant() -> None:
    for wrong in ({"by": "me", "at": AT}, {"by": BY, "at": "now"}, {"by": BY}):
        with pytest.raises(TypeError):
            move(name="one", number=1, **wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):

        @action
        def positional(name: str, *, by: Actor, at: datetime) -> None: ...

    with pytest.raises(TypeError):

        @action
        def timeless(*, by: Actor) -> None: ...

    with pytest.raises(RuntimeError):
        record("test.moved", by=BY, at=AT, subject=("follower", None))


def test_old_values_stand_beside_the_entry_and_are_not_in_it() -> None:
    person = uuid7()

    @action
    def rename(*, by: Actor, at: datetime) -> None:
        record("test.renamed", by=by, at=at, subject=("person", person), person=person, changed=["family"], old={"family": "Doe"})

    rename(by=BY, at=AT)
    entry, old = Entry.objects.get(), OldValues.objects.get()
    assert old.entry_id == entry.id and old.values == {"family": "Doe"} and old.person_id == person
    assert len(bytes(entry.old_digest or b"")) == 32 and "Doe" not in str(entry.__dict__)


def test_a_look_keeps_each_person_once_and_is_written_by_the_reading_role() -> None:
    one, two = uuid7(), uuid7()
    with transaction.atomic(), role("contact_web"):
        look(actor=uuid7(), at=AT, page="case", purpose="call", persons=[one, two, one])
    assert Look.objects.get().persons == [one, two]


@pytest.mark.parametrize("acting", ["", "contact_act"])
@pytest.mark.parametrize("table", ["journal_entry", "journal_look"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {}_2026_11, {}_rest"])
def test_the_journal_is_append_only_even_for_its_owner(acting: str, table: str, change: str) -> None:
    move(name="one", number=1, by=BY, at=AT)
    look(actor=uuid7(), at=AT, page="case", purpose="call", persons=[])
    with pytest.raises(DatabaseError, match="append-only|permission denied"), transaction.atomic():
        if acting:
            with role(acting):
                _run(change.replace("{}", table))
        else:
            _run(change.replace("{}", table))
    assert Entry.objects.count() == Look.objects.count() == 1


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_number_is_given_once_and_nothing_beside_it() -> None:
    move(name="one", number=1, by=BY, at=AT)
    for refused in ("SET number = 7, verb = 'x'", "SET codes = '{}'"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            _run(f"UPDATE journal_entry {refused}")
    _run("UPDATE journal_entry SET number = 7")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        _run("UPDATE journal_entry SET number = 8")


@pytest.mark.parametrize("table", ["journal_entry", "journal_look"])
def test_the_reading_role_writes_no_entries_and_reads_no_looks(table: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), role("contact_web"):
        _run("SELECT * FROM journal_look" if table == "journal_look" else "INSERT INTO journal_entry SELECT * FROM journal_entry")
