"""Rows that would stand twice for one person (the same number, the same address, the same reason to be seen).

One of the two stands; the merge keeps the other, word for word, with what pointed to it. It is put back when the merge is undone, and
already before that when the one that stands goes with another merge that is undone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model, Q, UniqueConstraint

from tracing.people.merging.links import Link, links, rows, told_of
from tracing.people.models import Merge, Person

Aside = dict[str, Any]

KNOWS_MORE: Final = {"people.waytoreach": "works"}
"""Table → the field of which the row that says something stands, rather than the one that says nothing."""


def set_aside(merge: Merge, keep: UUID, away: UUID) -> None:
    """Before rows are moved from `away` to `keep`."""
    found: list[Aside] = []
    concerned = {link.model for link in told_of(away)}
    for link in links():
        if link.model not in concerned:
            continue
        found += [lay(link.model, row, None) for row in _of_themselves(link, keep, away)]
        for constraint in _uniques(link):
            for stands, row in _twins(link, constraint, keep, away):
                found.append(lay(link.model, row, stands))
    if found:
        merge.aside = [*merge.aside, *found]
        Merge.objects.filter(pk=merge.pk).update(aside=merge.aside)


def _of_themselves(link: Link, keep: UUID, away: UUID) -> list[Any]:
    """Of a table with two people those rows that would tell of one and the same: "these two are not the same"."""
    own = [other.field for other in links() if other.model is link.model]
    if len(own) < 2 or link.field != own[0]:
        return []
    one, other = own[:2]
    pair = Q(**{one: keep, other: away}) | Q(**{one: away, other: keep}) | Q(**{one: away, other: away})
    return list(rows(link.model).filter(pair).order_by("pk"))


def _uniques(link: Link) -> list[UniqueConstraint]:
    return [one for one in link.model._meta.constraints if isinstance(one, UniqueConstraint) and link.field in one.fields]


def _twins(link: Link, constraint: UniqueConstraint, keep: UUID, away: UUID) -> Iterator[tuple[Any, Any]]:
    """(the row that stands, the one that is set aside)"""
    columns = {field.name: field.attname for field in link.model._meta.concrete_fields}
    others = [columns[name] for name in constraint.fields if name != link.field]
    counted = rows(link.model).filter(constraint.condition or Q()).order_by("pk")
    standing = {key: row for row in counted.filter(**{link.field: keep}) if (key := _key(row, others, constraint)) is not None}
    for row in counted.filter(**{link.field: away}) if standing else ():
        twin = standing.get(_key(row, others, constraint) or ())
        if twin is None:
            continue
        says = KNOWS_MORE.get(link.model._meta.label_lower, "")
        if says and getattr(twin, says) is None and getattr(row, says) is not None:
            yield row, twin
        else:
            yield twin, row


def _key(row: Any, columns: list[str], constraint: UniqueConstraint) -> tuple[Any, ...] | None:
    values = tuple(getattr(row, column) for column in columns)
    return None if None in values and constraint.nulls_distinct is not False else ("", *values)


def lay(model: type[Model], row: Any, stands: Any) -> Aside:
    """Take the row out of its table; what pointed to it points to the one that stands."""
    pointing = []
    for field in pointing_to(model):
        others = rows(field.model).filter(**{field.name: row.pk})
        keys = list(others.values_list("pk", flat=True)) if stands is not None else []
        if keys:
            pointing += [[field.model._meta.label_lower, field.name, str(key)] for key in keys]
            others.update(**{field.name: stands.pk})
    values = {f.attname: None if f.value_from_object(row) is None else f.value_to_string(row) for f in model._meta.concrete_fields}
    rows(model).filter(pk=row.pk)._raw_delete(connection.alias)  # type: ignore[attr-defined]
    return {
        "model": model._meta.label_lower, "id": str(row.pk), "row": values, "twin": str(stands.pk) if stands is not None else None,
        "pointing": pointing,
    }  # fmt: skip


def pointing_to(model: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    for relation in model._meta.get_fields(include_hidden=True):
        field = getattr(relation, "field", None)
        if relation.auto_created and not relation.concrete and isinstance(field, ForeignKey):
            yield field


def put_back(merge: Merge, among: Collection[UUID]) -> None:
    """The merge was undone: all that it kept stands again. `among`: the roots of what was one tree."""
    merge.aside = [one for one in merge.aside if not stand(one, among)]
    Merge.objects.filter(pk=merge.pk).update(aside=merge.aside)


def put_back_missing(root: UUID, among: Collection[UUID]) -> None:
    """Another merge of this tree was undone: what stood for a row that is kept may have gone with it."""
    live = list(Merge.objects.filter(person=root, undone_at__isnull=True).order_by("at", "pk"))
    kept = {one["id"] for merge in live for one in merge.aside}
    for merge in live:
        left = [one for one in merge.aside if not (_is_missing(one, root, kept) and stand(one, among))]
        if len(left) != len(merge.aside):
            Merge.objects.filter(pk=merge.pk).update(aside=left)
            merge.aside = left


def _is_missing(one: Aside, root: UUID, kept: Collection[str]) -> bool:
    model = apps.get_model(one["model"])
    columns = [link for link in links() if link.model is model]
    people = {_root(UUID(key)) for link in columns if (key := one["row"][link.filed] or one["row"][f"{link.field}_id"])}
    if one["twin"] is None:
        return len(people) > 1
    if root not in people:  # whoever it was filed on has gone
        return True
    if one["twin"] in kept:
        return False
    twin = rows(model).filter(pk=one["twin"]).first()
    return twin is None or all(getattr(twin, f"{link.field}_id") != root for link in columns)


def _root(person: UUID) -> UUID:
    found: UUID | None = Person.objects.filter(pk=person).values_list("merged_into", flat=True).first()
    return found or person


def stand(one: Aside, among: Collection[UUID]) -> bool:
    """Write the row again, on whoever the one is now on whom it was filed. False: another row stands in its place by now."""
    model = apps.get_model(one["model"])
    row = model()
    for field in model._meta.concrete_fields:
        text = one["row"].get(field.attname)
        setattr(row, field.attname, None if text is None else field.to_python(text))
    columns = [link for link in links() if link.model is model]
    for link in columns:
        filed = getattr(row, link.filed) or getattr(row, f"{link.field}_id")
        if filed is not None:
            setattr(row, f"{link.field}_id", _root(filed))
    model._base_manager.bulk_create([row], ignore_conflicts=True)
    if not rows(model).filter(pk=row.pk).exists():
        return False
    for label, name, key in one["pointing"]:
        pointing = rows(apps.get_model(label)).filter(pk=key)
        target = pointing.values_list(name, flat=True).first()
        now = rows(model).filter(pk=target).first() if target is not None else None
        # What has gone to somebody else in the meantime stays there.
        if now is not None and any(getattr(now, f"{link.field}_id") in among for link in columns):
            pointing.update(**{name: row.pk})
    return True
