"""Who is called, by date, recency and setting."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tracing.diseases.rules import Scope, ScopeFacts, contact_scope, scope
from tracing.diseases.ruleset import rule_set

COVID = rule_set("covid19")
MEASLES = rule_set("measles")


def facts(decision: str, specimen: int | None, onset: int | None = None, **more: Any) -> ScopeFacts:
    """Specimen and onset as days before the decision."""
    on = date.fromisoformat(decision)
    return ScopeFacts(
        decision_on=on,
        specimen_on=None if specimen is None else on - timedelta(days=specimen),
        onset_on=None if onset is None else on - timedelta(days=onset),
        **more,
    )


HOME: dict[str, Any] = {"setting_kind": "nursing_home"}

# facts · scope · rule · reason
CASES = [
    # before the first version, and the first version
    (facts("2020-04-01", 2), "call", "SCP-2020-05", "every_case"),
    (facts("2020-05-26", 2), "call", "SCP-2020-05", "every_case"),
    (facts("2020-11-21", 30), "call", "SCP-2020-05", "every_case"),
    (facts("2020-11-21", 2, **HOME), "facility", "SCP-2020-05", "lives_in_facility"),
    # the surge rule
    (facts("2020-11-22", 30), "count_only", "SCP-2020-11-5", "specimen_too_old"),
    (facts("2020-11-22", 15), "count_only", "SCP-2020-11-5", "specimen_too_old"),
    (facts("2020-11-22", 14), "call", "SCP-2020-11-4", "as_resources_allow"),
    (facts("2020-11-22", 7), "call", "SCP-2020-11-4", "as_resources_allow"),
    (facts("2020-11-22", 6), "call", "SCP-2020-11-1", "recent_case_first"),
    (facts("2020-11-22", 9, 6), "call", "SCP-2020-11-1", "recent_case_first"),
    (facts("2020-11-22", 20, outbreak=True), "call", "SCP-2020-11-5", "outbreak_in_spite_of_age"),
    (facts("2020-11-22", 20, setting_kind="shelter"), "call", "SCP-2020-11-5", "congregate_in_spite_of_age"),
    (facts("2020-11-22", 20, setting_kind="shelter", setting_role="staff"), "count_only", "SCP-2020-11-5", "specimen_too_old"),
    (facts("2021-06-01", 2, **HOME), "facility", "SCP-2020-11", "lives_in_facility"),
    (facts("2021-06-01", 2, setting_kind="prison"), "facility", "SCP-2020-11", "lives_in_facility"),
    (facts("2021-06-01", 2, setting_kind="prison", setting_role="staff"), "call", "SCP-2020-11-1", "recent_case_first"),
    (facts("2022-02-27", 2), "call", "SCP-2020-11-1", "recent_case_first"),
    # high-risk settings and people only
    (facts("2022-02-28", 2), "message_only", "SCP-2022-02-1", "outside_focus"),
    (facts("2022-02-28", 2, age=64), "message_only", "SCP-2022-02-1", "outside_focus"),
    (facts("2022-02-28", 2, age=65), "call", "SCP-2022-02-1", "high_risk_age"),
    (facts("2022-02-28", 5, age=80), "call", "SCP-2022-02-1", "high_risk_age"),
    (facts("2022-02-28", 6, age=80), "message_only", "SCP-2022-02-2", "window_passed"),
    (facts("2022-02-28", 6, 5, age=80), "call", "SCP-2022-02-1", "high_risk_age"),
    (facts("2022-02-28", 4, 9, age=80), "call", "SCP-2022-02-1", "high_risk_age"),
    (facts("2022-02-28", 15, age=80), "count_only", "SCP-2022-02-2", "specimen_too_old"),
    (facts("2022-02-28", 2, high_risk=True), "call", "SCP-2022-02-1", "high_risk_person"),
    (facts("2022-02-28", 2, outbreak=True), "call", "SCP-2022-02-1", "outbreak"),
    (facts("2022-02-28", 2, setting_kind="shelter"), "call", "SCP-2022-02-1", "high_risk_setting"),
    (facts("2022-02-28", 2, setting_kind="nursing_home", setting_role="staff"), "call", "SCP-2022-02-1", "high_risk_setting"),
    (facts("2022-02-28", 2, setting_kind="school"), "message_only", "SCP-2022-02-1", "outside_focus"),
    (facts("2022-02-28", 30, **HOME), "facility", "SCP-2022-02-1", "lives_in_facility"),
    (facts("2026-11-22", 1, age=30), "message_only", "SCP-2022-02-1", "outside_focus"),
    # a missing date drops nobody
    (facts("2020-11-22", None), "call", "SCP-2020-11-4", "as_resources_allow"),
    (facts("2022-02-28", None, age=70), "call", "SCP-2022-02-1", "high_risk_age"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "code", "rule", "reason"), CASES)
def test_cases(known: ScopeFacts, code: str, rule: str, reason: str) -> None:
    found = scope(COVID, known)
    assert (found.code, found.rule_id, found.reason) == (code, rule, reason)


def test_tracers_give_the_advice_of_the_time() -> None:
    assert scope(COVID, facts("2020-11-22", 1)).advice == ("tell_household_to_quarantine",)
    assert scope(COVID, facts("2022-02-28", 1)).advice == ("contacts_decided_apart",)
    assert scope(COVID, facts("2020-06-01", 1)).advice == ()


def contact(decision: str, exposed: int, **more: Any) -> ScopeFacts:
    on = date.fromisoformat(decision)
    return ScopeFacts(decision_on=on, last_exposure_on=on - timedelta(days=exposed), **more)


CONTACTS = [
    (contact("2020-06-01", 3), "call", "SCP-2020-05-C", "every_contact"),
    (contact("2020-06-01", 15), "count_only", "SCP-2020-05-C", "exposure_too_old"),
    (contact("2020-11-22", 6, household=True), "call", "SCP-2020-11-2", "household_recent"),
    (contact("2020-11-22", 7, household=True), "call", "SCP-2020-11-4", "as_resources_allow"),
    (contact("2020-11-22", 7, high_risk=True), "call", "SCP-2020-11-3", "high_risk_person"),
    (contact("2020-11-22", 6), "call", "SCP-2020-11-3", "recent_exposure"),
    (contact("2020-11-22", 15), "count_only", "SCP-2020-11-4", "exposure_too_old"),
    (contact("2020-11-22", 20, setting_kind="shelter"), "call", "SCP-2020-11-2", "congregate"),
    (contact("2021-12-30", 2, school_exposure=True), "call", "SCP-2020-11-3", "recent_exposure"),
    (contact("2021-12-31", 2, school_exposure=True), "message_only", "SCP-2021-12-K", "school_district_chooses"),
    (contact("2022-02-28", 2, school_exposure=True), "message_only", "SCP-2021-12-K", "school_district_chooses"),
    (contact("2022-02-28", 2, school_exposure=True, outbreak=True), "call", "SCP-2022-02-1", "outbreak"),
    (contact("2022-02-28", 5), "message_only", "SCP-2022-02-1", "outside_focus"),
    (contact("2022-02-28", 5, age=70), "call", "SCP-2022-02-1", "high_risk_age"),
    (contact("2022-02-28", 6, age=70), "count_only", "SCP-2022-02-2", "exposure_too_old"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "code", "rule", "reason"), CONTACTS)
def test_contacts(known: ScopeFacts, code: str, rule: str, reason: str) -> None:
    found = contact_scope(COVID, known)
    assert (found.code, found.rule_id, found.reason) == (code, rule, reason)


def test_measles_is_always_called() -> None:
    expected = Scope("call", "MEA-SCP", "category_one")
    assert scope(MEASLES, facts("2025-03-01", 40)) == expected
    assert scope(MEASLES, facts("2025-03-01", 1, **HOME)) == expected
    assert contact_scope(MEASLES, contact("2025-03-01", 28)).code == "call"
    assert contact_scope(MEASLES, contact("2025-03-01", 29)).code == "count_only"
