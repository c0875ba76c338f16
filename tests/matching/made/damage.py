"""What goes wrong when somebody writes a name, a date or a ZIP code."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

DATA: Final = Path(__file__).parent / "data"
TABLE: Final = Path(__file__).parents[3] / "tracing" / "people" / "linkage" / "data" / "nicknames.csv"
ELSEWHERE: Final = 0.13
"""So many short forms are none of the matcher's own table."""

_ACCENTS: Final = {
    "Jose": "José", "Jesus": "Jesús", "Ramon": "Ramón", "Ruben": "Rubén", "Hector": "Héctor", "Joel": "Joél", "Martin": "Martín",
    "Gonzalez": "González", "Rodriguez": "Rodríguez", "Martinez": "Martínez", "Hernandez": "Hernández", "Lopez": "López",
    "Perez": "Pérez", "Sanchez": "Sánchez", "Ramirez": "Ramírez", "Garcia": "García", "Diaz": "Díaz", "Gutierrez": "Gutiérrez",
    "Alvarez": "Álvarez", "Vazquez": "Vázquez", "Jimenez": "Jiménez", "Munoz": "Muñoz", "Mendez": "Méndez", "Colon": "Colón",
    "Nunez": "Núñez", "Pena": "Peña", "Quinones": "Quiñones", "Velez": "Vélez", "Marquez": "Márquez", "Leon": "León", "Pagan": "Pagán",
    "Ines": "Inês", "Goncalves": "Gonçalves", "Joao": "João", "Antonio": "António", "Rene": "René", "Dube": "Dubé", "Cote": "Côté",
    "Andre": "André", "Sofia": "Sofía", "Angel": "Ángel", "Suarez": "Suárez", "Fernandez": "Fernández", "Chavez": "Chávez",
}  # fmt: skip
_NEAR: Final = {
    "a": "sqe", "b": "vn", "c": "xvk", "d": "sf", "e": "rwi", "f": "dg", "g": "fh", "h": "gj", "i": "uoe", "j": "hk", "k": "jlc", "l": "ki",
    "m": "n", "n": "mb", "o": "ipu", "p": "o", "q": "wa", "r": "te", "s": "azd", "t": "ry", "u": "yio", "v": "cb", "w": "eq", "x": "zc",
    "y": "ti", "z": "xs",
}  # fmt: skip
_SOUNDS: Final = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("c", "k"), ("k", "c"), ("ie", "y"), ("y", "ie"), ("ee", "ea"), ("ll", "l"), ("l", "ll"),
    ("nn", "n"), ("n", "nn"), ("tt", "t"), ("th", "t"), ("sh", "ch"), ("s", "z"), ("z", "s"), ("ei", "ie"), ("ou", "u"), ("wr", "r"),
    ("v", "b"), ("j", "g"), ("qu", "k"), ("x", "ks"), ("ai", "ay"), ("mc", "mac"), ("mac", "mc"), ("owski", "ofski"), ("sen", "son"),
)  # fmt: skip


def accented(text: str) -> str:
    return " ".join(_ACCENTS.get(word, word) for word in text.split(" "))


@cache
def _short_forms(own: bool) -> dict[str, list[str]]:
    """Formal name (lower case) → short forms: of the matcher's table, or of the other one. Lines: name, forms parted by blanks."""
    found: dict[str, list[str]] = {}
    with (TABLE if own else DATA / "nicknames_elsewhere.csv").open(encoding="utf-8") as file:
        for row in csv.reader(line for line in file if not line.startswith("#")):
            found.setdefault(row[0].lower(), []).extend(word.capitalize() for word in row[1].split())
    return found


def has_nickname(given: str) -> bool:
    """Whether the matcher's own table has a short form."""
    return given.lower() in _short_forms(True)


def nickname(random: Random, given: str) -> str:
    """A short or familiar form. One in eight is none that the matcher knows; so are those of names that its table has not."""
    word = given.lower()
    own, other = _short_forms(True).get(word), _short_forms(False).get(word)
    if own and random.random() >= ELSEWHERE:
        return random.choice(own)
    if other:
        return random.choice(other)
    how = random.random()
    if how < 0.35 or len(word) < 4:
        return given[0]
    stem = given[: random.choice((3, 4))]
    if how < 0.6:
        return stem
    return stem + random.choice(("y", "ie", "o", "ito" if given[-1] in "os" else "ita"))


def typo(random: Random, word: str) -> str:
    """One slip: a letter left out, doubled, swapped with its neighbour, hit beside, or written as it sounds."""
    if len(word) < 2:
        return word + random.choice("aeinr")
    for _ in range(6):
        at = random.randrange(1, len(word)) if len(word) > 2 and random.random() < 0.85 else random.randrange(len(word))
        how = random.random()
        if how < 0.2:
            new = word[:at] + word[at + 1 :]
        elif how < 0.32:
            new = word[:at] + word[at] + word[at:]
        elif how < 0.47 and at + 1 < len(word):
            new = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        elif how < 0.72:
            near = _NEAR.get(word[at].lower(), "e")
            letter = random.choice(near)
            new = word[:at] + (letter.upper() if word[at].isupper() else letter) + word[at + 1 :]
        else:
            low = word.lower()
            fits = [(a, b) for a, b in _SOUNDS if a in low]
            if not fits:
                continue
            a, b = random.choice(fits)
            new = low.replace(a, b, 1).capitalize()
        if new and new != word:
            return new
    return word + "e"


def first_name(random: Random, family: str, given: str, middle: str) -> tuple[str, str, str]:
    """A wrong first name: mostly a slip, sometimes two, the names the wrong way round, or the middle name in its place."""
    how = random.random()
    if how < 0.1:
        return given, family, middle
    if how < 0.16 and len(middle) > 1:
        return family, middle, given
    if how < 0.22 and middle:
        return family, f"{given} {middle}", ""
    given = typo(random, given)
    return family, typo(random, given) if how > 0.9 else given, middle


def last_name(random: Random, family: str, maiden: str) -> str:
    how = random.random()
    if maiden and how < 0.4:
        return maiden
    if "-" in family and how < 0.7:
        return random.choice(family.split("-"))
    family = typo(random, family)
    return typo(random, family) if how > 0.9 else family


def two_surnames(random: Random, family: str) -> str:
    first, _, rest = family.partition(" ")
    return random.choice((first, first, rest, f"{rest} {first}", f"{first}-{rest}"))


def birth_date(random: Random, day: date) -> str:
    """Day and month swapped, one digit off, another year, the year alone (1 January), or missing."""
    how = random.random()
    text = day.isoformat()
    if how < 0.3 and day.day <= 12 and day.day != day.month:
        return f"{day.year}-{day.day:02}-{day.month:02}"
    if how < 0.7:
        for _ in range(20):
            at = random.choice((2, 3, 3, 6, 8, 9, 9))
            new = text[:at] + str(random.randrange(10)) + text[at + 1 :]
            if new != text and _is_day(new):
                return new
    if how < 0.82:
        return text.replace(str(day.year), str(day.year + random.choice((-10, -1, 1, 1, 10))), 1) if text[5:] != "02-29" else ""
    return f"{day.year}-01-01" if how < 0.9 else ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year >= 1900
    except ValueError:
        return False


def zip_code(random: Random, zip: str) -> str:
    if not zip or random.random() < 0.2:
        return ""
    at = random.randrange(2, 5)
    if at < 4 and random.random() < 0.4 and zip[at] != zip[at + 1]:
        return zip[:at] + zip[at + 1] + zip[at] + zip[at + 2 :]
    return zip[:at] + str((int(zip[at]) + random.randint(1, 9)) % 10) + zip[at + 1 :]
