"""FHIR, our own and published files: every bundle accounted for, the same report in HL7, and nothing makes the reader fail."""

from __future__ import annotations

import csv
import itertools
import json
import random
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tracing.intake.problems import holding
from tracing.intake.report import LabReport
from tracing.intake.tests.mutations import ENDS, mutations
from tracing.intake.tests.test_fhir import CODES, OWN, ROOT, cut, read

SHARED = ROOT.parent / "shared" / "data" / "elr"


def own_files() -> list[Path]:
    return sorted(OWN.iterdir())


def shared_files() -> list[Path]:
    return sorted((SHARED / "fhir").glob("*"))


def test_own_samples_are_read() -> None:
    expected = {
        "health_network.ndjson": 5, "printed_one_after_the_other.json": 2, "list_of_bundles.json": 2, "two_people.json": 2,
        "report_with_contained.json": 1, "panel_with_members_and_form.json": 1,
    }  # fmt: skip
    assert {path.name for path in own_files()} == set(expected)
    for path in own_files():
        found = [read(m) for m in cut(path.read_bytes())]
        assert len(found) == expected[path.name], path.name
        assert {r.status for r in found} <= {"read", "held"}, path.name


needs_shared = pytest.mark.skipif(not (SHARED / "sources_csv_fhir.csv").exists(), reason="the shared samples are not here")

# Messages in each published file, and what becomes of them where they are not simply read.
EXPECTED = {
    "simplereport-bundles-upload-integration-testing.ndjson": (5, "read"),
    "simplereport-observationallaoe.json": (9, "not_lab_report"),  # nine answers, no result
    "simplereport-observationcorrection.json": (1, "held"),  # one result of nobody
}
NAMES = {"placeholder_name", "test_name"}
"""Publishers call their people Doe and Test: whoever is called so is looked at by a person."""


@needs_shared
def test_every_bundle_of_the_published_files_is_accounted_for() -> None:
    for path in shared_files():
        count, status = EXPECTED.get(path.name, (1, "read"))
        found = [read(m) for m in cut(path.read_bytes())]
        assert len(found) == count, path.name
        statuses = {"read" if set(holding(r.problems)) <= NAMES and r.status == "held" else r.status for r in found}
        assert statuses == {status}, (path.name, [r.problems for r in found])


@needs_shared
def test_no_answer_is_ever_a_result() -> None:
    for path in shared_files():
        for m in cut(path.read_bytes()):
            report = read(m).report
            for line in report.results if report else ():
                assert (line.kind == "aoe") == (line.loinc in CODES.questions), (path.name, line)


# Bundle and HL7 message are the same report; where they differ, the publisher's translation changed it.
DIFFERENT: dict[tuple[str, str], str] = {
    ("sample_az_20240424-0001.json", "aoe"): "the HL7 rendering for this receiver leaves the order-entry answers out",
    ("sample_il_20240802-0001.json", "aoe"): "the HL7 rendering for this receiver leaves the order-entry answers out",
    ("sample_sr_1_20230302-0001.json", "aoe"): "the HL7 rendering puts the answer into a note",
}


def facts(report: LabReport) -> dict[str, object]:
    who = report.patient
    results = [line for line in report.results if line.kind == "result"]
    return {
        "last": who.last, "first": who.first, "middle": who.middle, "dob": who.birth_on, "sex": who.sex, "street": who.street,
        "town": who.city, "state": who.state, "zip": who.zip, "phones": set(who.phones), "emails": set(who.emails),
        "processing": report.processing, "control id": report.control_id,
        "facility": report.ordering_facility.name, "laboratory": report.laboratory.name.removesuffix("-11D1111111"),
        "specimen": [line.specimen_on for line in results],
        "class": [(line.loinc, line.cls, line.condition, line.status) for line in results],
        "aoe": [(line.loinc, line.value_code or line.value_text) for line in report.results if line.kind == "aoe"],
    }  # fmt: skip


@needs_shared
@pytest.mark.skipif(find_spec("tracing.intake.hl7") is None, reason="the HL7 reader is not here")
def test_bundles_agree_with_the_same_reports_in_hl7() -> None:
    from tracing.intake import hl7

    with (SHARED / "sources_csv_fhir.csv").open(newline="", encoding="utf-8") as table:
        pairs = [(r["file"].removeprefix("fhir/"), r["pair"]) for r in csv.DictReader(table) if r["pair"]]
    assert len(pairs) == 7
    different = {}
    for bundle_file, hl7_file in pairs:
        (m,) = cut((SHARED / "fhir" / bundle_file).read_bytes())
        with (SHARED / "hl7" / hl7_file).open("rb") as stream:
            (other,) = hl7.split(stream)
        ours, theirs = read(m).report, hl7.read(other, CODES).report
        assert ours is not None and theirs is not None
        for name, value in facts(ours).items():
            if value != facts(theirs)[name]:
                different[bundle_file, name] = (value, facts(theirs)[name])
    assert {key: value for key, value in different.items() if key not in DIFFERENT} == {}
    assert set(different) == set(DIFFERENT), "a difference that is explained is no longer there"


# Nothing makes the reader fail


def test_mutations_end_in_a_status_in_bounded_time() -> None:
    rng = random.Random(20240605)
    for path in (*own_files(), *shared_files()):
        for content in itertools.islice(mutations(path.read_bytes()[:20_000], rng), 60):
            began = time.process_time()
            for m in (*itertools.islice(cut(content), 50), content):
                found = read(m)
                assert found.status in ENDS and "reader_failed" not in found.problems
                assert found.status == "read" or found.problems
                repr(found.report).encode()
            assert time.process_time() - began < 5


def test_values_put_in_the_wrong_place_end_in_a_status() -> None:
    """Structure-aware: parts of a valid bundle are swapped, dropped and doubled."""
    rng = random.Random(7)
    whole = json.loads((OWN / "panel_with_members_and_form.json").read_bytes())

    def places(value: Any) -> list[tuple[Any, Any]]:
        found, todo = [], [value]
        while todo:
            current = todo.pop()
            inner = (
                list(current.items())
                if isinstance(current, dict)
                else list(enumerate(current))
                if isinstance(current, list)
                else []
            )
            for key, child in inner:
                found.append((current, key))
                todo.append(child)
        return found

    for _ in range(300):
        twisted = json.loads(json.dumps(whole))
        for _ in range(rng.randint(1, 8)):
            holder, key = rng.choice(places(twisted))
            other, from_key = rng.choice(places(twisted))
            if rng.random() < 0.3:
                holder[key] = rng.choice([None, 0, "", [], {}, "x" * 10_000, True, -1.5])
            else:
                holder[key] = json.loads(json.dumps(other[from_key]))
        for m in cut(json.dumps(twisted).encode()):
            assert "reader_failed" not in read(m).problems
