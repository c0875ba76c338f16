"""Who is looking: a member of staff with what they may do, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from tracing.access.models import Membership, User
from tracing.journal.actor import Actor
from tracing.jurisdictions.models import Unit, UnitAncestor


@dataclass(frozen=True, slots=True)
class Viewer:
    """A snapshot for one request."""

    user: UUID
    name: str
    units: Mapping[str, frozenset[UUID]]
    """Permission → units on which it is held (those of the memberships and all below)."""
    everywhere: frozenset[str]
    """Permissions held on the state itself: every row, also of units added later."""
    home: UUID | None
    """The unit of the first membership: where this user's own work is shown first."""
    roles: tuple[str, ...]

    def may(self, permission: str, unit: UUID | None = None) -> bool:
        """Whether the permission is held: on that unit, or on any when none is named."""
        if permission in self.everywhere:
            return True
        held = self.units.get(permission, frozenset())
        return bool(held) if unit is None else unit in held

    def limited(self, permission: str, *, to: str) -> Viewer:
        """The same viewer, with a permission only where another one is held as well: seen, but taken out only where both are."""
        units = dict(self.units)
        units[permission] = units.get(permission, frozenset()) & units.get(to, frozenset())
        return replace(self, units=units, everywhere=self.everywhere if to in self.everywhere else self.everywhere - {permission})

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.user)


NOBODY = Viewer(UUID(int=0), "", {}, frozenset(), None, ())


def viewer(user: User, *, at: datetime) -> Viewer:
    """The viewer that a user is at this instant. One query for memberships and one for the units below them."""
    memberships = list(
        Membership.objects.filter(user=user, valid_from__lte=at)
        .exclude(valid_until__lte=at)
        .select_related("role", "unit")
        .order_by("valid_from", "id")
    )
    if not user.is_active or not memberships:
        return Viewer(user.pk, user.name, {}, frozenset(), None, ())
    below: dict[UUID, set[UUID]] = {m.unit_id: {m.unit_id} for m in memberships}
    for ancestor, unit in UnitAncestor.objects.filter(ancestor__in=below).values_list("ancestor_id", "unit_id"):
        below[ancestor].add(unit)
    units: dict[str, set[UUID]] = {}
    everywhere: set[str] = set()
    for membership in memberships:
        for permission in membership.role.permissions:
            units.setdefault(permission, set()).update(below[membership.unit_id])
            if membership.unit.kind == Unit.Kind.STATE:
                everywhere.add(permission)
    return Viewer(
        user=user.pk,
        name=user.name,
        units={permission: frozenset(held) for permission, held in units.items()},
        everywhere=frozenset(everywhere),
        home=memberships[0].unit_id,
        roles=tuple(dict.fromkeys(m.role.code for m in memberships)),
    )
