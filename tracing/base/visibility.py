"""How a table says who may see its rows. Data only: `access` turns a declaration into `visible_to` and into a row-level policy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Open:
    """Every signed-in member of staff: towns, units, roles, rule sets."""


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """Rows of the viewer's units; with `person`, also rows lent to them through a standing of that person.

    `unit`, `person`, `disease` and `sensitive` are column names. `permission` is what the membership's role must hold on that unit.
    Rows whose `sensitive` column is true are seen only with `diseases.unlisted` as well.
    """

    permission: str
    unit: str = "unit_id"
    person: str = ""
    disease: str = ""
    sensitive: str = ""


@dataclass(frozen=True, slots=True)
class ThroughPerson:
    """Rows about a person, seen by whoever has a standing with that person (for that disease, where the row has one)."""

    permission: str = "people.see"
    person: str = "person_id"
    disease: str = ""


@dataclass(frozen=True, slots=True)
class OwnRow:
    """Rows that belong to the user who looks: their own sign-ins, their own saved views."""

    user: str = "user_id"


@dataclass(frozen=True, slots=True)
class Hidden:
    """Never read by a page: queues, keys, digests."""

    reason: str


Visibility = Open | OwnUnit | ThroughPerson | OwnRow | Hidden
