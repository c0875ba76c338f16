"""The facts by which an address is read, as plain values, built once and then only looked up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tracing.base.text import fold


@dataclass(frozen=True, slots=True)
class TownFact:
    code: str
    name: str
    county: str = ""


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """A name people write instead of the town's. `share`: part of the place's people in this town; None: not known."""

    name: str
    town: str
    share: float | None = None
    is_short: bool = False
    """The name is a short form of the town's own."""


@dataclass(frozen=True, slots=True)
class ZipFact:
    """`share`: part of the ZIP code's people in this town; None: a ZIP code without residents of its own."""

    zip: str
    town: str
    share: float | None = None
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class DepartmentFact:
    """A town's department from a day (None: always) until the day on which it no longer holds (None: still does)."""

    town: str
    department: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """One town that a written name may mean."""

    town: str
    kind: Literal["town", "short", "village"]
    """The town's own name in full, a short form of it, or the name of a place in it."""
    share: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Gazetteer:
    """Everything `rules.locate` looks up. Compared by identity, so that answers may be cached beside it."""

    state: str
    """Two-letter code."""
    state_names: frozenset[str]
    """Folded without blanks; every way to write the state, its code too."""
    zip_prefixes: tuple[str, ...]
    zips_elsewhere: Mapping[str, str]
    counties: Mapping[str, str]
    """Town → folded county."""
    names: Mapping[str, tuple[Meaning, ...]]
    """Folded name without blanks → the towns it may mean."""
    names_of_town: Mapping[str, tuple[str, ...]]
    """Town → keys in `names`, for the search for a misspelt one."""
    zips: Mapping[str, tuple[ZipFact, ...]]
    """ZIP → its towns, the main one first."""
    departments: Mapping[str, tuple[DepartmentFact, ...]]
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Key in `names` → the name as people write it."""

    def department_on(self, town: str, on: date) -> str | None:
        """The department that serves the town on that day."""
        for fact in self.departments.get(town, ()):
            if (fact.valid_from is None or fact.valid_from <= on) and (fact.valid_to is None or on < fact.valid_to):
                return fact.department
        return None


# How people shorten the words that names are made of. A leading "n" may also be "new": see `_short_forms`.
_LEADING = {
    "north": ("n", "no", "nth"),
    "south": ("s", "so", "sth"),
    "east": ("e",),
    "west": ("w",),
    "new": ("n", "nw"),
}
_ANYWHERE = {
    "center": ("ctr", "centre", "cntr", "cen"),
    "springs": ("spgs", "spg", "sprgs", "sp"),
    "heights": ("hts", "hgts"),
    "village": ("vlg", "vil", "vill"),
    "mount": ("mt",),
    "saint": ("st",),
    "fort": ("ft",),
    "point": ("pt",),
    "beach": ("bch",),
    "falls": ("fls",),
    "bridge": ("br", "brg"),
    "harbor": ("hbr", "harbour"),
    "mountain": ("mtn",),
    "valley": ("vly",),
    "haven": ("hvn",),
    "hartford": ("htfd", "hfd"),
    "britain": ("brit",),
    "london": ("lndn", "lon"),
    "windsor": ("wndsr",),
    "fairfield": ("ffld", "frfld"),
    "field": ("fld",),
}


def key(name: str) -> str:
    """The form under which names are looked up: folded, without blanks, so that "Eastford" is not "East Ford" twice."""
    return fold(name).replace(" ", "")


def _short_forms(words: list[str]) -> Iterable[str]:
    """Every usual short form of a folded name, one word or two shortened, without blanks."""
    choices = [
        (word, *(_LEADING.get(word, ()) if place == 0 and len(words) > 1 else ()), *_ANYWHERE.get(word, ()))
        for place, word in enumerate(words)
    ]
    forms = [""]
    for choice in choices:
        forms = [form + word.replace(" ", "") for form in forms for word in choice]
    return forms[1:]


def build(
    *,
    state: str,
    state_names: Iterable[str],
    zip_prefixes: Iterable[str],
    zips_elsewhere: Mapping[str, str],
    towns: Iterable[TownFact],
    places: Iterable[PlaceFact],
    zips: Iterable[ZipFact],
    departments: Iterable[DepartmentFact],
) -> Gazetteer:
    """Put the facts into the shape in which they are looked up.

    A short form ("E Hartford", "Mansfield Ctr") is added for every name unless the facts give that spelling a
    meaning of its own, or two names of different towns have it: what may mean two towns is not guessed.
    """
    towns, places = tuple(towns), tuple(places)
    meanings: dict[str, dict[str, Meaning]] = {}
    spellings: dict[str, str] = {}
    for town in towns:
        meanings.setdefault(key(town.name), {})[town.code] = Meaning(town.code, "town", None)
        spellings[key(town.name)] = town.name
    for place in places:
        known = meanings.setdefault(key(place.name), {})
        known.setdefault(place.town, Meaning(place.town, "short" if place.is_short else "village", place.share))
        spellings.setdefault(key(place.name), place.name)

    shorts: dict[str, set[str]] = {}
    for name in {town.name for town in towns} | {place.name for place in places}:
        for form in _short_forms(fold(name).split()):
            if form not in meanings:
                shorts.setdefault(form, set()).add(key(name))
    for form, keys in shorts.items():
        if len(keys) == 1:
            (full,) = keys
            meanings[form] = {
                code: Meaning(code, "village" if meaning.kind == "village" else "short", meaning.share)
                for code, meaning in meanings[full].items()
            }

    of_town: dict[str, list[str]] = {}
    for name_key, known in meanings.items():
        if name_key in spellings:
            for code in known:
                of_town.setdefault(code, []).append(name_key)
    by_zip: dict[str, list[ZipFact]] = {}
    for fact in zips:
        by_zip.setdefault(fact.zip, []).append(fact)
    by_town: dict[str, list[DepartmentFact]] = {}
    for membership in departments:
        by_town.setdefault(membership.town, []).append(membership)
    return Gazetteer(
        state=state.upper(),
        state_names=frozenset(key(name) for name in (*state_names, state)),
        zip_prefixes=tuple(zip_prefixes),
        zips_elsewhere=dict(zips_elsewhere),
        counties={town.code: fold(town.county) for town in towns},
        names={name_key: tuple(known.values()) for name_key, known in meanings.items()},
        names_of_town={code: tuple(keys) for code, keys in of_town.items()},
        zips={
            zip_code: tuple(sorted(facts, key=lambda f: (not f.is_main, -(f.share or 0.0), f.town)))
            for zip_code, facts in by_zip.items()
        },
        departments={
            # The present one first: most questions ask for a day near today.
            code: tuple(sorted(rows, key=lambda row: row.valid_from or date.min, reverse=True))
            for code, rows in by_town.items()
        },
        spellings=spellings,
    )
