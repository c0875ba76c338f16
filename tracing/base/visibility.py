"""How a table says who may see its rows. Data only: `access` turns a declaration into `visible_to` and into a row-level policy.

What holds for every declaration with a disease: a membership that names no diseases reaches every disease that is not sensitive; one
that names some reaches those alone; a sensitive disease is reached by name only. What holds for every declaration with a person: a
restricted person is seen by those cleared for it, and nobody sees a person whom they said they know.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Open:
    """Every signed-in member of staff: towns, units, roles, rule sets."""


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """Rows of the viewer's units; with `person`, also rows lent to them through a standing of that person.

    `permission` is what the membership's role must hold on that unit. The others are column names: `unit`; `also`, a second unit
    whose people see the row (the sender of a transfer); `person`; `disease`; `conditions`, an array of which each sensitive one must
    be named by the membership; `sensitive`, a mark that asks for the permission `diseases.unlisted` (or for every condition named);
    `user`: where it is filled, the row is that user's alone. `about`: the person a row is about without being lent through them: it
    vanishes with a restricted person, and for whoever knows them; two columns with a blank between them where it is about two.
    """

    permission: str
    unit: str = "unit_id"
    also: str = ""
    person: str = ""
    disease: str = ""
    conditions: str = ""
    sensitive: str = ""
    user: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class ThroughPerson:
    """Rows about a person, seen by whoever has a standing with that person (for that disease, where the row has one).

    `hides`: which restrictions of the person hide the row, "record" (all but those of the address alone) or "address" (all).
    `unless`: a column that is empty on every row that anybody sees."""

    permission: str = "people.see"
    person: str = "person_id"
    disease: str = ""
    hides: str = "record"
    unless: str = ""


@dataclass(frozen=True, slots=True)
class OwnRow:
    """Rows that belong to the user who looks: their own sign-ins, their own saved views."""

    user: str = "user_id"


@dataclass(frozen=True, slots=True)
class Hidden:
    """Never read by a page: queues, keys, digests."""

    reason: str


Visibility = Open | OwnUnit | ThroughPerson | OwnRow | Hidden
