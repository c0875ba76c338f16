"""What is asked, what follows from the answers, and which answer a typed word is. Pure.

An answer's key is (path, linkId): the path names the instances of repeating groups that it stands in, as `vaccine.dose:k3f9`, "" outside
of any; an instance keeps its short name, so that two who write at once never mean different rows by one number. Names sort by when they were made
(`instance_name`), and so do the instances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any, Final

from tracing.questionnaires.document import Condition, Item, Questionnaire, Value

Key = tuple[str, str]
Answers = Mapping[Key, Value]
LONGEST: Final = 4000


class NotAnAnswer(ValueError):
    """What was typed is no answer to this question. `code`: "date", "number", "choice", "long", "question"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """An item as it stands in one interview: in which instance, whether it is asked, and what was answered."""

    item: Item
    path: str
    enabled: bool
    value: Value | None
    section: str
    """linkId of the part of the interview that it belongs to."""

    @property
    def key(self) -> Key:
        return self.path, self.item.link_id


def lines(questionnaire: Questionnaire, answers: Answers, also: Sequence[str] = ()) -> list[Line]:
    """Everything, in the order in which it is asked. `also`: instances without an answer yet, by their paths."""
    made: list[Line] = []
    seen: dict[Key, Line] = {}
    paths = sorted({path for path, _link in answers} | set(also))
    for top in questionnaire.items:
        for line in _lines((top,), "", True, top.link_id, answers, paths, seen):
            made.append(line)
    return made


def _lines(
    items: Sequence[Item], path: str, open_above: bool, section: str, answers: Answers, paths: Sequence[str], seen: dict[Key, Line]
) -> Iterator[Line]:
    for item in items:
        enabled = open_above and _asked(item, path, seen)
        if item.kind == "group" and item.repeats:
            for instance in instances(item, path, paths):
                line = Line(item, instance, enabled, None, section)
                seen[line.key] = line
                yield line
                yield from _lines(item.items, instance, enabled, section, answers, paths, seen)
            continue
        value: Value | None = answers.get((path, item.link_id))
        if item.counts:
            value = sum(1 for (_at, link), line in seen.items() if link == item.counts and line.enabled)
        line = Line(item, path, enabled, value, section)
        seen[line.key] = line
        yield line
        yield from _lines(item.items, path, enabled, section, answers, paths, seen)


def instances(item: Item, path: str, paths: Sequence[str]) -> list[str]:
    """Paths of the instances of a repeating group within `path`."""
    start = f"{path}/{item.link_id}:" if path else f"{item.link_id}:"
    return sorted({start + each[len(start) :].partition("/")[0] for each in paths if each.startswith(start)})


def instance_name(milliseconds: int, chance: int) -> str:
    """A new instance's name, sorted by its hour, with two signs of chance for two made within one thousandth of a second."""
    signs = "0123456789abcdefghijklmnopqrstuvwxyz"
    name = ""
    for number, length in ((chance, 2), (milliseconds, 9)):
        for _place in range(length):
            number, rest = divmod(number, 36)
            name = signs[rest] + name
    return name


def _asked(item: Item, path: str, seen: Mapping[Key, Line]) -> bool:
    if not item.conditions:
        return True
    met = (_met(condition, path, seen) for condition in item.conditions)
    return any(met) if item.any_of else all(met)


def _met(condition: Condition, path: str, seen: Mapping[Key, Line]) -> bool:
    """A question that is not asked, or not answered, meets nothing but `exists` false."""
    line = _nearest(condition.question, path, seen)
    value = line.value if line is not None and line.enabled else None
    if condition.operator == "exists":
        return (value is not None) is condition.value
    if value is None:
        return False
    if isinstance(value, tuple):
        return (condition.value in value) is (condition.operator == "=")
    return _compare(value, condition.operator, condition.value)


def _compare(value: Any, operator: str, other: Any) -> bool:
    if operator == "=":
        return bool(value == other)
    if operator == "!=":
        return bool(value != other)
    if operator == ">":
        return bool(value > other)
    if operator == "<":
        return bool(value < other)
    return bool(value >= other) if operator == ">=" else bool(value <= other)


def _nearest(link_id: str, path: str, seen: Mapping[Key, Line]) -> Line | None:
    """The answer of the same instance, else of the one around it."""
    while True:
        if (path, link_id) in seen:
            return seen[path, link_id]
        if not path:
            return None
        path = path.rpartition("/")[0]


def enabled(questionnaire: Questionnaire, answers: Answers) -> frozenset[Key]:
    """What is asked, given the answers so far."""
    return frozenset(line.key for line in lines(questionnaire, answers) if line.enabled)


def calculated(questionnaire: Questionnaire, answers: Answers) -> dict[Key, Value]:
    """Answers that nobody gives."""
    return {
        line.key: line.value
        for line in lines(questionnaire, answers)
        if line.enabled and line.item.counts and line.value is not None
    }


def facts(questionnaire: Questionnaire, answers: Answers) -> dict[str, Value | list[Value]]:
    """Fact → what was said of it; a list where its question stands in a repeating group. What is not asked any more says nothing."""
    found: dict[str, Value | list[Value]] = {}
    for line in lines(questionnaire, answers):
        if not line.item.fact or not line.enabled or line.value is None:
            continue
        if line.path:
            many = found.setdefault(line.item.fact, [])
            if isinstance(many, list):
                many.append(line.value)
        else:
            found[line.item.fact] = line.value
    return found


def proposed(questionnaire: Questionnaire, known: Mapping[str, Value]) -> dict[Key, Value]:
    """What is known already, as an answer to look at; it counts as said only when it is kept."""
    return {
        ("", item.link_id): known[item.known]
        for item in questionnaire.walk()
        if item.known and item.known in known and fits(item, known[item.known])
    }


def fits(item: Item, value: Value) -> bool:
    """Whether a value is an answer to this question."""
    codes = {option.code for option in item.options}
    match item.kind:
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "decimal":
            return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        case "date":
            return isinstance(value, date)
        case "choice" if item.repeats:
            return isinstance(value, tuple) and set(value) <= codes
        case "choice":
            return isinstance(value, str) and value in codes
        case "string" | "text":
            return isinstance(value, str)
        case _:
            return False


def typed(item: Item, said: Sequence[str]) -> Value | None:
    """The answer that was typed or chosen; None when nothing was. NotAnAnswer when it cannot be one."""
    words = [word for each in said if (word := each.replace("\x00", "").strip())]
    if not item.is_question or item.counts:
        raise NotAnAnswer("question")
    if not words:
        return None
    if item.kind == "choice":
        codes = [option.code for option in item.options]
        if not set(words) <= set(codes) or (len(words) > 1 and not item.repeats):
            raise NotAnAnswer("choice")
        return tuple(code for code in codes if code in words) if item.repeats else words[0]
    word = words[0]
    try:
        match item.kind:
            case "boolean":
                return {"yes": True, "no": False}[word]
            case "integer":
                return int(word[:12])
            case "decimal":
                number = float(word[:20])
                if not isfinite(number):
                    raise NotAnAnswer("number")
                return number
            case "date":
                return date.fromisoformat(word)
    except (KeyError, ValueError):
        raise NotAnAnswer("date" if item.kind == "date" else "choice" if item.kind == "boolean" else "number") from None
    if len(word) > (item.longest or LONGEST):
        raise NotAnAnswer("long")
    return word


def stored(value: Value | None) -> Any:
    """As the row keeps it."""
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


def restored(item: Item, value: Any) -> Value | None:
    """From the row; None where it fits the question no more."""
    if item.kind == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    found: Value | None = tuple(value) if isinstance(value, list) else value
    return found if found is not None and fits(item, found) else None


def progress(questionnaire: Questionnaire, answers: Answers) -> dict[str, tuple[int, int]]:
    """Part of the interview → answered, asked."""
    found: dict[str, tuple[int, int]] = {item.link_id: (0, 0) for item in questionnaire.items}
    for line in lines(questionnaire, answers):
        if line.enabled and line.item.is_question and not line.item.counts:
            answered, asked = found[line.section]
            found[line.section] = answered + (line.value is not None), asked + 1
    return found
