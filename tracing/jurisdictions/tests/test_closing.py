"""Units closed and merged: who serves the towns, who takes over, and what a profile loaded later leaves alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from tracing.journal.actor import job
from tracing.journal.models import Entry
from tracing.jurisdictions.actions import load_profile
from tracing.jurisdictions.closing import Ending, Served, after_closing, heir, left_without, named_heir
from tracing.jurisdictions.ending import UnitWrong, add_unit, bring_below, close_unit
from tracing.jurisdictions.models import Closing, Profile, Town, TownDepartment, Unit, UnitAncestor
from tracing.jurisdictions.queries import department_of_town
from tracing.jurisdictions.units import endings

BY, AT = job("test"), datetime(2021, 1, 15, 15, 0, tzinfo=UTC)
DAY = date(2021, 2, 1)
A, B, C, STATE = (UUID(int=n) for n in (1, 2, 3, 9))
T, U = UUID(int=21), UUID(int=22)


def row(department: UUID, since: date | None, until: date | None, town: UUID = T) -> Served:
    return Served(town, department, since, until, "folder", "high")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (row(A, None, None), [(A, None, DAY), (B, DAY, None)]),
        (row(A, date(2020, 1, 1), None), [(A, date(2020, 1, 1), DAY), (B, DAY, None)]),
        (row(A, None, date(2021, 6, 1)), [(A, None, DAY), (B, DAY, date(2021, 6, 1))]),
        (row(A, date(2021, 3, 1), None), [(B, date(2021, 3, 1), None)]),
        (row(A, None, DAY), [(A, None, DAY)]),
        (row(A, None, date(2020, 6, 1)), [(A, None, date(2020, 6, 1))]),
        (row(C, None, None), [(C, None, None)]),
        (row(A, None, None, U), [(A, None, DAY), (C, DAY, None)]),
    ],
)
def test_who_serves_a_town_after_a_closing(before: Served, after: list[tuple[UUID, date | None, date | None]]) -> None:
    made = after_closing([before], A, DAY, {U: C}, B)
    assert [(one.department, one.since, one.until) for one in made] == after
    assert after_closing(made, A, DAY, {U: C}, B) == made


def test_towns_that_nobody_would_serve() -> None:
    rows = [row(A, None, None), row(A, None, None, U), row(A, None, DAY, UUID(int=23))]
    assert left_without(rows, A, DAY, {}) == [T, U]
    assert left_without(rows, A, DAY, {U: C}) == [T]
    assert [one.department for one in after_closing([row(A, None, None)], A, DAY, {}, None)] == [A]


def test_who_has_the_work() -> None:
    over = {A: Ending(A, B, STATE, {U: C}), B: Ending(B, None, STATE, {})}
    assert heir(C, None, over) == C
    assert (heir(A, None, over), heir(A, T, over), heir(A, U, over)) == (STATE, STATE, C)
    assert (named_heir(A, over), named_heir(B, over), named_heir(C, over)) == (None, None, None)
    only = {A: over[A]}
    assert (heir(A, T, only), named_heir(A, only)) == (B, B)
    assert heir(A, None, {A: Ending(A, B, STATE, {}), B: Ending(B, A, STATE, {})}) in (A, B), "a circle ends"


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    load_profile(profile=Path(settings.PROFILES) / "connecticut", by=BY, at=AT)
    return {unit.code: unit for unit in Unit.objects.all()}


def served(town: str) -> list[tuple[str, date | None, date | None]]:
    rows = TownDepartment.objects.filter(town__code=town).order_by("valid_from").values_list("department__code", "valid_from", "valid_to")
    return sorted(rows, key=lambda r: r[1] or date.min)


@pytest.mark.django_db
def test_a_merged_department_s_towns_are_the_successor_s_from_that_day(units: dict[str, Unit]) -> None:
    before = served("new-haven")
    head = Profile.objects.get().loaded_at
    closing = close_unit(unit=units["new-haven"], successor=units["hartford"], on=DAY, found={"cases": 3}, by=BY, at=AT)
    last = before[-1]
    assert served("new-haven") == [*before[:-1], (last[0], last[1], DAY), ("hartford", DAY, None)]
    assert department_of_town("new-haven", date(2021, 1, 31)) == units["new-haven"].pk
    assert department_of_town("new-haven", DAY) == units["hartford"].pk
    unit = Unit.objects.get(code="new-haven")
    assert (unit.active_until, unit.successor_id, closing.found) == (DAY, units["hartford"].pk, {"cases": 3})
    assert unit.pk not in endings(datetime(2021, 2, 1, 4, 59, tzinfo=UTC)), "by the clock of Connecticut"
    assert endings(datetime(2021, 2, 1, 5, 0, tzinfo=UTC))[unit.pk].successor == units["hartford"].pk
    assert Profile.objects.get().loaded_at >= head
    assert Entry.objects.filter(verb="unit.closed", subject_id=unit.pk).count() == 1
    assert not load_profile(profile=Path(settings.PROFILES) / "connecticut", by=BY, at=AT), "what was decided here stays"
    TownDepartment.objects.filter(town__code="new-haven").delete()
    assert load_profile(profile=Path(settings.PROFILES) / "connecticut", by=BY, at=AT)
    assert served("new-haven")[-2:] == [(last[0], last[1], DAY), ("hartford", DAY, None)]
    assert Unit.objects.get(code="new-haven").active_until == DAY


@pytest.mark.django_db
def test_a_district_is_split_among_several(units: dict[str, Unit]) -> None:
    district = next(unit for unit in units.values() if unit.town_rows.filter(valid_to=None).count() > 3 and unit.active_until is None)
    towns = list(Town.objects.filter(department_rows__department=district, department_rows__valid_to=None).order_by("code"))
    assert len(towns) > 3
    others = {town: units["hartford" if number else "new-haven"] for number, town in enumerate(towns)}
    with pytest.raises(UnitWrong) as refused:
        close_unit(unit=district, successor=None, on=DAY, towns=dict(list(others.items())[1:]), by=BY, at=AT)
    assert (refused.value.code, refused.value.names) == ("towns_without_department", (towns[0].name,))
    close_unit(unit=district, successor=None, on=DAY, towns=others, by=BY, at=AT)
    assert served(towns[0].code)[-1][0] == "new-haven" and served(towns[1].code)[-1][0] == "hartford"
    over = endings(datetime(2021, 2, 2, tzinfo=UTC))
    assert heir(district.pk, towns[0].pk, over) == units["new-haven"].pk
    assert heir(district.pk, None, over) == units["ct"].pk, "nobody belongs to nobody"


@pytest.mark.django_db
def test_what_cannot_be_closed_so(units: dict[str, Unit]) -> None:
    college = add_unit(code="elm-college", name="Elm College", kind="college", parent=units["ct"], by=BY, at=AT)
    team = add_unit(code="nh-team", name="Team One", kind="team", parent=units["new-haven"], by=BY, at=AT)
    haven, ford, region = units["new-haven"], units["hartford"], next(u for u in units.values() if u.kind == "region")
    for unit, successor, on, code in (
        (units["ct"], None, DAY, "stays"),
        (region, None, DAY, "stays"),
        (haven, None, DAY, "towns_without_department"),
        (haven, ford, date(2021, 1, 14), "day_past"),
        (haven, haven, DAY, "successor_itself"),
        (haven, team, DAY, "successor_below"),
        (haven, college, DAY, "successor_has_no_cases"),
        (haven, region, DAY, "successor_has_no_cases"),
        (college, None, date(2021, 1, 15), "day_before_it_began"),
    ):
        with pytest.raises(UnitWrong) as refused:
            close_unit(unit=unit, successor=successor, on=on, by=BY, at=AT)
        assert refused.value.code == code
    assert not Closing.objects.exists()
    close_unit(unit=ford, successor=units["ct"], on=DAY, by=BY, at=AT)
    for unit, successor, code in ((ford, units["ct"], "ended_already"), (haven, ford, "successor_closed")):
        with pytest.raises(UnitWrong) as refused:
            close_unit(unit=unit, successor=successor, on=DAY, by=BY, at=AT)
        assert refused.value.code == code


@pytest.mark.django_db
def test_organisations_are_added_and_the_profile_leaves_them_alone(units: dict[str, Unit]) -> None:
    made = add_unit(
        code="Elm-College", name="  Elm   College ", kind="college", parent=units["new-haven"], phone="+12035550100", by=BY, at=AT
    )
    assert (made.code, made.name, made.time_zone, made.own) == ("elm-college", "Elm College", "America/New_York", True)
    above = set(UnitAncestor.objects.filter(unit=made).values_list("ancestor__code", flat=True))
    assert {"elm-college", "new-haven", "ct"} <= above
    assert not load_profile(profile=Path(settings.PROFILES) / "connecticut", by=BY, at=AT)
    for field, values in {
        "kind": {"kind": "department"}, "code": {"code": "x y"}, "name": {"name": " "}, "time_zone": {"time_zone": "Mars/Base"},
        "phone": {"phone": "203"},
    }.items():  # fmt: skip
        usual = {"code": "oak-school", "name": "Oak School", "kind": "school", "time_zone": "", "phone": ""}
        with pytest.raises(UnitWrong) as refused:
            add_unit(**{**usual, **values}, parent=units["ct"], by=BY, at=AT)  # type: ignore[arg-type]
        assert refused.value.field == field
    with pytest.raises(UnitWrong):
        add_unit(code="elm-college", name="Another", kind="college", parent=units["ct"], by=BY, at=AT)
    moved = bring_below(unit=units["new-haven"], parent=units["hartford"], by=BY, at=AT)
    assert moved and [unit.code for unit in moved] == ["elm-college"]  # type: ignore[union-attr]
    assert "hartford" in set(UnitAncestor.objects.filter(unit=made).values_list("ancestor__code", flat=True))
    assert not bring_below(unit=units["new-haven"], parent=units["hartford"], by=BY, at=AT)
