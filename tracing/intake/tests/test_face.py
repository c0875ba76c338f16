"""The machine face: its shape, its words, its numbering, and the same for a person."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from tracing.diseases.codebook import load
from tracing.intake import face
from tracing.intake.problems import PROBLEMS, holding, problem, sentence
from tracing.intake.read import read, sniff
from tracing.intake.report import Status

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "tests" / "samples"
KEYS = "file message_no status problems control_id hl7_version patient ordering_facility results summary".split()
PATIENT = "last first middle dob sex street city state zip phones".split()
LINE = "obr_no set_id loinc local_code kind class condition status specimen_on".split()
CLASSES = set("positive negative inconclusive invalid not_done numeric text other none".split())


def objects(*paths: Path) -> list[dict]:
    out = io.StringIO()
    assert face.read_command(list(paths), "jsonl", out) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_shape_never_changes() -> None:
    found = objects(SAMPLES)
    assert len({one["file"] for one in found}) > 20
    for one in found:
        assert list(one) == KEYS and list(one["patient"]) == PATIENT
        assert list(one["summary"]) == ["class", "covid_class", "positive_conditions"]
        assert one["status"] in get_args(Status)
        assert one["summary"]["class"] in CLASSES and one["summary"]["covid_class"] in CLASSES | {None}
        assert {code.partition(":")[0] for code in one["problems"]} <= PROBLEMS.keys(), one["problems"]
        for line in one["results"]:
            assert list(line) == LINE
            assert line["kind"] in ("result", "aoe", "control") and line["class"] in CLASSES
            assert line["kind"] == "result" or line["class"] == "none"


def test_one_object() -> None:
    (one,) = objects(SAMPLES / "hl7" / "influenza_positive_covid_negative.hl7")
    assert one["patient"] == {
        "last": "Lindqvist", "first": "Elin", "middle": "", "dob": "2014-03-05", "sex": "F", "street": "19 Meadow Ln",
        "city": "Storrs", "state": "CT", "zip": "06268", "phones": ["+18605550150"],
    }  # fmt: skip
    assert one["summary"] == {"class": "positive", "covid_class": "negative", "positive_conditions": ["influenza_a"]}
    assert one["results"][1] == {
        "obr_no": 1, "set_id": "2", "loinc": "92142-9", "local_code": "", "kind": "result", "class": "positive",
        "condition": "influenza_a", "status": "F", "specimen_on": "2021-01-11",
    }  # fmt: skip


def test_withdrawn_results_do_not_count() -> None:
    found = [one["summary"] for one in objects(SAMPLES / "hl7" / "positive_corrected_then_withdrawn.hl7")]
    assert [(s["class"], s["covid_class"]) for s in found] == [("positive", "positive"), ("negative", "negative"), ("none", None)]


def test_an_unknown_test_is_named_by_its_code() -> None:
    (one,) = objects(SAMPLES / "hl7" / "local_codes_and_words.hl7")
    assert one["summary"]["positive_conditions"] == ["MYST", "covid19"]
    assert [line["kind"] for line in one["results"]] == ["result", "control", "result", "result", "result", "result"]
    assert one["results"][2]["condition"] == "covid19_by_local_alias_only"


@pytest.mark.parametrize(
    ("content", "status", "problem_code", "number"),
    [
        (b"", "unreadable", "no_message", 0),
        (b"hello there\n", "unreadable", "no_message", 0),
        (b"\x00\x01\x02", "unreadable", "no_message", 0),
        (b"FHS|^~\\&|a\\rMSH|^~\\&|b", "unreadable", "line_ends_lost", 0),
        (b"MSH|^~\\&|cut", "unreadable", "header_cut", 1),
    ],
)
def test_files_without_a_message(tmp_path: Path, content: bytes, status: str, problem_code: str, number: int) -> None:
    (tmp_path / "f").write_bytes(content)
    (one,) = objects(tmp_path / "f")
    assert (one["status"], one["problems"], one["message_no"]) == (status, [problem_code], number)
    assert one["summary"] == {"class": "none", "covid_class": None, "positive_conditions": []}


def test_messages_are_numbered_in_order() -> None:
    found = objects(SAMPLES / "hl7" / "antigen_batch_with_a_wrong_total.hl7")
    assert [(one["message_no"], one["control_id"]) for one in found] == [(i, f"NSL-BATCH-{i}") for i in (1, 2, 3)]


def test_a_missing_file_is_told_and_the_others_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    assert face.read_command([ROOT / "nowhere.hl7", SAMPLES / "hl7" / "measles_igm.hl7"], "jsonl", out) == 2
    assert len(out.getvalue().splitlines()) == 1
    assert "nowhere.hl7" in capsys.readouterr().err


def test_the_same_for_a_person() -> None:
    out = io.StringIO()
    assert face.explain_command(SAMPLES / "hl7" / "local_codes_and_words.hl7", out) == 0
    said = out.getvalue()
    assert "held by test_code_unknown: A result under a test code that nobody knows." in said
    assert "(internal control, not a result)" in said and "found: MYST, covid19" in said


def test_it_needs_no_django_and_no_database() -> None:
    program = (
        "import sys; from tracing.intake import face; face.read_command(sys.argv[1:], 'jsonl', sys.stdout);"
        "assert not any(m == 'django' or m.startswith(('django.', 'psycopg')) for m in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(SAMPLES)], capture_output=True, text=True, timeout=60, env={"PATH": ""}, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 20


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b"MSH|^~\\&|", "hl7v2"),
        (b"\xef\xbb\xbfFHS|^~\\&|", "hl7v2"),
        (b"\x0bMSH|^~\\&|", "hl7v2"),
        (b"PID|1||7\r", "hl7v2"),
        (b"a comment\nMSH|^~\\&|", "hl7v2"),
        (b' {"resourceType"', "fhir"),
        (b"patient_id,last\n", "csv"),
        (b"<xml/>", ""),
        (b"", ""),
    ],
)
def test_formats_are_known_by_their_first_bytes(head: bytes, format: str) -> None:
    assert sniff(head) == format


def test_an_unknown_format_is_unreadable() -> None:
    assert read("pdf", b"%PDF", load()).problems == ("unknown_format",)


def test_every_problem_says_what_is_wrong_and_what_to_do() -> None:
    for code, found in PROBLEMS.items():
        assert found.says.endswith(".") and found.do.endswith("."), code
        assert sentence(code) == f"{found.says} {found.do}"
        assert len(code) <= 60
    assert sentence("column_missing:patient_dob").startswith("A column is missing: patient_dob.")
    assert problem("never heard of").holds == "always"
    assert holding(["name_missing", "no_result", "test_message"], needs_person=False) == ("no_result",)
    assert holding(["name_missing", "no_result", "test_message"]) == ("name_missing", "no_result")
