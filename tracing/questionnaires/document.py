"""What a questionnaire is made of, read from its FHIR R4 document. Pure: a document that cannot be read says why, item by item.

The document is FHIR's `Questionnaire` with standard extensions: `translation` (other languages), `questionnaire-itemControl` "help" (what
whoever asks should know: never said aloud), and of Structured Data Capture the short text, the initial and the calculated expression. The
one extension of our own is `panel`. An item's `text` is what is said aloud.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

HL7: Final = "http://hl7.org/fhir/StructureDefinition/"
SDC: Final = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
OURS: Final = "https://contact.example/fhir/"
TRANSLATION: Final = HL7 + "translation"
CONTROL: Final = HL7 + "questionnaire-itemControl"
SHORT: Final = SDC + "sdc-questionnaire-shortText"
INITIAL: Final = SDC + "sdc-questionnaire-initialExpression"
CALCULATED: Final = SDC + "sdc-questionnaire-calculatedExpression"
PANEL: Final = OURS + "StructureDefinition/panel"
FACT: Final = "urn:contact:fact"
DISEASE: Final = "urn:contact:disease"
ABOUT: Final = "urn:contact:questionnaire"

KINDS: Final = ("group", "display", "boolean", "integer", "decimal", "date", "string", "text", "choice")
ASKED_OF: Final = ("case", "contact", "next_of_kin")
PANELS: Final = ("contacts", "places", "household")
OPERATORS: Final = ("exists", "=", "!=", ">", "<", ">=", "<=")
KNOWN: Final = "%known."
COUNT: Final = ("%resource.descendants().where(linkId='", "').count()")

Value = bool | int | float | str | date | tuple[str, ...]
"""An answer: of a choice its code, of one that may have several all codes in the order of the options."""
Words = Mapping[str, str]
"""Language (BCP 47) → text. The document's own language comes first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a document cannot be read: a code, the item, and what to do about it."""

    code: str
    link_id: str
    what: str

    def __str__(self) -> str:
        return f"{self.code} {self.link_id or 'document'}: {self.what}"


class Unreadable(ValueError):
    """The document is no questionnaire that can be asked."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    display: Words


@dataclass(frozen=True, slots=True)
class Condition:
    """Asked only when the answer to an earlier question is such."""

    question: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Item:
    link_id: str
    kind: str
    text: Words
    short: str = ""
    """What whoever asks reads at a glance."""
    help: str = ""
    fact: str = ""
    known: str = ""
    """The fact from which the answer is proposed."""
    counts: str = ""
    """The group whose instances are counted: the answer is calculated."""
    panel: str = ""
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    any_of: bool = False
    required: bool = False
    repeats: bool = False
    longest: int = 0
    items: tuple[Item, ...] = ()

    @property
    def is_question(self) -> bool:
        return self.kind not in ("group", "display")

    @property
    def label(self) -> str:
        return self.short or next(iter(self.text.values()), self.link_id)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    code: str
    version: str
    title: Words
    disease: str
    about: str
    """Whom it is asked of: one of ASKED_OF."""
    items: tuple[Item, ...]
    languages: tuple[str, ...] = ("en",)

    def walk(self) -> Iterator[Item]:
        """Every item in the order in which it is asked."""
        return _walk(self.items)

    def item(self, link_id: str) -> Item | None:
        return next((item for item in self.walk() if item.link_id == link_id), None)

    def repeating(self) -> dict[str, tuple[str, ...]]:
        """linkId → the repeating groups that the item stands in, outermost first."""
        return {item.link_id: inside for item, inside in _inside(self.items, ())}


def _walk(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _walk(item.items)


def say(words: Words, language: str) -> str:
    """The text in that language, else in the document's own."""
    return words.get(language) or words.get(language.partition("-")[0]) or next(iter(words.values()), "")


def read(document: Any) -> Questionnaire:
    """The questionnaire; Unreadable names everything that is wrong with it, not only the first."""
    problems: list[Problem] = []
    if not isinstance(document, dict) or document.get("resourceType") != "Questionnaire":
        raise Unreadable([Problem("CT800", "", 'It is no FHIR Questionnaire: "resourceType" must be "Questionnaire".')])
    language = _text(document.get("language")) or "en"
    codes = {_text(code.get("system")): _text(code.get("code")) for code in _dicts(document.get("code"))}
    code = _text(document.get("url")).rpartition("/")[2]
    for name, found in (
        ("url", code), ("version", document.get("version")), ("title", document.get("title")), (f"code of {DISEASE}", codes.get(DISEASE)),
    ):  # fmt: skip
        if not found:
            problems.append(Problem("CT801", "", f"It has no {name}: add it."))
    if codes.get(ABOUT) not in ASKED_OF:
        problems.append(Problem("CT801", "", f"Its code of {ABOUT} must be one of: {', '.join(ASKED_OF)}."))
    items = tuple(_item(each, language, problems) for each in _dicts(document.get("item")) if not _is_help(each))
    if not items:
        problems.append(Problem("CT801", "", "It asks nothing: add items."))
    found = Questionnaire(
        code,
        _text(document.get("version")),
        _words(document, "title", language),
        codes.get(DISEASE, ""),
        codes.get(ABOUT, ""),
        items,
    )
    _judge(found, problems)
    if problems:
        raise Unreadable(problems)
    return replace(found, languages=_languages(found, language))


def _languages(found: Questionnaire, first: str) -> tuple[str, ...]:
    """Languages in which everything can be said: one sentence that is missing is one too many."""
    said = [words for item in found.walk() for words in (item.text, *(option.display for option in item.options)) if words]
    return (first, *sorted({key for words in said for key in words if key != first and all(key in each for each in said)}))


def _item(raw: dict[str, Any], language: str, problems: list[Problem]) -> Item:
    link_id, kind = _text(raw.get("linkId")), _text(raw.get("type"))
    extensions = {_text(each.get("url")): each for each in _dicts(raw.get("extension"))}
    known, counts = _expression(extensions.get(INITIAL)), _expression(extensions.get(CALCULATED))
    panel = _text(extensions.get(PANEL, {}).get("valueCode"))
    if kind not in KINDS:
        problems.append(Problem("CT803", link_id, f'The type "{kind}" is not known: take one of {", ".join(KINDS)}.'))
    if panel and (panel not in PANELS or kind != "display"):
        problems.append(Problem("CT806", link_id, f"A panel is a display item and one of {', '.join(PANELS)}."))
    if known and not known.startswith(KNOWN):
        problems.append(Problem("CT807", link_id, f'What is proposed is "{KNOWN}" and the name of a fact.'))
    if counts and not (counts.startswith(COUNT[0]) and counts.endswith(COUNT[1])):
        problems.append(Problem("CT807", link_id, f"What is calculated is a count: {COUNT[0]}…{COUNT[1]}."))
    facts = [_text(code.get("code")) for code in _dicts(raw.get("code")) if code.get("system") == FACT]
    below = _dicts(raw.get("item"))
    helps = [each for each in below if _is_help(each)]
    longest = raw.get("maxLength")
    return Item(
        link_id, kind, _words(raw, "text", language), _text(extensions.get(SHORT, {}).get("valueString")),
        " ".join(_text(each.get("text")) for each in helps), facts[0] if facts else "", known.removeprefix(KNOWN),
        counts.removeprefix(COUNT[0]).removesuffix(COUNT[1]), panel, tuple(_options(raw, link_id, language, problems)),
        tuple(_conditions(raw, link_id, problems)), raw.get("enableBehavior") == "any", raw.get("required") is True,
        raw.get("repeats") is True, longest if isinstance(longest, int) else 0,
        tuple(_item(each, language, problems) for each in below if not _is_help(each)),
    )  # fmt: skip


def _options(raw: dict[str, Any], link_id: str, language: str, problems: list[Problem]) -> Iterator[Option]:
    for each in _dicts(raw.get("answerOption")):
        coding = each.get("valueCoding")
        if not isinstance(coding, dict) or not _text(coding.get("code")) or not _text(coding.get("display")):
            problems.append(Problem("CT804", link_id, "An option needs a valueCoding with a code and a display."))
            continue
        yield Option(_text(coding["code"]), _words(coding, "display", language))


def _conditions(raw: dict[str, Any], link_id: str, problems: list[Problem]) -> Iterator[Condition]:
    for each in _dicts(raw.get("enableWhen")):
        operator = _text(each.get("operator"))
        values = [value for key, value in each.items() if key.startswith("answer")]
        value = values[0] if len(values) == 1 else None
        if isinstance(value, dict):
            value = _text(value.get("code"))
        if "answerDate" in each:
            value = _day(value)
        if not isinstance(value, bool | int | float | str | date):
            value = None
        if operator not in OPERATORS or value is None or (operator == "exists" and not isinstance(value, bool)):
            problems.append(
                Problem("CT805", link_id, f"A condition needs one of {', '.join(OPERATORS)} and one answer to compare with.")
            )
            continue
        yield Condition(_text(each.get("question")), operator, value)


def _judge(found: Questionnaire, problems: list[Problem]) -> None:
    """What only the whole can tell: numbers used twice, conditions on what is not asked before."""
    asked: dict[str, tuple[Item, tuple[str, ...]]] = {}
    every = {item.link_id for item in found.walk()}
    for item, inside in _inside(found.items, ()):
        if not item.link_id or any(sign in item.link_id for sign in ":/ "):
            problems.append(Problem("CT802", item.link_id, "A linkId is needed, without colon, slash or blank."))
        elif item.link_id in asked:
            problems.append(Problem("CT802", item.link_id, "This linkId is used twice: give each item its own."))
        if item.kind != "group" and not item.text:
            problems.append(Problem("CT803", item.link_id, "Nothing is said: add its text."))
        if (item.kind == "choice") != bool(item.options):
            problems.append(Problem("CT804", item.link_id, "A choice needs answerOption, and nothing else has it."))
        if len({option.code for option in item.options}) != len(item.options):
            problems.append(Problem("CT804", item.link_id, "Two options have the same code."))
        if item.repeats and item.kind not in ("group", "choice"):
            problems.append(Problem("CT803", item.link_id, "Only a group or a choice repeats."))
        if item.items and item.kind != "group":
            problems.append(Problem("CT803", item.link_id, "Only a group holds further items; help is a display with itemControl."))
        for condition in item.conditions:
            before = asked.get(condition.question)
            if before is None:
                why = "is asked later: move it before" if condition.question in every else "does not exist"
                problems.append(Problem("CT805", item.link_id, f'Its condition names "{condition.question}", which {why}.'))
            elif inside[: len(before[1])] != before[1]:
                problems.append(
                    Problem("CT805", item.link_id, f'"{condition.question}" repeats: only items of the same group can ask for it.')
                )
            elif not _fits(before[0], condition):
                problems.append(
                    Problem("CT805", item.link_id, f'"{condition.question}" cannot have the answer that the condition names.')
                )
        if item.counts and item.counts not in every:
            problems.append(Problem("CT807", item.link_id, f'It counts "{item.counts}", which does not exist.'))
        asked.setdefault(item.link_id, (item, inside))


def _fits(item: Item, condition: Condition) -> bool:
    if condition.operator == "exists":
        return item.is_question
    if item.kind == "choice":
        return condition.operator in ("=", "!=") and condition.value in {option.code for option in item.options}
    if item.kind == "boolean":
        return condition.operator in ("=", "!=") and isinstance(condition.value, bool)
    if item.kind in ("integer", "decimal"):
        return isinstance(condition.value, int | float) and not isinstance(condition.value, bool)
    if item.kind == "date":
        return isinstance(condition.value, date)
    return item.is_question and condition.operator in ("=", "!=") and isinstance(condition.value, str)


def _inside(items: tuple[Item, ...], inside: tuple[str, ...]) -> Iterator[tuple[Item, tuple[str, ...]]]:
    """Every item with the repeating groups it stands in."""
    for item in items:
        yield item, inside
        yield from _inside(item.items, (*inside, item.link_id) if item.kind == "group" and item.repeats else inside)


def _is_help(raw: dict[str, Any]) -> bool:
    for each in _dicts(raw.get("extension")):
        coded = each.get("valueCodeableConcept")
        if each.get("url") == CONTROL and isinstance(coded, dict):
            return any(coding.get("code") == "help" for coding in _dicts(coded.get("coding")))
    return False


def _words(raw: dict[str, Any], name: str, language: str) -> Words:
    text = _text(raw.get(name))
    if not text:
        return {}
    words = {language: text}
    beside = raw.get("_" + name)
    for each in _dicts(beside.get("extension") if isinstance(beside, dict) else None):
        parts = {_text(part.get("url")): part for part in _dicts(each.get("extension"))}
        lang, content = _text(parts.get("lang", {}).get("valueCode")), parts.get("content", {})
        said = _text(content.get("valueString")) or _text(content.get("valueMarkdown"))
        if each.get("url") == TRANSLATION and lang and said:
            words[lang] = said
    return words


def _expression(extension: dict[str, Any] | None) -> str:
    found = (extension or {}).get("valueExpression")
    return _text(found.get("expression")) if isinstance(found, dict) else ""


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
