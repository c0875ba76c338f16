"""FHIR: how streams are cut into bundles, and bundles into people."""

from __future__ import annotations

import io
import itertools
import json
import time
import tracemalloc
from typing import Any, BinaryIO, cast

import pytest

from tracing.intake import fhir
from tracing.intake.tests.test_fhir import CODES, OWN, PATIENT, REPORT, bundle, cut, file, observation, read

# Cutting

A, B = b'{"resourceType":"A","x":"}{\\"["}', b'{"resourceType":"B","y":[{"z":1}]}'
PRINTED = json.dumps(json.loads(B), indent=0).encode()


@pytest.mark.parametrize("chunk", [1, 2, 7, 1 << 18])
@pytest.mark.parametrize(
    "content",
    [
        A + b"\n" + B,
        A + b"\r\n" + B + b"\r\n\r\n",
        b"\xef\xbb\xbf" + A + B,
        b"[" + A + b",\n" + B + b"]",
        b" [ [" + A + b"] , " + B + b" ] \n",
        b"\x1e" + A + b"\n\x1e" + B + b"\n",
    ],
    ids=["lines", "CRLF", "joined", "list", "list in list", "text sequence"],
)
def test_objects_are_found_however_they_are_strung(content: bytes, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.intake.fhir_cut._CHUNK", max(chunk, 3))  # a byte order mark comes whole
    assert cut(content) == [A, B]


@pytest.mark.parametrize("chunk", [5, 1 << 18])
def test_printed_objects_stay_whole(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.intake.fhir_cut._CHUNK", chunk)
    assert cut(PRINTED + b"\n" + PRINTED) == [PRINTED, PRINTED]


@pytest.mark.parametrize(
    "broken", [b'{"resourceType":"A","x":[{"y":1}', b'{"resourceType":"A","x":"never closed}', b'{"a":}}}', b"what?"]
)
def test_a_broken_object_does_not_swallow_the_next(broken: bytes) -> None:
    found = cut(broken + b"\n" + B + b"\n" + B + b"\n")
    assert found[-2:] == [B, B]
    assert len(found) >= 3
    assert all(read(m).status == "unreadable" for m in found[:-2])


def test_nothing_gives_no_message() -> None:
    assert cut(b"") == cut(b" \n\n") == cut(b"[]") == cut(b"[ , ]") == []


def test_an_object_beyond_the_limit_is_cut_off_and_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.intake.fhir_cut.LIMIT", 1000)
    monkeypatch.setattr(fhir, "LIMIT", 1000)
    found = cut(A + b'{"x":"' + b"y" * 5000 + b'"}' + B)
    assert (found[0], len(found[1]), found[2]) == (A, 1001, B)
    assert read(found[1]).problems == ("too_large",)


def test_a_large_file_is_cut_in_little_memory() -> None:
    content = b'{"resourceType":"Bundle","entry":[{"a":"' + b"x" * 20_000 + b'"}]}\n'

    class Endless(io.RawIOBase):
        left = 300

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return content * 10 if self.left >= 0 else b""

    tracemalloc.start()
    count = len([None for _ in fhir.split(cast(BinaryIO, Endless()))])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3000
    assert peak < 8 * 2**20


# Several people


def test_a_bundle_about_two_people_becomes_two() -> None:
    content = (OWN / "two_people.json").read_bytes()
    both = read(content)
    assert "several_patients" in both.problems
    found = file("two_people.json")
    assert len(found) == 2
    assert len({r.patient.last + r.patient.first for r in found}) == 2
    alone = {r.patient: r.results[0].cls for r in file("health_network.ndjson")[:2]}
    assert {r.patient: r.results[0].cls for r in found} == alone
    assert all(r.laboratory.name and r.ordering_facility.name for r in found)
    assert {r.results[0].accession for r in found} == {r.results[0].accession for r in file("health_network.ndjson")[:2]}


def test_bundles_within_a_bundle_are_taken_out() -> None:
    inner = [json.loads(line) for line in (OWN / "health_network.ndjson").read_bytes().splitlines()[:3]]
    outer = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": one} for one in inner]}
    found = [read(m).report for m in cut(json.dumps(outer).encode())]
    assert [r.patient.last for r in found if r] == [r.patient.last for r in file("health_network.ndjson")[:3]]


def test_a_result_that_names_nobody_goes_to_the_person_of_its_report() -> None:
    other = PATIENT | {"id": "q", "name": [{"family": "Ortiz", "given": ["Rafael"]}]}
    theirs = REPORT | {"id": "e", "subject": {"reference": "Patient/q"}, "result": [{"reference": "Observation/w"}]}
    content = bundle(PATIENT, other, REPORT, theirs, observation(), observation(id="w", status="corrected"))
    found = [read(m).report for m in cut(content)]
    assert [(r.patient.last, [x.status for x in r.results]) for r in found if r] == [("Reid", ["F"]), ("Ortiz", ["C"])]


def test_a_person_without_results_makes_no_message() -> None:
    mother = PATIENT | {"id": "q", "name": [{"family": "Mother"}]}
    (only,) = cut(bundle(PATIENT, mother, REPORT, observation()))
    found = read(only)
    assert (found.status, found.report and found.report.patient.last) == ("read", "Reid")


@pytest.mark.parametrize(
    "content",
    [
        b'"' * 1_000_000,
        b'{"a":"' + b'\\"' * 3_000_000,
        b"{" * 1_000_000,
        b"[" * 1_000_000,
        b"{\n" * 500_000,
        b'{"x":"\n' * 100_000,
        b"}" * 1_000_000,
        b" " * 3_000_000 + b"{}",
        b'{"a":' + b"\n" * 1_000_000 + b"{}}",
        b'{"resourceType":"Patient"},' * 50_000,
    ],
    ids=["marks", "escapes", "braces", "brackets", "brace a line", "open strings", "closing", "blank", "blank inside", "patients"],
)
def test_awkward_streams_are_cut_in_little_time(content: bytes) -> None:
    began = time.process_time()
    for m in itertools.islice(fhir.split(io.BytesIO(content)), 60_000):
        assert "reader_failed" not in fhir.read(m, CODES).problems
    assert time.process_time() - began < 15


def test_a_bundle_about_a_crowd_is_cut_in_little_time() -> None:
    lab = {"resourceType": "Organization", "id": "lab", "name": "Lab"}
    crowd: list[dict[str, Any]] = [lab]
    for i in range(3000):
        crowd.append(PATIENT | {"id": f"p{i}"})
        done = {"performer": [{"reference": "Organization/lab"}], "subject": {"reference": f"Patient/p{i}"}}
        crowd.append(observation(id=f"o{i}") | done)
    began = time.process_time()
    found = cut(bundle(*crowd))
    assert len(found) == 3000
    assert {read(m).report.laboratory.name for m in found[:20]} == {"Lab"}  # type: ignore[union-attr]
    assert time.process_time() - began < 10


def test_parts_that_would_outgrow_the_whole_stay_together() -> None:
    lab = {"resourceType": "Organization", "id": "lab", "name": "Lab", "text": "x" * 1_000_000}
    crowd: list[dict[str, Any]] = [lab]
    for i in range(100):
        crowd.append(PATIENT | {"id": f"p{i}"})
        crowd.append(observation(id=f"o{i}", subject={"reference": f"Patient/p{i}"}, performer=[{"reference": "Organization/lab"}]))
    (whole,) = cut(bundle(*crowd))
    assert "several_patients" in read(whole).problems
