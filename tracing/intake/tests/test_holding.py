"""Held reports: corrected, taken up, set aside, taken back; and what was held for one cause together."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tracing.intake.actions.holding import (
    NotHeld,
    NotSetAside,
    ReasonUnknown,
    correct_report,
    file_again,
    refile_by_cause,
    set_aside,
    take_back_set_aside,
)
from tracing.intake.actions.reading import read_delivery
from tracing.intake.corrections import CorrectionsWrong
from tracing.intake.models import Delivery, Report
from tracing.intake.queries import status
from tracing.intake.tests.made import AT, BY, batch, held, message, sender, take_and_read
from tracing.journal.models import Entry, OldValues

pytestmark = pytest.mark.django_db


def test_a_correction_is_kept_journaled_by_name_and_taken_up() -> None:
    report = held(sender(), problems=["birth_date_missing"])
    correct_report(report=report, corrections={"birth_on": "1980-02-01", "phone": "(860) 555-0100"}, by=BY, at=AT)
    report.refresh_from_db()
    assert report.corrections == {"birth_on": "1980-02-01", "phone": "+18605550100"}
    assert (report.state, report.problems) == ("waiting", [])
    entry = Entry.objects.get(verb="report.corrected")
    assert entry.changed == ["birth_on", "phone"] and "1980" not in str(entry.codes)
    assert OldValues.objects.get(entry_id=entry.id).values == {"birth_on": "", "phone": ""}
    assert ProcrastinateJob.objects.filter(task_name="tracing.intake.jobs.file_waiting_reports").count() == 1


def test_corrections_add_up_and_an_empty_one_takes_back() -> None:
    report = held(sender(), problems=["x"])
    correct_report(report=report, corrections={"last": "Roe", "city": "Avon"}, by=BY, at=AT)
    Report.objects.update(state="held", problems=["x"])
    correct_report(report=report, corrections={"last": "", "zip": "06001"}, by=BY, at=AT)
    report.refresh_from_db()
    assert report.corrections == {"city": "Avon", "zip": "06001"}


def test_a_wrong_correction_changes_nothing() -> None:
    report = held(sender(), problems=["x"])
    with pytest.raises(CorrectionsWrong) as wrong:
        correct_report(report=report, corrections={"birth_on": "2021-13-01", "last": "Roe", "content": "x"}, by=BY, at=AT)
    assert wrong.value.reasons == {"birth_on": "not_a_date", "content": "not_correctable"}
    report.refresh_from_db()
    assert (report.state, report.corrections) == ("held", {})


def test_only_a_held_report_is_corrected_or_set_aside() -> None:
    report = held(sender(), problems=["x"])
    Report.objects.update(state="waiting")
    with pytest.raises(NotHeld):
        correct_report(report=report, corrections={"last": "Roe"}, by=BY, at=AT)
    with pytest.raises(NotHeld):
        set_aside(report=report, reason="duplicate", by=BY, at=AT)
    assert not file_again(reports=[report], by=BY, at=AT)


def test_setting_aside_needs_a_known_reason_and_can_be_taken_back() -> None:
    report = held(sender(), problems=["name_missing"])
    with pytest.raises(ReasonUnknown):
        set_aside(report=report, reason="because", by=BY, at=AT)
    with pytest.raises(NotSetAside):
        take_back_set_aside(report=report, by=BY, at=AT)
    assert set_aside(report=report, reason="test_message", by=BY, at=AT)
    assert not set_aside(report=report, reason="test_message", by=BY, at=AT)
    report.refresh_from_db()
    assert (report.state, report.set_aside_reason) == ("set_aside", "test_message")
    take_back_set_aside(report=report, by=BY, at=AT)
    report.refresh_from_db()
    assert (report.state, report.set_aside_reason, report.problems) == ("held", "", ["name_missing"])


def test_filing_again_takes_up_what_is_still_held() -> None:
    source = sender()
    reports = [held(source, problems=["x"]) for _ in range(3)]
    Report.objects.filter(pk=reports[0].pk).update(state="filed", filed_at=AT)
    assert file_again(reports=reports, by=BY, at=AT) == 2
    assert sorted(Report.objects.values_list("state", flat=True)) == ["filed", "waiting", "waiting"]
    assert Entry.objects.filter(verb="report.taken_up").count() == 2


def test_a_delivery_without_messages_is_read_anew_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    from tracing.intake import read

    source = sender()
    with monkeypatch.context() as old:
        old.setattr(read, "split", lambda stream: iter(()))
        delivery = take_and_read(source, batch(1, 4))
    assert file_again(reports=list(Report.objects.all()), by=BY, at=AT) == 1
    assert status().total.waiting == status().total.in_ == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.messages) == ("waiting", 0)
    read_delivery(delivery=delivery, by=BY, at=AT)
    assert Report.objects.filter(state="waiting").count() == 4 == status().total.in_


def test_reports_of_one_cause_are_taken_up_together_and_no_others() -> None:
    source = sender()
    take_and_read(source, b"".join(message(n) for n in range(1, 8)))
    Report.objects.update(state="held", problems=["value_code_unknown"], causes=["value:SCT|1"])
    other = held(source, problems=["x"], causes=["value:SCT|2"])
    both = held(source, problems=["x"], causes=["value:SCT|2", "value:SCT|1"])
    assert refile_by_cause(cause="value:SCT|1", by=BY, at=AT, limit=3) == 3
    assert refile_by_cause(cause="value:SCT|1", by=BY, at=AT) == 5
    assert not refile_by_cause(cause="value:SCT|1", by=BY, at=AT)
    assert Report.objects.get(pk=both.pk).state == "waiting"
    assert Report.objects.get(pk=other.pk).state == "held"
