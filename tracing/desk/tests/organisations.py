"""Units of other kinds with somebody in them: a school, a college, an organisation that helps."""

from __future__ import annotations

from datetime import timedelta

from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Role
from tracing.base.text import fold
from tracing.desk.tests.world import BY, PASSWORD, World
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.places.models import Place


def organisation(made: World, code: str, kind: str, name: str) -> Unit:
    state = made.units["ct"]
    unit = Unit.objects.create(code=code, name=name, kind=kind, parent=state, time_zone=state.time_zone, sort_key=fold(name))
    UnitAncestor.objects.create(unit=unit, ancestor=unit, depth=0)
    UnitAncestor.objects.create(unit=unit, ancestor=state, depth=1)
    made.units[code] = unit
    return unit


def member(made: World, who: str, role: str, unit: str) -> None:
    """Somebody who holds a role there; their key in `made.staff` is `who`."""
    user = add_user(email=f"{who}@example.org", name=f"{who.replace('_', ' ').title()}", password=PASSWORD, by=BY, at=made.at)
    grant_membership(
        user=user, role=Role.objects.get(code=role), unit=made.units[unit], since=made.at - timedelta(days=1), by=BY, at=made.at
    )
    made.staff[who] = user


def school(made: World, code: str, name: str, kind: str = "school") -> Place:
    """A school of New Haven with a liaison (key in `made.staff`: the code)."""
    unit = organisation(made, code, kind, name)
    member(made, code, "institution_liaison", code)
    return Place.objects.create(kind=kind, name=name, name_key=fold(name), unit=made.units["new-haven"], organisation=unit)


def helpers(made: World, code: str = "helpers", name: str = "Elm City Helpers") -> Unit:
    """An organisation with a coordinator (key in `made.staff`: the code)."""
    unit = organisation(made, code, "community", name)
    member(made, code, "community_resource_coordinator", code)
    return unit
