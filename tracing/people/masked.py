"""What a reviewer is shown of somebody whom they may not see: initials, age in tens of years, town; of some, nothing at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Unit
from tracing.people.models import Address, Person, Recusal, Restriction, Standing


@dataclass(frozen=True, slots=True)
class Masked:
    """Somebody of another unit. No name, day, number, street, disease."""

    initials: str
    decade: str
    """"40–49"; "" not known."""
    town: str
    unit: Unit | None
    """Who sees them."""


def masked(people: Collection[UUID], viewer: Viewer, today: date) -> dict[UUID, Masked]:
    """Of these people whom the viewer does not see, those of whom something may be told at all.

    Left out, as if they were not there: who is restricted in any way, who is known for a sensitive disease, and whom the viewer knows.
    Read under the acting role, since the reading role sees none of them.
    """
    if not people:
        return {}
    with role(ACTING_ROLE):
        hidden = {
            *Restriction.objects.filter(person__in=people, ended_at__isnull=True).values_list("person_id", flat=True),
            *Recusal.objects.filter(person__in=people, ended_at__isnull=True, user_id=viewer.user).values_list(
                "person_id", flat=True
            ),
            *Standing.objects.filter(person__in=people, sensitive=True).values_list("person_id", flat=True),
        }
        told = [person for person in people if person not in hidden]
        # Rows, not columns: they come with no more than the viewer's own sight shows of anybody.
        homes = Address.objects.filter(person__in=told, kind="residence", until=None).select_related("town").order_by("as_of", "pk")
        towns = {home.person_id: home.town.name for home in homes if home.town is not None}
        standings = Standing.objects.filter(person__in=told, why__in=("residence", "state"), until=None, user=None)
        units = {one.person_id: one.unit for one in standings.select_related("unit").order_by("since", "pk")}
        return {
            one.pk: Masked(
                _initials(one.given, one.family), _decade(one.birth_on, one.birth_year, today), towns.get(one.pk, ""), units.get(one.pk)
            )
            for one in Person.objects.filter(pk__in=told)
        }  # fmt: skip


def _initials(*names: str) -> str:
    return " ".join(f"{name[0]}." for name in names if name)


def _decade(birth_on: date | None, birth_year: int | None, today: date) -> str:
    if birth_on is not None:
        age = today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))
    elif birth_year:
        age = today.year - birth_year
    else:
        return ""
    if age >= 90:
        return "90+"
    return f"{max(age, 0) // 10 * 10}–{max(age, 0) // 10 * 10 + 9}"
