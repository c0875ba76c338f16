"""Roles: as a profile declares them, and those that a state defines itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tracing.access.granting import Granting, given, one_at_a_time, state_administrators
from tracing.access.models import Role
from tracing.access.rules import PERMISSIONS
from tracing.access.rules.granting import ADMINISTER, is_powerful, may_define
from tracing.access.viewer import Viewer
from tracing.access.words import Refused
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit

DEFINE: Final = "users.define_roles"
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")


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

@action
def define_role(
    *,
    viewer: Viewer,
    code: str,
    name: str,
    description: str,
    permissions: Sequence[str],
    sight: str = "whole",
    reach: str = "unit",
    needs_agreement: bool = False,
    by: Actor,
    at: datetime,
) -> Role:
    """Make a role of the state's own. A powerful one waits for a second person before it can be given. Raises Refused.

    It contains no power over others that its maker does not hold.
    """
    holds = _of_the_state(viewer, at)
    chosen = [permission for permission in PERMISSIONS if permission in permissions]
    if not _CODE.fullmatch(code):
        raise Refused("code_wrong")
    if not chosen:
        raise Refused("no_permissions")
    beyond = may_define(holds, frozenset(chosen))
    if beyond:
        raise Refused("beyond_maker", permissions=", ".join(PERMISSIONS[one] for one in PERMISSIONS if one in beyond))
    if Role.objects.filter(code=code).exists():
        raise Refused("code_taken")
    role = Role(
        code=code, name=name, description=description, permissions=chosen, sight=sight, reach=reach, needs_agreement=needs_agreement,
        own=True, made_by=by.id,
    )  # fmt: skip
    role.powerful = role.waiting = is_powerful(given(role), whole_state=False)
    role.save(force_insert=True)
    record("role.made", by=by, at=at, subject=("role", role.pk), codes={"role": code, "waiting": role.waiting})
    return role


@action
def confirm_role(*, viewer: Viewer, role: Role, by: Actor, at: datetime) -> Role:
    """The second person: one who could have made it. Raises Refused."""
    holds = _of_the_state(viewer, at)
    row = Role.objects.select_for_update(no_key=True).get(pk=role.pk)
    if not row.waiting or row.ended_at is not None:
        raise Refused("answered")
    if viewer.user == row.made_by:
        raise Refused("not_a_second")
    beyond = may_define(holds, frozenset(row.permissions))
    if beyond:
        raise Refused("beyond_maker", permissions=", ".join(PERMISSIONS[one] for one in PERMISSIONS if one in beyond))
    row.waiting, row.confirmed_by = False, by.id
    row.save(update_fields=["waiting", "confirmed_by"])
    record("role.confirmed", by=by, at=at, subject=("role", row.pk), codes={"role": row.code})
    return row


@action
def end_role(*, viewer: Viewer, role: Role, by: Actor, at: datetime) -> Role | Unchanged:
    """A role of the state's own is given no more, and who holds it may nothing by it from now on. Raises Refused."""
    _of_the_state(viewer, at)
    if not role.own:
        raise Refused("not_own_role")
    if role.ended_at is not None:
        return UNCHANGED
    one_at_a_time()
    if ADMINISTER in role.permissions and not state_administrators(at, without=role.pk):
        raise Refused("last_administrator")
    Role.objects.filter(pk=role.pk).update(ended_at=at)
    role.ended_at = at
    record("role.ended", by=by, at=at, subject=("role", role.pk), codes={"role": role.code})
    return role


def _of_the_state(viewer: Viewer, at: datetime) -> frozenset[str]:
    """What the viewer holds for the whole state, where defining roles is among it."""
    own = [m for m in Granting(viewer, at).own() if m.unit.kind == Unit.Kind.STATE]
    holds = frozenset(permission for m in own for permission in m.role.permissions)
    if DEFINE not in holds:
        raise Refused("define_not_held")
    return holds
