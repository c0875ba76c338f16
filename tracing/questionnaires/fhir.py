"""An interview as FHIR R4 `QuestionnaireResponse`. Pure. What was not asked, or is not asked any more, is left out, as FHIR wants it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from tracing.questionnaires.document import OURS, Item, Questionnaire, Value, say
from tracing.questionnaires.rules import Answers, Key, Line, instances, lines

_STATUS: Final = {"in_progress": "in-progress", "complete": "completed", "stopped": "stopped"}
_TYPES: Final = {"boolean": "valueBoolean", "integer": "valueInteger", "decimal": "valueDecimal", "date": "valueDate", "choice": "valueCoding"}


def response(
    document: Questionnaire, answers: Answers, *, key: str, status: str, subject: str, author: str = "", language: str = "en",
    authored: datetime,
) -> dict[str, Any]:  # fmt: skip
    """`status` as `Response.Status`; `subject` and `author` are references ("Patient/…", "Practitioner/…"), `authored` an instant."""
    found = {line.key: line for line in lines(document, answers)}
    paths = sorted({path for path, _link in answers})
    made: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "id": key,
        "language": language,
        "questionnaire": f"{OURS}Questionnaire/{document.code}|{document.version}",
        "status": _STATUS[status],
        "subject": {"reference": subject},
        "authored": authored.isoformat(),
        "item": _items(document.items, "", found, paths, language),
    }
    if author:
        made["author"] = {"reference": author}
    return {name: value for name, value in made.items() if value not in ("", [])}


def _items(items: Sequence[Item], path: str, found: dict[Key, Line], paths: Sequence[str], language: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for item in items:
        if item.kind == "group":
            for inside in instances(item, path, paths) if item.repeats else [path]:
                below = _items(item.items, inside, found, paths, language)
                if below:
                    made.append(_named(item, language) | {"item": below})
            continue
        line = found.get((path, item.link_id))
        if line is not None and line.enabled and item.is_question and line.value is not None:
            made.append(_named(item, language) | {"answer": [_answer(item, one, language) for one in _each(line.value)]})
    return made


def _named(item: Item, language: str) -> dict[str, Any]:
    text = say(item.text, language)
    return {"linkId": item.link_id} | ({"text": text} if text else {})


def _each(value: Value) -> Sequence[Value]:
    return value if isinstance(value, tuple) else (value,)


def _answer(item: Item, value: Value, language: str) -> dict[str, Any]:
    kind = _TYPES.get(item.kind, "valueString")
    if item.kind == "choice":
        display = next((say(option.display, language) for option in item.options if option.code == value), "")
        return {kind: {"code": value} | ({"display": display} if display else {})}
    return {kind: value.isoformat() if isinstance(value, date) else value}
