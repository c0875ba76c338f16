"""An interview as FHIR, and what changed between versions: on the documents that come with the program, and on small ones."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tracing.questionnaires.differences import differences
from tracing.questionnaires.document import Item, Questionnaire, read
from tracing.questionnaires.fhir import response
from tracing.questionnaires.rules import NotAnAnswer, typed
from tracing.questionnaires.shipped import FOLDER, questionnaires

AT = datetime(2021, 1, 15, 15, 0, tzinfo=UTC)


def coded(code: str, display: str, spanish: str = "") -> dict[str, Any]:
    return {"valueCoding": {"code": code, "display": display}}


SMALL: dict[str, Any] = {
    "resourceType": "Questionnaire", "url": "https://contact.example/fhir/Questionnaire/small", "version": "1", "title": "Small", "language": "en",
    "code": [{"system": "urn:contact:disease", "code": "covid19"}, {"system": "urn:contact:questionnaire", "code": "case"}],
    "item": [
        {"linkId": "illness", "type": "group", "text": "Illness", "item": [
            {"linkId": "ill", "type": "boolean", "text": "Have you felt ill?"},
            {"linkId": "onset", "type": "date", "text": "Since when?", "enableWhen": [{"question": "ill", "operator": "=", "answerBoolean": True}]},
            {"linkId": "signs", "type": "choice", "repeats": True, "text": "What have you noticed?",
             "answerOption": [coded("fever", "Fever"), coded("cough", "Cough")]},
        ]},
        {"linkId": "doses", "type": "group", "text": "Vaccine", "item": [
            {"linkId": "dose", "type": "group", "repeats": True, "text": "Dose", "item": [
                {"linkId": "on", "type": "date", "text": "When?"}, {"linkId": "kind", "type": "string", "text": "Which?"},
            ]},
        ]},
    ],
}  # fmt: skip


def small(**changes: Any) -> Questionnaire:
    return read(copy.deepcopy(SMALL) | changes)


def exported(answers: dict[tuple[str, str], Any]) -> dict[str, Any]:
    return response(small(), answers, key="k", status="complete", subject="Patient/p", author="Practitioner/s", authored=AT)


def test_answers_stand_where_their_questions_do() -> None:
    found = exported({
        ("", "ill"): True, ("", "onset"): date(2021, 1, 12), ("", "signs"): ("fever", "cough"),
        ("dose:a", "on"): date(2020, 12, 20), ("dose:a", "kind"): "mRNA", ("dose:b", "on"): date(2021, 1, 10),
    })  # fmt: skip
    assert (found["questionnaire"], found["status"]) == ("https://contact.example/fhir/Questionnaire/small|1", "completed")
    illness, doses = found["item"]
    assert [(one["linkId"], one["answer"]) for one in illness["item"]] == [
        ("ill", [{"valueBoolean": True}]), ("onset", [{"valueDate": "2021-01-12"}]),
        ("signs", [{"valueCoding": {"code": "fever", "display": "Fever"}}, {"valueCoding": {"code": "cough", "display": "Cough"}}]),
    ]  # fmt: skip
    assert [[one["linkId"] for one in dose["item"]] for dose in doses["item"]] == [["on", "kind"], ["on"]]
    assert json.loads(json.dumps(found)) == found


def test_what_is_not_asked_any_more_is_left_out() -> None:
    found = exported({("", "ill"): False, ("", "onset"): date(2021, 1, 12)})
    assert [one["linkId"] for one in found["item"][0]["item"]] == ["ill"] and len(found["item"]) == 1


@pytest.mark.parametrize("word", ["nan", "inf", "-inf", "1e400"])
def test_what_no_database_keeps_is_no_number(word: str) -> None:
    with pytest.raises(NotAnAnswer):
        typed(Item("weight", "decimal", {"en": "Weight?"}), [word])


def test_a_letter_that_no_database_keeps_is_left_out() -> None:
    assert typed(Item("name", "string", {"en": "Name?"}), ["A\x00na"]) == "Ana"


def test_help_on_top_is_never_said() -> None:
    control = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl", "valueCodeableConcept": {"coding": [{"code": "help"}]}}
    raw = copy.deepcopy(SMALL)
    raw["item"].insert(0, {"linkId": "hint", "type": "display", "text": "Do not read aloud", "extension": [control]})
    assert read(raw).item("hint") is None


def test_nothing_answered_has_no_items() -> None:
    assert "item" not in exported({})


def test_it_is_fhir() -> None:
    """The published shape itself, where a library that knows it is there."""
    resources = pytest.importorskip("fhir.resources.R4B.questionnaireresponse", reason="fhir.resources is not installed")
    resources.QuestionnaireResponse.model_validate(exported({("", "ill"): True, ("dose:a", "on"): date(2020, 12, 20)}))


@pytest.mark.parametrize("document", questionnaires(), ids=lambda one: one.code)
def test_a_version_does_not_differ_from_itself(document: Questionnaire) -> None:
    assert differences(document, read(json.loads((FOLDER / f"{document.code}-{document.version}.json").read_text()))) == []


def changed(change: Any) -> list[tuple[str, str, list[str]]]:
    raw = copy.deepcopy(SMALL)
    change(raw["item"][0]["item"])
    return [(one.what, one.link_id, [part.part for part in one.changed]) for one in differences(small(), read(raw))]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda items: items[0].update(text="Are you ill?"), [("changed", "ill", ["text:en"])]),
        (lambda items: items.pop(2), [("removed", "signs", [])]),
        (lambda items: items.insert(0, {"linkId": "new", "type": "string", "text": "Name?"}), [("added", "new", ["text:en", "kind"])]),
        (lambda items: items.append(items.pop(0) | {"enableWhen": []}) or items[0].pop("enableWhen"),
         [("changed", "onset", ["conditions"]), ("moved", "ill", [])]),
        (lambda items: items[2]["answerOption"].append(coded("rash", "Rash")), [("changed", "signs", ["option:rash"])]),
        (lambda items: items[1]["enableWhen"][0].update(answerBoolean=False), [("changed", "onset", ["conditions"])]),
        (lambda items: items[0].update(required=True), [("changed", "ill", ["required"])]),
    ],
)  # fmt: skip
def test_what_changed(change: Any, expected: list[tuple[str, str, list[str]]]) -> None:
    assert changed(change) == expected
