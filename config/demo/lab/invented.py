"""People who do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from config.demo.lab.names import AREA_CODES, COMMUNITIES, STREETS, TOWNS


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody made up, as a laboratory would know them."""

    number: str
    last: str
    first: str
    birth: date | None
    sex: str
    street: str
    city: str
    state: str
    zip: str
    middle: str = ""
    street2: str = ""
    county: str = ""
    phone: str = ""
    email: str = ""
    race: str = ""
    ethnicity: str = ""
    language: str = "en"
    second_address: tuple[str, str, str, str] | None = None
    """Where they live now, if the first address is their home: street, city, state, ZIP."""


_COMMUNITIES = tuple(
    (last.split(), women.split(), men.split(), race, ethnicity, language)
    for last, women, men, race, ethnicity, language, _ in COMMUNITIES
)
_COMMUNITY_WEIGHTS = tuple(accumulate(row[-1] for row in COMMUNITIES))
_TOWN_WEIGHTS = tuple(accumulate(row[2] for row in TOWNS))
_AGES = ((0, 17, 20), (18, 29, 20), (30, 49, 28), (50, 64, 18), (65, 79, 9), (80, 97, 5))
_AGE_WEIGHTS = tuple(accumulate(row[2] for row in _AGES))


def person(rng: Random, number: int, *, today: date, phone: str = "", ages: tuple[int, int] | None = None) -> Invented:
    """One person; the same number and the same state of `rng` give the same one."""
    lasts, women, men, race, ethnicity, language = rng.choices(_COMMUNITIES, cum_weights=_COMMUNITY_WEIGHTS)[0]
    woman = rng.random() < 0.52
    firsts = women if woman else men
    last, first = rng.choice(lasts), rng.choice(firsts)
    if ethnicity == "H" and rng.random() < 0.15:
        last = f"{last}-{rng.choice(lasts)}"
    youngest, oldest, _ = rng.choices(_AGES, cum_weights=_AGE_WEIGHTS)[0]
    if ages:
        youngest, oldest = ages
    town, county, _, zips = rng.choices(TOWNS, cum_weights=_TOWN_WEIGHTS)[0]
    flat = rng.random() < 0.3
    folded = f"{first}.{last}".lower().replace("'", "")
    return Invented(
        number=f"{number:07d}",
        last=last,
        first=first,
        birth=today - timedelta(days=rng.randint(youngest * 365 + 30, oldest * 365 + 360)),
        sex="F" if woman else "M",
        street=f"{rng.randint(2, 480)} {rng.choice(STREETS)}",
        city=town,
        state="CT",
        zip=rng.choice(zips),
        middle=rng.choice("ABCDEFGJLMNPRST") if rng.random() < 0.35 else "",
        street2=f"Apt {rng.randint(1, 40)}" if flat else "",
        county=county,
        phone=phone,
        email=f"{folded}@example.org" if folded.isascii() and rng.random() < 0.3 else "",
        race=race,
        ethnicity=ethnicity,
        language=language if rng.random() < 0.6 else "en",
    )


def phones(rng: Random) -> list[str]:
    """The 400 Connecticut numbers that belong to nobody, shuffled: 10 digits each."""
    numbers = [f"{area}55501{line:02d}" for area in AREA_CODES for line in range(100)]
    rng.shuffle(numbers)
    return numbers
