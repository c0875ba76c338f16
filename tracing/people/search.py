"""One box: a name, a telephone number or a birth date, in whatever form it is typed. Only people the searcher may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.base.phones import e164
from tracing.base.sight import finds_by
from tracing.base.text import fold, name_key
from tracing.people.models import Person, WayToReach

AT_MOST: Final = 50
_DAY: Final = re.compile(r"\b(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d{2}))\b")
_FORMATS: Final = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words say."""

    name: str = ""
    phone: str = ""
    birth_on: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody found, and why: "phone", "birth_date", "name", "name_begins"."""

    person: Person
    reasons: tuple[str, ...]


def understand(words: str) -> Asked:
    """Take a birth date and a telephone number out of the words; what is left is a name."""
    born = None
    if found := _DAY.search(words):
        born = _day(found.group(1))
        if born is not None:
            words = words[: found.start()] + " " + words[found.end() :]
    digits = re.sub(r"\D", "", words)
    letters = any(character.isalpha() for character in words)
    phone = e164(words) if len(digits) >= 7 and not letters else ""
    name = "" if phone else " ".join(re.sub(r"[^\w\s,'’.-]", " ", words).split())
    return Asked(name if letters else "", phone, born)


def not_asked_by(asked: Asked, viewer: Viewer) -> bool:
    """Whether something is asked that the viewer does not see: an answer would tell it."""
    by = finds_by(viewer.sight)
    hidden = [asked.name and "name" not in by, asked.birth_on and "birth" not in by, asked.phone and "reach" not in by]
    return any(hidden)


def find(asked: Asked, viewer: Viewer) -> list[Hit]:
    """At most AT_MOST people, those with more reasons first, then by name. Nobody by what the viewer does not see."""
    if not (asked.name or asked.phone or asked.birth_on) or not_asked_by(asked, viewer):
        return []
    seen = visible_to(Person.objects.all(), viewer)
    if asked.phone:
        seen = seen.filter(pk__in=_with_number(asked.phone, viewer))
    if asked.birth_on is not None:
        seen = seen.filter(birth_on=asked.birth_on)
    exact: set[str] = set()
    if asked.name:
        begins, exact = _names(asked.name)
        wanted = Q(name_key__in=exact) if exact else Q(pk=None)
        for key in begins:
            wanted |= Q(sort_key__gte=key, sort_key__lt=key + "~")
        seen = seen.filter(wanted)
    hits = []
    for person in seen.order_by("sort_key", "id")[:AT_MOST]:
        reasons = []
        if asked.phone:
            reasons.append("phone")
        if asked.birth_on is not None:
            reasons.append("birth_date")
        if asked.name:
            reasons.append("name" if person.name_key and person.name_key in exact else "name_begins")
        hits.append(Hit(person, tuple(reasons)))
    return sorted(hits, key=lambda hit: "name_begins" in hit.reasons)


def _with_number(phone: str, viewer: Viewer) -> list[UUID]:
    return list(visible_to(WayToReach.objects.filter(value=phone), viewer).values_list("person_id", flat=True)[:AT_MOST])


def _names(name: str) -> tuple[list[str], set[str]]:
    """How sort keys of people of that name begin, and the full names it may be: "Rivera, Ana", "Ana Rivera", "rivera"."""
    family, comma, given = name.partition(",")
    if comma:
        return [f"{fold(family)}  {fold(given)}".rstrip()], {name_key(family, given)} - {""}
    words = name.split()
    begins, exact = [fold(name)], set()
    for cut in range(1, len(words)):
        first, last = " ".join(words[:cut]), " ".join(words[cut:])
        begins += [f"{fold(last)}  {fold(first)}", f"{fold(first)}  {fold(last)}"]
        exact |= {name_key(last, first), name_key(first, last)}
    return [key for key in dict.fromkeys(begins) if key], exact - {""}


def _day(text: str) -> date | None:
    for form in _FORMATS:
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        # Two digits: nobody is born in years to come.
        return day.replace(year=day.year - 100) if form.endswith("%y") and day.year > 2025 else day
    return None
