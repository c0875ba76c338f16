"""The published sample messages: all accounted for, and every difference from what their collectors found has its reason."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tracing.intake.face import read_paths

ELR = Path(__file__).parents[4] / "shared" / "data" / "elr"
pytestmark = pytest.mark.skipif(not (ELR / "expected.csv").exists(), reason="the published sample messages are not here")

# Words of the collectors → classes of the machine face.
CLASSES = {
    "no_result": "none",
    "posted_in_error": "none",  # a withdrawn result does not count
    "not_applicable": "none",
    "": "none",
    "specimen_unsatisfactory": "invalid",
    "numeric_not_detected": "negative",  # "<15 NOT DETECTED"
    "organism_or_other_coded": "other",
    "answer_list": "other",
    "other_disorder_or_substance_code": "other",
    "unknown_code": "other",
}
_OWN_DAY = "the collectors date a message by its first SPM; we date each order by its own, and the first order has none: OBR-7"
_OF_ORDER = "OBX-11 is empty: the status of the order (OBR-25) holds for its lines"
_ORGANISM = "the organism tells which condition it is about; the line is held for a person all the same"

# Well-formed messages: (file, message, field) → why our answer is the right one.
DIFFERENT: dict[tuple[str, int, str], str] = {
    ("d041_hcv_viral_load_and_susceptibility.hl7", 1, "specimen_date"): _OWN_DAY,
    ("d049_newborn_unsatisfactory.hl7", 1, "sex"): "PID-8 came as a coded element; we give its code, F",
}
# Malformed messages: the same, for whoever asks.
DIFFERENT_MALFORMED: dict[tuple[str, int, str], str] = {
    ("d089_lyme_template_tokens.hl7", 1, "specimen_date"): "SPM-17 and OBR-7 are template tokens; OBX-19 is a date",
    ("d095_no_obx11.hl7", 1, "specimen_date"): "a message without any result has no specimen date",
    ("d096_no_orc1.hl7", 1, "specimen_date"): "a message without any result has no specimen date",
    ("d108_v23_age_only.hl7", 1, "specimen_date"): "a message without any result has no specimen date",
}
# Lines whose condition the collectors left open: (file, line) → why.
CONDITIONS: dict[tuple[str, int], str] = {
    ("d001_arbovirus_panel_neg.hl7", 4): "a local code whose name says Powassan virus",
    ("d001_arbovirus_panel_neg.hl7", 5): "a local code whose name says eastern equine encephalitis",
    ("d043_malaria_morphology.hl7", 2): _ORGANISM,
    ("d050_nist_blood_culture_two_organisms.hl7", 1): _ORGANISM,
    ("d054_nist_diphtheria_culture.hl7", 1): _ORGANISM,
    ("d059_nist_neisseria_meningitidis.hl7", 1): _ORGANISM,
    ("d062_nist_tb_susceptibility.hl7", 1): _ORGANISM,
}
# Lines without a status of their own: (file, line) → whose we give.
STATUSES: dict[tuple[str, int], str] = {
    ("d026_covid_seven_obx.hl7", 6): _OF_ORDER,
    ("d026_covid_seven_obx.hl7", 7): _OF_ORDER,
    ("d095_no_obx11.hl7", 1): _OF_ORDER,
    ("d098_obx2_bogus_type.hl7", 1): _OF_ORDER,
    ("d099_obx8_free_text.hl7", 1): _OF_ORDER,
    ("d105_reticulocyte_ontario.hl7", 1): _OF_ORDER,
}


def rows(name: str) -> list[dict[str, str]]:
    with (ELR / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


@cache
def ours() -> dict[tuple[str, int], dict[str, Any]]:
    return {(one["file"], one["message_no"]): one for one in read_paths([ELR / "hl7"])}


def theirs() -> list[tuple[tuple[str, int], dict[str, str]]]:
    return [((row["file"], int(row["message_no"])), row) for row in rows("expected.csv")]


def fields(one: dict[str, Any], row: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Field → (what they found, what we found)."""
    who = one["patient"]
    lines = [line for line in one["results"] if line["kind"] == "result"]
    leading = next((line for line in lines if line["class"] == "positive"), lines[0] if lines else None)
    classes = {CLASSES.get(word, word) for word in row["result"].split("+")}
    said, covid = one["summary"]["class"], row["covid_result"]
    return {
        "last": (row["patient_last"], who["last"]),
        "first": (row["patient_first"], who["first"]),
        "middle": (row["patient_middle"], who["middle"]),
        "dob": (row["dob"], who["dob"] or ""),
        "sex": (row["sex"], who["sex"]),
        "street": (row["street"], who["street"]),
        "city": (row["city"], who["city"]),
        "state": (row["state"], who["state"]),
        "zip": (row["zip"], who["zip"]),
        "specimen_date": (row["specimen_date"], (leading["specimen_on"] if leading else None) or ""),
        "class": (said if said in classes else row["result"], said),
        "covid_class": (CLASSES.get(covid, covid) if covid else "", one["summary"]["covid_class"] or ""),
        "positive_conditions": (row["positive_conditions"], "|".join(one["summary"]["positive_conditions"])),
        "ordering_facility": (row["ordering_facility"], one["ordering_facility"]),
        "control_id": (row["control_id"], one["control_id"]),
    }  # fmt: skip


def test_every_message_is_accounted_for() -> None:
    assert [key for key, _ in theirs()] == list(ours())
    messages = [one for one in ours().values() if one["message_no"]]
    assert len(messages) == 137
    assert Counter(one["status"] for one in ours().values()).keys() == {"read", "held", "not_lab_report", "unreadable"}
    for one in ours().values():
        assert one["status"] == "read" or one["problems"], one["file"]


def test_what_is_no_report_is_told_apart() -> None:
    for key, row in theirs():
        one = ours()[key]
        kind = row["message_type"].split("^")[0]
        if one["status"] == "not_lab_report":
            assert kind not in ("ORU", ""), key
        elif one["status"] == "unreadable":
            assert not kind, key
        else:
            assert kind == "ORU", key


def test_fields_agree_and_every_difference_has_its_reason() -> None:
    compared = 0
    different: set[tuple[str, int, str]] = set()
    malformed: set[tuple[str, int, str]] = set()
    for (file, number), row in theirs():
        one = ours()[file, number]
        for field, (expected, found) in fields(one, row).items():
            compared += row["malformed"] == "no"
            if expected != found:
                (different if row["malformed"] == "no" else malformed).add((file, number, field))
    assert different == DIFFERENT.keys()
    assert malformed == DIFFERENT_MALFORMED.keys()
    assert len(different) / compared < 0.01


def test_no_question_and_no_control_is_ever_a_result() -> None:
    expected: dict[tuple[str, int], list[dict[str, str]]] = defaultdict(list)
    for row in rows("expected_results.csv"):
        expected[row["file"], int(row["message_no"])].append(row)
    about: set[tuple[str, int]] = set()
    status: set[tuple[str, int]] = set()
    for key, one in ours().items():
        assert len(one["results"]) == len(expected[key]), key
        for number, (line, row) in enumerate(zip(one["results"], expected[key], strict=True), start=1):
            at = (*key, number)
            assert line["kind"] == row["kind"], at
            assert str(line["obr_no"]) == row["obr_no"], at
            assert row["obx3_code"] in (line["loinc"], line["local_code"]), at
            if line["status"] != row["status"].split("^")[0]:
                status.add((key[0], number))
            assert line["class"] == CLASSES.get(row["result_class"], row["result_class"]), at
            if line["kind"] == "result" and line["condition"] != row["condition"]:
                about.add((key[0], number))
    assert about == CONDITIONS.keys()
    assert status == STATUSES.keys()
