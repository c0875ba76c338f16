"""Numbers of other systems: taken from reports, replaced by others, kept with their history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.base.text import fold
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import PersonNumber

SSN4: Final = "ssn4"
_TAKEN: Final = {"MR": "mr", "PI": "pi", "PT": "pi", "SR": "sr", "": "pi"}
"""Types of number (HL7 table 0203) that name a person and last: not those of an account, a visit, an insurance or a licence."""


class NumberNotKnown(Exception):
    """Nobody here is known by the number."""


class NumberOfTwo(Exception):
    """Several people are known by the number."""


@dataclass(frozen=True, slots=True)
class NewNumber:
    person: UUID
    system: str
    value: str
    source: str
    as_of: datetime


def key_of(value: str) -> str:
    """Letters and digits alone: CT-0012 and ct0012 are one number."""
    return fold(value).replace(" ", "")[:60]


def compared_as(system: str, key: str) -> str:
    """A number as the matching compares it."""
    return f"{system}|{key}"


def system_of(kind: str, authority: str, source: str, *, surveillance: bool = False) -> str:
    """Whose number it is: "mr:hartford hospital", "pi:quest"; "surveillance:ctedss" of the sender that is the surveillance system; "ssn4".

    "" for numbers that are not kept. Without an authority the sender is it.
    """
    if kind.upper() in ("SS", "SSN"):
        return SSN4
    taken = _TAKEN.get(kind.upper())
    if taken is None:
        return ""
    return f"surveillance:{source}"[:80] if surveillance else f"{taken}:{fold(authority) or source}"[:80]


def kept(kind: str, value: str) -> str:
    """What of a number is stored: of a social security number the last four digits; "" of what is no number."""
    digits = re.sub(r"\D", "", value)
    if kind.upper() in ("SS", "SSN"):
        return digits[-4:] if len(digits) in (4, 9) and len(set(digits)) > 1 and digits[-4:] != "0000" else ""
    looks_like_ssn = re.fullmatch(r"\d{3}-\d{2}-\d{4}", value.strip())
    return "" if looks_like_ssn or not digits or not digits.strip("0") or len(value.strip()) > 60 else value.strip()


@action
def record_numbers(*, numbers: Sequence[NewNumber], by: Actor, at: datetime) -> int | Unchanged:
    """Keep the numbers that are new of each person. How many."""
    wanted = {(n.person, n.system, key_of(n.value)): n for n in numbers if n.system and n.value}
    if not wanted:
        return UNCHANGED
    known = set(PersonNumber.objects.filter(person__in={n.person for n in wanted.values()}).values_list("person_id", "system", "key"))
    new = [(key, n) for (person, system, key), n in sorted(wanted.items()) if (person, system, key) not in known]
    if not new:
        return UNCHANGED
    PersonNumber.objects.bulk_create(
        (PersonNumber(person_id=n.person, system=n.system, value=n.value, key=key, source=n.source, since=n.as_of) for key, n in new),
        ignore_conflicts=True,
    )
    for person in sorted({n.person for _key, n in new}):
        systems = sorted({n.system for _key, n in new if n.person == person})
        record("person.number_added", by=by, at=at, subject=("person", person), person=person, codes={"systems": systems})
    return len(new)


def whose(system: str, value: str) -> PersonNumber:
    """The row of a number, replaced or not. Refuses (NumberNotKnown, NumberOfTwo)."""
    rows = list(PersonNumber.objects.filter(key=key_of(value), system=system).order_by("until", "id"))
    if not rows:
        raise NumberNotKnown(system)
    if len({row.person_id for row in rows}) > 1:
        raise NumberOfTwo(system)
    return rows[0]


@action
def renumber(*, system: str, old: str, new: str, as_of: datetime, by: Actor, at: datetime) -> PersonNumber | Unchanged:
    """The system knows somebody by another number from then on. Both find them. Refuses when nobody, or several, had the old one, or
    when the new one is somebody else's: that is a merge, and not said as one."""
    before = PersonNumber.objects.select_for_update(no_key=True).get(pk=whose(system, old).pk)
    key = key_of(new)
    if PersonNumber.objects.filter(system=system, key=key).exclude(person=before.person_id).exists():
        raise NumberOfTwo(system)
    after, made = PersonNumber.objects.get_or_create(
        person_id=before.person_id, system=system, key=key, defaults={"value": new.strip(), "source": before.source, "since": as_of}
    )
    if not made and before.replaced_by_id == after.pk and after.until is None:
        return UNCHANGED
    if after.until is not None:
        after.until, after.replaced_by = None, None
        after.save(update_fields=["until", "replaced_by"])
    before.until, before.replaced_by = as_of, after
    before.save(update_fields=["until", "replaced_by"])
    record("person.renumbered", by=by, at=at, subject=("person", before.person_id), person=before.person_id, codes={"system": system})
    return after


@action
def number_ended(
    *, number: PersonNumber, replaced_by: PersonNumber | None, as_of: datetime, by: Actor, at: datetime
) -> PersonNumber | Unchanged:
    """The system uses another number instead of this one; `replaced_by` None: it uses this one again."""
    row = PersonNumber.objects.select_for_update(no_key=True).get(pk=number.pk)
    until = as_of if replaced_by is not None else None
    if (row.until is None) == (until is None) and row.replaced_by_id == (replaced_by.pk if replaced_by else None):
        return UNCHANGED
    row.until, row.replaced_by = until, replaced_by
    row.save(update_fields=["until", "replaced_by"])
    record("person.renumbered", by=by, at=at, subject=("person", row.person_id), person=row.person_id, codes={"system": row.system})
    return row


def numbers_of(person: UUID, viewer: Viewer) -> list[PersonNumber]:
    """As the page shows them: those in use first, then the history."""
    rows: Iterable[PersonNumber] = (
        visible_to(PersonNumber.objects.filter(person=person), viewer).select_related("replaced_by").order_by("system", "-since", "id")
    )
    return sorted(rows, key=lambda row: row.until is not None)
