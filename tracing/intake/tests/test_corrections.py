from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tracing.intake import weigh
from tracing.intake.corrections import _ANEW, CorrectionsWrong, checked, corrected, settled
from tracing.intake.report import LabReport, Party, Patient, Reading, Result
from tracing.intake.weigh import finish

TODAY = date(2021, 1, 15)
RESULT = Result(
    obr_no=1, set_id="1", loinc="94500-6", local_code="", name="SARS-CoV-2 RNA", value_type="CWE", value_code="1",
    value_system="SCT", value_text="", units="", status="F", abnormal="", kind="result", cls="other", condition="covid19",
    specimen_on=date(2021, 1, 13), specimen_at=None, accession="A1", specimen="", sub_id="", resulted_at=None,
)  # fmt: skip
NOBODY = Party()
REPORT = LabReport(
    format="hl7v2", control_id="M1", version="2.5.1", message_type="ORU^R01", sent_at=None, processing="P", sender=NOBODY,
    laboratory=NOBODY, ordering_facility=NOBODY, ordering_provider=NOBODY,
    patient=Patient(last="Doe", first="Jo", birth_on=date(1980, 1, 2), phones=("+18605550100",)),
    results=(replace(RESULT, kind="aoe", cls="none", specimen_on=None), RESULT),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("last", "  O'Neil  Roe ", "O'Neil Roe"),
        ("birth_on", "1980-01-02", "1980-01-02"),
        ("sex", "f", "F"),
        ("state", "ct", "CT"),
        ("zip", "06103-1234", "06103-1234"),
        ("phone", "860 555 0100", "+18605550100"),
        ("specimen_on", "2021-01-15", "2021-01-15"),
        ("line.2.class", "positive", "positive"),
        ("line.2.condition", "measles", "measles"),
        ("line.2.specimen_on", "2021-01-01", "2021-01-01"),
        ("accept", "yes", "yes"),
        ("city", "", ""),
    ],
)
def test_what_may_be_corrected(name: str, given: str, kept: str) -> None:
    assert checked({name: given}, today=TODAY) == {name: kept}


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("birth_on", "02/01/1980", "not_a_date"),
        ("birth_on", "2021-01-16", "in_the_future"),
        ("birth_on", "1780-01-01", "too_long_ago"),
        ("sex", "Q", "not_a_code"),
        ("state", "Conn", "not_a_code"),
        ("zip", "0610", "not_a_zip"),
        ("phone", "12", "not_a_telephone"),
        ("last", "x" * 101, "too_long"),
        ("line.2.class", "yes", "not_a_code"),
        ("line.0.class", "positive", "not_correctable"),
        ("line.2.condition", "the plague of 1347", "not_a_code"),
        ("accept", "no", "not_a_code"),
        ("content", "MSH", "not_correctable"),
    ],
)
def test_what_may_not(name: str, given: str, reason: str) -> None:
    with pytest.raises(CorrectionsWrong) as wrong:
        checked({name: given}, today=TODAY)
    assert wrong.value.reasons == {name: reason}


def test_the_report_as_corrected() -> None:
    made = corrected(
        REPORT,
        {"last": "Roe", "birth_on": "1981-02-03", "phone": "+12035550111", "line.2.class": "positive", "specimen_on": "2021-01-10"},
    )
    assert (made.patient.last, made.patient.first, made.patient.birth_on) == ("Roe", "Jo", date(1981, 2, 3))
    assert made.patient.phones == ("+12035550111", "+18605550100")
    assert made.results[0] == REPORT.results[0], "an answer to a question has no specimen"
    assert (made.results[1].cls, made.results[1].specimen_on) == ("positive", date(2021, 1, 10))
    assert corrected(REPORT, {"line.9.class": "positive", "unheard": "x"}) == REPORT


def test_a_correction_settles_what_it_is_about_and_nothing_else() -> None:
    nameless = replace(REPORT, patient=replace(REPORT.patient, last=""))
    reading = finish(nameless, ["value_code_unknown"], ["value:SCT|1"])
    assert reading.status == "held" and set(reading.problems) >= {"name_missing", "value_code_unknown"}
    named = settled(reading, {"last": "Roe"})
    assert named.status == "held" and "name_missing" not in named.problems and named.fixable == ("value:SCT|1",)
    both = settled(reading, {"last": "Roe", "line.2.class": "positive"})
    assert (both.status, both.fixable) == ("read", ())


def test_accepting_files_it_as_it_is_but_never_without_a_name() -> None:
    reading = finish(REPORT, ["row_too_short"])
    assert reading.status == "held"
    assert settled(reading, {"accept": "yes"}).status == "read"
    nameless = finish(replace(REPORT, patient=replace(REPORT.patient, last="")), [])
    assert settled(nameless, {"accept": "yes"}).status == "held"
    assert settled(Reading("unreadable", ("x",)), {"accept": "yes"}).status == "unreadable"


@pytest.mark.parametrize(
    ("patient", "problem", "corrections"),
    [
        ({"last": "UNKNOWN", "first": "UNKNOWN"}, "placeholder_name", {"last": "Roe", "first": "Ann"}),
        ({"last": "Test", "first": "Anna"}, "test_name", {"last": "Roe", "first": "Ann"}),
        ({"last": "", "first": "Jo"}, "name_missing", {"last": "Roe"}),
        ({"birth_on": None, "birth_text": "1980-13-44"}, "birth_date_unreadable", {"birth_on": "1980-01-02"}),
        ({"birth_on": None, "birth_text": "1980", "phones": ()}, "too_little_to_identify", {"birth_on": "1980-01-02"}),
        ({"birth_on": None, "birth_text": "1980", "phones": ()}, "too_little_to_identify", {"phone": "+12035550111"}),
        ({"birth_on": date(2021, 2, 1), "birth_text": "20210201"}, "birth_date_implausible", {"birth_on": "1980-02-01"}),
    ],
)
def test_a_corrected_name_or_birth_date_lets_a_report_be_filed(
    patient: dict[str, Any], problem: str, corrections: dict[str, str]
) -> None:
    positive = replace(REPORT, results=(replace(RESULT, cls="positive"),))
    reading = finish(replace(positive, patient=replace(positive.patient, **patient)), [])
    assert reading.status == "held" and problem in reading.problems
    mended = settled(reading, checked(corrections, today=TODAY))
    assert (mended.status, problem in mended.problems) == ("read", False)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"cls": "none"}, "no_value"),
        ({"cls": "text", "value_text": "see the attached sheet"}, "value_unknown"),
        ({"cls": "numeric", "abnormal": "H", "analyte": "molecular"}, "number_only"),
    ],
)
def test_a_corrected_line_lets_a_report_be_filed(line: dict[str, Any], problem: str) -> None:
    reading = finish(replace(REPORT, results=(replace(RESULT, **line),)), [])
    assert reading.status == "held" and problem in reading.problems
    mended = settled(reading, {"line.1.class": "positive"})
    assert (mended.status, problem in mended.problems, mended.fixable) == ("read", False, ())


def test_whatever_the_weighing_finds_is_weighed_anew_when_something_is_corrected() -> None:
    """A problem that it forgot to take away first would stay for ever."""
    found = {
        node.args[0].value
        for node in ast.walk(ast.parse(inspect.getsource(weigh)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append" and node.args
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert found >= {"name_missing", "no_value", "processing_missing"}
    found |= {"placeholder_name", "test_name", "birth_year_only", "birth_date_unreadable"}
    assert found <= _ANEW, found - _ANEW


def test_a_result_marked_as_a_question_is_a_result_once_somebody_says_so() -> None:
    reading = finish(replace(REPORT, results=(replace(RESULT, kind="aoe", cls="none"),)), ["result_marked_as_question"])
    assert reading.status == "held"
    mended = settled(reading, {"line.1.class": "positive", "line.1.condition": "covid19"})
    assert mended.status == "read" and mended.report is not None
    assert [(line.kind, line.cls) for line in mended.report.results] == [("result", "positive")]
