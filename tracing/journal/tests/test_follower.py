from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracing.base.ids import uuid7
from tracing.journal.actions import Actor, action, record
from tracing.journal.actor import job
from tracing.journal.follower import behind, follow
from tracing.journal.models import Entry, Follower
from tracing.journal.sealer import seal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
BY = job("test")


@action
def say(*, what: str, by: Actor = BY, at: datetime) -> None:
    record(what, by=by, at=at, subject=("person", uuid7()))


@pytest.fixture
def news() -> None:
    for what in ("a.one", "b.other", "a.two", "a.one"):
        say(what=what, by=BY, at=AT)
    seal(at=AT)
    say(what="a.one", by=BY, at=AT)  # not sealed yet


def test_every_sealed_entry_is_answered_once_and_in_order(news: None) -> None:
    heard: list[str] = []

    def answer(entry: Entry, at: datetime) -> None:
        heard.append(entry.verb)

    assert follow("test", verbs=("a.one", "a.two"), answer=answer, at=AT) == 3
    assert heard == ["a.one", "a.two", "a.one"] and behind("test") == 0
    assert follow("test", verbs=("a.one", "a.two"), answer=answer, at=AT) == 0
    seal(at=AT)
    assert behind("test") == 1
    assert follow("test", verbs=("a.one", "a.two"), answer=answer, at=AT) == 1
    assert follow("another", verbs=("b.other",), answer=answer, at=AT) == 1 and heard[-1] == "b.other"


def test_an_answer_that_fails_is_undone_and_asked_again_before_any_other(news: None) -> None:
    heard: list[str] = []
    broken = True

    def answer(entry: Entry, at: datetime) -> None:
        Follower.objects.create(name=f"trace {entry.number}")
        if broken and entry.verb == "a.two":
            raise ValueError
        heard.append(entry.verb)

    assert follow("test", verbs=("a.one", "a.two"), answer=answer, at=AT) == 1
    assert heard == ["a.one"] and behind("test") == 3
    assert Follower.objects.filter(name__startswith="trace").count() == 1
    broken = False
    assert follow("test", verbs=("a.one", "a.two"), answer=answer, at=AT) == 2
    assert heard == ["a.one", "a.two", "a.one"] and behind("test") == 0


def test_a_little_at_a_time_passes_over_nothing(news: None) -> None:
    heard: list[int | None] = []
    while follow("test", verbs=("a.one", "a.two"), answer=lambda entry, at: heard.append(entry.number), at=AT, limit=1):
        pass
    assert heard == [1, 3, 4] and behind("test") == 0


def test_what_does_not_concern_it_is_passed_over(news: None) -> None:
    heard: list[int | None] = []
    answered = follow(
        "test", verbs=("a.one",), answer=lambda entry, at: heard.append(entry.number), at=AT, concerns=lambda e: e.number == 4
    )
    assert (answered, heard, behind("test")) == (1, [4], 0)


def test_a_follower_that_acts_twice_in_a_row_keeps_its_place(news: None) -> None:
    """An action gives its role back at its end; the place was written before."""
    assert follow("test", verbs=("a.one",), answer=lambda entry, at: say(what="c.answered", by=BY, at=at), at=AT) == 2
    assert Entry.objects.filter(verb="c.answered").count() == 2 and behind("test") == 0
