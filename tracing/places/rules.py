"""When two addresses are one setting, and what kind of setting a name tells. Pure: no Django, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tracing.base.text import fold
from tracing.diseases.residence import setting_kind as kind_by_code
from tracing.jurisdictions.rules import read_zip

# Postal Service abbreviations of the words that streets are made of.
_SHORT: Final = {
    word: short
    for short, words in {
        "aly": "alley", "ave": "avenue av aven", "blvd": "boulevard boul", "br": "branch bridge", "cir": "circle circ",
        "cmn": "common", "ct": "court crt", "ctr": "center centre cntr", "cv": "cove", "cyn": "canyon", "dr": "drive drv",
        "est": "estate", "ests": "estates", "ext": "extension extn", "expy": "expressway", "fld": "field", "flds": "fields",
        "fwy": "freeway", "gdns": "gardens", "gln": "glen", "grn": "green", "grv": "grove", "hbr": "harbor", "hl": "hill",
        "hls": "hills", "holw": "hollow", "hts": "heights hgts", "hwy": "highway hiway", "is": "island", "jct": "junction",
        "lk": "lake", "ln": "lane", "lndg": "landing", "mdw": "meadow", "mdws": "meadows", "ml": "mill", "mls": "mills",
        "mt": "mount", "mtn": "mountain", "orch": "orchard", "pkwy": "parkway parkwy", "pl": "place", "plz": "plaza",
        "pt": "point", "rd": "road", "rdg": "ridge", "riv": "river", "rte": "route rt", "shr": "shore", "shrs": "shores",
        "sq": "square", "spg": "spring", "spgs": "springs", "st": "street str strt", "sta": "station", "ter": "terrace terr",
        "tpke": "turnpike tpk trnpk", "trl": "trail", "vw": "view", "vly": "valley", "vlg": "village", "xing": "crossing",
        "n": "north no", "s": "south so", "e": "east", "w": "west", "ne": "northeast", "nw": "northwest",
        "se": "southeast", "sw": "southwest", "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth",
        "5th": "fifth", "6th": "sixth", "7th": "seventh", "8th": "eighth", "9th": "ninth", "10th": "tenth",
    }.items()
    for word in words.split()
}  # fmt: skip
_WAYS: Final = frozenset(
    "aly ave blvd cir ct dr est ests ext expy fwy gdns hwy ln lndg pkwy pl plz rd sq st ter tpke trl vw way".split()  # noqa: SIM905
)
# What stands behind the street inside one house: residents of one nursing home have one address.
_INSIDE: Final = frozenset("apartment apt bed bldg fl flr floor lot rm room ste suite trlr unit".split())  # noqa: SIM905
_INSIDE_BEHIND_STREET: Final = frozenset(
    "block building cell cottage dept dorm hall house pod tier ward wing".split()  # noqa: SIM905
)
_POST_BOX: Final = re.compile(r"^(?:p o|po|post office) (?:box|drawer)\b|^box \d")


@lru_cache(maxsize=32768)
def address_key(street: str, zip: str) -> str:
    """The form in which two spellings of one house meet: "150 maple holw rd|06790".

    "" unless there is a house number, a street and a ZIP code: less would join houses. Rooms, floors and beds do not count; a
    post office box is no place where anybody lives.
    """
    zip5, _ = read_zip(zip)
    words = fold(street.replace("#", " unit ")).split()
    if not zip5 or len(words) < 2 or not words[0][0].isdigit() or _POST_BOX.match(" ".join(words)):
        return ""
    kept = [words[0]]
    for word in words[1:]:
        word = _SHORT.get(word, word)
        behind = any(way in _WAYS for way in kept[2:])
        if len(kept) > 1 and (word in _INSIDE or (behind and (word in _INSIDE_BEHIND_STREET or word[0].isdigit()))):
            break
        kept.append(word)
    return f"{' '.join(kept)}|{zip5}" if len(kept) > 1 else ""


@dataclass(frozen=True, slots=True)
class House:
    """A street line taken apart. Every part None where not said."""

    number: str | None = None
    street: str | None = None
    """Written in the Postal Service's short forms and without blanks: "goodmtrway" and "good motor way" differ little."""
    unit: str | None = None
    shared: bool = False
    """A post office box, a care-of address, an institution: people who live there have nothing to do with each other."""


_CARE_OF: Final = re.compile(r"^(?:c o|care of|attn)\b|\bgeneral delivery\b|\b(?:usps|ups|postal) (?:store|annex)\b|\bdorm(?:itory)?\b|\bprison\b")


@lru_cache(maxsize=100_000)
def house(street: str) -> House:
    """The house number, street and unit of a street line, for comparing."""
    words = fold(street.replace("#", " unit ")).split()
    if not words:
        return House()
    whole = " ".join(words)
    if _POST_BOX.match(whole):
        return House(None, "".join(words), None, True)
    start = next((place for place, word in enumerate(words) if word[0].isdigit()), None)
    before = " ".join(words[:start]) if start is not None else whole
    shared = bool(before and start != 0 and (_CARE_OF.search(whole) or start is not None or setting_kind("", before)))
    if start is None:
        start = -1
    number = words[start].lstrip("0") or "0" if start >= 0 else None
    kept: list[str] = []
    unit: list[str] = []
    for word in words[start + 1 :]:
        word = _SHORT.get(word, word)
        if unit or (kept and word in _INSIDE):
            unit.append(word)
        else:
            kept.append(word)
    return House(number, "".join(kept) or None, "".join(word.lstrip("0") for word in unit[1:]) or None, shared)


# In this order: the first that fits tells. "School of nursing" is no nursing home, a nursery school is a day care.
_BY_NAME: Final = tuple(
    (kind, re.compile(rf"\b(?:{words})\b"))
    for kind, words in (
        ("", r"animal (?:shelter|hospital|control)|veterinary"),
        ("college", r"university|college|school of (?:nursing|medicine|law)|seminary|polytechnic"),
        ("military", r"barracks|(?:naval|submarine|air force|army|military) base|coast guard academy|national guard"),
        (
            "prison",
            r"prison|jail|correctional?|corrections|penitentiary|detention|reformatory|youth training|house of correction",
        ),
        (
            "nursing_home",
            r"nursing|skilled|convalescent|rehab(?:ilitation)?|long term care|extended care|(?:health ?)?care cent(?:er|re)"
            r"|hospice|snf|memory care",
        ),
        (
            "assisted_living",
            r"assisted living|senior living|retirement|independent living|residential care home|elder ?care",
        ),
        (
            "day_care",
            r"day ?care|child ?care|pre ?school|nursery school|head start|early (?:learning|childhood)|montessori",
        ),
        ("group_home", r"group home|halfway house|sober (?:house|living)|recovery house|residential treatment|foster"),
        ("shelter", r"shelters?|rescue mission|homeless|soup kitchen|warming cent(?:er|re)|safe house"),
        ("hospital", r"hospital|medical cent(?:er|re)|infirmary"),
        ("school", r"elementary|middle school|high school|magnet|charter|academy|schools?|kindergarten"),
    )
)


def setting_kind(residence_type_code: str, name: str) -> str:
    """What kind of setting somebody lives in: by the coded residence type (SNOMED CT), else by what the place is called.

    One of the setting kinds of the rule sets; "" where neither tells: then somebody lives at home.
    """
    coded = kind_by_code(residence_type_code) if residence_type_code else ""
    if coded and coded != "workplace":
        return coded
    called = fold(name)
    if not called:
        return ""
    return next((kind for kind, words in _BY_NAME if words.search(called)), "")


_SAYS_LITTLE: Final = frozenset(
    "the of at and a inc llc co corp company school schools elementary middle high academy center centre care home nursing hospital college"  # noqa: SIM905
    " university church store restaurant saint st public regional ct connecticut".split()
)
SAME, PERHAPS = "same", "perhaps"


def alike(name: str, key: str, other: str, other_key: str) -> str:
    """Whether two entries of the register are one place, by their names and address keys: "same", "perhaps" or "".

    At one address and with a name in common they are one. One name at two addresses is a chain, a branch or a move: a human says.
    """
    mine, theirs = _telling(name), _telling(other)
    shared = mine & theirs
    if fold(name) == fold(other):
        return SAME if key == other_key or not key or not other_key else PERHAPS
    if key and key == other_key:
        return SAME if shared else PERHAPS
    if not shared or (key and other_key):
        return ""
    return PERHAPS if len(shared) / len(mine | theirs) >= 0.5 else ""


def _telling(name: str) -> frozenset[str]:
    words = frozenset(fold(name).split())
    return words - _SAYS_LITTLE or words
