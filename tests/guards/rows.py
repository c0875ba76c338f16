"""Rows of any table of ours, with whatever it asks for filled in: what the two locks are compared on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from tracing.people.models import Person, Standing

DISEASES: Final = ("covid19", "measles")

_numbers = itertools.count(1)
_kept: dict[type[Model], Model] = {}
"""One row of each open table that others point at; of the others each row gets its own."""


@dataclass(frozen=True, slots=True)
class Standings:
    """Who has a standing with a person: (unit, disease, begins in days, ends in days or None) each."""

    name: str
    held: tuple[tuple[str, str, int, int | None], ...]


STANDINGS: Final = (
    Standings("nobody's", ()),
    Standings("one", (("one", "covid19", -9, None),)),
    Standings("one, any disease", (("one", "", -9, None),)),
    Standings("other, another disease", (("other", "measles", -9, None),)),
    Standings("both", (("one", "covid19", -9, None), ("other", "covid19", -9, None))),
    Standings("was one's", (("one", "covid19", -9, -1), ("other", "measles", -9, -2))),
    Standings("will be one's", (("one", "covid19", 3, None),)),
    Standings("the state's", (("state", "covid19", -9, None),)),
    Standings("one, until tomorrow", (("one", "covid19", -9, 1),)),
)


def forget() -> None:
    _kept.clear()


def seed(model: type[Model], units: dict[str, Unit], users: list[User], now: datetime) -> None:
    """Rows of every kind that the table's declaration tells apart: units, standings, diseases, sensitive or not, owners."""
    if model is Membership:
        return  # they are what makes the viewers: more of them would change who sees what
    for values in _kinds(model, declared(model), units, users, now):
        make(model, now, **values)


def _kinds(
    model: type[Model], declaration: Visibility, units: dict[str, Unit], users: list[User], now: datetime
) -> Iterator[dict[str, Any]]:
    match declaration:
        case OwnRow(user):
            yield from ({user: one.pk} for one in users)
        case OwnUnit():
            marks = [{declaration.sensitive: mark} for mark in (False, True)] if declaration.sensitive else [{}]
            people = STANDINGS if declaration.person else (None,)
            diseases = DISEASES if declaration.person and declaration.disease else ("",)
            for unit, mark, people_of, disease in itertools.product(units.values(), marks, people, diseases):
                values: dict[str, Any] = {declaration.unit: unit.pk, **mark}
                if people_of is not None:
                    values[declaration.person] = somebody(people_of, units, now)
                if disease:
                    values[declaration.disease] = disease
                yield values
        case ThroughPerson(_, person, disease_column):
            for people_of, disease in itertools.product(STANDINGS, (*DISEASES, "") if disease_column else ("",)):
                who = somebody(people_of, units, now)
                if model is not Person:
                    yield {person: who, **({disease_column: disease} if disease_column else {})}
            if (
                model is not Person
                and model._meta.get_field(person.removesuffix("_id") if _is_link(model, person) else person).null
            ):
                yield {person: None}


def _is_link(model: type[Model], column: str) -> bool:
    return any(field.attname == column and field.is_relation for field in model._meta.concrete_fields)


def somebody(standings: Standings, units: dict[str, Unit], now: datetime) -> UUID:
    """A new person with these standings."""
    person = Person.objects.create(family=f"P{next(_numbers)}", added_at=now)
    Standing.objects.bulk_create(
        Standing(
            person=person, unit=units[unit], why="residence", disease=disease, since=now + timedelta(days=begins),
            until=None if ends is None else now + timedelta(days=ends),
        )
        for unit, disease, begins, ends in standings.held
    )  # fmt: skip
    return person.pk


# What a table's constraints ask for beyond its fields.
_MORE: Final[dict[str, dict[str, Any]]] = {
    "intake_report": {"state": "held", "problems": ["no_name"]},
}


def make(model: type[Model], now: datetime, **values: Any) -> Model:
    """A row with these values; what else it needs is made up."""
    values = {**_MORE.get(model._meta.db_table, {}), **values}
    for field in model._meta.concrete_fields:
        if field.attname in values or field.name in values or field.has_default() or field.null:
            continue
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
        case models.IntegerField():
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
