"""Merging two people who are one, and taking it back: what became of cases, calls, messages, and everything else about them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.world import BY, NOW, connecticut, file_all, order, send, somebody
from tracing.cases.models import Case
from tracing.intake.merging import merge_people, undo_merge
from tracing.intake.models import Source
from tracing.people.merging.links import links, rows
from tracing.people.models import Person
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db

HISTORY = ("Merge", "Closure", "Isolation")
"""Decisions that stay as rows when they no longer hold."""


@pytest.fixture
def source() -> Source:
    return connecticut()


def reported(source: Source, seed: int, on: date = date(2021, 1, 13), **changes: object) -> Person:
    """Somebody with one positive result, filed."""
    who = somebody(seed, **changes)
    send(source, order(who, on=on))
    before = set(Person.objects.values_list("pk", flat=True))
    file_all()
    return Person.objects.exclude(pk__in=before).get()


def test_one_illness_one_case_one_call_and_back(source: Source) -> None:
    one, other = reported(source, 1), reported(source, 2, on=date(2021, 1, 11))
    before = everything()
    merge = merge_people(keep=one, merge=other, why="", by=BY, at=NOW)
    first, second = Case.objects.order_by("opened_at", "pk")
    assert (first.person_id, second.person_id) == (one.pk, one.pk)
    assert second.merged_into_id == first.pk and second.closure is not None and second.closure.reason == "merged"
    assert first.closure is None and first.first_positive_on == date(2021, 1, 11)
    assert Task.objects.filter(state="open").count() == 1
    undo_merge(merge=merge, by=BY, at=NOW + timedelta(hours=1))
    assert same(before, everything()) == []


def everything() -> dict[tuple[str, UUID], dict[str, Any]]:
    """Every row about somebody, without the hour before which a call is not made."""
    found = {}
    for link in links():
        for row in rows(link.model).values():
            found[link.model.__name__, row["id"]] = {name: value for name, value in row.items() if name != "not_before"}
    for person in Person.objects.values():
        found["Person", person["id"]] = dict(person)
    return found


def same(before: dict[tuple[str, UUID], dict[str, Any]], after: dict[tuple[str, UUID], dict[str, Any]]) -> list[str]:
    """What differs, apart from the merges themselves and the closures that they have left in the history."""
    found = [f"gone: {key}" for key in before.keys() - after.keys()]
    found += [f"new: {key} {row}" for key, row in after.items() if key not in before and key[0] not in HISTORY]
    for key in before.keys() & after.keys():
        found += [f"{key} {name}: {value} → {after[key][name]}" for name, value in before[key].items() if after[key][name] != value]
    return found
