"""What is asked, what follows, which answer a typed word is: tables of examples on the COVID-19 interview."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from tracing.questionnaires.document import Value
from tracing.questionnaires.rules import (
    NotAnAnswer,
    calculated,
    enabled,
    facts,
    instance_name,
    progress,
    proposed,
    restored,
    stored,
    typed,
)
from tracing.questionnaires.shipped import questionnaire

CASE = questionnaire("covid-19-case")
ILL: dict[tuple[str, str], Value] = {("", "illness.any"): True}
DOSES: dict[tuple[str, str], Value] = {
    ("", "vaccine.any"): "yes", ("vaccine.dose:a1", "vaccine.product"): "Moderna", ("vaccine.dose:b2", "vaccine.on"): date(2026, 3, 1),
}  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "link_id", "asked"),
    [
        ({}, "illness.symptoms", False),
        (ILL, "illness.symptoms", True),
        ({("", "illness.any"): False}, "illness.onset_on", False),
        (ILL | {("", "illness.symptoms"): ("fever", "cough")}, "illness.fever_highest", True),
        (ILL | {("", "illness.symptoms"): ("cough",)}, "illness.fever_highest", False),
        # What hangs on a question that is not asked any more is not asked either, though an answer is kept.
        ({("", "illness.any"): False, ("", "illness.symptoms"): ("fever",)}, "illness.fever_highest", False),
        ({}, "demographics.pregnant", False),
        ({("", "demographics.sex"): "M"}, "demographics.pregnant", False),
        ({("", "demographics.sex"): "F"}, "demographics.pregnant", True),
        ({("", "home.setting"): "home"}, "home.setting_name", False),
        ({("", "home.setting"): "shelter"}, "home.setting_name", True),
        ({("", "hospital.overnight"): True}, "hospital.until", False),
        ({("", "hospital.overnight"): True, ("", "hospital.still"): False}, "hospital.until", True),
        ({("", "isolation.able"): "no"}, "isolation.barriers", True),
        ({("", "isolation.able"): "yes"}, "isolation.barriers", False),
    ],
)
def test_what_is_asked(answers: dict[tuple[str, str], Value], link_id: str, asked: bool) -> None:
    assert (("", link_id) in enabled(CASE, answers)) is asked


def test_a_group_repeats_for_each_instance() -> None:
    asked = enabled(CASE, DOSES)
    assert ("vaccine.dose:a1", "vaccine.on") in asked and ("vaccine.dose:b2", "vaccine.product") in asked
    assert calculated(CASE, DOSES) == {("", "vaccine.count"): 2}
    assert calculated(CASE, {**DOSES, ("", "vaccine.any"): "no"}) == {}


def test_facts_are_what_is_asked_and_answered() -> None:
    said: dict[tuple[str, str], Value] = {
        **DOSES, ("", "illness.any"): True, ("", "illness.symptoms"): ("cough",), ("", "illness.onset_on"): date(2026, 3, 9),
        ("", "needs.which"): ("food",),
    }  # fmt: skip
    assert facts(CASE, said) == {
        "symptomatic": True, "symptoms": ("cough",), "onset_on": date(2026, 3, 9), "vaccine": ["Moderna"], "vaccinated_on": [date(2026, 3, 1)],
    }  # fmt: skip
    assert facts(CASE, {**said, ("", "illness.any"): False})["symptomatic"] is False
    assert "onset_on" not in facts(CASE, {**said, ("", "illness.any"): False}), "what is not asked any more says nothing"


def test_what_is_known_is_proposed_where_it_fits() -> None:
    assert proposed(CASE, {"language": "es", "sex": "F", "birth_on": date(1980, 1, 2)}) == {
        ("", "identity.birth_on"): date(1980, 1, 2), ("", "identity.language"): "es", ("", "demographics.sex"): "F",
    }  # fmt: skip
    assert proposed(CASE, {"language": "tlh", "setting": 7}) == {}


@pytest.mark.parametrize(
    ("link_id", "said", "value"),
    [
        ("illness.any", ["yes"], True), ("illness.any", ["no"], False), ("illness.any", [""], None), ("illness.any", [], None),
        ("illness.onset_on", ["2026-03-09"], date(2026, 3, 9)), ("illness.fever_highest", [" 102 "], 102),
        ("illness.symptoms", ["cough", "fever"], ("fever", "cough")), ("home.setting", ["shelter"], "shelter"),
        ("work.employer", [" Mill "], "Mill"),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_an_answer(link_id: str, said: list[str], value: Value | None) -> None:
    item = CASE.item(link_id)
    assert item is not None and typed(item, said) == value
    assert restored(item, stored(value)) == value


@pytest.mark.parametrize(
    ("link_id", "said", "code"),
    [
        ("illness.any", ["perhaps"], "choice"), ("illness.onset_on", ["2026-02-30"], "date"), ("illness.fever_highest", ["high"], "number"),
        ("home.setting", ["castle"], "choice"), ("home.setting", ["home", "shelter"], "choice"), ("illness.symptoms", ["boredom"], "choice"),
        ("work.employer", ["x" * 201], "long"), ("vaccine.count", ["3"], "question"), ("illness", ["x"], "question"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(link_id: str, said: list[str], code: str) -> None:
    item = CASE.item(link_id)
    assert item is not None
    with pytest.raises(NotAnAnswer) as told:
        typed(item, said)
    assert told.value.code == code


def test_an_answer_that_fits_its_question_no_more_is_none() -> None:
    item: Any = CASE.item("home.setting")
    assert restored(item, "castle") is None and restored(item, 3) is None and restored(item, ["home"]) is None


def test_how_far_each_part_is() -> None:
    assert progress(CASE, {})["illness"] == (0, 1)
    assert progress(CASE, {**ILL, ("", "illness.symptoms"): ("cough",)})["illness"] == (2, 4)


def test_instances_stand_in_the_order_in_which_they_were_added() -> None:
    chance = Random(7)
    names = [instance_name(1_795_000_000_000 + step, chance.randrange(1296)) for step in (0, 1, 999, 86_400_000, 86_400_000_000)]
    assert names == sorted(names) and {len(name) for name in names} == {11}
