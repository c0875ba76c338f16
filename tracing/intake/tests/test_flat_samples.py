"""Spreadsheets, our own and published ones: every row accounted for, cells read as they stand, nothing makes the reader fail."""

from __future__ import annotations

import csv
import io
import itertools
import random
import time
from pathlib import Path

import pytest

from tracing.intake import flat
from tracing.intake.problems import holding
from tracing.intake.tests.mutations import ENDS, mutations
from tracing.intake.tests.test_flat import CODES, message, read, report_of

ROOT = Path(__file__).resolve().parents[3]
OWN = ROOT / "tests" / "samples" / "csv"
SHARED = ROOT.parent / "shared" / "data" / "elr"


def own_files() -> list[Path]:
    return sorted(OWN.glob("*.csv"))


def shared_files() -> list[Path]:
    return sorted((SHARED / "csv").glob("*.csv"))


def test_own_samples_are_read() -> None:
    assert own_files(), "tests/samples/csv is empty"
    for path in own_files():
        with path.open("rb") as file:
            readings = [read(m) for m in flat.split(file)]
        assert readings, path.name
        assert {r.status for r in readings} <= {"read", "held"}, path.name


needs_shared = pytest.mark.skipif(not (SHARED / "sources_csv_fhir.csv").exists(), reason="the shared samples are not here")

# What the published files hold that keeps a row from being read, and why that is right.
HELD_BECAUSE = {
    "test-results-upload-invalid-values.csv": "every cell is the letter x",
    "quoted-strings-with-embedded-commas.csv": "a toy header: nothing says which column is the result",
    "test-results-upload-valid-flu-only.csv": "a positive result of a test that no table knows (5229-0)",
    "test-results-upload-valid-hepatitisc-only.csv": "a positive result of a test that no table knows (2424-9)",
    "202107141914_200_dynamic.csv": "random codes: disorders, substances and unknown tests where a result belongs",
}
NAMES = {"placeholder_name", "test_name"}
"""Publishers call their people Doe and Test: whoever is called so is looked at by a person."""
NOT_REPORTS = {"person-valid.csv": "a list of persons without tests"}


@needs_shared
def test_every_row_of_the_published_files_is_accounted_for() -> None:
    with (SHARED / "sources_csv_fhir.csv").open(newline="", encoding="utf-8") as table:
        rows = {r["file"].removeprefix("csv/"): int(r["data_rows"]) for r in csv.DictReader(table) if r["file"].startswith("csv/")}
    assert sorted(rows) == [path.name for path in shared_files()]
    held: set[str] = set()
    for path in shared_files():
        with path.open("rb") as file:
            readings = [read(m) for m in flat.split(file)]
        assert len(readings) == rows[path.name], path.name
        statuses = {r.status for r in readings}
        if path.name in NOT_REPORTS:
            assert statuses == {"not_lab_report"}
            continue
        assert "unreadable" not in statuses
        for reading in readings:
            assert reading.status == "read" or reading.problems
            if reading.status == "held" and set(holding(reading.problems)) - NAMES:
                held.add(path.name)
        for line in (line for r in readings if r.report for line in r.report.results):
            assert (line.kind == "aoe") == (line.set_id != "1"), (path.name, line)
    assert held == set(HELD_BECAUSE)


@needs_shared
def test_published_rows_say_what_their_cells_say() -> None:
    """Names, birth dates, sex, town, ZIP, date and class of every row of the layouts that hold real words."""
    wrong = []
    for path in shared_files():
        if path.name in HELD_BECAUSE or path.name in NOT_REPORTS:
            continue
        with path.open(newline="", encoding="utf-8-sig") as table, path.open("rb") as file:
            for cells, m in zip(csv.DictReader(table), flat.split(file), strict=True):
                cell = {name.lower(): value.strip() for name, value in cells.items() if name}
                report = report_of(m)
                who, line = report.patient, report.results[0]
                sent = cell.get("test_result") or cell["test_result_code"]
                cls = {
                    "260373001": "positive", "detected": "positive", "positive": "positive", "462371000124108": "positive",
                    "260415000": "negative", "not detected": "negative", "negative": "negative", "895231008": "negative",
                    "419984006": "inconclusive", "invalid result": "invalid",
                }[sent.lower()]  # fmt: skip
                expected = (
                    cell["patient_last_name"], cell["patient_first_name"], cell["patient_middle_name"], cell["patient_city"],
                    cell["patient_state"], cell["patient_zip_code"], cell["patient_gender"][:1].upper(), cls,
                )  # fmt: skip
                found = (who.last, who.first, who.middle, who.city, who.state, who.zip, who.sex, line.cls)
                if found != expected or who.birth_on is None or line.specimen_on is None:
                    wrong.append((path.name, expected, found))
    assert wrong == []


# Nothing makes the reader fail


def seeds() -> list[bytes]:
    return [message(), *(path.read_bytes()[:6000] for path in (*own_files(), *shared_files()))]


def test_mutations_end_in_a_status_in_bounded_time() -> None:
    rng = random.Random(20211220)
    for seed in seeds():
        for content in itertools.islice(mutations(seed, rng), 100):
            began = time.process_time()
            for m in itertools.islice(flat.split(io.BytesIO(content)), 50):
                found = flat.read(m, CODES)
                assert found.status in ENDS and "reader_failed" not in found.problems
                assert found.status == "read" or found.problems
                if found.report:
                    repr(found.report).encode()  # no lone surrogates
                    assert "\x00" not in found.report.patient.last
            flat.read(content, CODES)
            assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "content",
    [
        b'"' * 300_000,
        b'a,b\n"' + b"x\n" * 200_000,
        b"a,b\n" + b'"\n' * 200_000,
        b"a,b\n" + b'1,"x\n' * 50_001,
        b"\r" * 500_000,
        b"," * 20_000 + b"\n" + b"," * 2_000_000 + b"1",
        b"a,b\n" + b"x" * 6_000_000,
    ],
    ids=["marks", "never closed", "a mark a line", "an open cell a line", "empty lines", "wide", "long"],
)
def test_awkward_files_are_cut_in_little_time(content: bytes) -> None:
    began = time.process_time()
    for m in itertools.islice(flat.split(io.BytesIO(content)), 2000):
        assert "reader_failed" not in flat.read(m, CODES).problems
    assert time.process_time() - began < 10
