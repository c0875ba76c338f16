"""Senders, keys, and the mending of what kept their reports."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tracing.diseases import codebook
from tracing.intake.actions import holding
from tracing.intake.actions.sources import (
    MeaningWrong,
    SourceCodeTaken,
    SourceCodeWrong,
    activate_source,
    add_local_meaning,
    add_unknown_sender,
    change_source,
    claim_pull,
    close_source,
    end_local_meaning,
    key_digest,
    make_key,
    note_troubles,
    revoke_key,
)
from tracing.intake.models import Report, Source, SourceKey, Trouble
from tracing.intake.queries import code_book, key_holder
from tracing.intake.tests.made import AT, BY, batch, held, message, sender, take_and_read
from tracing.journal.models import Entry, OldValues

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["", "Lab", "-lab", "a b", "x" * 61, "lab/..", "läb"])
def test_a_code_is_plain(code: str) -> None:
    with pytest.raises(SourceCodeWrong):
        sender(code)


def test_a_code_is_taken_once() -> None:
    sender()
    with pytest.raises(SourceCodeTaken):
        sender()


def test_a_change_keeps_the_old_value_in_the_journal() -> None:
    source = sender(folder="/in")
    assert not change_source(source=source, values={"folder": "/in"}, by=BY, at=AT)
    changed = change_source(source=source, values={"folder": "/new", "expected_every_hours": 48}, by=BY, at=AT)
    assert isinstance(changed, Source) and (changed.folder, changed.expected_every_hours) == ("/new", 48)
    entry = Entry.objects.get(verb="source.changed")
    assert entry.changed == ["expected_every_hours", "folder"]
    assert OldValues.objects.get(entry_id=entry.id).values == {"folder": "/in", "expected_every_hours": 24}
    with pytest.raises(ValueError, match="code"):
        change_source(source=source, values={"code": "other"}, by=BY, at=AT)


def test_a_key_is_shown_once_and_kept_as_a_digest() -> None:
    made = make_key(source=sender(), by=BY, at=AT)
    row = SourceKey.objects.get()
    assert len(made.key) > 40 and made.key.endswith(row.hint)
    assert row.digest == key_digest(made.key)
    assert row.expires_at == AT + timedelta(days=365)
    everything = " ".join(str(value) for value in [*row.__dict__.values(), *Entry.objects.values_list("codes", flat=True)])
    assert made.key not in everything


def test_whose_key_it_is_and_whether_it_may_be_used() -> None:
    source = sender()
    made = make_key(source=source, lasts=timedelta(days=10), by=BY, at=AT)

    def refused(days: int = 0) -> str | None:
        holder = key_holder(key_digest(made.key), at=AT + timedelta(days=days))
        return holder.refused if holder else None

    assert (refused(), refused(9), refused(10)) == ("", "", "expired")
    assert key_holder(key_digest(made.key + "x"), at=AT) is None
    close_source(source=source, by=BY, at=AT)
    assert refused() == "closed"
    activate_source(source=source, by=BY, at=AT)
    assert revoke_key(key=made.row, by=BY, at=AT) and not revoke_key(key=made.row, by=BY, at=AT)
    assert refused() == "revoked"


def test_confirming_a_sender_takes_up_what_was_held_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "SET", 2)
    sender()  # there is a state
    unknown = add_unknown_sender(code="new-lab", by=BY, at=AT)
    assert not unknown.active and add_unknown_sender(code="new-lab", by=BY, at=AT) == unknown
    take_and_read(unknown, batch(1, 3))
    assert Report.objects.filter(state="held").count() == 3
    assert activate_source(source=unknown, by=BY, at=AT)
    assert not activate_source(source=unknown, by=BY, at=AT)
    assert Report.objects.filter(state="held").count() == 1, "the first set at once"
    job = ProcrastinateJob.objects.get(task_name="tracing.intake.jobs.refile_reports_of_a_cause")
    assert job.args == {"cause": "sender:new-lab"}


def test_a_meaning_takes_up_what_was_held_for_the_code() -> None:
    source, other = sender(), sender("other")
    first = held(source, problems=["value_code_unknown"], causes=["value:L|DET"])
    second = held(source, problems=["test_code_unknown"], causes=["code:L|COVPCR"])
    assert add_local_meaning(source=source, kind="value", code="L|DET", meaning="positive", by=BY, at=AT)
    assert Report.objects.get(pk=first.pk).state == "waiting" and Report.objects.get(pk=second.pk).state == "held"
    assert add_local_meaning(source=source, kind="test", code="L|COVPCR", meaning="94500-6", by=BY, at=AT)
    assert Report.objects.get(pk=second.pk).state == "waiting"
    assert not add_local_meaning(source=source, kind="value", code="L|DET", meaning="positive", by=BY, at=AT)

    book = code_book(source.pk)
    assert book.values["L|DET"].cls == "positive"
    assert book.tests["L|COVPCR"].condition == "covid19"
    assert book is code_book(source.pk), "the same object, so that readings stay cached"
    assert code_book(other.pk) is codebook.load()


def test_a_meaning_of_one_sender_wins_over_one_of_all_and_ends() -> None:
    source, other = sender(), sender("other")
    add_local_meaning(source=source, kind="value", code="SCT|999", meaning="negative", by=BY, at=AT)
    add_local_meaning(source=None, kind="value", code="SCT|999", meaning="positive", by=BY, at=AT)
    assert (code_book(source.pk).values["SCT|999"].cls, code_book(other.pk).values["SCT|999"].cls) == ("negative", "positive")
    changed = add_local_meaning(source=source, kind="value", code="SCT|999", meaning="inconclusive", by=BY, at=AT)
    assert code_book(source.pk).by_code["999"].cls == "inconclusive"
    assert changed and end_local_meaning(meaning=changed, by=BY, at=AT) and not end_local_meaning(meaning=changed, by=BY, at=AT)
    assert code_book(source.pk).values["SCT|999"].cls == "positive"


@pytest.mark.parametrize(
    ("kind", "meaning"), [("value", "yes"), ("word", "maybe"), ("test", "positive"), ("test", "99999-9"), ("colour", "positive")]
)
def test_a_meaning_must_be_one(kind: str, meaning: str) -> None:
    with pytest.raises(MeaningWrong):
        add_local_meaning(source=None, kind=kind, code="L|X", meaning=meaning, by=BY, at=AT)


def test_a_pull_is_claimed_once_and_the_next_one_set() -> None:
    sender("never")
    late = sender("late", next_pull_at=AT - timedelta(hours=2), pull_every_minutes=60)
    due = sender("due", next_pull_at=AT)
    sender("later", next_pull_at=AT + timedelta(minutes=1))
    sender("closed", next_pull_at=AT, active=False)
    assert [claim_pull(by=BY, at=AT) for _ in range(2)] == [late, due]
    assert not claim_pull(by=BY, at=AT)
    late.refresh_from_db()
    assert late.next_pull_at == AT + timedelta(hours=1)


def test_troubles_begin_and_end() -> None:
    source = sender()
    assert note_troubles(source=source, seen=[("file_empty", "a"), ("file_empty", "b")], by=BY, at=AT) == 2
    assert not note_troubles(source=source, seen=[("file_empty", "b"), ("file_empty", "a")], by=BY, at=AT)
    later = AT + timedelta(minutes=1)
    assert note_troubles(source=source, seen=[("file_empty", "b")], by=BY, at=later) == 1
    assert [(t.name, t.ended_at) for t in Trouble.objects.order_by("name")] == [("a", later), ("b", None)]
    assert "a" not in str(Entry.objects.filter(verb="source.troubles_noted").values_list("codes", flat=True)[0].get("name", ""))


def test_a_filed_report_is_not_taken_up_by_a_mending() -> None:
    source = sender()
    take_and_read(source, message(1))
    Report.objects.update(state="filed", filed_at=AT, causes=["value:L|DET"])
    add_local_meaning(source=source, kind="value", code="L|DET", meaning="positive", by=BY, at=AT)
    assert Report.objects.get().state == "filed"
