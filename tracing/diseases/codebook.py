"""The tables in `codes/`, loaded once: what codes and words of laboratories mean. Pure: no Django, no clock."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tracing.base.text import fold


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that a test can look for. Not every condition has a rule set."""

    code: str
    name: str
    snomed: str
    event_code: str
    """National notifiable disease event code."""


@dataclass(frozen=True, slots=True)
class Test:
    """A LOINC test that we know."""

    loinc: str
    name: str
    role: str
    """test, culture, panel, alias, combined, control, note: see codes/README.md."""
    condition: str
    analyte: str
    word: str
    """What such a line is called in the machine face where that is not the condition itself."""


@dataclass(frozen=True, slots=True)
class Value:
    """A result, coded or in words."""

    cls: str
    presumptive: bool
    what: str
    """disorder, organism, answer: a code that is no result; "" for a result."""
    condition: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CodeBook:
    """Everything known about codes. One object per process: comparing is by identity, so that readings can be cached."""

    conditions: dict[str, Condition]
    tests: dict[str, Test]
    values: dict[str, Value]
    """Keyed "SCT|260373001"."""
    by_code: dict[str, Value]
    """SNOMED CT values by code alone: their numbers are long enough to be known under a wrong system name."""
    words: dict[str, Value]
    questions: dict[str, str]
    """LOINC of a question → the fact it asks for ("" if none that we keep)."""
    names: tuple[tuple[str, re.Pattern[str]], ...]
    """Condition code and the words that name it."""
    question_names: re.Pattern[str]
    control_names: re.Pattern[str]

    def named(self, text: str) -> str:
        """The one condition that a folded test name names; "" if none or several."""
        found = {code for code, pattern in self.names if pattern.search(text)}
        return found.pop() if len(found) == 1 else ""

    def word(self, loinc: str, condition: str) -> str:
        """What a line is called in the machine face: mostly its condition."""
        test = self.tests.get(loinc)
        return test.word if test is not None and test.word and condition else condition


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("tracing.diseases") / "codes" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _any(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(phrase) for phrase in phrases)})\b")


@cache
def load() -> CodeBook:
    """The code book of this installation."""
    conditions = list(_rows("conditions.csv"))
    values = {
        f"{row['system']}|{row['code']}": Value(row["class"], row["presumptive"] == "yes", row["what"], row["condition"])
        for row in _rows("values.csv")
    }
    for row in conditions:
        if row["snomed"]:
            values.setdefault(f"SCT|{row['snomed']}", Value("other", False, "disorder", row["code"]))
    return CodeBook(
        conditions={
            row["code"]: Condition(row["code"], row["name"], row["snomed"], row["event_code"]) for row in conditions
        },
        tests={
            row["loinc"]: Test(
                row["loinc"], row["name"], row["role"], row["condition"], row["analyte"], row["word"]
            )
            for row in _rows("tests.csv")
        },
        values=values,
        by_code={key[4:]: value for key, value in values.items() if key.startswith("SCT|")},
        words={
            row["text"]: Value(row["class"], row["presumptive"] == "yes", row["what"]) for row in _rows("words.csv")
        },
        questions={row["loinc"]: row["fact"] for row in _rows("questions.csv")},
        names=tuple(
            (row["code"], _any([fold(word) for word in row["words"].split("|")])) for row in conditions if row["words"]
        ),
        question_names=_any([row["phrase"] for row in _rows("question_names.csv")]),
        control_names=_any([row["phrase"] for row in _rows("control_names.csv")]),
    )
