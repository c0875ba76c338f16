"""Questions as parts of a form: what is said aloud, what was answered, and which revision of it is before whoever types.

Each question sends three things: `q~path~linkId` what is typed, `r~…` the revision shown, `o~…` what stood there when it was drawn.
Only what differs from that is said: whoever keeps an old page again changes nothing that they did not touch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.forms.utils import ErrorDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracing.base.phones import e164
from tracing.questionnaires.actions import Conflict, Said
from tracing.questionnaires.document import Item, Questionnaire, Value, say
from tracing.questionnaires.models import Answer
from tracing.questionnaires.rules import Answers, Key, Line, NotAnAnswer, lines, progress, proposed, stored, typed
from tracing.uswds import forms

NO_ANSWER: Final = {
    "date": _("Enter a day as month, day and year."), "number": _("Enter a number."), "choice": _("Choose one of the answers."),
    "long": _("This is too long."), "question": _("This is not asked any more."), "future": _("This day has not come yet."),
    "old": _("This day is too long ago."), "phone": _("Enter a number with its area code, for example 203-555-0142."),
    "email": _("Enter an e-mail address, for example ana@example.org."),
}  # fmt: skip
ANSWERS: Final = (("yes", _("Yes")), ("no", _("No")), ("", _("Not asked")))
OLDEST: Final = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Part:
    """An item as it is drawn."""

    item: Item
    path: str
    say: str
    field: Any
    revision: int
    before: str
    known: str
    theirs: str
    count: int | None = None

    @property
    def name(self) -> str:
        return f"{self.path}~{self.item.link_id}"


@dataclass(frozen=True, slots=True)
class Section:
    item: Item
    say: str
    parts: list[Part]
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent: what is said anew, and what is no answer, with its reason."""

    said: list[Said]
    wrong: dict[Key, str]
    words: dict[Key, list[str]]
    """Everything that was typed, as it was typed."""


def read_typed(questionnaire: Questionnaire, data: Any, today: date, known: Mapping[str, Value] | None = None) -> Typed:
    """`data`: the request's QueryDict. `known`: fact → what is on record: one click says that it is right, and then it is an answer."""
    items = {item.link_id: item for item in questionnaire.walk() if item.is_question}
    said, wrong, words = [], {}, {}
    for name in data:
        sign, _tilde, rest = name.partition("~")
        path, tilde, link_id = rest.partition("~")
        item = items.get(link_id)
        if sign != "r" or not tilde or item is None or item.counts:
            continue
        key, now = (path, link_id), [word for word in data.getlist(f"q~{rest}") if word.strip()]
        if json.dumps(sorted(now)) == data.get(f"o~{rest}"):
            continue
        words[key] = now
        revision = data.get(name, "")
        try:
            value = typed(item, now)
            judge(item, value, today)
        except NotAnAnswer as no:
            wrong[key] = no.code
        else:
            said.append(Said(path, link_id, value, int(revision[:6]) if revision.isdecimal() else 0))
    path, _tilde, link_id = data.get("take", "").partition("~")
    offered = proposed(questionnaire, known or {})
    if (path, link_id) in offered and (path, link_id) not in words:
        revision = data.get(f"r~{path}~{link_id}", "")
        said.append(Said(path, link_id, offered[path, link_id], int(revision[:6]) if revision.isdecimal() else 0))
    return Typed(said, wrong, words)


def judge(item: Item, value: Value | None, today: date) -> None:
    """What only the day and the fact tell: nobody fell ill tomorrow."""
    if isinstance(value, date):
        if value > today:
            raise NotAnAnswer("future")
        if value < OLDEST or (item.fact == "onset_on" and (today - value).days > 365):
            raise NotAnAnswer("old")
    if item.fact == "phone" and isinstance(value, str) and not e164(value):
        raise NotAnAnswer("phone")
    if item.fact == "email" and isinstance(value, str):
        try:
            validate_email(value)
        except ValidationError:
            raise NotAnAnswer("email") from None


def sections(
    questionnaire: Questionnaire, answers: Answers, rows: Mapping[Key, Answer], *, language: str, words: Mapping[str, str],
    known: Mapping[str, str], new: str, was: Typed | None = None, conflicts: Sequence[Conflict] = (), who: Mapping[Any, str] | None = None,
) -> list[Section]:  # fmt: skip
    """Every part of the interview with what is asked in it now. `new`: the name of an instance that nobody has begun yet."""
    also = [f"{item.link_id}:{new}" for item in questionnaire.walk() if item.kind == "group" and item.repeats]
    disputed = {(one.said.path, one.said.link_id): one for one in conflicts}
    done = progress(questionnaire, answers)
    made: dict[str, list[Part]] = {item.link_id: [] for item in questionnaire.items}
    counts: dict[str, int] = {}
    for line in lines(questionnaire, answers, also):
        if line.enabled and line.item.link_id not in made:
            if line.item.kind == "group" and line.item.repeats:
                counts[line.item.link_id] = counts.get(line.item.link_id, 0) + 1
            row = rows.get(line.key)
            conflict = disputed.get(line.key)
            made[line.section].append(_part(line, row, language, words, known, was, conflict, who or {}, counts.get(line.item.link_id)))
    return [
        Section(item, filled(say(item.text, language), words), made[item.link_id], *done[item.link_id]) for item in questionnaire.items
    ]  # fmt: skip


def _part(
    line: Line, row: Answer | None, language: str, words: Mapping[str, str], known: Mapping[str, str], was: Typed | None,
    conflict: Conflict | None, who: Mapping[Any, str], count: int | None,
) -> Part:  # fmt: skip
    item = line.item
    spoken = filled(say(item.text, language), words)
    base = as_words(line.value)
    theirs = ""
    if conflict is not None:
        name = who.get(conflict.theirs.by, gettext("somebody else"))
        theirs = gettext("%(who)s has kept another answer meanwhile: %(answer)s. It stands; keep yours to replace it.") % {
            "who": name, "answer": shown(item, line.value, language) or gettext("none"),
        }  # fmt: skip
    field = None
    if item.is_question and not item.counts:
        now = was.words.get(line.key, base) if was is not None and (line.key in was.wrong or conflict is not None) else base
        wrong = was.wrong.get(line.key, "") if was is not None else ""
        field = _field(line, spoken, now, language, str(NO_ANSWER[wrong]) if wrong else theirs)
    return Part(
        item, line.path, spoken, field, row.revision if row is not None else 0, json.dumps(sorted(base)),
        known.get(item.fact, "") if item.fact and line.value is None else "", theirs, line.value if item.counts else count,  # type: ignore[arg-type]
    )  # fmt: skip


class _One(forms.Form):
    """A form of one question that judges nothing: `typed` and `judge` have done it."""

    marks_optional = False

    def __init__(self, name: str, field: django_forms.Field, now: Any, error: str) -> None:
        super().__init__(_Words({name: now}))
        self.fields[name] = field
        self._errors: Any = ErrorDict({name: self.error_class([error])} if error else {})

    def full_clean(self) -> None:
        return


def _field(line: Line, spoken: str, now: list[str], language: str, error: str) -> Any:
    """One question as a field of USWDS, bound to what was typed."""
    item, name = line.item, f"q~{line.path}~{line.item.link_id}"
    options = [(option.code, say(option.display, language)) for option in item.options]
    field: django_forms.Field
    match item.kind:
        case "boolean":
            field = forms.ChoiceField(label=spoken, choices=ANSWERS, inline=True, required=False)
        case "choice" if item.repeats:
            field = forms.ChecksField(label=spoken, choices=options, inline=True, required=False)
        case "choice" if len(options) <= 5:
            field = forms.ChoiceField(label=spoken, choices=[*options, ("", _("Not asked"))], inline=True, required=False)
        case "choice":
            field = forms.SelectField(label=spoken, choices=[("", _("Not asked")), *options], required=False, width="xl")
        case "date":
            field = forms.DayField(label=spoken, required=False)
        case "text":
            field = forms.TextField(label=spoken, required=False, rows=2)
        case "string":
            field = forms.LineField(label=spoken, required=False, width="2xl")
        case _:
            field = forms.LineField(label=spoken, required=False, width="sm", mode="decimal")
    initial: Any = now if item.kind == "choice" and item.repeats else (now[0] if now else "")
    return _One(name, field, initial, error)[name]


class _Words(dict[str, Any]):
    """What was typed, as widgets ask for it."""

    def getlist(self, name: str) -> list[str]:
        value = self.get(name, [])
        return value if isinstance(value, list) else [value] if value else []


def as_words(value: Value | None) -> list[str]:
    """As a form sends it."""
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return list(value) if isinstance(value, tuple) else [str(stored(value))]


def shown(item: Item, value: Value | None, language: str) -> str:
    """An answer in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, date):
        return date_format(value, "F j, Y")
    names = {option.code: say(option.display, language) for option in item.options}
    return ", ".join(names.get(code, code) for code in (value if isinstance(value, tuple) else (str(value),)))


def filled(text: str, words: Mapping[str, str]) -> str:
    """The sentence with names and days in it."""
    for name, word in words.items():
        text = text.replace("{" + name + "}", word)
    return text
