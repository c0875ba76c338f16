"""What gets written down about somebody: the index as earlier reports left it, and new reports with the usual damage.

Rates (percent of reports): clean 60, nickname 15, error in the first name 10, in the family name 5, in the birth date 5, in the ZIP
code 5; address missing 6, e-mail missing 79. The telephone is missing in 32: the share of New Haven's cases of April and May 2020 who
could not be reached for lack of details (Shelby et al. 2021). On top of that comes what is no damage at all: people move, marry, change
their number, are newborn without a name, have two addresses, and accents are written or not.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from random import Random
from typing import Final

from tests.matching.made import damage
from tests.matching.made.people import Somebody
from tests.matching.made.places import Home

RATES: Final = (("clean", 60), ("nickname", 15), ("first_name", 10), ("last_name", 5), ("birth_date", 5), ("zip", 5))
NO_ADDRESS: Final = 0.06
NO_EMAIL: Final = 0.79
NO_PHONE: Final = 0.32
NO_PHONE_IN_INDEX: Final = 0.15
"""New York City to June 2020: 818 of 5,347 cases had no telephone."""
NO_SSN: Final = 0.95
NO_SEX: Final = 0.02


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file. Text only; "" where nothing was written down."""

    id: str
    family: str
    given: str
    middle: str
    suffix: str
    birth_date: str
    sex: str
    phone: str
    email: str
    street: str
    city: str
    state: str
    zip: str
    ssn4: str


COLUMNS: Final = tuple(field.name for field in fields(Record))


@dataclass(frozen=True, slots=True)
class Written:
    """A record with what a file has no room for: all telephones, both homes, what was done to it."""

    record: Record
    who: Somebody
    phones: tuple[str, ...]
    home: Home | None
    second_home: Home | None
    damage: str


def _accent(random: Random, text: str, chance: float) -> str:
    return damage.accented(text) if random.random() < chance else text


def indexed(who: Somebody, seed: int = 1) -> Written:
    """How the index has somebody: as they were when it was filled, without errors but with gaps."""
    random = Random(who.number * 1_000_003 + seed)
    family, given = who.family, who.given
    if who.unnamed and random.random() < 0.5:
        given = who.unnamed
    if "renamed" in who.tags:
        family = who.maiden
    home: Home | None = who.formerly or who.home
    phones = [who.old_mobile if who.old_mobile and phone == who.mobile else phone for phone in who.phones]
    if random.random() < NO_PHONE_IN_INDEX:
        phones = []
    if random.random() < NO_ADDRESS:
        home = None
    record = Record(
        id=str(who.uuid), family=_accent(random, family, 0.3), given=_accent(random, given, 0.3), middle=who.middle, suffix=who.suffix,
        birth_date=who.birth.isoformat(), sex=who.sex if random.random() >= NO_SEX else "", phone=phones[0] if phones else "",
        email=who.email if random.random() >= NO_EMAIL else "", street=home.street if home else "", city=home.city if home else "",
        state="CT" if home else "", zip=home.zip if home else "", ssn4=who.ssn4 if random.random() >= NO_SSN else "",
    )  # fmt: skip
    return Written(record, who, tuple(phones), home, who.second_home, "")


def drawn(random: Random) -> str:
    """What is done to a report."""
    return random.choices([kind for kind, _ in RATES], [share for _, share in RATES])[0]


def report(who: Somebody, id: str, random: Random, done: str) -> Written:
    """What a laboratory sends about somebody today, with this damage."""
    family, given, middle, birth = who.family, who.given, who.middle, who.birth.isoformat()
    if who.unnamed and random.random() < 0.4:
        given = who.unnamed
    home: Home | None = who.second_home if who.second_home and random.random() < 0.5 else who.home
    zip = home.zip if home else ""
    if done == "nickname":
        given = damage.nickname(random, given)
    elif done == "first_name":
        family, given, middle = damage.first_name(random, family, given, middle)
    elif done == "last_name":
        family = damage.last_name(random, family, who.maiden)
    elif done == "birth_date":
        birth = damage.birth_date(random, who.birth)
    elif done == "zip":
        zip = damage.zip_code(random, zip)
    phones = list(who.phones) if random.random() >= NO_PHONE else []
    random.shuffle(phones)
    if random.random() < NO_ADDRESS:
        home, zip = None, ""
    if " " in family and random.random() < 0.3:  # two surnames: only the first is kept, or they are turned, or joined
        family = damage.two_surnames(random, family)
    shout = str.upper if random.random() < 0.5 else str
    record = Record(
        id=id, family=shout(_accent(random, family, 0.1)), given=shout(_accent(random, given, 0.1)),
        middle=shout(middle if random.random() < 0.5 else middle[:1] if random.random() < 0.5 else ""),
        suffix=who.suffix if random.random() < 0.5 else "", birth_date=birth,
        sex=who.sex if random.random() >= NO_SEX else "", phone=phones[0] if phones else "",
        email=who.email if random.random() >= NO_EMAIL else "",
        street=shout(home.street if random.random() < 0.5 else home.short) if home else "", city=shout(home.city) if home else "",
        state="CT" if home else "", zip=zip, ssn4=who.ssn4 if random.random() >= NO_SSN else "",
    )  # fmt: skip
    return Written(record, who, tuple(phones[:1]), home, None, done)


PLACEHOLDERS: Final = (
    ("Test", "Patient"), ("Patient", "Test"), ("Unknown", "Unknown"), ("Doe", "John"), ("Doe", "Jane"), ("Unk", "Unk"), ("Zztest", "Zztest"),
    ("Anonymous", "Anonymous"), ("None", "None"), ("Refused", "Refused"), ("Test", "Baby Boy"), ("Unknown", "Male"),
)  # fmt: skip


def placeholder(id: str, random: Random) -> Record:
    """A record with a name that is none: nobody can say who it is."""
    family, given = random.choice(PLACEHOLDERS)
    birth = random.choice(("", "1900-01-01", "1901-01-01", "1970-01-01", f"{random.randint(1940, 2010)}-01-01"))
    return Record(
        id, family, given, "", "", birth, random.choice("MF") if random.random() < 0.5 else "", "", "", "", "", "", "", ""
    )


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
