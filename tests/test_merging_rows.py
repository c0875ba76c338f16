"""Every table that points to a person, from the declarations: a new one is tested here without a line of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model, UniqueConstraint
from django.utils import timezone

from tests.guards import rows as rows_made
from tests.world import BY, NOW
from tracing.journal.actions import action
from tracing.jurisdictions.models import Unit
from tracing.people.merging import joining, roots
from tracing.people.merging.links import Link, links, rows
from tracing.people.models import Merge, Person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
LINKS = links()
TWINS = [
    (link, one) for link in LINKS for one in link.model._meta.constraints if isinstance(one, UniqueConstraint) and link.field in one.fields
]
PREPARED = {"case": "cases of two people are numbered and settled before they move: tests/test_merging.py"}


@action
def merged(*, keep: Person, away: Person, by: Any, at: Any) -> Merge:
    """The rows alone, without what the rooms above do."""
    merge = joining.begin(keep.pk, away.pk, "the same", by, at)
    joining.join(merge, by, at)
    return merge


@action
def parted(*, merge: Merge, by: Any, at: Any) -> None:
    joining.part(merge, by, at)


@pytest.fixture
def two() -> tuple[Person, Person]:
    return tuple(Person.objects.create(family=name, added_at=NOW) for name in ("Kept", "Merged"))  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def taken_back() -> Iterator[None]:
    rows_made.forget()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    rows_made.forget()


def about(link: Link, who: Person, **values: Any) -> Model:
    """A row about somebody; of two units in it the second is another one."""
    if any(field.name == "from_unit" for field in link.model._meta.concrete_fields) and "from_unit" not in values:
        values |= {name: rows_made.make(Unit, timezone.now()) for name in ("from_unit", "unit") if name not in values}
    return rows_made.make(link.model, timezone.now(), **{f"{link.field}_id": who.pk}, **values)


def _name(link: Link) -> str:
    return f"{link.model.__name__}.{link.field}"


@pytest.mark.parametrize("link", [link for link in LINKS if link.model is not Merge], ids=_name)
def test_a_row_moves_and_comes_back(link: Link, two: tuple[Person, Person]) -> None:
    keep, away = two
    row = about(link, away)
    merge = merged(keep=keep, away=away, by=BY, at=NOW)
    assert rows(link.model).filter(pk=row.pk).values_list(f"{link.field}_id", link.filed).get() == (keep.pk, away.pk)
    rows(link.model).filter(pk=row.pk).delete()
    row = about(link, away)
    told = "whoever means the one who was merged away means the root: the database sees to it"
    assert rows(link.model).filter(pk=row.pk).values_list(f"{link.field}_id", link.filed).get() == (keep.pk, away.pk), told
    parted(merge=merge, by=BY, at=NOW)
    assert rows(link.model).filter(pk=row.pk).values_list(f"{link.field}_id", flat=True).get() == away.pk


@pytest.mark.parametrize(("link", "constraint"), [pair for pair in TWINS if pair[0].model.__name__.lower() not in PREPARED],
                         ids=lambda one: _name(one) if isinstance(one, Link) else one.name)  # fmt: skip
def test_what_would_stand_twice_is_kept_by_the_merge_and_comes_back(
    link: Link, constraint: UniqueConstraint, two: tuple[Person, Person]
) -> None:
    keep, away = two
    one = about(link, keep)
    same = {name: getattr(one, name) for name in constraint.fields if name != link.field}
    same |= {"from_unit": one.from_unit} if hasattr(one, "from_unit") else {}
    other = about(link, away, **same)
    before = rows(link.model).filter(pk__in=(one.pk, other.pk)).order_by("pk").values()
    was = list(before)
    merge = merged(keep=keep, away=away, by=BY, at=NOW)
    assert list(rows(link.model).filter(**{link.field: keep}).values_list("pk", flat=True)) == [one.pk]
    assert [row["id"] for row in Merge.objects.get(pk=merge.pk).aside] == [str(other.pk)]
    parted(merge=merge, by=BY, at=NOW)
    assert list(before.all()) == was


def test_every_table_has_its_triggers() -> None:
    assert roots.missing() == []
