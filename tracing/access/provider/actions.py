"""Somebody comes from the provider: which account that is, what its groups give, and why not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from tracing.access.actions import add_user, end_membership, grant_membership
from tracing.access.entry.queries import UNFINISHED, digest_of
from tracing.access.models import GroupMapping, Identity, Membership, SignIn, UnknownGroup, User
from tracing.access.provider.rules import Claimed
from tracing.access.rules import Held, Mapped, group_key, settle_groups
from tracing.access.settling import propose
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record


@dataclass(frozen=True, slots=True)
class Entered:
    """Who it is. `attempt` is the row that becomes a sign-in when nothing more is asked for."""

    user: User
    attempt: UUID


@dataclass(frozen=True, slots=True)
class NotEntered:
    """Why not: a code of `desk/sign_in/problems.py`."""

    code: str


@action
def enter_from_provider(*, claimed: Claimed, address: str | None, by: Actor, at: datetime) -> Entered | NotEntered:
    """Find or make the account, link it, bring its memberships in line with its groups, and keep the attempt.

    An account is found by what the provider calls it; the first time by an e-mail address that the provider has verified, never
    by another. One account here has one at the provider.
    """
    _note_unknown(claimed.groups, by, at)
    user, problem = _account(claimed, by, at)
    if user is not None and not user.is_active:
        problem = "closed"
    if user is not None and not problem:
        _follow_groups(user, claimed.groups, by, at)
        if not _held(user, at).exists():
            problem = "no_role"
    SignIn.objects.create(
        user=user, account_digest=digest_of(user.email if user else claimed.email), address=address, at=at, succeeded=False,
        method="provider", refused_for=problem or UNFINISHED,
    )  # fmt: skip
    if problem or user is None:
        record("user.sign_in_refused", by=by, at=at, subject=("user", user.pk if user else None),
               codes={"method": "provider", "reason": problem})  # fmt: skip
        return NotEntered(problem)
    Identity.objects.filter(user=user, issuer=claimed.issuer, ended_at=None).update(used_at=at)
    record("user.came_from_provider", by=by, at=at, subject=("user", user.pk))
    attempt = SignIn.objects.filter(user=user, method="provider", at=at, refused_for=UNFINISHED).latest("id")
    return Entered(user, attempt.pk)


@action
def unlink(*, user: User, by: Actor, at: datetime) -> User | Unchanged:
    """The account here no longer belongs to the one at the provider; the next verified sign-in links anew."""
    if not Identity.objects.filter(user=user, ended_at=None).update(ended_at=at):
        return UNCHANGED
    record("user.unlinked", by=by, at=at, subject=("user", user.pk))
    return user


def _account(claimed: Claimed, by: Actor, at: datetime) -> tuple[User | None, str]:
    """The account, or why there is none."""
    known = Identity.objects.select_related("user").filter(issuer=claimed.issuer, subject=claimed.subject, ended_at=None).first()
    if known is not None:
        return known.user, ""
    if not claimed.email:
        return None, "no_email"
    if not claimed.email_is_verified:
        return None, "email_unverified"
    user = User.objects.select_for_update(no_key=True).filter(email=claimed.email).first()
    if user is not None and not user.is_active:
        return user, "closed"
    if user is not None and Identity.objects.filter(user=user, issuer=claimed.issuer, ended_at=None).exists():
        return user, "two_accounts"
    if user is None:
        giving = {group_key(one.group) for one in _mappings()}
        if giving.isdisjoint(group_key(name) for name in claimed.groups):
            return None, "no_role"
        user = add_user(email=claimed.email, name=claimed.name, password=None, by=by, at=at)
    Identity.objects.create(user=user, issuer=claimed.issuer, subject=claimed.subject, linked_at=at)
    record("user.linked", by=by, at=at, subject=("user", user.pk))
    return user, ""


def _mappings() -> list[GroupMapping]:
    """What groups give now."""
    return list(
        GroupMapping.objects.select_related("role", "unit").filter(ended_at=None, role__ended_at=None).order_by("group", "id")
    )


def _as_rule(one: GroupMapping) -> Mapped:
    return Mapped(one.group, one.role_id, one.unit_id, tuple(one.diseases), one.role.powerful)


def _held(user: User, at: datetime) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user, valid_from__lte=at).exclude(valid_until__lte=at)


def _follow_groups(user: User, groups: Collection[str], by: Actor, at: datetime) -> None:
    """End what a group gave that is no longer claimed or mapped; give what is new. What came in other ways is left alone. A role that
    two people grant is proposed in the name of whoever mapped the group."""
    mappings = _mappings()
    rows = {row.pk: row for row in _held(user, at).select_for_update(no_key=True, of=("self",)).select_related("role", "unit")}
    held = [Held(row.pk, row.role_id, row.unit_id, tuple(row.diseases), row.source) for row in rows.values()]
    settled = settle_groups(groups, [_as_rule(one) for one in mappings], held, source=Membership.Source.PROVIDER)
    for key in settled.end:
        end_membership(membership=rows[key], by=by, at=at)
    for one in (*settled.give, *settled.propose):
        mapping = next(row for row in mappings if _as_rule(row) == one)
        if one.powerful:
            if mapping.by is not None:
                propose(user, mapping.role, mapping.unit, one, mapping.by, by, at)
            continue
        grant_membership(
            user=user, role=mapping.role, unit=mapping.unit, since=at, diseases=one.diseases, source=Membership.Source.PROVIDER,
            group=mapping.group, why="group at the sign-in provider", by=by, at=at,
        )  # fmt: skip


def _note_unknown(groups: Collection[str], by: Actor, at: datetime) -> None:
    """Keep the names of groups that give nothing here, for whoever administers accounts."""
    unknown = settle_groups(groups, [_as_rule(one) for one in _mappings()], [], source=Membership.Source.PROVIDER).unknown
    if not unknown:
        return
    seen = UnknownGroup.objects.filter(group__in=unknown)
    new = set(unknown) - set(seen.values_list("group", flat=True))
    seen.update(last_at=at, users=F("users") + 1)
    UnknownGroup.objects.bulk_create(
        [UnknownGroup(group=name, source=Membership.Source.PROVIDER, first_at=at, last_at=at) for name in sorted(new)],
        ignore_conflicts=True,
    )
    record("group.unknown", by=by, at=at, subject=("group", None), codes={"groups": len(unknown), "new": sorted(new)})
