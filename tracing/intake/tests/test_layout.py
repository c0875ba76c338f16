"""A message laid out for a person: what is marked, what is left out, and that nothing makes it fail."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracing.intake.layout import lay_out, raw

HL7 = (
    b"MSH|^~\\&|LAB^2.16.840.1.113883.3.1^ISO|Oak|X|Y|20210114100000-0500||ORU^R01|M1|P|2.5.1\r"
    b"PID|1||77^^^Oak^MR||^Ana||19840231|F|||14 Elm St^^West Haven^CT^06516||^PRN^PH^^1^203^5550142\r"
    b"OBR|1||A1|94500-6^SARS-CoV-2 RNA^LN|||20210113\r"
    b"OBX|1|CWE|94500-6^SARS-CoV-2 RNA^LN||260373001^Detected^SCT||||||F\r"
    b"OBX|2|CWE|XYZ^House test^L||1^Yes^L||||||F\r"
    b"NTE|1|L|First line\rNTE|2|L|Second\\T\\line\r"
)


def test_segments_in_words_with_the_problem_marked() -> None:
    parts = lay_out("hl7v2", HL7, ["name_missing", "birth_date_unreadable", "specimen_date_missing:x"])
    assert [part.code for part in parts] == ["MSH", "PID", "OBR", "OBX", "OBX", "NTE"]
    person = {cell.label: cell for cell in parts[1].cells}
    assert (person["Name"].text, person["Name"].marked) == ("Ana", True)
    assert (person["Birth date"].text, person["Birth date"].marked) == ("1984-02-31", True)
    assert not person["Address"].marked
    assert "No." not in person
    assert [cell.text for cell in parts[5].cells] == ["First line", "Second&line"]
    assert [part.opened for part in parts] == [False, True, True, True, True, False]


def test_only_the_line_that_the_cause_names_is_marked() -> None:
    first, second = (part for part in lay_out("hl7v2", HL7, ["test_code_unknown"], ["code:L|XYZ"]) if part.code == "OBX")
    assert not first.marked
    assert second.marked
    assert second.hint == "House test"


def test_a_missing_field_is_shown_as_missing() -> None:
    parts = lay_out("hl7v2", b"MSH|^~\\&|A|B\rPID|1\r", ["name_missing"])
    assert [(cell.code, cell.text, cell.marked) for cell in parts[1].cells] == [("PID-5", "", True)]


def test_a_row_of_a_table() -> None:
    message = b"patient_last_name,patient_first_name,patient_dob,test_result\nOkafor,,13/45/1980,Detected,more\n"
    (row,) = lay_out("csv", message, ["birth_date_unreadable", "column_missing:specimen_collection_date"])
    marked = {cell.label for cell in row.cells if cell.marked}
    assert marked == {"patient dob", "specimen collection date", "(value 5, beyond the last column)"}


def test_a_bundle() -> None:
    message = b'{"entry": [{"resource": {"resourceType": "Patient", "name": [{"family": "Okafor"}]}}, {"resource": 7}]}'
    (patient,) = lay_out("fhir", message, ["birth_date_missing", "name_missing"])
    assert {(cell.label, cell.text) for cell in patient.cells if cell.marked} == {("name.family", "Okafor"), ("birthDate", "")}


@pytest.mark.parametrize("format", ["hl7v2", "csv", "fhir", "", "pdf"])
@settings(max_examples=60, deadline=None)
@given(
    cut=st.integers(0, len(HL7)),
    put=st.binary(max_size=40),
    problems=st.lists(st.sampled_from(["name_missing", "value_unknown", "x:y"])),
)
def test_nothing_makes_it_fail(format: str, cut: int, put: bytes, problems: list[str]) -> None:
    message = HL7[:cut] + put + HL7[cut:]
    parts = lay_out(format, message, problems, ["code:L|XYZ", "odd"])
    assert all(part.label for part in parts)
    assert raw(message).isprintable() or "\n" in raw(message) or "\t" in raw(message)


def test_deep_and_large() -> None:
    assert lay_out("fhir", b"[" * 100_000, []) == ()
    parts = lay_out("hl7v2", HL7 + b"OBX|3|ST|A^B||value||||||F\r" * 5000, [])
    assert sum(len(part.cells) for part in parts) <= 600
