"""Each measure: examples that an epidemiologist could sign, and published figures made again from courses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tracing.reporting import metrics
from tracing.reporting.courses import OUT, CaseCourse, ContactCourse
from tracing.reporting.metrics import BY_CODE, TIMELY, share, spread, state

NINE = datetime(2021, 1, 11, 14, 0, tzinfo=UTC)
"""Monday, nine in the morning in Connecticut."""
EASTERN = ZoneInfo("America/New_York")


def after(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("attempted", "now", "expected"),
    [
        (1, 100, "met"),
        (24, 100, "met"),  # exactly a day is within a day
        (24.01, 100, "late"),
        (None, 23.9, "running"),  # nobody has tried, and there is time left
        (None, 24, "running"),
        (None, 24.1, "late"),
        (30, 23, "late"),  # it will have been: as of now it is known to be late
        (-5, 100, "met"),  # tried on a provider's word before the report came
    ],
)
def test_attempted_within_a_day(attempted: float | None, now: float, expected: str) -> None:
    course = CaseCourse(received_at=NINE, attempted_at=None if attempted is None else after(attempted))
    assert state(BY_CODE["attempted_24h"], course, after(now)) == expected


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (CaseCourse(received_at=NINE, out="died_before"), "died_before"),
        (CaseCourse(received_at=NINE, interviewed_at=after(2), out="facility"), "facility"),
        (CaseCourse(received_at=None, interviewed_at=after(2)), "unknown"),
        (CaseCourse(received_at=NINE, spoken_at=after(2)), "late"),  # in part only: not interviewed
        (CaseCourse(received_at=NINE, spoken_at=after(2), interviewed_at=after(47)), "met"),
    ],
)
def test_interviewed_within_two_days(course: CaseCourse, expected: str) -> None:
    assert state(BY_CODE["interviewed_48h"], course, after(100)) == expected


@pytest.mark.parametrize(
    ("specimen", "received", "expected"),
    [
        (date(2021, 1, 11), datetime(2021, 1, 11, 20, tzinfo=UTC), "met"),
        (date(2021, 1, 11), datetime(2021, 1, 13, 4, 59, tzinfo=UTC), "met"),  # still the 12th in Connecticut
        (date(2021, 1, 11), datetime(2021, 1, 13, 5, 1, tzinfo=UTC), "late"),
        (date(2021, 1, 13), datetime(2021, 1, 12, 20, tzinfo=UTC), "unknown"),  # taken after it was reported: a mistake
        (None, datetime(2021, 1, 12, tzinfo=UTC), "unknown"),
    ],
)
def test_a_day_without_an_hour_is_counted_in_days_where_the_person_is(specimen: date | None, received: datetime, expected: str) -> None:
    course = CaseCourse(specimen_on=specimen, received_at=received, zone=EASTERN)
    assert state(BY_CODE["reported_24h"], course, after(100)) == expected


@pytest.mark.parametrize(("symptomatic", "expected"), [(True, "met"), (False, "not_symptomatic"), (None, "unknown")])
def test_only_who_fell_ill_counts_from_the_onset(symptomatic: bool | None, expected: str) -> None:
    course = CaseCourse(onset_on=date(2021, 1, 9), interviewed_at=NINE, symptomatic=symptomatic, zone=EASTERN)
    assert state(BY_CODE["interviewed_3d_of_onset"], course, after(1)) == expected


def test_a_share_adds_up_and_running_ones_are_no_failure() -> None:
    courses = [
        CaseCourse(received_at=NINE, attempted_at=after(3)),
        CaseCourse(received_at=NINE, attempted_at=after(30)),
        CaseCourse(received_at=after(20)),
        CaseCourse(),
        CaseCourse(received_at=NINE, out="not_a_case"),
        CaseCourse(received_at=NINE, out="not_a_case"),
    ]
    found = share(BY_CODE["attempted_24h"], courses, at=after(36))
    assert (found.met, found.late, found.running, found.unknown, found.out) == (1, 1, 1, 1, {"not_a_case": 2})
    assert found.met + found.late + found.running + found.unknown + sum(found.out.values()) == len(courses)
    assert found.value == 0.5 and share(BY_CODE["attempted_24h"], [], at=NINE).value is None


def made(number: int, **moments: object) -> list[CaseCourse]:
    return [CaseCourse(**moments)] * number  # type: ignore[arg-type]


def contacts(number: int, **moments: object) -> list[ContactCourse]:
    return [ContactCourse(**moments)] * number  # type: ignore[arg-type]


def rounded(value: float | None, digits: int = 3) -> float:
    assert value is not None
    return round(value, digits)


def test_national_health_service_4_to_10_june_2020() -> None:
    cases = [*made(4366, reached_at=NINE), *made(1435), *made(148, reachable=False)]
    found = metrics.reached(cases)
    assert (found.total, found.reached, found.not_reached, found.no_details) == (5949, 4366, 1435, 148)
    assert rounded(found.of_all) == 0.734
    assert round(found.not_reached / found.total, 3) == 0.241 and round(found.no_details / found.total, 3) == 0.025
    named = metrics.reached([*contacts(40_690, notified_at=NINE), *contacts(44_895 - 40_690)])
    assert rounded(named.of_all) == 0.906


def test_new_york_city_to_13_june_2020() -> None:
    cases = metrics.reached([*made(4251, reached_at=NINE), *made(4529 - 4251), *made(818, reachable=False)])
    assert cases.total == 5347 and round(cases.no_details / cases.total, 2) == 0.15
    assert rounded(cases.of_reachable, 2) == 0.94
    named = metrics.reached([*contacts(2299, notified_at=NINE), *contacts(2828 - 2299), *contacts(1593, reachable=False)])
    assert named.total == 4421 and round(named.no_details / named.total, 2) == 0.36
    assert rounded(named.of_reachable, 2) == 0.81


def test_washington_goals() -> None:
    cases = [*made(49, received_at=NINE, reached_at=after(20)), *made(30, received_at=NINE, reached_at=after(40)), *made(21, received_at=NINE)]
    one = BY_CODE["reached_24h"]
    assert rounded(share(one, cases, at=after(200)).value, 2) == 0.49 and one.goal == 0.90
    named = [
        *contacts(70, source_result_at=NINE, elicited_at=after(20), notified_at=after(44)),
        *contacts(30, source_result_at=NINE, elicited_at=after(20), notified_at=after(50)),
    ]
    other = BY_CODE["notified_48h_of_result"]
    assert rounded(share(other, named, at=after(200)).value, 2) == 0.70 and other.goal == 0.80


def test_new_haven_april_to_may_2020() -> None:
    """826 of 1,705 cases interviewed (48 %), 687 of 2,437 contacts reached (28 %), median 5 days to the interview, 8 to the notice."""
    cases = [
        *made(413, specimen_on=date(2021, 1, 11), interviewed_at=after(24 * 4), received_at=NINE, spoken_at=NINE, contacts=3),
        *made(413, specimen_on=date(2021, 1, 11), interviewed_at=after(24 * 5), received_at=NINE, spoken_at=NINE, contacts=3),
        *made(1, specimen_on=date(2021, 1, 11), interviewed_at=after(24 * 5), received_at=NINE, out="not_a_case"),
        *made(1705 - 826, received_at=NINE),
    ]
    interviewed = sum(1 for one in cases if one.interviewed_at and not one.out)
    assert interviewed == 826 and round(interviewed / 1705, 2) == 0.48
    assert rounded(metrics.reached([*contacts(687, notified_at=NINE), *contacts(2437 - 687)]).of_all, 2) == 0.28
    assert spread("received_at", "interviewed_at", cases).median == 4.5


def test_contacts_per_case() -> None:
    """The national evaluation found a median of 1.15 over health departments; here, of cases."""
    found = metrics.contacts_per_case([*made(3, spoken_at=NINE, contacts=0), *made(4, spoken_at=NINE, contacts=2), *made(9, contacts=4)])
    assert (found.interviewed, found.named, found.nobody, found.median) == (7, 8, 3, 2)
    assert rounded(found.mean) == 1.143 and rounded(found.named_nobody) == 0.429
    assert metrics.contacts_per_case([]).mean is None


def test_days_between_moments() -> None:
    courses = [CaseCourse(received_at=NINE, interviewed_at=after(hours)) for hours in (12, 24, 48, 96)]
    found = spread("received_at", "interviewed_at", [*courses, CaseCourse(received_at=NINE)])
    assert (found.median, found.number) == (1.5, 4)
    assert found.p90 == pytest.approx(3.4)
    assert spread("onset_on", "specimen_on", courses).median is None


def test_the_chain_that_was_broken() -> None:
    found = metrics.known_in_quarantine([*made(3, in_quarantine=True), *made(2, in_quarantine=False), *made(5), *made(1, out="merged")])
    assert (found.met, found.late, found.value, found.out) == (3, 7, 0.3, {"merged": 1})
    cases, named = made(8, spoken_at=NINE), [*contacts(16, notified_at=NINE), *contacts(4)]
    assert metrics.number_needed_to_interview(cases, named) == 0.5
    assert metrics.number_needed_to_interview(cases, []) is None


def test_salt_lake_half_of_the_positives_were_so_already() -> None:
    found = metrics.symptomatic_at_notice(
        [*contacts(51, notified_at=NINE, symptomatic_at_notice=True), *contacts(49, notified_at=NINE, symptomatic_at_notice=False),
         *contacts(5, notified_at=NINE), *contacts(9)]
    )  # fmt: skip
    assert (found.value, found.unknown) == (0.51, 5)
    attacked = metrics.became_cases([*contacts(31, became_case=True), *contacts(69), *contacts(4, out="already_case")])
    assert attacked.value == 0.31


def test_every_share_names_moments_that_there_are_and_who_defined_it() -> None:
    for one in TIMELY:
        course = CaseCourse() if one.of == "case" else ContactCourse()
        assert hasattr(course, one.begin) and hasattr(course, one.end) and one.source, one.code
        assert one.of == "case" or one.only == "" and hasattr(course, "out")
    assert len(BY_CODE) == len(TIMELY) and len(set(OUT)) == len(OUT)
    for of, begin, end in metrics.INTERVALS:
        course = CaseCourse() if of == "case" else ContactCourse()
        assert hasattr(course, begin) and hasattr(course, end)


def test_the_page_about_the_board_lists_every_share() -> None:
    text = (Path(__file__).parents[3] / "docs" / "board.md").read_text(encoding="utf-8")
    shown = text.split("<!-- measures -->")[1].split("<!-- end of measures -->")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown.strip().splitlines()[2:]]
    wanted = [
        (one.code, one.of, f"{one.hours} h", "" if one.goal is None else f"{one.goal:.0%}", one.source) for one in TIMELY
    ]  # fmt: skip
    assert [(row[0].strip("`"), row[1], row[4], row[5], row[6]) for row in rows] == wanted
