"""Accounts, roles, memberships, signing in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib.auth.hashers import check_password, make_password

from tracing.access.models import Membership, Role, SignIn, User
from tracing.access.rules import PAUSE, PERMISSIONS, must_pause
from tracing.base.text import fold
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit


class UnknownPermission(Exception):
    """A role names a permission that does not exist."""


class EmailTaken(Exception):
    """There is an account with this address."""


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """`pause`: too many refusals; the same answer whether or not the account exists."""

    pause: bool


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
def add_user(*, email: str, name: str, password: str | None, by: Actor, at: datetime) -> User:
    """Make an account; without a password it can sign in only through a provider."""
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise EmailTaken(address)
    user = User(email=address, name=name.strip(), password=make_password(password), added_at=at)
    user.save(force_insert=True)
    record("user.added", by=by, at=at, subject=("user", user.pk))
    return user


@action
def close_user(*, user: User, by: Actor, at: datetime) -> User | Unchanged:
    """Close an account; its open sessions see nothing from the next request on."""
    if not user.is_active:
        return UNCHANGED
    User.objects.filter(pk=user.pk).update(is_active=False, closed_at=at)
    user.is_active = False
    record("user.closed", by=by, at=at, subject=("user", user.pk), changed=["is_active"])
    return user


@action
def grant_membership(
    *,
    user: User,
    role: Role,
    unit: Unit,
    since: datetime,
    until: datetime | None = None,
    diseases: Sequence[str] = (),
    why: str = "",
    source: str = "hand",
    group: str = "",
    agreement_on: date | None = None,
    trained_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Membership | Unchanged:
    """Give a role in a unit and all units below it: for every disease that is not sensitive, or for those named alone.

    The caller has checked that the giver may (`access.granting`); this is what jobs, profiles and the pages come down to.
    """
    named = sorted(set(diseases))
    if Membership.objects.filter(user=user, role=role, unit=unit, diseases=named, valid_until=None).exists():
        return UNCHANGED
    membership = Membership(
        user=user, role=role, unit=unit, valid_from=since, valid_until=until, diseases=named, why=why, source=source, group=group,
        granted_by=by.id, agreement_on=agreement_on, trained_on=trained_on,
    )  # fmt: skip
    membership.save(force_insert=True)
    record(
        "membership.granted", by=by, at=at, subject=("user", user.pk), codes={"role": role.code, "unit": unit.code}
    )
    return membership


@action
def end_membership(*, membership: Membership, by: Actor, at: datetime) -> Membership | Unchanged:
    """End a role now."""
    if membership.valid_until is not None and membership.valid_until <= at:
        return UNCHANGED
    Membership.objects.filter(pk=membership.pk).update(valid_until=at)
    membership.valid_until = at
    record("membership.ended", by=by, at=at, subject=("user", membership.user_id), changed=["valid_until"])
    return membership


@action
def sign_in(*, email: str, password: str, address: str | None, by: Actor, at: datetime) -> User | SignInRefused:
    """Check a password and keep the attempt. A refusal takes as long for an account that does not exist."""
    digest = hashlib.sha256(fold(email).encode()).hexdigest()
    refused = SignIn.objects.filter(account_digest=digest, address=address, succeeded=False, at__gt=at - PAUSE).count()
    if must_pause(refused):
        return SignInRefused(pause=True)
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        make_password(password)
    right = user is not None and user.is_active and check_password(password, user.password)
    SignIn.objects.create(user=user, account_digest=digest, address=address, at=at, succeeded=right)
    record(
        "user.signed_in" if right else "user.sign_in_refused",
        by=by, at=at, subject=("user", user.pk if user else None),
    )  # fmt: skip
    return user if right and user else SignInRefused(pause=False)
