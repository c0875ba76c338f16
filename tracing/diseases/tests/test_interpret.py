from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tracing.diseases.codebook import load
from tracing.diseases.interpret import Meaning, interpret, system
from tracing.diseases.wording import in_words

CODES = load()
PCR, AG, PANEL = "94500-6", "94558-4", "97099-6"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "terminology"


def coded(loinc: str, code: str, *, name: str = "", system: str = "SCT", text: str = "", alt_text: str = "") -> Meaning:
    return interpret(
        CODES, loinc=loinc, name=name, value_type="CWE", value_code=code, value_system=system, value_text=text, alt_text=alt_text
    )


@pytest.mark.parametrize(
    ("loinc", "code", "cls", "condition", "analyte"),
    [
        (PCR, "260373001", "positive", "covid19", "molecular"),
        (AG, "10828004", "positive", "covid19", "antigen"),
        (PCR, "260415000", "negative", "covid19", "molecular"),
        (PCR, "419984006", "inconclusive", "covid19", "molecular"),
        (PCR, "125154007", "invalid", "covid19", "molecular"),
        (PCR, "373121007", "not_done", "covid19", "molecular"),
        ("94563-4", "11214006", "positive", "covid19", "igg"),
        ("21503-8", "11214006", "positive", "measles", "igm"),
        ("48508-6", "260373001", "positive", "measles", "molecular"),
        ("92142-9", "260373001", "positive", "influenza_a", "molecular"),
    ],
)
def test_codes_with_their_system(loinc: str, code: str, cls: str, condition: str, analyte: str) -> None:
    found = coded(loinc, code)
    assert (found.kind, found.cls, found.condition, found.analyte) == ("result", cls, condition, analyte)
    assert found.problems == ()


def test_presumptive_is_said_by_code_or_by_words() -> None:
    assert coded(PCR, "720735008").presumptive and coded(PCR, "720735008").cls == "positive"
    assert coded(PCR, "10828004", text="Positive", alt_text="Presumptive Positive").presumptive
    assert not coded(PCR, "10828004", text="Positive").presumptive


def test_a_known_code_under_a_wrong_system_is_read_and_told() -> None:
    found = coded(PCR, "260373001", system="LN")
    assert (found.cls, found.problems) == ("positive", ("code_system_wrong",))


@pytest.mark.parametrize(
    ("loinc", "code", "text", "problem"),
    [
        (PCR, "840539006", "", "disorder_as_result"),
        (PCR, "840533007", "", "organism_named"),
        (PCR, "999999999", "", "value_code_unknown"),
        ("95423-0", "260373001", "", "several_targets"),
        (PANEL, "260373001", "", "several_targets"),
        ("41458-1", "260373001", "", "older_code"),
        ("12345-6", "260373001", "", "test_code_unknown"),
        (PCR, "260415000", "Detected", "value_contradicts_itself"),
        ("11475-1", "17872004", "", "organism_named"),
    ],
)
def test_what_needs_a_person(loinc: str, code: str, text: str, problem: str) -> None:
    assert problem in coded(loinc, code, text=text).problems


def test_what_an_unknown_code_says_would_mend_it() -> None:
    assert coded("12345-6", "260373001").fixable == ("code:LN|12345-6",)
    assert coded(PCR, "999999999").fixable == ("value:SCT|999999999",)
    assert interpret(CODES, local_code="MYST", value_type="ST", value_text="Positive").fixable == ("code:L|MYST",)


def test_a_negative_of_an_unknown_test_needs_nobody() -> None:
    assert coded("12345-6", "260415000", name="Flu A") == Meaning("result", "negative")


def test_an_order_code_or_an_older_code_is_read_by_its_name() -> None:
    assert coded(PANEL, "260373001", name="COVID-19").condition == "covid19"
    assert coded("41458-1", "260373001", name="SARS-CoV RNA\nCoronavirus COVID-19 Result").condition == "covid19"


def test_a_local_test_is_recognised_by_its_name_but_never_by_two() -> None:
    one = interpret(CODES, local_code="C", name="SARS-CoV-2 Ag", value_type="ST", value_text="Detected")
    assert (one.condition, one.analyte, one.cls, one.problems) == ("covid19", "antigen", "positive", ("matched_by_name",))
    two = interpret(CODES, local_code="C", name="Influenza A/B + COVID-19", value_type="ST", value_text="Positive")
    assert (two.condition, two.problems) == ("", ("test_code_unknown",))


@pytest.mark.parametrize(
    "line",
    [
        {"loinc": "95419-8", "value_text": "Y"},
        {"loinc": PCR, "value_code": "373066001", "value_system": "SCT", "observation_type": "QST"},
        {"loinc": PCR, "aoe_flag": True},
        {"local_code": "INV290", "value_text": "Detected"},
        {"local_code": "Q1", "name": "Employed in healthcare?", "value_text": "Yes"},
        {"local_code": "AGE", "name": "Age", "value_text": "41"},
        {"loinc": "19145-2", "value_code": "373066001", "value_system": "SCT"},
    ],
)
def test_questions_are_never_results(line: dict[str, object]) -> None:
    assert interpret(CODES, **line) == Meaning("aoe", "none")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line",
    [
        {"loinc": "68993-5", "value_code": "260373001", "value_system": "SCT"},
        {"loinc": "90101-7", "value_text": "Detected"},
        {"local_code": "RP", "name": "Human RNase P", "value_text": "Positive"},
        {"local_code": "IC", "name": "COVID-19 Internal Control", "value_text": "Positive"},
    ],
)
def test_controls_are_never_results(line: dict[str, str]) -> None:
    assert interpret(CODES, **line) == Meaning("control", "none")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value_type", "code", "system_name", "text", "cls"),
    [
        ("NM", "", "", "440", "numeric"),
        ("SN", "", "", "<15", "numeric"),
        ("SN", "", "", "<15 NOT DETECTED", "negative"),
        ("CE", "COM", "L", "", "text"),
        ("CWE", "LA18592-8", "LN", "In range", "other"),
        ("CWE", "0516199364", "", "", "other"),
        ("CE", "L-1F701", "SNM", "HAEMOPHILUS INFLUENZAE", "text"),
        ("ST", "", "", "123456", "text"),
        ("ST", "", "", " ", "none"),
        ("CWE", "", "", "", "none"),
    ],
)
def test_values_that_no_table_knows(value_type: str, code: str, system_name: str, text: str, cls: str) -> None:
    found = interpret(CODES, loinc="99999-9", value_type=value_type, value_code=code, value_system=system_name, value_text=text)
    assert (found.kind, found.cls) == ("result", cls)


def test_prose_is_a_note() -> None:
    long = "Negative results do not preclude infection and should not be used alone."
    assert interpret(CODES, loinc=PCR, value_type="ST", value_text=long).kind == "note"


@pytest.mark.parametrize(
    ("text", "cls"),
    [
        ("No 2019 nCoV RNA detected.", "negative"),
        ("NOT DETECTED", "negative"),
        ("Positive *** High ***", "positive"),
        ("SMA Positive", "positive"),
        ("postive", "positive"),
        ("Positive for SARS-CoV-2", "positive"),
        ("SARS-CoV-2 not detected", "negative"),
        ("not undetected", "inconclusive"),
        ("GRAM POSITIVE COCCI IN PAIRS", None),
        ("GRAM POSITIVE PCR; NO TARGETS DETECTED (SEE COMMENT)", None),
        ("Positive control failed", None),
        ("O Positive", None),
        ("false positive", None),
        ("Negative results do not preclude infection", None),
        ("not negative", None),
        ("", None),
    ],
)
def test_words(text: str, cls: str | None) -> None:
    found = in_words(CODES, text)
    assert (found.cls if found else None) == cls


def test_names_of_systems() -> None:
    assert {system(s) for s in ("SCT", "SNOMED CT", "http://snomed.info/sct", "2.16.840.1.113883.6.96")} == {"SCT"}
    assert system("http://loinc.org") == "LN" and system(" l ") == "L"


def test_the_tables_hold_together() -> None:
    for test in CODES.tests.values():
        assert not test.condition or test.condition in CODES.conditions, test
        assert test.loinc not in CODES.questions, test
    for key, value in CODES.values.items():
        assert not value.condition or value.condition in CODES.conditions, key


@pytest.mark.skipif(not SHARED.is_dir(), reason="the terminology tables are not here")
def test_every_condition_and_code_of_the_terminology_tables_is_known() -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with (SHARED / name).open(encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))

    known = {condition.snomed for condition in CODES.conditions.values()}
    for row in rows("conditions.csv"):
        codes = row["snomed_condition"].replace(";", " ").replace("/", " ").split()
        assert not row["snomed_condition"] or known & set(codes), row["condition"]
    for row in rows("covid_test_loincs.csv"):
        assert row["loinc"] in CODES.tests, row
    for row in rows("aoe_questions.csv"):
        assert row["loinc"] in CODES.questions, row
    for row in rows("result_codes.csv"):
        assert f"SCT|{row['code']}" in CODES.values, row
