"""What somebody's groups give and take."""

from __future__ import annotations

from random import Random
from uuid import UUID

import pytest

from tracing.access.rules import Held, Mapped, group_key, settle_groups

TRACER, LEAD, CHIEF = UUID(int=1), UUID(int=2), UUID(int=3)
HAVEN, FORD = UUID(int=11), UUID(int=12)
MAPPED = (
    Mapped("Tracers", TRACER, HAVEN),
    Mapped("Leads", LEAD, HAVEN),
    Mapped("Leads", TRACER, HAVEN),
    Mapped("HIV", TRACER, HAVEN, ("hiv",)),
    Mapped("Chiefs", CHIEF, FORD, powerful=True),
)


def _held(number: int, role: UUID, unit: UUID = HAVEN, source: str = "scim", diseases: tuple[str, ...] = ()) -> Held:
    return Held(UUID(int=100 + number), role, unit, diseases, source)


@pytest.mark.parametrize(
    ("claimed", "held", "give", "propose", "end", "unknown"),
    [
        ([], [], [], [], [], []),
        (["Tracers"], [], [("Tracers", TRACER)], [], [], []),
        ([" tracers "], [], [("Tracers", TRACER)], [], [], []),
        (["Tracers", "TRACERS"], [], [("Tracers", TRACER)], [], [], []),
        (["Tracers"], [_held(1, TRACER)], [], [], [], []),
        ([], [_held(1, TRACER)], [], [], [101], []),
        ([], [_held(1, TRACER, source="hand")], [], [], [], []),
        ([], [_held(1, TRACER, source="provider")], [], [], [], []),
        (["Tracers"], [_held(1, TRACER, source="hand")], [], [], [], []),
        (["Leads", "Tracers"], [], [("Leads", LEAD), ("Leads", TRACER)], [], [], []),
        (["Tracers"], [_held(1, TRACER), _held(2, LEAD)], [], [], [102], []),
        (["HIV"], [_held(1, TRACER)], [("HIV", TRACER)], [], [101], []),
        (["Chiefs"], [], [], [("Chiefs", CHIEF)], [], []),
        (["Chiefs"], [_held(1, CHIEF, FORD, "hand")], [], [], [], []),
        (["Choir", "Tracers", "", "  "], [], [("Tracers", TRACER)], [], [], ["Choir"]),
    ],
)
def test_groups_to_memberships(
    claimed: list[str], held: list[Held], give: list[tuple[str, UUID]], propose: list[tuple[str, UUID]], end: list[int], unknown: list[str]
) -> None:
    found = settle_groups(claimed, MAPPED, held, source="scim")
    assert sorted((m.group, m.role) for m in found.give) == sorted(give)
    assert [(m.group, m.role) for m in found.propose] == propose
    assert found.end == tuple(UUID(int=number) for number in end)
    assert list(found.unknown) == unknown


def test_any_order_gives_the_same() -> None:
    rng = Random(1)
    claimed, mapped, held = ["Leads", "Tracers", "HIV", "Choir", "Chiefs"], list(MAPPED), [_held(1, LEAD, FORD), _held(2, TRACER)]
    first = settle_groups(claimed, mapped, held, source="scim")
    for _ in range(20):
        for one in (claimed, mapped, held):
            rng.shuffle(one)  # type: ignore[arg-type]
        assert settle_groups(claimed, mapped, held, source="scim") == first


def test_the_name_of_a_group() -> None:
    assert group_key("  New  Haven TRACERS ") == group_key("new haven tracers")
    assert group_key("Straße") == group_key("STRASSE")
