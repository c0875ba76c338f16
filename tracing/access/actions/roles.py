"""Roles: as a profile declares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tracing.access.models import Role
from tracing.access.rules import PERMISSIONS
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record


class UnknownPermission(Exception):
    """A role names a permission that does not exist."""


@action
def load_roles(*, roles: Sequence[Mapping[str, object]], by: Actor, at: datetime) -> list[Role] | Unchanged:
    """Make roles as a profile declares them (code, name, description, permissions; sight, reach, powerful, needs_agreement where they
    are not the usual ones). Repeating changes nothing; a role that staff made under the same code is left alone."""
    present = {role.code: role for role in Role.objects.all()}
    changed: list[Role] = []
    for declared in roles:
        role = present.get(str(declared["code"])) or Role(code=str(declared["code"]))
        if role.own:
            continue
        before = {name: getattr(role, name) for name in _OF_A_ROLE}
        for name, usual in _OF_A_ROLE.items():
            setattr(role, name, declared.get(name, usual))
        role.permissions = [str(p) for p in role.permissions]
        unknown = [p for p in role.permissions if p not in PERMISSIONS]
        if unknown:
            raise UnknownPermission(f"role {role.code}: {', '.join(unknown)}. Known: {', '.join(PERMISSIONS)}")
        if role.sight not in Role.Sight or role.reach not in Role.Reach:
            raise UnknownPermission(f"role {role.code}: sight {role.sight}, reach {role.reach}. Known: {Role.Sight.values}, {Role.Reach.values}")
        if role.code not in present or before != {name: getattr(role, name) for name in _OF_A_ROLE}:
            changed.append(role)
    if not changed:
        return UNCHANGED
    Role.objects.bulk_create(changed, update_conflicts=True, unique_fields=["code"], update_fields=list(_OF_A_ROLE))
    record("roles.loaded", by=by, at=at, subject=("role", None), codes={"roles": [role.code for role in changed]})
    return changed


_OF_A_ROLE: Final[Mapping[str, object]] = {
    "name": "", "description": "", "permissions": (), "sight": "whole", "reach": "unit", "powerful": False, "needs_agreement": False,
}  # fmt: skip
"""What a profile says of a role, and what holds where it says nothing."""
