"""The questionnaires that come with the program, read and judged once. A published version never changes: a new one is a new file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

from tracing.questionnaires.document import Problem, Questionnaire, Unreadable, read

FOLDER: Final = Path(__file__).parent / "documents"


class NoSuchQuestionnaire(LookupError):
    """There is no document of this code and version."""


@cache
def questionnaires() -> tuple[Questionnaire, ...]:
    """All of them, by code, the newest version of each first. Unreadable names what is wrong with any."""
    found = []
    for path in FOLDER.glob("*.json"):
        one = read(json.loads(path.read_text(encoding="utf-8")))
        if path.stem != f"{one.code}-{one.version}":
            raise Unreadable([Problem("CT801", "", f"{path.name} holds {one.code} {one.version}: name the file after both.")])
        found.append(one)
    newest_first = sorted(found, key=_version, reverse=True)
    return tuple(sorted(newest_first, key=lambda one: one.code))


def _version(one: Questionnaire) -> list[tuple[int, str]]:
    """2026-10 comes after 2026-9."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in one.version.replace(".", "-").split("-")]


def questionnaire(code: str, version: str = "") -> Questionnaire:
    """That version, or the newest; NoSuchQuestionnaire when there is none."""
    for one in questionnaires():
        if one.code == code and version in ("", one.version):
            return one
    raise NoSuchQuestionnaire(f"{code} {version}".strip())


def asked_of(disease: str, about: str) -> Questionnaire | None:
    """The newest questionnaire of a disease for whom it is asked of (`document.ASKED_OF`); None where there is none."""
    return next((one for one in questionnaires() if (one.disease, one.about) == (disease, about)), None)
