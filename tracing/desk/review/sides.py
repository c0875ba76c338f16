"""Two people already known, line by line, with the letters marked that differ. Pure but for translation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from django.utils.translation import gettext as _

from tracing.base.text import fold
from tracing.desk.review.compare import of_known
from tracing.people.known import Known
from tracing.people.pairs import Side

Part = tuple[str, bool]
"""Some letters, and whether the other side has others in their place."""


_BLANK: Final[tuple[Part, ...]] = (("—", False),)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `verdict`: same, differs, or missing where one side says nothing or hides it."""

    label: Any
    cells: tuple[tuple[tuple[Part, ...], ...], tuple[tuple[Part, ...], ...]]
    verdict: str
    hidden: tuple[bool, bool] = (False, False)

    @property
    def sides(self) -> list[tuple[tuple[tuple[Part, ...], ...], bool]]:
        return list(zip(self.cells, self.hidden, strict=True))


def side_by_side(two: Sequence[Side]) -> list[Row]:
    """Names, birth date, sex, telephones, address, e-mail; of somebody masked the initials, the age and the town."""
    one, other = two
    if one.known is not None and other.known is not None:
        return _both(one.known, other.known)
    seen = one.known or other.known
    if seen is None:
        return []
    first = one.known is not None
    masked = (other if first else one).masked
    rows = [_with_hidden(label, lines, first) for label, lines, _many in of_known(seen) if lines]
    told = [(_("Initials"), masked.initials), (_("Age"), masked.decade), (_("Lives in"), masked.town)] if masked else []
    for label, text in told:
        cell: tuple[tuple[Part, ...], ...] = (((text, False),),) if text else ()
        rows.append(Row(label, ((_BLANK,), cell) if first else (cell, (_BLANK,)), "missing"))
    return rows


def _with_hidden(label: Any, lines: Sequence[str], first: bool) -> Row:
    cell = tuple(((line, False),) for line in lines)
    return Row(label, (cell, ()) if first else ((), cell), "missing", (False, True) if first else (True, False))


def _both(one: Known, other: Known) -> list[Row]:
    rows = []
    for (label, left, many), (_label, right, _many) in zip(of_known(one), of_known(other), strict=True):
        if not left and not right:
            continue
        a, b = {fold(text) for text in left} - {""}, {fold(text) for text in right} - {""}
        if not a or not b:
            verdict = "missing"
        elif many:
            verdict = "same" if a & b else "differs"
        else:
            verdict = "same" if a == b else "differs"
        rows.append(Row(label, _cells(left, right, verdict == "differs"), verdict))
    return rows


def _cells(
    left: Sequence[str], right: Sequence[str], differs: bool
) -> tuple[tuple[tuple[Part, ...], ...], tuple[tuple[Part, ...], ...]]:
    if differs and len(left) == len(right) == 1:
        a, b = marked(left[0], right[0])
        return (a,), (b,)
    return tuple(((text, False),) for text in left), tuple(((text, False),) for text in right)


def marked(left: str, right: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts in parts, those marked that the other has not: "Jon", "Jo[h]n". Texts with little in common are marked whole."""
    matcher = SequenceMatcher(None, left.casefold(), right.casefold(), autojunk=False)
    if matcher.ratio() < 0.5 or len(left.casefold()) != len(left) or len(right.casefold()) != len(right):
        return ((left, True),), ((right, True),)
    a: list[Part] = []
    b: list[Part] = []
    for what, i, j, k, m in matcher.get_opcodes():
        if left[i:j]:
            a.append((left[i:j], what != "equal"))
        if right[k:m]:
            b.append((right[k:m], what != "equal"))
    return tuple(a), tuple(b)
