"""What a questionnaire must be, and what is said of one that is not."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tracing.diseases.labels import SETTINGS, SYMPTOMS
from tracing.questionnaires.document import Item, Unreadable, read, say
from tracing.questionnaires.shipped import FOLDER, NoSuchQuestionnaire, asked_of, questionnaire, questionnaires

SMALL: dict[str, Any] = {
    "resourceType": "Questionnaire", "url": "https://contact.example/fhir/Questionnaire/small", "version": "1", "title": "Small",
    "code": [{"system": "urn:contact:disease", "code": "covid19"}, {"system": "urn:contact:questionnaire", "code": "case"}],
    "item": [
        {"linkId": "ill", "type": "boolean", "text": "Have you felt ill?"},
        {"linkId": "what", "type": "choice", "text": "What?", "answerOption": [{"valueCoding": {"code": "cough", "display": "Cough"}}],
         "enableWhen": [{"question": "ill", "operator": "=", "answerBoolean": True}]},
        {"linkId": "dose", "type": "group", "repeats": True, "item": [{"linkId": "dose.on", "type": "date", "text": "When?"}]},
    ],
}  # fmt: skip


def broken(**changes: Any) -> dict[str, Any]:
    document = copy.deepcopy(SMALL)
    for name, value in changes.items():
        place, _, key = name.partition("__")
        if key:
            document["item"][int(place.removeprefix("item"))][key] = value
        else:
            document[name] = value
    return document


@pytest.mark.parametrize(
    ("document", "code", "link_id"),
    [
        ([], "CT800", ""),
        ({"resourceType": "Patient"}, "CT800", ""),
        (broken(version=""), "CT801", ""),
        (broken(url=""), "CT801", ""),
        (broken(code=[]), "CT801", ""),
        (broken(item=[]), "CT801", ""),
        (broken(item1__linkId="ill"), "CT802", "ill"),
        (broken(item0__linkId="i:ll"), "CT802", "i:ll"),
        (broken(item0__type="slider"), "CT803", "ill"),
        (broken(item0__text=""), "CT803", "ill"),
        (broken(item1__enableWhen=[{"question": "ill", "operator": "=", "answerCoding": []}]), "CT805", "what"),
        (broken(item0__repeats=True), "CT803", "ill"),
        (broken(item1__answerOption=[]), "CT804", "what"),
        (broken(item1__answerOption=[{"valueString": "Cough"}]), "CT804", "what"),
        (broken(item1__enableWhen=[{"question": "later", "operator": "=", "answerBoolean": True}]), "CT805", "what"),
        (broken(item1__enableWhen=[{"question": "dose.on", "operator": "exists", "answerBoolean": True}]), "CT805", "what"),
        (broken(item1__enableWhen=[{"question": "ill", "operator": "=", "answerCoding": {"code": "yes"}}]), "CT805", "what"),
        (broken(item1__enableWhen=[{"question": "ill", "operator": "like", "answerBoolean": True}]), "CT805", "what"),
    ],
)
def test_what_is_wrong_is_named_with_its_item(document: Any, code: str, link_id: str) -> None:
    with pytest.raises(Unreadable) as told:
        read(document)
    assert (code, link_id) in [(problem.code, problem.link_id) for problem in told.value.problems], str(told.value)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Unreadable) as told:
        read(broken(version="", item0__text="", item1__answerOption=[]))
    assert {problem.code for problem in told.value.problems} >= {"CT801", "CT803", "CT804"}


def test_a_condition_inside_a_repeating_group_is_not_asked_from_outside() -> None:
    document = broken()
    document["item"].append(
        {
            "linkId": "after",
            "type": "string",
            "text": "And?",
            "enableWhen": [{"question": "dose.on", "operator": "exists", "answerBoolean": True}],
        }
    )
    with pytest.raises(Unreadable, match="repeats"):
        read(document)


def test_what_comes_with_the_program_can_be_read() -> None:
    assert [(one.code, one.disease, one.about) for one in questionnaires()] == [
        ("covid-19-case", "covid19", "case"), ("covid-19-contact", "covid19", "contact"),
        ("covid-19-next-of-kin", "covid19", "next_of_kin"), ("measles-case", "measles", "case"),
    ]  # fmt: skip
    assert questionnaire("measles-case") is asked_of("measles", "case")
    assert asked_of("measles", "contact") is None
    with pytest.raises(NoSuchQuestionnaire):
        questionnaire("covid-19-case", "1999-1")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_every_sentence_is_there_in_both_languages(path: Any) -> None:
    found = read(json.loads(path.read_text(encoding="utf-8")))
    assert found.languages == ("en", "es")
    for item in found.walk():
        assert item.short, item.link_id
        assert item.is_question is False or say(item.text, "es") != say(item.text, "en") or item.counts, item.link_id
        signs = [
            {sign for sign in ("{first}", "{last}", "{me}", "{unit}", "{given}", "{kin}", "{tested}") if sign in text}
            for text in item.text.values()
        ]
        assert signs[0] == signs[-1], f"{item.link_id}: both languages fill in the same"


@pytest.mark.parametrize("one", questionnaires(), ids=lambda one: one.code)
def test_what_settles_a_fact_speaks_its_codes(one: Any) -> None:
    by_fact: dict[str, Item] = {item.fact: item for item in one.walk() if item.fact}
    assert {option.code for option in by_fact["symptoms"].options} <= set(SYMPTOMS)
    assert {option.code for option in by_fact["setting"].options} <= set(SETTINGS)
    assert by_fact["onset_on"].kind == "date" and by_fact["symptomatic"].kind == "boolean"
    assert one.about == "contact" or by_fact["hospitalised"].kind == "boolean"


def test_the_interview_of_a_contact_never_says_who_the_case_is_or_where() -> None:
    found = questionnaire("covid-19-contact")
    for item in found.walk():
        assert not any("{first}" in text or "{last}" in text or "{tested}" in text for text in item.text.values()), item.link_id


PANELS_OF = {"case": ["contacts", "household", "places"], "contact": ["household"], "next_of_kin": ["contacts", "places"]}


def test_each_panel_of_an_interview_stands_once() -> None:
    for one in questionnaires():
        panels = [item.panel for item in one.walk() if item.panel]
        assert sorted(panels) == PANELS_OF[one.about]
