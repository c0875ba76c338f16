"""Every dated row of the collected guidance stands in the rule sets, with its days."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tracing.diseases.ruleset import Dated, RuleSet, Timeline, rule_set

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "guidance"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the collected guidance (../shared/data) is not here")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def dated(ruleset: RuleSet) -> dict[str, Dated]:
    timelines: list[Timeline[Any]] = [
        *ruleset.definitions.values(),
        ruleset.episodes,
        *ruleset.isolation.values(),
        *ruleset.contact.values(),
        *ruleset.scope.values(),
        *ruleset.priority.values(),
        ruleset.targets,
        ruleset.incubation,
    ]
    found: dict[str, Dated] = {rule.id: rule for timeline in timelines for rule in timeline.rules}
    found.update({rule.id: rule for rule in (*ruleset.isolation_alternatives, *ruleset.quarantine)})
    return found


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize("name", ["covid_isolation_quarantine.csv", "covid_close_contact.csv", "covid_case_definition.csv"])
def test_versions_have_the_days_of_the_guidance(name: str) -> None:
    ours = dated(rule_set("covid19"))
    for row in rows(name):
        rule = ours[row["rule_id"]]
        assert (rule.starts_on, rule.ends_on) == (day(row["valid_from"]), day(row["valid_to"])), rule.id
        assert row.get("issuer", rule.issuer) == rule.issuer, rule.id


@pytest.mark.parametrize("row", rows("covid_isolation_quarantine.csv") if DATA.is_dir() else [], ids=lambda row: row["rule_id"])
def test_numbers_are_those_of_the_guidance(row: dict[str, str]) -> None:
    rule = dated(rule_set("covid19"))[row["rule_id"]]
    days = getattr(rule, "days")  # noqa: B009
    longest = getattr(rule, "days_at_most", None)
    written = "" if days is None else f"{days} to {longest}" if longest else str(days)
    assert written == row["days"]
    if row["applies_to"] == "contact":
        assert str(getattr(rule, "monitor_through_day") or "") == row["monitor_through_day"]  # noqa: B009


def test_scope_rules_and_targets_are_all_there() -> None:
    ruleset = rule_set("covid19")
    for row in rows("covid_scope_and_priority.csv"):
        assert row["rule_id"] in ruleset.titles, row["rule_id"]


def test_scope_clauses_hold_on_the_days_of_their_row() -> None:
    days = {row["rule_id"]: (day(row["valid_from"]), day(row["valid_to"])) for row in rows("covid_scope_and_priority.csv")}
    for timeline in rule_set("covid19").scope.values():
        for rule in timeline.rules:
            for clause in rule.clauses:
                if clause.id not in days:
                    continue
                starts_on, ends_on = days[clause.id]
                first = max(rule.starts_on, clause.starts_on or rule.starts_on)
                assert starts_on and starts_on <= first, clause.id
                last = rule.ends_on or date(2100, 1, 1)
                assert last <= (ends_on or last), clause.id


def test_isolation_never_has_a_day_without_rule() -> None:
    ruleset = rule_set("covid19")
    today = date(2020, 3, 16)
    while today < date(2024, 6, 1):
        for course in ("symptomatic", "never_symptomatic"):
            assert ruleset.isolation["general", course].on(today), today
        today += timedelta(days=1)
