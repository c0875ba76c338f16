"""Which group of a directory or provider gives which role in which unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tracing.access.granting import Granting, given, place
from tracing.access.models import GroupMapping, Role, UnknownGroup
from tracing.access.rules import group_key
from tracing.access.rules.granting import may_grant
from tracing.access.viewer import Viewer
from tracing.access.words import Refused
from tracing.diseases.conditions import sensitive_codes
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit


@action
def map_group(
    *, viewer: Viewer, group: str, role: Role, unit: Unit, diseases: Sequence[str] = (), by: Actor, at: datetime
) -> GroupMapping | Unchanged:
    """From now on whoever is in the group holds the role there. Nobody maps what they could not give by hand (Refused); a role that
    two people give is only proposed for each."""
    name, named = " ".join(group.split())[:200], sorted(set(diseases))
    verdict = may_grant(
        Granting(viewer, at).granter(unit.pk), to=UUID(int=0), role=given(role), place=place(unit, at), since=at, until=None, at=at,
        diseases=named, sensitive=sensitive_codes(),
    )  # fmt: skip
    if verdict not in ("alone", "by_two"):
        raise Refused(verdict, successor=unit.successor.name if unit.successor else "")
    live = GroupMapping.objects.filter(role=role, unit=unit, ended_at__isnull=True)
    if any(group_key(one.group) == group_key(name) for one in live):
        return UNCHANGED
    mapping = GroupMapping(group=name, role=role, unit=unit, diseases=named, since=at, by=by.id)
    mapping.save(force_insert=True)
    UnknownGroup.objects.filter(group=name).delete()
    record("group.mapped", by=by, at=at, subject=("unit", unit.pk), codes={"group": name, "role": role.code, "unit": unit.code})
    return mapping


@action
def end_mapping(*, mapping: GroupMapping, by: Actor, at: datetime) -> GroupMapping | Unchanged:
    """The group gives the role no more; what it gave ends within a minute, or with the next sign-in."""
    locked = GroupMapping.objects.select_for_update(no_key=True, of=("self",)).select_related("role", "unit").get(pk=mapping.pk)
    if locked.ended_at is not None:
        return UNCHANGED
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    record("group.unmapped", by=by, at=at, subject=("unit", locked.unit_id),
           codes={"group": locked.group, "role": locked.role.code, "unit": locked.unit.code})  # fmt: skip
    return locked
