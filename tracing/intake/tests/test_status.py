"""in = waiting + filed + held + set aside, whatever happens; and the page of senders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Role, User
from tracing.access.viewer import Viewer, viewer
from tracing.intake.actions.filing import hold_failed
from tracing.intake.actions.holding import correct_report, file_again, refile_by_cause, set_aside, take_back_set_aside
from tracing.intake.actions.reading import read_delivery
from tracing.intake.actions.sources import activate_source, close_source, make_key, note_troubles
from tracing.intake.models import Delivery, Report, Source, SourceDay
from tracing.intake.queries import (
    Counts,
    all_sources_with_alarms,
    held_causes,
    receipt_state,
    sources_with_alarms,
    status,
)
from tracing.intake.tests.made import AT, BY, batch, held, sender, state, take, take_and_read
from tracing.jurisdictions.models import Unit, UnitAncestor

pytestmark = pytest.mark.django_db


def test_counts_by_sender_and_what_is_unread() -> None:
    lab, other = sender(), sender("other")
    take_and_read(lab, batch(1, 4))
    take(lab, batch(5, 9), at=AT - timedelta(minutes=5))
    held(other, problems=["x"])
    now = status()
    assert now.total == Counts(in_=6, waiting=5, filed=0, held=1, set_aside=0) and now.total.agree
    assert now.sources == (("lab", Counts(5, 5, 0, 0, 0)), ("other", Counts(1, 0, 0, 1, 0)))
    assert (now.unread, now.oldest_waiting_at) == (1, AT - timedelta(minutes=5))


def test_a_report_that_went_missing_is_noticed() -> None:
    take_and_read(sender(), batch(1, 3))
    Report.objects.filter(message_no=2).delete()
    assert not status().total.agree


def test_a_receipt_tells_its_sender_what_became_of_it() -> None:
    lab, other = sender(), sender("other")
    receipt = take(lab, batch(1, 4)).id
    before = receipt_state(source=lab, receipt=receipt)
    assert before is not None and before.counts == Counts(1, 1, 0, 0, 0)
    read_delivery(delivery=Delivery.objects.get(), by=BY, at=AT)
    Report.objects.filter(message_no=1).update(state="held", problems=["x"])
    after = receipt_state(source=lab, receipt=receipt)
    assert after is not None and after.counts == Counts(4, 3, 0, 1, 0)
    assert receipt_state(source=other, receipt=receipt) is None and receipt_state(source=lab, receipt=uuid4()) is None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            "receive receive read hold correct set_aside take_back file_again refile spoil close confirm file".split()
        ),
        st.integers(0, 7),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_counts_agree_after_anything(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        sources = [sender(), sender("other")]
        for word, number in steps:
            _step(word, number, sources)
            now = status()
            assert now.total.agree, (word, now)
            assert now.total.in_ == sum(1 if d.state == "waiting" else d.messages for d in Delivery.objects.all())
        transaction.set_rollback(True)


def _step(word: str, number: int, sources: list[Source]) -> None:
    def one(state: str, **more: Any) -> Report | None:
        rows = list(Report.objects.filter(state=state, **more).order_by("id"))
        return rows[number % len(rows)] if rows else None

    source = Source.objects.get(pk=sources[number % 2].pk)
    report: Report | None
    match word:
        case "receive":
            take(source, [batch(number, number + 2), b"\x00 nothing %d" % number, batch(100 + number, 100 + number)][number % 3])
        case "read":
            for delivery in Delivery.objects.filter(state="waiting").order_by("id")[:1]:
                read_delivery(delivery=delivery, by=BY, at=AT)
        case "hold" | "spoil":
            if report := one("waiting"):
                hold_failed(report=report, problem="filing_failed", by=BY, at=AT)
                Report.objects.filter(pk=report.pk).update(causes=[f"code:{number % 2}"])
        case "file":
            if report := one("waiting"):
                Report.objects.filter(pk=report.pk).update(state="filed", filed_at=AT)
        case "correct":
            if report := one("held", message_no__gt=0):
                correct_report(report=report, corrections={"city": "Avon"}, by=BY, at=AT)
        case "set_aside":
            if report := one("held"):
                set_aside(report=report, reason="duplicate", by=BY, at=AT)
        case "take_back":
            if report := one("set_aside"):
                take_back_set_aside(report=report, by=BY, at=AT)
        case "file_again":
            file_again(reports=list(Report.objects.filter(state="held")[:2]), by=BY, at=AT)
        case "refile":
            refile_by_cause(cause=f"code:{number % 2}", by=BY, at=AT)
        case "close":
            close_source(source=source, by=BY, at=AT)
        case "confirm":
            activate_source(source=source, by=BY, at=AT)


def _viewer(unit: Unit, *permissions: str) -> Viewer:
    role = Role.objects.create(code=f"r{uuid4().hex[:8]}", name="r", description="r", permissions=list(permissions))
    user: User = add_user(email=f"{uuid4().hex}@example.org", name="U", password=None, by=BY, at=AT)
    grant_membership(user=user, role=role, unit=unit, since=AT - timedelta(days=1), by=BY, at=AT)
    return viewer(user, at=AT)


def _department() -> Unit:
    above = state()
    unit = Unit.objects.create(code="dept", name="Dept", kind="department", parent=above, time_zone="America/New_York")
    UnitAncestor.objects.create(unit=unit, ancestor=unit, depth=0)
    UnitAncestor.objects.create(unit=unit, ancestor=above, depth=1)
    return unit


def test_who_sees_which_counts_and_senders() -> None:
    mine = sender("mine")
    mine.unit = _department()
    mine.save()
    take_and_read(mine, batch(1, 2))
    take_and_read(sender("states"), batch(3, 5))
    everywhere = _viewer(state(), "intake.review", "intake.sources")
    department = _viewer(mine.unit, "intake.review", "intake.sources")
    nobody = _viewer(mine.unit, "cases.see")
    assert (status(everywhere).total.in_, status(department).total.in_, status(nobody).total.in_) == (5, 2, 0)
    assert [view.source.code for view in sources_with_alarms(everywhere, AT)] == ["mine", "states"]
    assert [view.source.code for view in sources_with_alarms(department, AT)] == ["mine"]
    assert sources_with_alarms(nobody, AT) == []


def test_the_page_of_senders() -> None:
    quiet, lab = sender("quiet"), sender("lab")
    make_key(source=lab, lasts=timedelta(days=100), by=BY, at=AT)
    Source.objects.update(added_at=AT - timedelta(days=60))
    for week in range(1, 5):
        take_and_read(lab, batch(week * 1000, week * 1000 + 29), at=AT - timedelta(days=7 * week, hours=2))
    take_and_read(lab, batch(1, 3, declared=5), at=AT - timedelta(hours=2))
    note_troubles(source=lab, seen=[("file_empty", "a.hl7")], by=BY, at=AT)
    for back, late in ((0, 1), (6, 1), (7, 10)):
        SourceDay.objects.create(
            source=lab, unit=lab.unit, day=(AT - timedelta(days=back)).date(), reports=10, late=late, no_phone=10
        )
    views = {view.source.code: view for view in all_sources_with_alarms(AT)}
    seen = views["lab"]
    assert [one.alarm for one in seen.alarms] == ["trouble", "fallen", "totals_disagree"]
    assert (seen.figures.last_day, seen.figures.usual) == (3, (30, 30, 30, 30))
    assert (seen.score.reports, seen.score.late, seen.score.no_phone, seen.score.points) == (20, 0.1, 1.0, 72)
    assert seen.counts.in_ == 123 and [one.name for one in seen.troubles] == ["a.hl7"]
    assert [one.alarm for one in views["quiet"].alarms] == ["silent", "no_key"]
    assert quiet.code == "quiet"


def test_causes_that_keep_reports_held() -> None:
    lab = sender()
    for causes in (["value:SCT|1"], ["value:SCT|1", "code:L|X"], []):
        held(lab, problems=["x"], causes=causes)
    Report.objects.update(sensitive=False)
    held(lab, problems=["x"], causes=["value:SCT|1"])  # nobody has read what it is about
    assert held_causes(_viewer(state(), "intake.review")) == [("value:SCT|1", 2), ("code:L|X", 1)]
