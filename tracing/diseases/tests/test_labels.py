"""Every code that a person may see has words."""

from __future__ import annotations

from tracing.diseases import labels
from tracing.diseases.conditions import condition, conditions
from tracing.diseases.residence import residences, setting_kind
from tracing.diseases.rules import Reason
from tracing.diseases.ruleset import rule_sets, words


def test_every_word_of_the_data_has_a_label() -> None:
    for vocabulary, table in (
        (words.CLASSIFICATIONS, labels.CLASSIFICATIONS),
        (words.SCOPES, labels.SCOPES),
        (words.CONDITIONS, labels.CONDITIONS),
        (words.AFTERWARDS, labels.AFTERWARDS),
        (words.ISOLATION_OPTIONS | words.QUARANTINE_OPTIONS, labels.OPTIONS),
        (words.SCOPE_ADVICE, labels.ADVICE),
        (words.SETTINGS, labels.SETTINGS),
        (words.ROLES, labels.ROLES),
        (words.SYMPTOMS, labels.SYMPTOMS),
    ):
        assert vocabulary == set(table), vocabulary ^ set(table)


def test_every_reason_of_the_data_has_a_label() -> None:
    for ruleset in rule_sets().values():
        criteria = [part for line in ruleset.definitions.values() for rule in line.rules for part in rule.criteria]
        clauses = [part for line in ruleset.scope.values() for rule in line.rules for part in rule.clauses]
        exemptions = [part for rule in ruleset.quarantine for part in rule.exempts]
        reasons = {*(part.reason for part in criteria), *(part.reason for part in clauses), *(part.reason for part in exemptions)}
        assert reasons <= set(labels.REASONS), reasons - set(labels.REASONS)
        for rule in (rule for line in ruleset.priority.values() for rule in line.rules):
            for code in (*(weight.code for weight in rule.weights), rule.base_reason or "suspect"):
                assert labels.priority_reason(Reason(code, 10, 3)) != code, code


def test_priority_reasons_in_words() -> None:
    assert labels.priority_reason(Reason("recent", 290, 3)) == "Fell ill or was tested 3 days ago"
    assert labels.priority_reason(Reason("very_recent", 290, 1)) == "Fell ill or was tested 1 day ago"
    assert labels.priority_reason(Reason("very_recent", 290, 0)) == "Fell ill or was tested today"
    assert labels.priority_reason(Reason("age_65", 70, 71)) == "Aged 71"
    assert labels.priority_reason(Reason("attempts", -60, 2)) == "Tried 2 times"


def test_rules_have_titles() -> None:
    assert labels.rule_title("ISO-2020-05") == "Isolation of 10 days from onset, 72 hours without fever"
    assert labels.rule_title("SCP-2020-11-1") == "Cases with specimen or onset within 6 days first"
    assert labels.rule_title("UNKNOWN") == "UNKNOWN"


def test_conditions() -> None:
    listed = conditions()
    assert all(code in listed and listed[code].has_rule_set for code in rule_sets())
    assert {code for code, found in listed.items() if found.sensitive} >= {"hiv", "syphilis", "gonorrhea", "tuberculosis"}
    assert (listed["mpox"].category(2022), listed["mpox"].category(2025)) == (1, 2)
    assert (listed["covid19"].category(2020), listed["covid19"].category(2021)) == (None, 2)
    assert listed["measles"].category(2025) == 1
    unknown = condition("moon_fever")
    assert (unknown.listed, unknown.has_rule_set) == (False, False)


def test_residence_types_lead_to_setting_kinds() -> None:
    assert set(residences().values()) <= words.SETTINGS
    assert (setting_kind("42665001"), setting_kind("57656006"), setting_kind("1")) == ("nursing_home", "prison", "")
