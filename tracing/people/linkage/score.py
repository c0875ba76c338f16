"""From degrees of agreement to a score, and from the score to certain, possible or new. Pure.

The score alone takes what agrees as independent evidence, and a household shares its telephone, its address, its family name and, with
twins, its birth date. Therefore a certain pair must also agree in what tells people of one household apart: see `BARS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from typing import Final, Generic, Literal, TypeVar
from uuid import UUID

from tracing.people.linkage.comparisons import COMPARISONS, MISSING, Levels, levels
from tracing.people.linkage.record import Record
from tracing.people.linkage.weights import Weights, level_names

Outcome = Literal["certain", "possible", "new"]
Key = TypeVar("Key")

Agreed = Mapping[str, str]
"""Comparison → the code of its level; "missing" where one side says nothing."""

_NAMES: Final = tuple(tuple(level_names(comparison)) for comparison in COMPARISONS)
_GIVEN_ALONE: Final = frozenset({"exact", "swapped", "form", "part", "close", "middle"})
"""Degrees in which first names may agree without more telling that it is one person."""
_GIVEN_ALIKE: Final = frozenset({"initial", "garbled", "sound", "similar", "other_common"})
"""Shortened, misspelt beyond one letter, or another name."""
_GIVEN_WITH_MORE: Final = _GIVEN_ALONE | {"other_common", "initial", "garbled", "sound", "similar", "crossed"}
_FAMILY: Final = frozenset({"exact", "absorbed", "part", "close", "sound"})
_MIDDLE: Final = frozenset({"exact", "initial"})
_BIRTH_AGREES: Final = frozenset({"exact", "swapped", "near", "two_parts"})
_BIRTH_DIFFERS: Final = frozenset({"other", "same_year", "two_off", "two_parts"})
_BIRTH_SLIPS: Final = frozenset({"swapped", "near", "two_parts", "two_off"})


def agreed(found: Levels) -> dict[str, str]:
    """The levels by name."""
    return {
        comparison.name: "missing" if place == MISSING else names[place]
        for comparison, names, place in zip(COMPARISONS, _NAMES, found, strict=True)
    }


def _known_number(a: Agreed) -> bool:
    return a["number"] == "exact"


def _own(a: Agreed) -> bool:
    """Something agrees that belongs to a person or their home, not to an institution."""
    return a["phone"] == "exact" or a["email"] == "exact" or a["address"] == "exact" or _known_number(a)


def _no_twin(a: Agreed) -> bool:
    """All agrees but first names that are alike as twins' may be: the second name tells, or that one is only the other shortened."""
    return (
        a["birth"] == "exact" and a["family"] in _FAMILY and a["sex"] != "other"
        and (a["middle"] in _MIDDLE or (a["given"] in ("initial", "sound") and a["middle"] != "other" and _own(a)))
    )  # fmt: skip


def _named_alike(a: Agreed) -> bool:
    return a["given"] in ("exact", "form") and a["family"] in ("exact", "part")


def _at_home_and_more(a: Agreed) -> bool:
    """The name at the address, and more of one's own than a father and a son of one name share."""
    return (
        _named_alike(a) and a["address"] == "exact"
        and (a["email"] == "exact" or (a["phone"] == "exact" and a["middle"] in _MIDDLE))
    )  # fmt: skip


def _number_and_birth(a: Agreed) -> bool:
    return _known_number(a) or (a["ssn4"] == "exact" and a["birth"] == "exact")


HOUSEHOLD: Final[tuple[tuple[str, Callable[[Agreed], bool]], ...]] = (
    # Brothers and sisters, parents and children at one number and address.
    (
        "other_first_name",
        lambda a: a["given"] == "other" and (a["birth"] not in _BIRTH_AGREES or not _own(a)) and not _number_and_birth(a),
    ),
    # Twins of two sexes.
    (
        "other_first_name_and_sex",
        lambda a: a["given"] in ("other", "other_common", "similar", "sound", "missing") and a["sex"] == "other" and not _known_number(a),
    ),
    # Twins again: neither of their names is the other's.
    ("other_names", lambda a: a["given"] == "other" and a["middle"] == "other" and not _number_and_birth(a)),
    # Newborn twins, told apart by a letter.
    ("other_twin", lambda a: a["given"] == "missing" and a["generation"] == "other" and not _known_number(a)),
    # Somebody else of a shelter who was born the same day.
    (
        "nothing_of_the_name",
        lambda a: a["given"] in ("other", "missing") and a["family"] in ("other", "similar") and not _number_and_birth(a),
    ),
    # A name alone is nobody: people of one family and one origin have alike names.
    (
        "name_alone",
        lambda a: (a["birth"] in ("missing", "year") or a["given"] == "missing") and not _own(a) and a["ssn4"] != "exact"
        and a["address"] not in ("near", "other_unit", "shared") and a["area"] not in ("exact", "near"),
    ),
    # Father and son of one name.
    ("other_generation", lambda a: a["generation"] == "other" and a["birth"] in _BIRTH_DIFFERS and not _known_number(a)),
    (
        "other_birth_date",
        lambda a: a["birth"] in ("other", "same_year")
        and not (a["given"] in _GIVEN_WITH_MORE and (a["phone"] == "exact" or a["email"] == "exact" or a["ssn4"] == "exact"))
        and not _known_number(a),
    ),
)
"""Code and condition: so two people of one household look, and such a pair is nobody's question. In a file without households, as a
register with one record an address, it is at most possible."""

BARS: Final[tuple[tuple[str, Callable[[Agreed], bool]], ...]] = (
    ("given_missing", lambda a: a["given"] == "missing" and not _known_number(a)),
    # A number alone is typed wrong as easily as a name.
    ("only_a_number", lambda a: a["given"] not in _GIVEN_WITH_MORE and a["family"] not in _FAMILY),
    (
        "given_differs",
        lambda a: a["given"] not in _GIVEN_ALONE | {"missing"}
        and not (a["given"] in _GIVEN_ALIKE and _no_twin(a))
        and not (a["given"] in _GIVEN_WITH_MORE and _number_and_birth(a)),
    ),
    # A father and a son of one name differ in nothing else: without a birth date more must agree than a name at home.
    ("birth_not_known", lambda a: a["birth"] == "missing" and not _at_home_and_more(a) and not _known_number(a)),
    # They are not of one year, but a year is soon shared by two of one name.
    ("only_the_year", lambda a: a["birth"] == "year" and not (_named_alike(a) and _own(a)) and not _known_number(a)),
    ("other_birth_date", lambda a: a["birth"] in ("same_year", "other") and not _known_number(a)),
    # A father and a son of one name have years between them, a person two slips of the pen at most once in a while.
    ("birth_differs_twice", lambda a: a["birth"] in ("two_parts", "two_off") and not _known_number(a)),
    ("birth_differs", lambda a: a["birth"] in _BIRTH_SLIPS and not _own(a) and a["middle"] not in _MIDDLE),
    (
        "family_differs",
        lambda a: a["family"] not in _FAMILY and not (a["given"] in ("exact", "form") and a["birth"] == "exact" and _own(a)),
    ),
    ("two_differ", lambda a: a["birth"] in _BIRTH_SLIPS and a["given"] not in ("exact", "form", "part") and not _known_number(a)),
    (
        "other_middle_name",
        lambda a: a["middle"] == "other" and not (a["given"] in ("exact", "middle") and _own(a)) and not _number_and_birth(a),
    ),
    # One of two family names, and nothing of one's own: cousins of one name.
    ("one_family_name", lambda a: a["family"] == "part" and not _own(a) and not _number_and_birth(a)),
    ("other_sex", lambda a: a["sex"] == "other" and a["given"] not in ("exact", "swapped")),
    ("other_generation", lambda a: a["generation"] == "other"),
    ("other_ssn4", lambda a: a["ssn4"] in ("near", "other") and not _known_number(a)),
)
"""Code and condition: such a pair is at most possible, whatever its score."""


@lru_cache(maxsize=65536)
def _ruled(found: Levels, households: bool) -> tuple[Outcome, tuple[str, ...]]:
    """The best outcome that the rules leave, and the reasons in codes."""
    a = agreed(found)
    codes = []
    for comparison in COMPARISONS:
        name = a[comparison.name]
        if name == "absorbed" or (name == "missing" and comparison.name not in ("given", "family", "birth")):
            continue
        codes.append(f"{comparison.name}_{name}")
    if any(applies(a) for _code, applies in HOUSEHOLD):
        return "new" if households else "possible", tuple(codes)
    if any(applies(a) for _code, applies in BARS):
        return "possible", tuple(codes)
    return "certain", tuple(codes)


@dataclass(frozen=True, slots=True)
class Pair:
    """What two records are to each other."""

    outcome: Outcome
    score: float
    """The match weight: log2 of how much more often one person's two records look so than two people's."""
    reasons: tuple[str, ...]
    """Codes of `reasons.REASONS`, in the order of the comparisons."""


def points(found: Levels, l: Record, r: Record, weights: Weights) -> float:
    """The score of these levels."""
    fixed, frequencies = fixed_points(found, weights)
    return fixed - sum(log2(max(getattr(l, column), getattr(r, column))) for column in frequencies)


def fixed_points(found: Levels, weights: Weights) -> tuple[float, tuple[str, ...]]:
    """The part of a score that the levels alone give, and the columns of those frequencies whose logarithm is taken off it."""
    total = 0.0
    columns = []
    for place, comparison, names in zip(found, COMPARISONS, _NAMES, strict=True):
        if place == MISSING:
            continue
        name = names[place]
        if column := comparison.levels[place].frequency:
            total += log2(weights.m[comparison.name][name])
            columns.append(column)
        else:
            total += weights.weight(comparison.name, name)
    return total, tuple(columns)


def judge(found: Levels, score: float, weights: Weights, people: int | None = None) -> tuple[Outcome, tuple[str, ...]]:
    """The outcome and its reasons. `people`: how many the record was looked for among; the document's number if not said."""
    most, reasons = _ruled(found, weights.households)
    above_chance = score - log2(max(people or weights.people, 2))
    if most == "new" or above_chance < weights.possible:
        return "new", reasons
    if most == "possible" or above_chance < weights.certain:
        return "possible", reasons
    return "certain", reasons


def compare(l: Record, r: Record, weights: Weights, people: int | None = None) -> Pair:
    """Two records. Symmetric."""
    found = levels(l, r)
    score = points(found, l, r, weights)
    outcome, reasons = judge(found, score, weights, people)
    return Pair(outcome, score, reasons)


@dataclass(frozen=True, slots=True)
class Candidate:
    person: UUID
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    person: UUID | None
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


AHEAD: Final = 5.0
"""Of two people who both fit, the better one is taken when it is that many bits ahead; else a human looks at both."""
SHOWN: Final = 5


def decide(
    wanted: Record, known: Iterable[tuple[UUID, Record]], weights: Weights, *, apart: frozenset[UUID] = frozenset(),
    people: int | None = None,
) -> Decision:  # fmt: skip
    """Certain, possible or new. `known`: persons with each of their records; `apart`: those somebody told apart from this one.

    A person's best record speaks. The order of `known` does not matter.
    """
    best = Best[UUID]()
    for person, record in known:
        if person not in apart:
            best.offer(person, compare(wanted, record, weights, people))
    outcome, ranked = best.outcome()
    candidates = tuple(Candidate(person, round(pair.score, 3), pair.reasons) for person, pair in ranked[:SHOWN])
    if outcome == "new":
        return Decision("new", None)
    first, pair = ranked[0]
    if outcome == "certain":
        return Decision("certain", first, pair.score, pair.reasons, candidates[:1])
    reasons = ("several_fit", *pair.reasons) if pair.outcome == "certain" else pair.reasons
    return Decision("possible", None, pair.score, reasons, candidates)


class Best(Generic[Key]):
    """The best pair of each person that one record was compared with, and what follows from all of them."""

    def __init__(self) -> None:
        self._pairs: dict[Key, Pair] = {}

    def offer(self, person: Key, pair: Pair) -> None:
        if pair.outcome != "new" and (person not in self._pairs or _rank(pair) > _rank(self._pairs[person])):
            self._pairs[person] = pair

    def outcome(self) -> tuple[Outcome, list[tuple[Key, Pair]]]:
        """The outcome, and the persons best first. Certain only if nobody else is nearly as good: a twin, a namesake."""
        ranked = sorted(self._pairs.items(), key=lambda item: (-_rank(item[1])[0], -item[1].score, str(item[0])))
        if not ranked:
            return "new", []
        pair = ranked[0][1]
        rivals = [other.score for _person, other in ranked[1:]]
        if pair.outcome == "certain" and (not rivals or pair.score - max(rivals) >= AHEAD):
            return "certain", ranked
        return "possible", ranked


def _rank(pair: Pair) -> tuple[int, float]:
    return (1 if pair.outcome == "certain" else 0), pair.score
