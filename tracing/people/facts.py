"""What a report or a person says about somebody, in the shape in which people keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """An address with where it was found to lie. `key` as `places.rules.address_key`, or the folded town where there is no street."""

    kind: str
    street: str
    city: str
    state: str
    zip: str
    key: str
    town_id: UUID | None
    unit_id: UUID
    out_of_state: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Every field "" or None where not said. Telephones in E.164, e-mail in lower case."""

    family: str = ""
    given: str = ""
    middle: str = ""
    suffix: str = ""
    birth_on: date | None = None
    birth_year: int | None = None
    sex: str = ""
    language: str = ""
    race: tuple[str, ...] = ()
    ethnicity: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[AddressFacts, ...] = ()
    numbers: tuple[str, ...] = ()
    """Numbers by which systems know the person, each with its system: `people.numbers.compared_as`."""
    ssn4: str = ""


FIELDS = ("family", "given", "middle", "suffix", "birth_on", "birth_year", "sex", "language", "race", "ethnicity")
"""The fields of a person that facts speak of."""
