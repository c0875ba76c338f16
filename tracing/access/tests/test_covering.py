"""Who covers whom, in both locks; a contractor's tracers on the calls of those covered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from tests.world import BY, connecticut
from tracing.access.actions import add_user, grant_membership
from tracing.access.actions.covering import CannotCover, cover_unit, end_coverage
from tracing.access.covering import Span, coverages, refusal
from tracing.access.models import Coverage, Role
from tracing.access.viewer import Viewer, viewer
from tracing.journal.models import Entry
from tracing.jurisdictions.ending import add_unit
from tracing.jurisdictions.models import Unit

AT = datetime(2021, 1, 15, 15, 0, tzinfo=UTC)
ME, OTHER, ABOVE, BELOW = (UUID(int=n) for n in (1, 2, 3, 4))


def days(number: int) -> datetime:
    return AT + timedelta(days=number)


@pytest.mark.parametrize(
    ("wanted", "present", "code"),
    [
        (Span(OTHER, ME, AT, days(7)), [], ""),
        (Span(OTHER, ME, AT, None), [], ""),
        (Span(ME, ME, AT, days(7)), [], "itself"),
        (Span(ABOVE, ME, AT, days(7)), [], "stands_above"),
        (Span(BELOW, ME, AT, days(7)), [], "reaches_it_already"),
        (Span(OTHER, ME, AT, AT), [], "ends_before_it_begins"),
        (Span(OTHER, ME, days(-1), days(-1) + timedelta(hours=1)), [], "ends_before_it_begins"),
        (Span(OTHER, ME, days(-2), days(7)), [], "begins_in_the_past"),
        (Span(OTHER, ME, AT, days(400)), [], "too_long"),
        (Span(OTHER, ME, AT, days(7)), [Span(OTHER, ME, days(6), None)], "overlaps"),
        (Span(OTHER, ME, AT, None), [Span(OTHER, ME, days(600), days(601))], "overlaps"),
        (Span(OTHER, ME, AT, days(7)), [Span(OTHER, ME, days(7), None), Span(OTHER, ME, days(-9), AT)], ""),
        (Span(OTHER, ME, AT, days(7)), [Span(OTHER, BELOW, AT, None), Span(OTHER, ME, days(2), days(2))], ""),
    ],
)
def test_who_may_cover_whom(wanted: Span, present: list[Span], code: str) -> None:
    assert refusal(wanted, {ME, ABOVE}, {ME, BELOW}, present, at=AT) == code


def _somebody(role: str, unit: Unit, at: datetime) -> Viewer:
    user = add_user(email=f"{role}-{unit.code}@example.org", name=role, password=None, by=BY, at=at)
    grant_membership(
        user=user, role=Role.objects.get(code=role), unit=unit, since=at, agreement_on=at.date(), trained_on=at.date(), by=BY, at=at
    )
    return viewer(user, at=at + timedelta(minutes=1))


@pytest.mark.django_db
def test_a_contractor_takes_calls_of_the_departments_it_covers_and_lists_nothing() -> None:
    at = timezone.now()
    connecticut()
    haven, ford = Unit.objects.get(code="new-haven"), Unit.objects.get(code="hartford")
    contractor = add_unit(code="call-centre", name="Call Centre Ltd", kind="contractor", parent=Unit.objects.get(code="ct"), by=BY, at=at)
    before = _somebody("contract_tracer", contractor, at)
    assert before.units["tasks.next_call"] == {contractor.pk}
    row = cover_unit(unit=haven, by_unit=contractor, since=at, until=at + timedelta(days=14), why="Winter wave", by=BY, at=at)
    user = before.user
    from tracing.access.models import User

    covered = viewer(User.objects.get(pk=user), at=at + timedelta(minutes=1))
    assert covered.units["tasks.next_call"] == {contractor.pk, haven.pk} and ford.pk not in covered.units["tasks.next_call"]
    assert not covered.units.get("cases.see") and not covered.may("lists.see")
    later = viewer(User.objects.get(pk=user), at=at + timedelta(days=15))
    assert later.units["tasks.next_call"] == {contractor.pk}
    assert [c.pk for c in coverages(since=at, until=at + timedelta(days=7), unit_ids={haven.pk})] == [row.pk]
    assert coverages(since=at, until=at + timedelta(days=7), unit_ids={ford.pk}) == []
    end_coverage(coverage=row, by=BY, at=at + timedelta(hours=1))
    assert not end_coverage(coverage=row, by=BY, at=at + timedelta(hours=1))
    over = viewer(User.objects.get(pk=user), at=at + timedelta(hours=2))
    assert over.units["tasks.next_call"] == {contractor.pk}
    assert list(Entry.objects.filter(subject_id=haven.pk).order_by("at").values_list("verb", flat=True)) == [
        "unit.covered", "unit.coverage_ended",
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_may_not_be_covered_is_refused() -> None:
    at = timezone.now()
    connecticut()
    haven, state, ford = (Unit.objects.get(code=code) for code in ("new-haven", "ct", "hartford"))
    for unit, by_unit, code in ((state, haven, "stands_above"), (haven, state, "reaches_it_already"), (haven, haven, "itself")):
        with pytest.raises(CannotCover) as refused:
            cover_unit(unit=unit, by_unit=by_unit, since=at, until=None, why="x", by=BY, at=at)
        assert refused.value.code == code
    with pytest.raises(CannotCover, match="why_missing"):
        cover_unit(unit=haven, by_unit=ford, since=at, until=None, why=" ", by=BY, at=at)
    soon = cover_unit(unit=haven, by_unit=ford, since=at + timedelta(days=2), until=None, why="leave", by=BY, at=at)
    with pytest.raises(CannotCover, match="overlaps"):
        cover_unit(unit=haven, by_unit=ford, since=at, until=at + timedelta(days=9), why="leave", by=BY, at=at)
    end_coverage(coverage=soon, by=BY, at=at)
    assert Coverage.objects.get().until == soon.since, "what had not begun never was"
    Unit.objects.filter(pk=ford.pk).update(active_until=at.date())
    with pytest.raises(CannotCover, match="closed"):
        cover_unit(unit=haven, by_unit=ford, since=at + timedelta(days=1), until=None, why="leave", by=BY, at=at)
