"""What changed from one version of a questionnaire to the next, item by item, for whoever must agree to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import Any, Final

from tracing.questionnaires.document import Item, Option, Questionnaire


@dataclass(frozen=True, slots=True)
class Changed:
    """One part of an item: its name ("text:es", "conditions", …), as it was and as it is."""

    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` is added, removed, moved or changed. `label` is the item's, as it is now (removed: as it was)."""

    what: str
    link_id: str
    label: str
    section: str
    """Of the part of the interview."""
    changed: tuple[Changed, ...] = ()


_LEFT: Final = frozenset({"link_id", "items", "text", "options"})


def differences(before: Questionnaire, after: Questionnaire) -> list[Difference]:
    """In the order of the newer version; what was removed stands where it stood."""
    old, new = dict(_each(before)), dict(_each(after))
    found: dict[str, Difference] = {}
    moved = _moved(list(old), list(new))
    for link_id, (item, section) in new.items():
        if link_id not in old:
            found[link_id] = Difference("added", link_id, item.label, section, tuple(_parts(None, item)))
            continue
        changed = tuple(_parts(old[link_id][0], item))
        if changed or link_id in moved:
            found[link_id] = Difference("changed" if changed else "moved", link_id, item.label, section, changed)
    order = list(new)
    for link_id, (item, section) in old.items():
        if link_id not in new:
            found[link_id] = Difference("removed", link_id, item.label, section)
            earlier = [one for one in list(old)[: list(old).index(link_id)] if one in order]
            order.insert(order.index(earlier[-1]) + 1 if earlier else 0, link_id)
    return [found[link_id] for link_id in order if link_id in found]


def _each(document: Questionnaire) -> Iterator[tuple[str, tuple[Item, str]]]:
    for top in document.items:
        for item in _below(top):
            yield item.link_id, (item, top.label)


def _below(item: Item) -> Iterator[Item]:
    yield item
    for each in item.items:
        yield from _below(each)


def _moved(old: list[str], new: list[str]) -> frozenset[str]:
    """Items of both that stand elsewhere among those of both: the fewest whose moving explains the new order."""
    first, second = [one for one in old if one in set(new)], [one for one in new if one in set(old)]
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    kept = {first[block.a + step] for block in blocks for step in range(block.size)}
    return frozenset(second) - kept


def _parts(before: Item | None, after: Item) -> Iterator[Changed]:
    old_text = before.text if before else {}
    for language in dict.fromkeys((*old_text, *after.text)):
        if old_text.get(language, "") != after.text.get(language, ""):
            yield Changed(f"text:{language}", old_text.get(language, ""), after.text.get(language, ""))
    was, now = _options(before.options if before else ()), _options(after.options)
    for code in dict.fromkeys((*was, *now)):
        if was.get(code) != now.get(code):
            yield Changed(f"option:{code}", was.get(code, ""), now.get(code, ""))
    for field in fields(Item):
        if field.name in _LEFT:
            continue
        then = getattr(before, field.name) if before else field.default
        if then != getattr(after, field.name):
            yield Changed(field.name, _shown(then) if before else "", _shown(getattr(after, field.name)))


def _options(options: tuple[Option, ...]) -> dict[str, str]:
    return {option.code: " · ".join(option.display.values()) for option in options}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(f"{one.question} {one.operator} {one.value}" for one in value)
    return str(value)
