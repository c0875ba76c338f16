"""FHIR: how streams are cut, what a bundle says, agreement with the same reports in HL7, and that nothing makes it fail."""

from __future__ import annotations

import io
import json
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tracing.diseases import codebook
from tracing.intake import fhir
from tracing.intake.fhir_graph import Graph
from tracing.intake.report import LabReport, Reading

ROOT = Path(__file__).resolve().parents[3]
OWN = ROOT / "tests" / "samples" / "fhir"
SHARED = ROOT.parent / "shared" / "data" / "elr"
CODES = codebook.load()


def cut(content: bytes) -> list[bytes]:
    return list(fhir.split(io.BytesIO(content)))


def read(content: bytes) -> Reading:
    return fhir.read(content, CODES)


def file(name: str) -> list[LabReport]:
    readings = [read(m) for m in cut((OWN / name).read_bytes())]
    return [r.report for r in readings if r.report is not None]


def bundle(*resources: dict[str, Any], **more: Any) -> bytes:
    entries = [{"fullUrl": f"{r['resourceType']}/{r.get('id')}", "resource": r} for r in resources]
    return json.dumps({"resourceType": "Bundle", "type": "message", "entry": entries, **more}).encode()


PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "name": [{"family": "Reid", "given": ["Simone"]}],
    "birthDate": "1980-02-03",
    "gender": "female",
}
REPORT: dict[str, Any] = {
    "resourceType": "DiagnosticReport",
    "id": "d",
    "status": "final",
    "subject": {"reference": "Patient/p"},
    "effectiveDateTime": "2026-03-01T10:00:00-05:00",
    "result": [{"reference": "Observation/o"}],
}


def observation(**content: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "94500-6"}]},
        "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260373001"}]},
    } | content


def first(**content: Any) -> Any:
    report = read(bundle(PATIENT, REPORT, observation(**content))).report
    assert report is not None
    return report.results[0]


# Reading


def test_a_bundle_becomes_a_report() -> None:
    report = file("health_network.ndjson")[0]
    assert report.processing == "P"
    assert report.laboratory.name == "Long Island Sound Health Network"
    assert report.patient.state == "CT"
    assert report.patient.birth_on is not None
    assert report.patient.phones
    line = report.results[0]
    assert (line.kind, line.condition, line.status) == ("result", "covid19", "F")
    assert line.specimen_on == line.specimen_at.date() if line.specimen_at else False


def test_one_report_alone_with_what_it_contains() -> None:
    (report,) = file("report_with_contained.json")
    who = report.patient
    assert (who.last, who.first, who.birth_on, who.sex, who.city, who.zip) == (
        "Desai",
        "Meera",
        date(1999, 5, 6),
        "F",
        "Hamden",
        "06514",
    )
    (line,) = report.results
    assert (line.cls, line.specimen_on, line.accession) == ("positive", date(2026, 3, 2), "ACC-1")


def test_panels_components_reasons_and_forms() -> None:
    (report,) = file("panel_with_members_and_form.json")
    who = report.patient
    assert (report.processing, who.last, who.first, who.middle, who.sex) == ("D", "Toussaint", "Marie", "Rose", "O")
    assert (who.birth_on, who.birth_text) == (None, "1971")
    assert (who.street, who.street2, who.city, who.state) == ("2 Mill Pond Rd", "Apt 3", "Stamford", "CT")
    assert (who.race, who.ethnicity, who.died, who.died_on) == (("2054-5",), "N", True, date(2026, 3, 4))
    lines = [(x.loinc, x.name, x.kind, x.cls, x.value_text) for x in report.results]
    assert lines == [
        ("94500-6", "SARS-CoV-2 RNA", "result", "negative", ""),
        ("92142-9", "", "result", "positive", ""),
        ("", "Cycle threshold", "result", "numeric", "23.10"),
        ("92141-1", "Influenza B RNA", "result", "not_done", "Test not done"),
        ("8310-5", "Body temperature", "aoe", "none", ">38.4"),
        ("95419-8", "Has symptoms", "aoe", "none", "Yes"),
        ("65222-2", "Onset", "aoe", "none", "20260227"),
    ]
    assert {x.accession for x in report.results} == {"FI"}
    assert report.results[0].specimen_on == date(2026, 3, 1)
    assert report.results[0].specimen_at == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
    assert [x.set_id for x in report.results] == [str(i) for i in range(1, 8)]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("final", "F"), ("corrected", "C"), ("amended", "C"), ("preliminary", "P"), ("cancelled", "X"),
        ("entered-in-error", "W"), ("registered", "I"), ("nonsense", "F"),
    ],
)  # fmt: skip
def test_status_is_table_0085(status: str, code: str) -> None:
    assert first(status=status).status == code


def test_a_report_entered_in_error_takes_its_results_with_it() -> None:
    report = read(bundle(PATIENT, REPORT | {"status": "entered-in-error"}, observation())).report
    assert report is not None
    assert report.results[0].status == "W"


@pytest.mark.parametrize(
    ("value", "cls", "text"),
    [
        ({"valueString": "NOT DETECTED"}, "negative", "NOT DETECTED"),
        ({"valueCodeableConcept": {"text": "Positive"}}, "positive", "Positive"),
        (
            {"valueCodeableConcept": {"coding": [{"code": "x"}, {"system": "http://snomed.info/sct", "code": "10828004"}]}},
            "positive",
            "",
        ),
        ({"valueQuantity": {"value": 41, "unit": "{copies}/mL", "comparator": "<"}}, "numeric", "<41"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 40}}}, "numeric", "1:40"),
        ({"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}, "not_done", "Test not done"),
        ({}, "none", ""),
    ],
)
def test_values_of_every_kind(value: dict[str, Any], cls: str, text: str) -> None:
    content = observation()
    del content["valueCodeableConcept"]
    report = read(bundle(PATIENT, REPORT, content | value)).report
    assert report is not None
    assert (report.results[0].cls, report.results[0].value_text) == (cls, text)


def test_what_is_called_loinc_but_is_none_counts_as_local() -> None:
    line = first(code={"coding": [{"system": "http://loinc.org", "code": "COVID"}]})
    assert (line.loinc, line.local_code) == ("", "COVID")


@pytest.mark.parametrize(
    "mark",
    [
        {"meta": {"tag": [{"code": "AOE"}]}},
        {"category": [{"coding": [{"code": "social-history"}]}]},
        {"identifier": [{"type": {"coding": [{"code": "81959-9"}]}}]},
        {"code": {"coding": [{"system": "http://loinc.org", "code": "95419-8"}]}},
    ],
)
def test_a_question_is_never_a_result(mark: dict[str, Any]) -> None:
    line = first(**mark)
    assert (line.kind, line.cls) == ("aoe", "none")


def test_a_message_for_testing_says_so() -> None:
    tag = {"system": "http://terminology.hl7.org/CodeSystem/v2-0103", "code": "T"}
    head = {"resourceType": "MessageHeader", "id": "h", "meta": {"tag": [tag]}}
    report = read(bundle(head, PATIENT, REPORT, observation())).report
    assert report is not None
    assert report.processing == "T"


@pytest.mark.parametrize(
    ("content", "status", "problem"),
    [
        (b"", "unreadable", "not_json"),
        (b"[]", "unreadable", "not_fhir"),
        (b'{"a":1}', "unreadable", "not_fhir"),
        (b'{"resourceType":"Patient"}', "not_lab_report", "no_result"),
        (b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Encounter"}}]}', "not_lab_report", "no_result"),
        (b"[" * 100_000, "unreadable", "too_deep"),
        (b'{"resourceType":"Bundle","entry":' * 50_000, "unreadable", "too_deep"),
        (b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"DiagnosticReport"}}]}', "held", "name_missing"),
    ],
)
def test_what_is_no_report_says_why(content: bytes, status: str, problem: str) -> None:
    found = read(content)
    assert found.status == status
    assert problem in found.problems


@pytest.mark.parametrize("reference", ["Patient/p", "http://server/fhir/Patient/p", "Patient/p/_history/2", "urn:uuid:P", "#p"])
def test_references_of_every_kind(reference: str) -> None:
    graph = Graph({"entry": [{"fullUrl": "Patient/p", "resource": PATIENT}]})
    assert graph.follow({"reference": reference}, {"contained": [PATIENT]}) == PATIENT


def test_circles_and_crowds_end() -> None:
    crowd = [
        {"resourceType": "Observation", "id": f"c{i}", "code": {}, "hasMember": [{"reference": f"Observation/c{(i + 1) % 20_000}"}]}
        for i in range(20_000)
    ]
    began = time.process_time()
    for m in cut(bundle(PATIENT, REPORT, *crowd)):
        assert "reader_failed" not in read(m).problems
    assert time.process_time() - began < 10


def test_twisted_parts_read_as_empty() -> None:
    values: list[Any] = [1, "x", [], {}, None, True, [[]], [{}], {"reference": 5}, [{"coding": [{"code": ["x"]}]}]]
    for wrong in values:
        for field in ("name", "address", "telecom", "birthDate", "extension", "identifier", "gender", "communication"):
            assert "reader_failed" not in read(bundle(PATIENT | {field: wrong}, REPORT, observation())).problems
        for field in ("subject", "result", "specimen", "basedOn", "status", "identifier", "effectiveDateTime", "contained"):
            assert "reader_failed" not in read(bundle(PATIENT, REPORT | {field: wrong}, observation())).problems
        for field in ("code", "valueCodeableConcept", "component", "hasMember", "interpretation", "specimen", "category", "note"):
            assert "reader_failed" not in read(bundle(PATIENT, REPORT, observation(**{field: wrong}))).problems
        for field in ("entry", "identifier", "timestamp", "meta", "type"):
            content = json.loads(bundle(PATIENT, REPORT, observation())) | {field: wrong}
            assert "reader_failed" not in read(json.dumps(content).encode()).problems


def test_characters_that_no_column_may_hold_are_taken_out() -> None:
    report = read(bundle(PATIENT | {"name": [{"family": "A\u0000B\ud800", "given": ["C"]}]}, REPORT, observation())).report
    assert report is not None
    assert report.patient.last.encode() == b"A B"
