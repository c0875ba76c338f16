"""The forest of merges, and which value holds where several people are one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

Held = tuple[Any, Sequence[Any] | None]
"""A value with its stamp (see `people.rules.prefer`); None where nobody wrote one down."""


@dataclass(frozen=True, slots=True)
class Edge:
    """`merged` was found to be `kept`."""

    kept: UUID
    merged: UUID


def below(edges: Iterable[Edge], top: UUID) -> frozenset[UUID]:
    """Everybody who is `top` by these edges, `top` among them."""
    children: dict[UUID, list[UUID]] = {}
    for edge in edges:
        children.setdefault(edge.kept, []).append(edge.merged)
    found, left = {top}, [top]
    while left:
        for child in children.get(left.pop(), ()):
            if child not in found:
                found.add(child)
                left.append(child)
    return frozenset(found)


def upwards(edges: Iterable[Edge], start: UUID) -> list[UUID]:
    """From a person to the root, both among them."""
    parent = {edge.merged: edge.kept for edge in edges}
    path = [start]
    while (above := parent.get(path[-1])) is not None and above not in path:
        path.append(above)
    return path


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def _weight(held: Held) -> tuple[bool, bool, int, str, str]:
    value, stamp = held
    return not is_empty(value), stamp is not None, int(stamp[0]) if stamp else 0, str(stamp[1]) if stamp else "", str(value)


def holds(values: Sequence[Held]) -> Held:
    """Of one field's values the one that holds: as `people.rules.prefer` would have it after all of them, whatever the order.

    A value that nobody stamped stands above nothing but emptiness; of two such the first.
    """
    best = values[0]
    for held in values[1:]:
        mine, theirs = _weight(best), _weight(held)
        if theirs[:2] > mine[:2] or (theirs[:2] == mine[:2] and held[1] is not None and theirs > mine):
            best = held
    return best


def merged_fields(all_of: Sequence[Mapping[str, Held]]) -> dict[str, Held]:
    """Field → what holds among several people."""
    return {field: holds([one[field] for one in all_of]) for field in all_of[0]}
