"""Every table that points to a person, from the declarations: a new `PersonField` is moved without a line here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet

from tracing.people.fields import FiledOn, PersonField
from tracing.people.models import Person


@dataclass(frozen=True, slots=True)
class Link:
    """One column that says who, and the one beside it that says on whom the row was filed."""

    model: type[Model]
    field: str
    filed: str


@cache
def links() -> tuple[Link, ...]:
    """Every `PersonField` of the house, by table, so that two merges take rows in the same order."""
    found = []
    for model in apps.get_models():
        fields = model._meta.local_concrete_fields
        filed = {field.of: field.name for field in fields if isinstance(field, FiledOn)}
        found += [Link(model, field.name, filed[field.name]) for field in fields if isinstance(field, PersonField)]
    return tuple(sorted(found, key=lambda link: (link.model._meta.db_table, link.field)))


def rows(model: type[Model]) -> QuerySet[Any]:
    return model._base_manager.all()


def roots(people: Iterable[UUID]) -> dict[UUID, UUID]:
    """Who each of these is now, in the order given; themselves where nobody merged them. Without those who are not there."""
    keys = list(dict.fromkeys(people))
    found = {key: into or key for key, into in Person.objects.filter(pk__in=keys).values_list("pk", "merged_into")} if keys else {}
    return {key: found[key] for key in keys if key in found}


def told_of(person: UUID) -> list[Link]:
    """The links by which any row is about somebody, in the order of `links`. One statement: most tables say nothing of most people.

    For whoever has locked the person's row: until they let go, nobody writes another one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_told_of(), [person] * len(links()))
        places = {place for (place,) in cursor.fetchall()}
    return [link for place, link in enumerate(links()) if place in places]


@cache
def _told_of() -> str:
    quote = connection.ops.quote_name
    return " UNION ALL ".join(
        f"SELECT {place} WHERE EXISTS (SELECT 1 FROM {quote(link.model._meta.db_table)} WHERE {quote(link.field + '_id')} = %s)"
        for place, link in enumerate(links())
    )


def move(away: UUID, to: UUID) -> int:
    """Every row about `away` is about `to`. One update per table and column."""
    return sum(rows(link.model).filter(**{link.field: away}).update(**{link.field: to}) for link in told_of(away))


def move_back(root: UUID, filed_on: Collection[UUID], to: UUID) -> int:
    """Of the root's rows those that were filed on some of the people merged into it are about `to`."""
    return sum(
        rows(link.model).filter(**{link.field: root, f"{link.filed}__in": filed_on}).update(**{link.field: to})
        for link in told_of(root)
    )
