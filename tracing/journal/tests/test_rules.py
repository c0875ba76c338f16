from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tracing.journal.rules import (
    RULES,
    Looked,
    RetentionWrong,
    Rule,
    at_night,
    centile,
    erasable_until,
    family_name,
    in_force,
    of_a_person,
    too_many,
)

DAY = date(2026, 11, 20)
CONNECTICUT = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (Looked(), []),
        (Looked(own_record=True), ["own_record"]),
        (Looked(own_record=True, own_name=True, own_home=True), ["own_record"]),
        (Looked(own_name=True), ["own_name"]),
        (Looked(own_home=True, own_name=True), ["own_name", "own_home"]),
        (Looked(restricted=True), ["restricted"]),
        (Looked(restricted=True, worked=True), ["restricted"]),
        (Looked(standing=False), ["no_standing"]),
        (Looked(hours_in_a_week=3), []),
        (Looked(hours_in_a_week=4), ["repeated"]),
        (Looked(hours_in_a_week=40, worked=True), []),
        (Looked(restricted=True, standing=False, hours_in_a_week=9, reviewing=True), []),
        (Looked(own_name=True, reviewing=True), ["own_name"]),
    ],
)
def test_looks_at_one_person(facts: Looked, codes: list[str]) -> None:
    assert [rule.code for rule in of_a_person(facts, DAY)] == codes


HOURS = [3] * 98 + [70, 90]


@pytest.mark.parametrize(
    ("persons", "usual", "found"),
    [
        (59, [], False),  # fewer than the least
        (60, [], True),  # nothing is known of the role
        (60, [1] * 49, True),  # not enough is known
        (60, [1] * 50, True),
        (65, HOURS, False),  # unusual for most, not for this role
        (70, HOURS, False),
        (71, HOURS, True),
        (500, [500] * 200, False),  # a role that works on lists
    ],
)
def test_more_people_than_is_usual_for_the_role(persons: int, usual: list[int], found: bool) -> None:
    assert bool(too_many("many_in_an_hour", persons, usual, DAY)) is found


@pytest.mark.parametrize(("numbers", "expected"), [([], 0), ([5], 5), (list(range(1, 101)), 99), (list(range(1, 201)), 198)])
def test_the_ninety_ninth_centile(numbers: list[int], expected: int) -> None:
    assert centile(numbers) == expected


@pytest.mark.parametrize(
    ("hour", "persons", "found"),
    [(2, 20, False), (3, 20, True), (9, 5, True), (9, 4, False), (10, 20, False), (14, 20, False)],
)
def test_at_night(hour: int, persons: int, found: bool) -> None:
    """In UTC; in Connecticut it is five hours earlier in winter: 22:00 is 3:00, 5:00 is 10:00."""
    assert bool(at_night(datetime(2026, 11, 20, hour, tzinfo=UTC), CONNECTICUT, persons, DAY)) is found


def test_rules_have_dates() -> None:
    rules = (Rule("own_name", date(2026, 1, 1), date(2026, 6, 1)), Rule("own_name", date(2026, 6, 1)))
    assert in_force("own_name", date(2025, 12, 31), rules) is None
    assert in_force("own_name", date(2026, 5, 31), rules) == rules[0]
    assert in_force("own_name", date(2026, 6, 1), rules) == rules[1]
    assert of_a_person(Looked(own_name=True), date(2025, 1, 1), rules) == []
    assert rules[1].id == "own_name/2026-06-01"
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("name", "family"), [("Dana Whitlock", "Whitlock"), ("Whitlock, Dana", "Whitlock"), ("Cher", "Cher"), ("", ""), ("Ana de Sá", "Sá")]
)
def test_the_family_name_of_an_account(name: str, family: str) -> None:
    assert family_name(name) == family


def test_retention_in_years() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert erasable_until(leap, {"case": 6, "person": 4}) == {
        "case": datetime(2022, 2, 28, 12, tzinfo=UTC), "person": datetime(2024, 2, 29, 12, tzinfo=UTC),
    }  # fmt: skip


@pytest.mark.parametrize("years", [0, -1, 101, "7", True, 2.5])
def test_retention_that_cannot_be_understood(years: object) -> None:
    with pytest.raises(RetentionWrong, match="case"):
        erasable_until(datetime(2028, 1, 1, tzinfo=UTC), {"case": years})
