"""A list of people as it is typed or pasted, understood: "Maria Lopez 203-555-0142, son". Pure: no Django, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from tracing.base.phones import e164
from tracing.base.text import fold

_PHONE: Final = re.compile(r"(?:\+?1[\s.\-]*)?\(?\d{3}\)?[\s.\-/]*\d{3}[\s.\-]*\d{4}(?!\d)")
_EMAIL: Final = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_BORN: Final = re.compile(
    r"\b(?:born|dob|b\.|nacid[oa](?: el)?)?:?\s*(?P<m>\d{1,2})[/.\-](?P<d>\d{1,2})[/.\-](?P<y>\d{4})\b"
    r"|\b(?P<iy>\d{4})-(?P<im>\d\d)-(?P<id>\d\d)\b",
    re.I,
)
_LEADS: Final = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s*")
_SPLIT: Final = re.compile(r"\s*[,;|\t]\s*|\s+[-–]\s+|\s*[()]\s*")
_MY: Final = re.compile(r"^(?:my|mi|the|his|her|their)\s+", re.I)
_ONLY: Final = frozenset({"born", "dob", "tel", "phone", "cell", "mobile", "home", "work", "email", "number"})

_KINDS: Final = {
    "household": "son daughter wife husband spouse partner mother mom father dad brother sister child baby stepson stepdaughter roommate"
    " housemate household hijo hija esposa esposo mama papa madre padre hermano hermana pareja",
    "social": "friend boyfriend girlfriend cousin aunt uncle grandmother grandma grandfather grandpa neighbor neighbour nephew niece"
    " mother-in-law father-in-law guest date amigo amiga primo prima tia tio abuela abuelo vecino vecina novia novio suegra suegro",
    "work": "coworker co-worker colleague boss manager supervisor employee client customer work companero companera jefe jefa trabajo",
    "school": "classmate student pupil teacher school teammate coach daycare maestro maestra escuela alumno",
    "care": "nurse aide caregiver doctor dentist therapist patient cuidadora enfermera",
}
_BY_WORD: Final = {fold(word): kind for kind, words in _KINDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Line:
    """One person. "" and None where not said; `kind` only where the words tell."""

    given: str
    family: str
    phone: str = ""
    email: str = ""
    birth_on: date | None = None
    relation: str = ""
    kind: str = ""
    written: str = ""


def read(text: str, *, at_most: int = 200) -> list[Line]:
    """The people of a list, one per line; headings and empty lines are passed over, and a name on a line of its own is enough."""
    found = []
    for written in text.splitlines():
        line = read_line(written)
        if line is not None:
            found.append(line)
        if len(found) == at_most:
            break
    return found


def read_line(written: str) -> Line | None:
    rest = _LEADS.sub("", written).strip()
    if rest.endswith(":"):
        return None
    rest, email = _take(_EMAIL, rest)
    rest, birth_on = _birth(rest)
    rest, number = _take(_PHONE, rest)
    parts = [part for part in (_MY.sub("", part.strip(" .:")) for part in _SPLIT.split(rest)) if part and fold(part) not in _ONLY]
    names = [part for part in parts if not _relation(part)]
    relation = next((part for part in parts if _relation(part)), "")
    if not names:
        return None
    given, family = _name(names, swapped=_family_first(rest, names))
    if not relation and len(names) > 1 and not _family_first(rest, names):
        relation = names[1]
    return Line(given, family, e164(number), email.lower(), birth_on, relation[:60], kind_of(relation), written.strip())


def kind_of(relation: str) -> str:
    """How somebody meets a case, where what they are to it tells."""
    words = fold(relation).split()
    return _BY_WORD.get(fold(relation), "") or next((_BY_WORD[word] for word in words if word in _BY_WORD), "")


def _relation(part: str) -> bool:
    words = fold(part).split()
    return fold(part) in _BY_WORD or (0 < len(words) <= 5 and any(word in _BY_WORD for word in words) and part == part.lower())


def _family_first(rest: str, names: list[str]) -> bool:
    """"Lopez, Maria": two parts with a comma between them, the second a single capitalised word or two, the first one word."""
    if len(names) < 2 or "," not in rest or len(names[0].split()) > 2:
        return False
    return names[1][:1].isupper() and len(names[1].split()) <= 2 and not _relation(names[1]) and len(names[0].split()) == 1


def _name(names: list[str], *, swapped: bool) -> tuple[str, str]:
    if swapped:
        return names[1], names[0]
    given, _blank, family = names[0].partition(" ")
    return given, family.strip()


def _take(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.search(text)
    return (text[: found.start()] + " ; " + text[found.end() :], found.group()) if found else (text, "")


def _birth(text: str) -> tuple[str, date | None]:
    found = _BORN.search(text)
    if not found:
        return text, None
    said = found.groupdict()
    year, month, day = (said["iy"], said["im"], said["id"]) if said["iy"] else (said["y"], said["m"], said["d"])
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        return text, None
    return text[: found.start()] + " ; " + text[found.end() :], born
