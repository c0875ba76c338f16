"""Names as they are compared: words, other forms of a given name, how it sounds, and words that are no name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import jellyfish

from tracing.base.text import fold
from tracing.people.linkage.nobody import nobody

_DATA: Final = Path(__file__).parent / "data"
_NOT_YET_NAMED: Final = frozenset(
    "baby babyboy babygirl bb bg bbgirl bbboy boy girl infant newborn nb male female twin triplet a b c 1 2 3".split()
)
_NOBODYS_FAMILY: Final = frozenset("doe".split())
"""What is written for somebody whose name nobody knows. People who are truly called so are told apart by the rest."""
_GENERATIONS: Final = {
    "jr": "2", "junior": "2", "ii": "2", "2nd": "2", "iii": "3", "3rd": "3", "iv": "4", "4th": "4", "v": "5", "sr": "1", "senior": "1",
    "i": "1", "1st": "1",
}  # fmt: skip
_IN_A_NAME: Final = frozenset({"jr", "ii", "iii", "iv", "sr", "2nd", "3rd"})
"""Generations recognised behind a name; a single letter there is an initial."""
_PARTICLES: Final = frozenset("de del de la las los da das do dos di du van von der den la le el al bin ibn abu san y e".split())


@dataclass(frozen=True, slots=True)
class Given:
    """A given name. `whole` None: missing."""

    whole: str | None
    words: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    """The given names of which it is a form, itself included: Bill → william, bill."""
    sound: str | None = None
    middle: str | None = None
    generation: str | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """A family name. `whole` None: missing."""

    whole: str | None
    words: frozenset[str] = frozenset()
    sound: str | None = None
    generation: str | None = None


def sound(word: str) -> str:
    """How a folded name sounds, roughly: metaphone, without vowels behind the first letter."""
    return jellyfish.metaphone(word).replace(" ", "") if word else ""


_SPELLINGS: Final = (
    (re.compile("ph"), "f"), (re.compile("ck|c(?![eih])|q"), "k"), (re.compile("th"), "t"), (re.compile("y"), "i"),
    (re.compile("z"), "s"), (re.compile(r"(.)\1+"), r"\1"), (re.compile("(?<=.)h(?![aeiou])"), ""),
)  # fmt: skip


@lru_cache(maxsize=100_000)
def spelling(name: str) -> str:
    """One form for the spellings of one name: Sofia and Sophia, Mathew and Matthew, Caitlin and Kaitlyn."""
    for written, plain in _SPELLINGS:
        name = written.sub(plain, name)
    return name


@cache
def other_forms() -> dict[str, frozenset[str]]:
    """Nickname → the given names it may stand for, from the table `data/nicknames.csv`."""
    found: dict[str, set[str]] = {}
    for line in (_DATA / "nicknames.csv").read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, forms = line.partition(",")
            for form in forms.split():
                found.setdefault(form, set()).add(name)
    return {form: frozenset(names) for form, names in found.items()}


@cache
def any_form() -> frozenset[str]:
    """Every name of the tables, as a given name or as a form of one."""
    found = other_forms()
    listed = (_DATA / "given_names.txt").read_text().splitlines()
    names = {name for line in listed if not line.startswith("#") for name in line.split()}
    return frozenset(found) | frozenset(name for names in found.values() for name in names) | names


def generation(text: str | None) -> str | None:
    """ "1" senior, "2" junior, "3" … of what stands behind a name; None when nothing does."""
    return _GENERATIONS.get(fold(text).replace(" ", "")) if text else None


@lru_cache(maxsize=200_000)
def given_name(text: str | None) -> Given:
    """A given name, and the middle name that stands in it. Placeholders and names of those not yet named are missing."""
    words, behind = _without_generation(fold(text).split())
    if words and len(words[0]) > 1 and set(words) <= _NOT_YET_NAMED:
        # The letter by which twins are told apart stands where a generation would.
        behind = behind or next((word for word in words[1:] if len(word) == 1), None)
        words = []
    if words and nobody("", " ".join(words)):
        words = []
    second = None
    while len(words) > 1 and len(words[-1]) == 1:
        second = second or words[-1]
        words.pop()
    if not words:
        return Given(None, middle=second, generation=behind)
    whole = "".join(words)
    if second is None and len(words) > 1 and len(words[0]) > 1:
        second = words[1]
    forms = other_forms()
    # The mark keeps a spelling from being taken for another name.
    meant: set[str] = {whole, words[0], f"={spelling(whole)}"}
    for word in {whole, words[0]}:
        meant |= forms.get(word, frozenset())
    return Given(whole, frozenset(w for w in words if len(w) > 2), frozenset(meant), sound(whole) or None, second, behind)


@lru_cache(maxsize=200_000)
def family_name(text: str | None, birth_name: str | None) -> Family:
    """A family name; its words with those of the name at birth, which many women's records have and many have not."""
    words, behind = _without_generation(fold(text).split())
    whole = "".join(words)
    if not whole or whole in _NOBODYS_FAMILY or nobody(" ".join(words), ""):
        whole, words = "", []
    born = [] if not birth_name or nobody(birth_name, "") else fold(birth_name).split()
    parts = {word for word in (*words, *born) if len(word) > 2 and word not in _PARTICLES}
    if whole:
        parts.add(whole)
    if born:
        parts.add("".join(born))
    return Family(whole or None, frozenset(parts), sound(whole) or None, behind)


def middle_name(text: str | None) -> str | None:
    """A middle name or its initial, in one word."""
    folded = fold(text).replace(" ", "")
    return folded if folded and folded not in _IN_A_NAME and not nobody("", folded) else None


def _without_generation(words: list[str]) -> tuple[list[str], str | None]:
    behind = None
    while len(words) > 1 and words[-1] in _IN_A_NAME:
        behind = _GENERATIONS[words.pop()]
    return words, behind
