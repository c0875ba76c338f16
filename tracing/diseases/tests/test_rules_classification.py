"""Classes by the definition in force: a table that an epidemiologist could sign."""

from __future__ import annotations

from datetime import date

import pytest

from tracing.diseases.rules import Positive, classify
from tracing.diseases.ruleset import rule_set

COVID = rule_set("covid19")
MEASLES = rule_set("measles")


def result(what: str, *, on: date = date(2021, 1, 1)) -> Positive:
    """ "molecular", "molecular presumptive", "antigen home", "molecular withdrawn"."""
    analyte, *words = what.split()
    return Positive(
        f"{what}", on, analyte, presumptive="presumptive" in words, current="withdrawn" not in words, self_test="home" in words
    )


# day · positives · symptoms · exposed · class · rule · deciding reason · does it open a case
TABLE = [
    # before the first national definition the state's practice holds
    ("2020-03-10", ["molecular"], [], False, "confirmed", "CT-DPH", "molecular_positive", True),
    ("2020-04-04", ["antigen"], [], False, "probable", "CT-DPH", "antigen_positive", True),
    ("2020-04-04", ["antibody"], [], False, "not_a_case", "CT-DPH", "supportive_only", False),
    ("2020-04-04", [], ["cough"], True, "probable", "CT-DPH", "signs_and_link", True),
    # before anything: the earliest definition
    ("2020-02-01", ["molecular"], [], False, "confirmed", "CT-DPH", "molecular_positive", True),
    # April 2020
    ("2020-04-05", ["molecular"], [], False, "confirmed", "CSTE-20-01", "molecular_positive", True),
    ("2020-04-05", ["molecular presumptive"], [], False, "probable", "CSTE-20-01", "presumptive_positive", True),
    ("2020-08-04", ["antigen"], ["cough"], False, "probable", "CSTE-20-01", "antigen_with_signs_or_link", True),
    ("2020-08-04", ["antigen"], [], True, "probable", "CSTE-20-01", "antigen_with_signs_or_link", True),
    # an antigen alone was no national case then, but the state counted it
    ("2020-08-04", ["antigen"], [], False, "probable", "CT-DPH", "antigen_positive", True),
    ("2020-08-04", ["antibody"], [], False, "not_a_case", "CSTE-20-01", "supportive_only", False),
    ("2020-08-04", ["antibody"], ["cough"], False, "probable", "CSTE-20-01", "antibody_with_signs_or_link", False),
    # August 2020
    ("2020-08-05", ["molecular"], [], False, "confirmed", "CSTE-20-02", "molecular_positive", True),
    ("2020-08-05", ["antigen"], [], False, "probable", "CSTE-20-02", "antigen_positive", True),
    ("2020-08-05", ["antigen home"], [], False, "probable", "CSTE-20-02", "antigen_positive", True),
    ("2020-08-05", ["antibody"], [], False, "suspect", "CSTE-20-02", "antibody_only", False),
    ("2020-08-05", ["igg"], ["cough"], False, "suspect", "CSTE-20-02", "antibody_only", False),
    ("2021-01-15", ["antigen", "molecular"], [], False, "confirmed", "CSTE-20-02", "molecular_positive", True),
    ("2021-01-15", ["antigen", "molecular withdrawn"], [], False, "probable", "CSTE-20-02", "antigen_positive", True),
    ("2021-01-15", ["molecular withdrawn"], [], False, "not_a_case", "CSTE-20-02", "results_withdrawn", False),
    ("2021-01-15", ["molecular withdrawn"], ["cough"], True, "probable", "CSTE-20-02", "signs_and_link", True),
    ("2021-01-15", [], ["fever", "chills"], True, "probable", "CSTE-20-02", "signs_and_link", True),
    ("2021-01-15", [], ["fever"], True, "not_a_case", "CSTE-20-02", "no_evidence", False),
    ("2021-01-15", [], ["shortness_of_breath"], True, "probable", "CSTE-20-02", "signs_and_link", True),
    ("2021-01-15", [], ["fever", "chills"], False, "not_a_case", "CSTE-20-02", "no_evidence", False),
    ("2021-08-31", ["antigen home"], [], False, "probable", "CSTE-20-02", "antigen_positive", True),
    # September 2021: home tests are supportive only
    ("2021-09-01", ["antigen home"], [], False, "suspect", "CSTE-21-01", "self_test_positive", True),
    ("2021-09-01", ["molecular home"], [], False, "suspect", "CSTE-21-01", "self_test_positive", True),
    ("2021-09-01", ["antigen"], [], False, "probable", "CSTE-21-01", "antigen_positive", True),
    ("2021-09-01", ["antigen home", "molecular"], [], False, "confirmed", "CSTE-21-01", "molecular_positive", True),
    ("2021-09-01", ["igm"], [], False, "suspect", "CSTE-21-01", "antibody_only", False),
    ("2022-12-31", [], ["cough"], True, "probable", "CSTE-21-01", "signs_and_link", True),
    # January 2023: no case without a test
    ("2023-01-01", [], ["cough"], True, "not_a_case", "CSTE-22-01", "no_evidence", False),
    ("2023-01-01", ["molecular"], [], False, "confirmed", "CSTE-22-01", "molecular_positive", True),
    ("2023-01-01", ["antigen"], [], False, "probable", "CSTE-22-01", "antigen_positive", True),
    ("2023-01-01", ["antigen home"], [], False, "suspect", "CSTE-22-01", "self_test_positive", True),
    ("2026-11-22", ["molecular"], [], False, "confirmed", "CSTE-22-01", "molecular_positive", True),
    # a test of unknown method is looked at by a person
    ("2026-11-22", ["other"], [], False, "suspect", "CT-DPH", "method_unknown", True),
    ("2021-01-15", ["other", "molecular"], [], False, "confirmed", "CSTE-20-02", "molecular_positive", True),
]  # fmt: skip


@pytest.mark.parametrize(("day", "results", "symptoms", "exposed", "code", "rule", "reason", "opens"), TABLE)
def test_covid19(
    day: str, results: list[str], symptoms: list[str], exposed: bool, code: str, rule: str, reason: str, opens: bool
) -> None:
    found = classify(
        COVID,
        positives=[result(what) for what in results],
        on=date.fromisoformat(day),
        symptoms=symptoms,
        exposed=exposed,
    )
    assert (found.code, found.rule_id, found.reasons[0], found.opens_case) == (code, rule, reason, opens)


def test_before_the_first_version_it_says_so() -> None:
    found = classify(COVID, positives=[result("molecular")], on=date(2020, 2, 1))
    assert found.reasons == ("molecular_positive", "before_first_version")


def test_the_state_fills_in_and_says_so() -> None:
    found = classify(COVID, positives=[result("antigen")], on=date(2020, 6, 1))
    assert found.reasons == ("antigen_positive", "state_practice")


def test_supportive_evidence_adds_nothing_to_a_counted_case() -> None:
    found = classify(COVID, positives=[result("antibody")], on=date(2021, 1, 1), counted_before=True)
    assert (found.code, found.opens_case) == ("not_a_case", False)


def test_a_death_certificate_makes_a_probable_case() -> None:
    found = classify(COVID, positives=[], on=date(2024, 1, 1), vital_record=True)
    assert (found.code, found.reasons) == ("probable", ("vital_record",))


MEASLES_TABLE = [
    (["molecular"], [], False, "confirmed", "molecular_positive", True),
    (["culture"], [], False, "confirmed", "culture_positive", True),
    (["igm"], ["rash", "fever"], False, "confirmed", "igm_with_rash", True),
    (["igm"], [], False, "suspect", "igm_alone", True),
    (["other"], [], False, "suspect", "method_unknown", True),
    (["igg"], [], False, "not_a_case", "supportive_only", False),
    (["igg"], ["rash", "fever"], False, "suspect", "fever_and_rash", True),
    ([], ["rash", "fever"], True, "confirmed", "rash_and_link", True),
    ([], ["rash", "fever", "cough"], False, "probable", "clinical_picture", True),
    ([], ["rash", "fever"], False, "suspect", "fever_and_rash", True),
    ([], ["rash"], False, "not_a_case", "no_evidence", False),
    (["molecular withdrawn"], [], False, "not_a_case", "results_withdrawn", False),
]


@pytest.mark.parametrize(("results", "symptoms", "exposed", "code", "reason", "opens"), MEASLES_TABLE)
def test_measles(results: list[str], symptoms: list[str], exposed: bool, code: str, reason: str, opens: bool) -> None:
    found = classify(MEASLES, positives=[result(what) for what in results], on=date(2025, 3, 1), symptoms=symptoms, exposed=exposed)
    assert (found.code, found.reasons[0], found.opens_case) == (code, reason, opens)
    assert found.rule_id == "CSTE-12-07"
