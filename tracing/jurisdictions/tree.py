"""Keeping the closure table of the tree of units true. Called inside actions."""

from __future__ import annotations

from uuid import UUID

from tracing.jurisdictions.models import Unit, UnitAncestor


def settle_ancestors() -> int:
    """Make the closure table what the parents say; how many rows that took."""
    parents = dict(Unit.objects.values_list("id", "parent_id"))
    wanted: dict[tuple[UUID, UUID], int] = {}
    for unit in parents:
        above: UUID | None = unit
        depth = 0
        while above is not None:
            wanted[unit, above] = depth
            above, depth = parents[above], depth + 1
    present = {(row.unit_id, row.ancestor_id): row for row in UnitAncestor.objects.all()}
    stale = [row.pk for key, row in present.items() if wanted.get(key) != row.depth]
    fresh = [
        UnitAncestor(unit_id=unit, ancestor_id=above, depth=depth)
        for (unit, above), depth in wanted.items()
        if (unit, above) not in present or present[unit, above].depth != depth
    ]
    if stale:
        UnitAncestor.objects.filter(pk__in=stale).delete()
    UnitAncestor.objects.bulk_create(fresh)
    return len(stale) + len(fresh)
