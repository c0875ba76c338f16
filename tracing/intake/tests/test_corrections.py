from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracing.intake.corrections import CorrectionsWrong, checked, corrected, settled
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
