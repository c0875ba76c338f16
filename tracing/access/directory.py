"""What an organisation's directory may ask: its key, its accounts, its groups. Reads only, each question under the acting role: a
machine has no session, and the key's unit alone decides which rows there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tracing.access.models import (
    ClientKey,
    DirectoryAccount,
    DirectoryGroup,
    DirectoryMember,
    GroupMapping,
    Membership,
    Role,
    UnknownGroup,
    User,
)
from tracing.access.rules import group_key
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Unit, UnitAncestor

USED_EVERY: Final = timedelta(hours=1)
"""How exactly a key's last use is known."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a directory says of an account. `rest`: its own words, of the attributes that are kept."""

    user_name: str
    email: str
    name: str
    external_id: str = ""
    active: bool = True
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """An account as its directory sees it. `active`: whether it works here, whatever the directory said."""

    id: UUID
    said: Said
    active: bool
    version: int
    added_at: datetime
    changed_at: datetime
    groups: tuple[tuple[UUID, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SaidGroup:
    name: str
    external_id: str = ""
    members: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownGroup:
    id: UUID
    said: SaidGroup
    version: int
    added_at: datetime
    changed_at: datetime
    names: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts or groups are asked for; "" is not asked for."""

    id: UUID | None = None
    user_name: str = ""
    external_id: str = ""
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    key: ClientKey
    refused: str
    """"": it counts; else why not."""


def client_key_holder(digest: str, *, scope: str, at: datetime) -> KeyHolder | None:
    """Whose key it is; None: no such key was ever made for this purpose."""
    with _acting():
        key = ClientKey.objects.select_related("unit").filter(digest=digest, scope=scope).first()
        if key is None:
            return None
        if key.last_used_at is None or at - key.last_used_at > USED_EVERY:
            ClientKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return KeyHolder(key, "revoked" if key.revoked_at else "expired" if key.expires_at <= at else "")


def live_client_keys(unit_ids: Collection[UUID] | None, *, scope: str = "scim") -> list[ClientKey]:
    """Keys that were not revoked, of these units (None: of all), the newest first. The caller has checked `users.directory`."""
    with _acting():
        rows = ClientKey.objects.select_related("unit").filter(scope=scope, revoked_at__isnull=True).order_by("-at")
        return list(rows if unit_ids is None else rows.filter(unit__in=unit_ids))


def accounts(unit: Unit, wanted: Wanted, *, at: datetime, start: int = 0, count: int = 100) -> tuple[list[Known], int]:
    """Accounts that the unit's directory keeps, and those that it may take over; with how many there are in all."""
    with _acting():
        rows = reached(unit, at)
        kept = DirectoryAccount.objects.filter(user=OuterRef("pk"), unit=unit, ended_at__isnull=True)
        if wanted.id is not None:
            rows = rows.filter(pk=wanted.id)
        if wanted.external_id:
            rows = rows.filter(Exists(kept.filter(external_id=wanted.external_id)))
        if wanted.user_name:
            named = Q(Exists(kept.filter(user_name=wanted.user_name.casefold())))
            rows = rows.filter(named | (~Q(Exists(kept)) & Q(email=wanted.user_name.strip().lower())))
        if wanted.email:
            rows = rows.filter(email=wanted.email.strip().lower())
        total = rows.count()
        return known(unit, list(rows.order_by("added_at", "pk")[start : start + count])), total


def groups(
    unit: Unit, wanted: Wanted, *, start: int = 0, count: int = 100, members: bool = True
) -> tuple[list[KnownGroup], int]:
    """Groups of the unit's directory."""
    with _acting():
        rows = DirectoryGroup.objects.filter(unit=unit)
        if wanted.id is not None:
            rows = rows.filter(pk=wanted.id)
        if wanted.name:
            rows = rows.filter(key=group_key(wanted.name))
        if wanted.external_id:
            rows = rows.filter(external_id=wanted.external_id)
        total = rows.count()
        found = list(rows.order_by("added_at", "pk")[start : start + count])
        inside: dict[UUID, dict[UUID, str]] = {}
        if members:
            those = DirectoryMember.objects.filter(group__in=found).order_by("since", "pk")
            for group, user, name in those.values_list("group_id", "account__user_id", "account__user__name"):
                inside.setdefault(group, {})[user] = name
        return [
            KnownGroup(
                g.pk, SaidGroup(g.name, g.external_id, frozenset(inside.get(g.pk, {}))), g.version, g.added_at, g.changed_at,
                inside.get(g.pk, {}),
            )
            for g in found
        ], total  # fmt: skip


def reached(unit: Unit, at: datetime) -> QuerySet[User]:
    """Whom a unit's directory reaches: accounts that it keeps, and those that no directory keeps and that work for the unit or below
    it alone. Somebody who also works elsewhere is taken over by nobody."""
    kept = DirectoryAccount.objects.filter(user=OuterRef("pk"), ended_at__isnull=True)
    within = UnitAncestor.objects.filter(ancestor=unit).values("unit")
    lasting = Membership.objects.filter(user=OuterRef("pk")).exclude(valid_until__lte=at)
    free = (
        Q(is_active=True) & Q(Exists(lasting)) & ~Q(Exists(lasting.exclude(unit__in=within))) & ~Q(Exists(kept))
    )  # fmt: skip
    return User.objects.filter(Q(Exists(kept.filter(unit=unit))) | free)


def known(unit: Unit, users: list[User]) -> list[Known]:
    """What the directory is told of these accounts. Inside a transaction, under the acting role."""
    links = {link.user_id: link for link in DirectoryAccount.objects.filter(unit=unit, user__in=users, ended_at__isnull=True)}
    member_of: dict[UUID, list[tuple[UUID, str]]] = {}
    those = DirectoryMember.objects.filter(account__in=links.values()).order_by("group__key")
    for member, group, name in those.values_list("account__user_id", "group_id", "group__name"):
        member_of.setdefault(member, []).append((group, name))
    found = []
    for user in users:
        link = links.get(user.pk)
        since = user.added_at or datetime.fromtimestamp(0).astimezone()
        found.append(
            Known(
                user.pk, said_of(user, link), user.is_active, link.version if link else 0, link.added_at if link else since,
                link.changed_at if link else since, tuple(member_of.get(user.pk, ())),
            )
        )  # fmt: skip
    return found


def said_of(user: User, link: DirectoryAccount | None) -> Said:
    """What the directory said last; of an account that it has not taken over, what we know."""
    if link is None:
        return Said(user.email, user.email, user.name, "", user.is_active)
    return Said(str(link.said.get("userName", link.user_name)), user.email, user.name, link.external_id, link.active, link.said)


@contextmanager
def _acting() -> Iterator[None]:
    with transaction.atomic(), role(ACTING_ROLE):
        yield


def mappings(unit_ids: Collection[UUID] | None) -> list[GroupMapping]:
    """What groups give in these units (None: in all)."""
    rows = GroupMapping.objects.select_related("role", "unit").filter(ended_at__isnull=True)
    return list((rows if unit_ids is None else rows.filter(unit__in=unit_ids)).order_by("group", "role__name", "unit__sort_key"))


def mapping(key: UUID) -> GroupMapping | None:
    return GroupMapping.objects.select_related("role", "unit").filter(pk=key).first()


def groups_by_name() -> dict[str, int]:
    """Groups that directories have sent → how many people are in each. Counts alone."""
    with _acting():
        rows = DirectoryGroup.objects.annotate(number=Count("members")).values_list("key", "number")
        found: dict[str, int] = {}
        for key, number in rows:
            found[key] = found.get(key, 0) + number
        return found


def unknown_groups(most: int = 100) -> list[UnknownGroup]:
    """Groups that somebody came with and nobody has mapped, the latest first."""
    mapped = {group_key(name) for name in GroupMapping.objects.filter(ended_at__isnull=True).values_list("group", flat=True)}
    return [one for one in UnknownGroup.objects.order_by("-last_at")[: 5 * most] if group_key(one.group) not in mapped][:most]


def kept_accounts(unit_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many accounts the directory of each unit keeps. Counts alone; the caller has checked `users.directory`."""
    with _acting():
        rows = DirectoryAccount.objects.filter(unit__in=unit_ids, ended_at__isnull=True).order_by().values_list("unit")
        return dict(rows.annotate(number=Count("pk")))


def client_key(key: UUID) -> ClientKey | None:
    with _acting():
        return ClientKey.objects.select_related("unit").filter(pk=key, revoked_at__isnull=True).first()


def roles_to_map() -> list[Role]:
    return list(Role.objects.filter(ended_at__isnull=True).order_by("name"))
