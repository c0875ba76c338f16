"""Rows of any table of ours, with whatever it asks for filled in: what the two locks are compared on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Model

from tracing.access.models import Membership, User
from tracing.access.visibility import declared
from tracing.base.ids import uuid7
from tracing.base.visibility import Open, OwnRow, OwnUnit, ThroughPerson, Visibility
from tracing.jurisdictions.models import Unit
from tracing.people.models import Person, Recusal, Restriction, Standing

DISEASES: Final = ("covid19", "measles", "hiv", "")
"""One that everybody reaches, another, one that a membership must name, and none."""
SENSITIVE: Final = "hiv"

_numbers = itertools.count(1)
_kept: dict[type[Model], Model] = {}
"""One row of each open table that others point at; of the others each row gets its own."""


@dataclass(frozen=True, slots=True)
class Standings:
    """Who has a standing with a person: (unit, disease, begins in days, ends in days or None) each; `alone` are those of one user.
    `restricted`: (kind, unit whose people are cleared); `recused`: the second user knows the person."""

    name: str
    held: tuple[tuple[str, str, int, int | None], ...] = ()
    alone: tuple[tuple[str, str, int, int], ...] = ()
    restricted: tuple[tuple[str, str], ...] = ()
    recused: bool = False


STANDINGS: Final = (
    Standings("nobody's"),
    Standings("one", (("one", "covid19", -9, None),)),
    Standings("one, any disease", (("one", "", -9, None),)),
    Standings("other, another disease", (("other", "measles", -9, None),)),
    Standings("both", (("one", "covid19", -9, None), ("other", "covid19", -9, None))),
    Standings("was one's", (("one", "covid19", -9, -1), ("other", "measles", -9, -2))),
    Standings("will be one's", (("one", "covid19", 3, None),)),
    Standings("the state's", (("state", "covid19", -9, None),)),
    Standings("one, until tomorrow", (("one", "covid19", -9, 1),)),
    Standings("one, for a sensitive disease", (("one", SENSITIVE, -9, None),)),
    Standings("one, for two", (("one", SENSITIVE, -9, None), ("one", "covid19", -9, None))),
    Standings("was one's, for a sensitive disease", (("one", SENSITIVE, -9, -1),)),
    Standings("in one user's hand", alone=(("one", "", -1, 1),)),
    Standings("in one user's hand, for a disease", (("other", "covid19", -9, None),), alone=(("one", "covid19", -1, 1),)),
    Standings("in one user's hand, a sensitive disease", alone=(("one", SENSITIVE, -1, 1),)),
    Standings("was in one user's hand", alone=(("one", "", -3, -1),)),
    Standings("a colleague", (("one", "covid19", -9, None),), restricted=(("staff", "one"),)),
    Standings("a confidential address", (("one", "covid19", -9, None),), restricted=(("address", "other"),)),
    Standings("restricted, in hand", (("one", "covid19", -9, None),), alone=(("one", "", -1, 1),), restricted=(("staff", "other"),)),
    Standings("somebody known", (("one", "covid19", -9, None),), recused=True),
)


def forget() -> None:
    _kept.clear()


def seed(model: type[Model], units: dict[str, Unit], users: list[User], now: datetime) -> None:
    """Rows of every kind that the table's declaration tells apart: units, standings, diseases, sensitive or not, owners."""
    if model is Membership:
        return  # they are what makes the viewers: more of them would change who sees what
    # The people of the kinds above bring standings, restrictions and recusals of their own; these get every unit besides.
    for values in _kinds(model, declared(model), units, users, now):
        make(model, now, **values)


def _kinds(
    model: type[Model], declaration: Visibility, units: dict[str, Unit], users: list[User], now: datetime
) -> Iterator[dict[str, Any]]:
    match declaration:
        case OwnRow(user):
            yield from ({user: one.pk} for one in users)
        case OwnUnit():
            yield from _of_units(declaration, units, users, now)
        case ThroughPerson(_, person, disease_column):
            for people_of, disease in itertools.product(STANDINGS, DISEASES if disease_column else ("",)):
                who = somebody(people_of, units, users, now)
                if model is Person:  # and somebody merged into them, whom nobody sees
                    yield {"merged_into_id": who}
                else:
                    yield {person: who, **({disease_column: disease} if disease_column else {})}
            if (
                model is not Person
                and model._meta.get_field(person.removesuffix("_id") if _is_link(model, person) else person).null
            ):
                yield {person: None}


def _of_units(declared: OwnUnit, units: dict[str, Unit], users: list[User], now: datetime) -> Iterator[dict[str, Any]]:
    """Every unit with every mark, and, where a person lends the row, a unit that nobody belongs to with every kind of standing."""
    marks: list[list[dict[str, Any]]] = [
        [{declared.sensitive: mark} for mark in (False, True)] if declared.sensitive else [{}],
        [{declared.conditions: c} for c in ([], ["covid19"], [SENSITIVE], [SENSITIVE, "covid19"])] if declared.conditions else [{}],
        [{declared.disease: disease} for disease in DISEASES] if declared.disease else [{}],
        [{declared.user: None}, {declared.user: users[0].pk}] if declared.user else [{}],
    ]
    seen = [{declared.unit: unit.pk, **({declared.also: units["far"].pk} if declared.also else {})} for unit in units.values()]
    if declared.also:
        seen = [row for row in seen if row[declared.unit] != row[declared.also]]
        seen += [{declared.unit: units["far"].pk, declared.also: unit.pk} for name, unit in units.items() if name != "far"]
    for first, *more in itertools.product(seen, *marks):
        values = dict(first)
        for one in more:
            values |= one
        if declared.user and values[declared.user]:
            values["until"] = now + timedelta(days=1)
        yield values
    if declared.person:
        for people_of, disease in itertools.product(STANDINGS, marks[2]):
            far = {declared.unit: units["far"].pk, **({declared.also: units["farther"].pk} if declared.also else {})}
            yield {**far, declared.person: somebody(people_of, units, users, now), **disease}
    if declared.about:
        here = {declared.unit: units["one"].pk, **({declared.also: units["far"].pk} if declared.also else {})}
        for people_of in (kind for kind in STANDINGS if kind.restricted or kind.recused):
            for column in declared.about.split():
                yield {**here, **marks[2][0], column: somebody(people_of, units, users, now)}


def _is_link(model: type[Model], column: str) -> bool:
    return any(field.attname == column and field.is_relation for field in model._meta.concrete_fields)


def somebody(standings: Standings, units: dict[str, Unit], users: list[User], now: datetime) -> UUID:
    """A new person with these standings."""
    person = Person.objects.create(family=f"P{next(_numbers)}", added_at=now)
    held = [(*one, None) for one in standings.held] + [(*one, users[0].pk) for one in standings.alone]
    Standing.objects.bulk_create(
        Standing(
            person=person, unit=units[unit], why="residence", disease=disease, sensitive=disease == SENSITIVE, user_id=user,
            since=now + timedelta(days=begins), until=None if ends is None else now + timedelta(days=ends),
        )
        for unit, disease, begins, ends, user in held
    )  # fmt: skip
    for kind, unit in standings.restricted:
        Restriction.objects.create(person=person, kind=kind, unit=units[unit], at=now)
    if standings.recused:
        Recusal.objects.create(person=person, user=users[1], at=now)
    return person.pk


# What a table's constraints ask for beyond its fields.
_MORE: Final[dict[str, dict[str, Any]]] = {
    "intake_report": {"state": "held", "problems": ["no_name"]},
    "cases_share": {"until": datetime(2999, 1, 1, tzinfo=UTC)},
    "contacts_unreached": {"state": "open"},
    "messaging_telephone": {"until": datetime(2999, 1, 1, tzinfo=UTC)},
    "messaging_dial": {"state": "ended", "ended_at": datetime(2999, 1, 1, tzinfo=UTC)},
}

_FILLED: Final = {"contacts_exposure": {"source"}}
"""Columns that may be empty and are not in a made-up row, because a constraint asks for one of several."""


def make(model: type[Model], now: datetime, **values: Any) -> Model:
    """A row with these values; what else it needs is made up."""
    values = {**_MORE.get(model._meta.db_table, {}), **values}
    for field in model._meta.concrete_fields:
        empty = field.null and field.name not in _FILLED.get(model._meta.db_table, ())
        if field.attname in values or field.name in values or field.has_default() or empty:
            continue
        if field.db_default is models.NOT_PROVIDED:
            values[field.attname] = _made_up(field, now)
    row = model(**values)
    row.save(force_insert=True)
    return row


def _made_up(field: models.Field[Any, Any], now: datetime) -> Any:
    number = next(_numbers)
    if field.is_relation:
        target = field.related_model
        assert isinstance(target, type)
        if not isinstance(declared(target), Open):
            return make(target, now).pk
        if target not in _kept:
            _kept[target] = target._default_manager.order_by("pk").first() or make(target, now)
        return _kept[target].pk
    match field:
        case models.UUIDField():
            return uuid7()
        case models.DateTimeField():
            return now
        case models.DateField():
            return now.date()
        case models.BooleanField():
            return False
        case models.SmallIntegerField():
            return number % 30_000
        case models.IntegerField() | models.FloatField():
            return number
        case models.BinaryField():
            return b"x"
        case models.JSONField():
            return {}
        case ArrayField():
            return []
        case models.CharField() | models.TextField() if field.blank:
            return ""
        case models.CharField() | models.TextField():
            choices = [value for value, _ in field.flatchoices]
            return choices[0] if choices else f"x{number}"[-(field.max_length or 20) :]
    raise TypeError(f"{field.model.__name__}.{field.name}: no value is known for a {type(field).__name__}")
