"""Who is looking: a member of staff with what they may do, where, for which diseases, and how much of a person they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.db.models import Q

from tracing.access.models import Coverage, Membership, Role, User
from tracing.base.sight import Sight, narrowest
from tracing.journal.actor import Actor
from tracing.jurisdictions.models import Unit, UnitAncestor


@dataclass(frozen=True, slots=True)
class Hat:
    """One membership under which its holder may choose to work."""

    membership: UUID
    role: str
    unit: str


WITHOUT_ROWS: Final = frozenset({"tasks.next_call", "people.look_up_number"})
"""Permissions that hold on units also for a role whose reach is only who is in hand: they open no row by themselves."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A snapshot for one request."""

    user: UUID
    name: str
    units: Mapping[str, frozenset[UUID]]
    """Permission → units on which it is held (those of the memberships, all below, and those covered)."""
    everywhere: frozenset[str]
    """Permissions held on the state itself for every disease that is not sensitive: every row, also of units added later."""
    home: UUID | None
    """The unit of the first membership: where this user's own work is shown first."""
    roles: tuple[str, ...]
    general: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    """Permission → those of `units` where it is held for every disease that is not sensitive."""
    named: Mapping[str, frozenset[tuple[UUID, str]]] = field(default_factory=dict)
    """Permission → (unit, disease) where the membership names the disease."""
    holds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Permission held in any way → diseases named with it anywhere: what counts for people handed to this user alone."""
    sight: Sight = "whole"
    hats: tuple[Hat, ...] = ()
    """Every membership that counts now, whichever is chosen."""
    hat: UUID | None = None
    """The one chosen; none: all together."""
    said: dict[tuple[str, ...], Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `visibility` has worked out of this snapshot: the same conditions are asked of a score of tables for one page."""

    def may(self, permission: str, unit: UUID | None = None) -> bool:
        """Whether the permission is held: on that unit, or at all when none is named."""
        if permission in self.everywhere:
            return True
        held = self.units.get(permission, frozenset())
        return bool(held) or permission in self.holds if unit is None else unit in held

    def reaches(self, permission: str) -> bool:
        """Whether the permission is held on some unit, and not only for people in hand."""
        return permission in self.everywhere or bool(self.units.get(permission))

    def limited(self, permission: str, *, to: str) -> Viewer:
        """The same viewer, with a permission only where another one is held as well: seen, but taken out only where both are."""
        return replace(
            self,
            units={**self.units, permission: self.units.get(permission, frozenset()) & self.units.get(to, frozenset())},
            general={**self.general, permission: self.general.get(permission, frozenset()) & self.general.get(to, frozenset())},
            named={**self.named, permission: self.named.get(permission, frozenset()) & self.named.get(to, frozenset())},
            holds={p: held for p, held in self.holds.items() if p != permission or to in self.holds},
            everywhere=self.everywhere if to in self.everywhere else self.everywhere - {permission},
        )

    @property
    def actor(self) -> Actor:
        return Actor("staff", self.user)


NOBODY = Viewer(UUID(int=0), "", {}, frozenset(), None, ())


def viewer(user: User, *, at: datetime, hat: UUID | None = None) -> Viewer:
    """The viewer that a user is at this instant; with `hat`, under that one membership alone.

    Three queries: memberships, the units below them, and what their units cover.
    """
    every = memberships_of(user.pk, at) if user.is_active else []
    memberships = [m for m in every if hat is None or m.pk == hat]
    hats = tuple(Hat(m.pk, m.role.name, m.unit.name) for m in every)
    if not memberships:
        return Viewer(user.pk, user.name, {}, frozenset(), None, (), hats=hats, hat=hat)
    below = _below(memberships, at)
    units: dict[str, set[UUID]] = {}
    general: dict[str, set[UUID]] = {}
    named: dict[str, set[tuple[UUID, str]]] = {}
    holds: dict[str, set[str]] = {}
    everywhere: set[str] = set()
    for membership in memberships:
        reached = below[membership.unit_id]
        in_hand = membership.role.reach == Role.Reach.IN_HAND
        for permission in membership.role.permissions:
            holds.setdefault(permission, set()).update(membership.diseases)
            if in_hand and permission not in WITHOUT_ROWS:
                continue
            units.setdefault(permission, set()).update(reached)
            if membership.diseases:
                named.setdefault(permission, set()).update((unit, d) for unit in reached for d in membership.diseases)
            else:
                general.setdefault(permission, set()).update(reached)
                if membership.unit.kind == Unit.Kind.STATE:
                    everywhere.add(permission)
    return Viewer(
        user=user.pk,
        name=user.name,
        units={permission: frozenset(held) for permission, held in units.items()},
        everywhere=frozenset(everywhere),
        home=memberships[0].unit_id,
        roles=tuple(dict.fromkeys(m.role.code for m in memberships)),
        general={permission: frozenset(held) for permission, held in general.items()},
        named={permission: frozenset(held) for permission, held in named.items()},
        holds={permission: frozenset(held) for permission, held in holds.items()},
        sight=narrowest([cast(Sight, m.role.sight) for m in memberships if "people.see" in m.role.permissions]),
        hats=hats,
        hat=hat,
    )


def memberships_of(user: UUID, at: datetime) -> list[Membership]:
    """Those that count now: begun, not over, of a role that still exists, agreed to and trained for where the role asks for it."""
    return list(
        Membership.objects.filter(user=user, valid_from__lte=at, role__ended_at__isnull=True)
        .exclude(valid_until__lte=at)
        .filter(Q(role__needs_agreement=False) | Q(agreement_on__isnull=False, trained_on__isnull=False))
        .select_related("role", "unit")
        .order_by("valid_from", "id")
    )


def _below(memberships: list[Membership], at: datetime) -> dict[UUID, set[UUID]]:
    """Each membership's unit → itself, what it covers, and everything below these."""
    reached: dict[UUID, set[UUID]] = {m.unit_id: {m.unit_id} for m in memberships}
    covered = Coverage.objects.filter(by_unit__in=reached, since__lte=at).exclude(until__lte=at)
    tops: dict[UUID, set[UUID]] = {unit: {unit} for unit in reached}
    for by_unit, unit in covered.values_list("by_unit_id", "unit_id"):
        tops[by_unit].add(unit)
        reached[by_unit].add(unit)
    every = {top for those in tops.values() for top in those}
    under: dict[UUID, set[UUID]] = {}
    for ancestor, unit in UnitAncestor.objects.filter(ancestor__in=every).values_list("ancestor_id", "unit_id"):
        under.setdefault(ancestor, set()).add(unit)
    for unit, those in tops.items():
        for top in those:
            reached[unit] |= under.get(top, set())
    return reached
