"""Messages that say of a person's numbers: these two are one, this one is now that one, these two are two after all. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from tracing.intake.hl7.person import identifiers
from tracing.intake.hl7.segments import Marks
from tracing.intake.report import NumberChange

_EVENTS: Final[dict[str, Literal["merge", "renumber", "part"]]] = {
    "A18": "merge", "A34": "merge", "A40": "merge", "A36": "renumber", "A46": "renumber", "A47": "renumber", "A37": "part",
}  # fmt: skip


def number_change(message_type: str, segments: Sequence[str], marks: Marks) -> NumberChange | None:
    """ADT^A40 (PID-3 stays, MRG-1 goes), ADT^A47 (PID-3 is new, MRG-1 was before), ADT^A37 (two PID are two people). None: neither."""
    parts = message_type.split(marks.component)
    what = _EVENTS.get(parts[1]) if len(parts) > 1 and parts[0] == "ADT" else None
    if what is None:
        return None
    people = [_numbers(segment, 3, marks) for segment in segments if segment.startswith("PID")]
    before = [_numbers(segment, 1, marks) for segment in segments if segment.startswith("MRG")]
    if what == "part":
        return NumberChange(what, people[0], people[1]) if len(people) == 2 and all(people) else None
    fits = len(people) == 1 and len(before) == 1 and people[0] and before[0]
    return NumberChange(what, people[0], before[0]) if fits else None


def _numbers(segment: str, field: int, marks: Marks) -> tuple[str, ...]:
    """Of a field those numbers that name a person, without those of accounts, visits and cards."""
    fields = segment.split(marks.field)
    found = identifiers(fields[field], marks) if len(fields) > field else ()
    return tuple(one.value for one in found if one.kind.upper() in ("", "PI", "PT", "SR", "MR"))
