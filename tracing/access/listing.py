"""Lists that page by key: ordered scans of declared indexes, one per unit, merged. As fast for one department as for the state.

A page is never found by counting rows before it. Where it begins is told by the key of one row; the values that row is ordered by
are read from the row, so that no name stands in an address. Counts are exact to EXACT, then say so.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet, prefetch_related_objects

from tracing.access.viewer import Viewer
from tracing.access.visibility import declared, lent_rows, own_rows
from tracing.base.visibility import OwnUnit
from tracing.journal.action import ACTING_ROLE, role

M = TypeVar("M", bound=Model)

EXACT: Final = 1000
"""Counts are exact up to here."""
_ARMS_AT_MOST: Final = 40
"""More units than this are read as one: a region has a score of departments, the whole state has none (it sees all)."""


@dataclass(frozen=True, slots=True)
class Order:
    """A declared way to sort: two columns of the list's own table, never null, indexed after the unit; the second is the key."""

    code: str
    column: str
    down: bool = False
    key_down: bool = False

    def reversed(self) -> Order:
        return Order(self.code, self.column, not self.down, not self.key_down)

    @property
    def fields(self) -> tuple[str, str]:
        return ("-" if self.down else "") + self.column, ("-" if self.key_down else "") + "id"


@dataclass(frozen=True, slots=True)
class Listing(Generic[M]):
    """One page of a list. `more` and `earlier`: whether there is a page after and before it."""

    rows: list[M]
    more: bool
    earlier: bool
    count: int
    exact: bool


def own_units(model: type[Model], viewer: Viewer) -> frozenset[UUID] | None:
    """The units whose rows are the viewer's own; None: every unit."""
    declaration = declared(model)
    if not isinstance(declaration, OwnUnit):
        raise TypeError(f"{model.__name__} is no list of units")
    return None if declaration.permission in viewer.everywhere else viewer.units.get(declaration.permission, frozenset())


def listing(
    rows: QuerySet[M],
    viewer: Viewer,
    order: Order,
    *,
    size: int,
    unit: UUID | None = None,
    lent: bool = False,
    after: UUID | None = None,
    before: UUID | None = None,
) -> Listing[M]:
    """A page of the filtered rows that the viewer may see: of their own units, and with `lent` of what others lend them.

    `unit` narrows to one of them (None of theirs: nothing). `after` and `before` are keys of rows that the viewer has seen.
    """
    arms = _arms(rows, viewer, unit)
    others = _lent(rows, viewer) if lent and unit is None else None
    anchor = after or before
    start = None if anchor is None else _values(rows.model, order, anchor)
    backward = before is not None and after is None
    wanted = order.reversed() if backward else order
    slices = [_slice(arm, wanted, start, size + 1) for arm in arms]
    if others is not None:
        slices.append(_lent_slice(others, rows, wanted, start, size + 1))
    found = _merge(slices, wanted)[: size + 1]
    beyond, shown = len(found) > size, found[:size]
    if backward:
        shown.reverse()
    _complete(shown, rows)
    count = sum(arm.order_by()[: EXACT + 1].count() for arm in _whole(rows, viewer, unit))
    if others is not None and count <= EXACT:
        with role(ACTING_ROLE):
            count += others.order_by()[: EXACT + 1].count()
    return Listing(
        rows=shown,
        more=(start is not None) if backward else beyond,
        earlier=beyond if backward else start is not None,
        count=min(count, EXACT),
        exact=count <= EXACT,
    )


def all_of(
    rows: QuerySet[M], viewer: Viewer, order: Order, *, most: int, unit: UUID | None = None, lent: bool = False
) -> list[M]:
    """The first `most` rows in order: for taking a list out as a file."""
    slices = [_slice(arm, order, None, most) for arm in _arms(rows, viewer, unit)]
    others = _lent(rows, viewer) if lent and unit is None else None
    if others is not None:
        slices.append(_lent_slice(others, rows, order, None, most))
    found = _merge(slices, order)[:most]
    _complete(found, rows)
    return found


def _complete(shown: list[M], rows: QuerySet[M]) -> None:
    """What a row shows besides its own columns is fetched once for the page, not for each of its arms."""
    prefetch_related_objects(shown, *rows._prefetch_related_lookups)  # type: ignore[attr-defined]


def _arms(rows: QuerySet[M], viewer: Viewer, unit: UUID | None) -> list[QuerySet[M]]:
    own = own_units(rows.model, viewer)
    rows = own_rows(rows, viewer)
    if unit is not None:
        return [rows.filter(unit=unit)] if own is None or unit in own else []
    if own is None:
        return [rows]
    return [rows.filter(unit=one) for one in sorted(own)] if len(own) <= _ARMS_AT_MOST else [rows.filter(unit__in=own)]


def _whole(rows: QuerySet[M], viewer: Viewer, unit: UUID | None) -> list[QuerySet[M]]:
    own = own_units(rows.model, viewer)
    if unit is not None or own is None:
        return _arms(rows, viewer, unit)
    return [own_rows(rows, viewer).filter(unit__in=own)]


def _lent(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M] | None:
    with role(ACTING_ROLE):
        return lent_rows(rows.prefetch_related(None), viewer)


def _lent_slice(lent: QuerySet[M], rows: QuerySet[M], order: Order, start: tuple[Any, UUID] | None, size: int) -> list[M]:
    """The other arm. Whom others lend lies scattered over their units: the keys are found under the acting role, where no policy asks
    each of thousands of rows anew; what is shown is then read under the page's own."""
    with role(ACTING_ROLE):
        keys = list(_ordered(lent, order, start)[:size].values_list("pk", flat=True))
    return _slice(rows.filter(pk__in=keys), order, None, size) if keys else []


def _values(model: type[Model], order: Order, key: UUID) -> tuple[Any, UUID] | None:
    row = model._default_manager.filter(pk=key).values_list(order.column, "pk").first()
    return None if row is None else (row[0], row[1])


def _slice(rows: QuerySet[M], order: Order, start: tuple[Any, UUID] | None, size: int) -> list[M]:
    return list(_ordered(rows.prefetch_related(None), order, start)[:size])


def _ordered(rows: QuerySet[M], order: Order, start: tuple[Any, UUID] | None) -> QuerySet[M]:
    if start is not None:
        value, key = start
        beyond, behind = ("lt" if order.down else "gt"), ("lt" if order.key_down else "gt")
        rows = rows.filter(
            Q(**{f"{order.column}__{beyond}e": value}),
            Q(**{f"{order.column}__{beyond}": value}) | Q(**{f"id__{behind}": key}),
        )
    return rows.order_by(*order.fields)


class _Turned:
    """A value that sorts the other way round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Turned) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Turned) and self.value == other.value

    __hash__ = None  # type: ignore[assignment]


def _merge(slices: Sequence[Iterable[M]], order: Order) -> list[M]:
    def place(row: M) -> tuple[Any, Any]:
        value, key = getattr(row, order.column), row.pk
        return (_Turned(value) if order.down else value), (_Turned(key) if order.key_down else key)

    return list(heapq.merge(*slices, key=place))
