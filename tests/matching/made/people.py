"""Households and the people in them. Everything follows from the seed and a block's number, so that blocks can be made apart.

Dates are as of `TODAY`. A person's number is their place in the whole state: it is the truth by which links are judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

from tests.matching.made import names, places
from tests.matching.made.places import Home

TODAY: Final = date(2021, 3, 1)
HOUSEHOLDS: Final = 1_000
"""Of one block."""
SPACE: Final = 4_000
"""Numbers kept for the people of one block; a block has about 2,450 people."""
LEFT_OUT: Final = 0.1
"""So many people, anywhere in a household, are not in the index: a report about them must not find their twin or their father."""


@dataclass(slots=True)
class Somebody:
    """A made-up person as they really are. Empty where they have none."""

    number: int
    family: str
    given: str
    middle: str
    suffix: str
    birth: date
    sex: str
    home: Home
    mobile: str = ""
    landline: str = ""
    email: str = ""
    ssn4: str = ""
    maiden: str = ""
    """The family name before marriage."""
    second_home: Home | None = None
    """A student's place at college."""
    shared_phone: str = ""
    """The telephone of the college, shelter or nursing home."""
    formerly: Home | None = None
    """Where somebody lived who has moved since the index was filled."""
    old_mobile: str = ""
    twin: bool = False
    junior: bool = False
    unnamed: str = ""
    """What a newborn was called at birth: Baby Boy, BG Rivera."""
    known: bool = True
    """In the index."""
    tags: list[str] = field(default_factory=list)

    @property
    def phones(self) -> list[str]:
        return [phone for phone in (self.mobile, self.landline, self.shared_phone) if phone]

    @property
    def age(self) -> int:
        return (TODAY - self.birth).days * 100 // 36525

    @property
    def uuid(self) -> UUID:
        return person_uuid(self.number)


def person_uuid(number: int) -> UUID:
    """A UUIDv7 of long ago from which the number can be read again."""
    return UUID(int=(1_577_836_800_000 + number // 1_000) << 80 | 0x7 << 76 | 0x2 << 62 | number)


def number_of(uuid: UUID | str) -> int:
    return (uuid if isinstance(uuid, UUID) else UUID(uuid)).int & 0xFFFFFFFFFF


def born(random: Random, low: int, high: int) -> date:
    """A birth date of somebody between these ages."""
    return TODAY - timedelta(days=random.randint(int(low * 365.25), int((high + 1) * 365.25) - 1))


def block(seed: int, at: int) -> list[Somebody]:
    """The people of one block of households."""
    random = Random(f"{seed}/{at}")
    made = _Block(random, at)
    for _ in range(HOUSEHOLDS):
        made.household()
    return made.people


_KINDS: Final = (
    ("alone", 26),
    ("couple", 24),
    ("family", 25),
    ("parent", 9),
    ("generations", 5),
    ("mates", 6),
    ("shelter", 0.4),
    ("nursing", 1.1),
)


class _Block:
    def __init__(self, random: Random, at: int) -> None:
        self.random, self.at = random, at
        self.people: list[Somebody] = []
        self.households = 0

    def household(self) -> None:
        random = self.random
        self.households += 1
        self.origin = random.choices([o for o, _ in names.ORIGINS], [w for _, w in names.ORIGINS])[0]
        self.home = places.home(random)
        has_line = random.random() < 0.42
        self.line = places.landline(self.at * HOUSEHOLDS + self.households) if has_line else ""
        kind = random.choices([k for k, _ in _KINDS], [w for _, w in _KINDS])[0]
        getattr(self, f"_{kind}")()

    # People ----------------------------------------------------------------------------------------------------------

    def person(
        self, sex: str, birth: date, family: str, given: str = "", middle: str = "", siblings: Iterable[Somebody] = ()
    ) -> Somebody:
        """Somebody of this household. Nobody is called as an older brother or sister is."""
        random = self.random
        number = self.at * SPACE + len(self.people)
        given = given or names.given(random, self.origin, sex, birth.year)
        taken = {who.given for who in siblings}
        again = Random(number)  # of its own, so that one name that is chosen again changes nobody else
        while given in taken:
            given = names.given(again, self.origin, sex, birth.year)
        if not middle and random.random() < 0.8:
            middle = names.given(random, self.origin, sex, birth.year)
            middle = middle[0] if random.random() < 0.6 else middle
        who = Somebody(number, family, given, middle, "", birth, sex, self.home, landline=self.line)
        age = who.age
        if age >= 13 and random.random() < (0.95 if age < 75 else 0.7):
            who.mobile = places.mobile(number)
            if random.random() < 0.1:
                who.old_mobile = places.number(15_900_001 + number % 90_000)
        if age >= 15 and random.random() < 0.8:
            who.email = _email(random, who)
        who.ssn4 = f"{random.randint(1, 9999):04}"
        if random.random() < 0.07:
            who.formerly = places.home(random)
        who.known = random.random() >= LEFT_OUT
        self.people.append(who)
        return who

    def surname(self) -> str:
        return names.family(self.random, self.origin)

    def two(self, first: str, second: str) -> str:
        """Father's and mother's family name as Spanish and Portuguese speakers write them."""
        joined = self.random.random()
        return f"{first} {second}" if joined < 0.8 else f"{first}-{second}"

    def adult(self, low: int, high: int, sex: str = "") -> Somebody:
        sex = sex or self.random.choice("MF")
        own = self.surname()
        if self.origin in ("hispanic", "portuguese") and self.random.random() < 0.4:
            own = self.two(own, self.surname())
        return self.person(sex, born(self.random, low, high), own)

    def pair(self, low: int, high: int) -> tuple[Somebody, Somebody]:
        """Husband and wife, mostly; she often took his name, or joined both."""
        random = self.random
        one = self.adult(low, high, "M")
        other = self.adult(max(18, one.age - 8), one.age + 4, "F" if random.random() < 0.97 else "M")
        takes = random.random()
        if other.sex == "F" and takes < (0.25 if self.origin == "hispanic" else 0.68):
            other.maiden, other.family = other.family, one.family
            if random.random() < 0.02:
                other.tags.append("renamed")  # since the index was filled
        elif takes > 0.95 and "-" not in other.family and " " not in other.family:
            other.maiden, other.family = other.family, f"{other.family}-{one.family.split()[0]}"
        return one, other

    def children(self, father: Somebody | None, mother: Somebody | None, how_many: int) -> None:
        random = self.random
        parent = mother or father
        assert parent is not None
        family = father.family if father else parent.family
        if father and mother and self.origin in ("hispanic", "portuguese") and random.random() < 0.5:
            family = self.two(
                father.family.replace("-", " ").split()[0], (mother.maiden or mother.family).replace("-", " ").split()[0]
            )
        eldest = max(0, min(26, parent.age - 20))
        birth, made, boys = born(random, max(0, eldest - 6), eldest), 0, 0
        siblings: list[Somebody] = []
        while made < how_many:
            sex = random.choice("MF")
            if father and sex == "M" and boys == 0 and random.random() < 0.11:
                child = self.person(sex, birth, father.family, father.given, father.middle if random.random() < 0.7 else "")
                child.suffix = "Jr" if random.random() < 0.6 else ""
                father.suffix = "Sr" if random.random() < 0.15 else father.suffix
                child.junior = father.junior = True
            else:
                child = self.person(sex, birth, family, siblings=siblings)
            siblings.append(child)
            boys += sex == "M"
            made += 1
            self._grow(child)
            if random.random() < 0.016 and made < how_many + 1:
                siblings.append(self._twin(child, family, siblings))
                made += 1
            birth += timedelta(days=random.randint(400, 1_700))
            if birth >= TODAY:
                break

    def _twin(self, child: Somebody, family: str, siblings: list[Somebody]) -> Somebody:
        random = self.random
        sex = child.sex if random.random() < 0.68 else ("F" if child.sex == "M" else "M")
        given = names.given_alike(random, child.given, sex) if random.random() < 0.45 else ""
        other = self.person(sex, child.birth, family, given, siblings=siblings)
        child.twin = other.twin = True
        self._grow(other)
        return other

    def _grow(self, child: Somebody) -> None:
        """What goes with an age: newborns without a name, students with a second address."""
        random = self.random
        if (TODAY - child.birth).days < 90 and random.random() < 0.6:
            boy = child.sex == "M"
            child.unnamed = random.choice(("Baby Boy", "BB", "Boy", "Newborn") if boy else ("Baby Girl", "BG", "Girl", "Newborn"))
        if 18 <= child.age <= 22 and random.random() < 0.4:
            college = random.choice(places.shared("college"))
            child.second_home = college.home
            child.shared_phone = college.phone if random.random() < 0.4 else ""

    # Households ------------------------------------------------------------------------------------------------------

    def _alone(self) -> None:
        self.adult(*self.random.choice(((20, 35), (36, 60), (61, 92), (55, 80))))

    def _couple(self) -> None:
        self.pair(*self.random.choice(((22, 38), (50, 66), (60, 85))))

    def _family(self) -> None:
        father, mother = self.pair(24, 54)
        if mother.sex == "F":
            self.children(father, mother, self.random.choices((1, 2, 3, 4), (34, 42, 18, 6))[0])

    def _parent(self) -> None:
        parent = self.adult(22, 52, "F" if self.random.random() < 0.8 else "M")
        count = self.random.choices((1, 2, 3), (48, 36, 16))[0]
        if parent.sex == "F":
            self.children(None, parent, count)
        else:
            self.children(parent, None, count)

    def _generations(self) -> None:
        father, mother = self.pair(28, 50)
        grand = self.person(self.random.choice("MF"), born(self.random, father.age + 20, father.age + 34), father.family)
        if grand.sex == "M" and self.random.random() < 0.15:
            grand.given, grand.junior, father.junior = father.given, True, True
        if mother.sex == "F":
            self.children(father, mother, self.random.choices((1, 2, 3), (35, 42, 23))[0])

    def _mates(self) -> None:
        for _ in range(self.random.choice((2, 2, 3, 3, 4))):
            self.origin = self.random.choices([o for o, _ in names.ORIGINS], [w for _, w in names.ORIGINS])[0]
            self.adult(19, 34)

    def _shelter(self) -> None:
        place = self.random.choice(places.shared("shelter"))
        self.home, self.line = place.home, ""
        who = self.adult(18, 66)
        who.shared_phone, who.formerly = place.phone, None
        who.mobile = who.mobile if self.random.random() < 0.4 else ""

    def _nursing(self) -> None:
        place = self.random.choice(places.shared("nursing"))
        self.home, self.line = place.home, ""
        who = self.adult(70, 99)
        who.shared_phone, who.mobile, who.formerly = place.phone, "", None


def _email(random: Random, who: Somebody) -> str:
    words = (who.given, who.family)
    given, family = (word.encode("ascii", "ignore").decode().lower().replace(" ", "").replace("'", "") for word in words)
    shape = random.choice((f"{given}.{family}", f"{given[:1]}{family}", f"{family}{given[:1]}"))
    digits = random.choice(("", who.birth.year % 100, random.randint(1, 999), who.number % 10000))
    return f"{shape}{digits}@{random.choice(('example.com', 'mail.example', 'post.example'))}"
