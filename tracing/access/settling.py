"""From the groups of a directory's accounts to memberships. Called inside the actions of directories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from tracing.access.actions.memberships import end_membership, grant_membership
from tracing.access.directory import reached
from tracing.access.granting import given
from tracing.access.models import (
    DirectoryAccount,
    DirectoryMember,
    GrantProposal,
    GroupMapping,
    Membership,
    Role,
    UnknownGroup,
    User,
)
from tracing.access.rules import Held, Mapped, group_key, settle_groups
from tracing.access.rules.granting import is_powerful
from tracing.journal.actions import Actor, record
from tracing.jurisdictions.models import Unit, UnitAncestor

SOURCE = Membership.Source.SCIM


class NoSuchAccount(Exception):
    """The directory reaches no such account."""


def one_at_a_time() -> None:
    """Directories' changes take turns: they are few, and two that name one account must not pass each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contact directory'))")


def take_over(unit: Unit, user: UUID, by: Actor, at: datetime) -> DirectoryAccount:
    """The directory's row of an account, locked; made for one that the unit reaches and no directory keeps."""
    link = DirectoryAccount.objects.select_for_update(no_key=True).filter(unit=unit, user=user, ended_at__isnull=True).first()
    if link is not None:
        link.user = User.objects.get(pk=user)
        return link
    found = reached(unit, at).filter(pk=user).first()
    if found is None:
        raise NoSuchAccount(str(user))
    link = DirectoryAccount(
        user=found, unit=unit, user_name=found.email.casefold(), added_at=at, changed_at=at, active=found.is_active,
        said={"userName": found.email, "displayName": found.name, "emails": [{"value": found.email, "type": "work", "primary": True}]},
    )  # fmt: skip
    link.save(force_insert=True)
    record("directory.account_taken_over", by=by, at=at, subject=("user", found.pk), codes={"unit": unit.code})
    return link


def mapped_within(unit: Unit) -> dict[UUID, GroupMapping]:
    """Mappings that count for a unit's directory: those to the unit itself and below. A directory gives nothing anywhere else,
    whatever its groups are called."""
    within = UnitAncestor.objects.filter(ancestor=unit).values("unit")
    rows = GroupMapping.objects.filter(ended_at__isnull=True, unit__in=within, role__ended_at__isnull=True)
    return {row.pk: row for row in rows.select_related("role", "unit").order_by("pk")}


def as_rule(one: GroupMapping) -> Mapped:
    """A mapping as the rule reads it: powerful where two people would have to give the role in that unit by hand."""
    powerful = is_powerful(given(one.role), whole_state=one.unit.kind == Unit.Kind.STATE)
    return Mapped(one.group, one.role_id, one.unit_id, tuple(one.diseases), powerful)


def settle(unit: Unit, links: Collection[DirectoryAccount], by: Actor, at: datetime) -> int:
    """Give and end what the groups of these accounts say now; how many memberships and proposals that took."""
    mappings = mapped_within(unit)
    mapped = [as_rule(one) for one in mappings.values()]
    known = {group_key(one.group) for one in mapped}
    users = {link.user_id: link for link in links}
    claimed: dict[UUID, set[str]] = defaultdict(set)
    inside = DirectoryMember.objects.filter(account__in=[link.pk for link in links], account__user__is_active=True)
    for user, name, external in inside.values_list("account__user_id", "group__name", "group__external_id"):
        # A group is mapped by its name or, as providers' tokens call it, by the directory's own key.
        claimed[user].add(external if group_key(external) in known and group_key(name) not in known else name)
        if external and group_key(external) in known:
            claimed[user].add(external)
    held: dict[UUID, list[Membership]] = defaultdict(list)
    lasting = Membership.objects.filter(user__in=users).exclude(valid_until__lte=at).select_related("role", "unit")
    for membership in lasting:
        held[membership.user_id].append(membership)
    roles = {m.role_id: m.role for m in mappings.values()}
    units = {m.unit_id: m.unit for m in mappings.values()}
    by_group = {(group_key(m.group), m.role_id, m.unit_id): m for m in mappings.values()}
    done = 0
    for user, link in sorted(users.items()):
        present = {m.pk: m for m in held[user]}
        found = settle_groups(
            claimed[user], mapped,
            [Held(m.pk, m.role_id, m.unit_id, tuple(m.diseases), m.source) for m in present.values()],
            source=SOURCE,
        )  # fmt: skip
        for key in found.end:
            end_membership(membership=present[key], by=by, at=at)
        for one in found.give:
            grant_membership(
                user=link.user, role=roles[one.role], unit=units[one.unit], since=at, diseases=one.diseases, source=SOURCE,
                group=one.group, why="group of the directory", by=by, at=at,
            )  # fmt: skip
        done += len(found.end) + len(found.give)
        for one in found.propose:
            asked = by_group[group_key(one.group), one.role, one.unit].by or by.id
            done += asked is not None and propose(link.user, roles[one.role], units[one.unit], one, asked, by, at)
    return done


def propose(user: User, role: Role, unit: Unit, one: Mapped, asked: UUID, by: Actor, at: datetime) -> bool:
    """A powerful role is asked for in the name of whoever mapped the group, once: another person confirms it."""
    if GrantProposal.objects.filter(user=user, role=role, unit=unit).exists():
        return False
    GrantProposal.objects.create(
        user=user, role=role, unit=unit, diseases=list(one.diseases), valid_from=at, why=f"group of the directory: {one.group}"[:200],
        asked_by=asked, asked_at=at,
    )  # fmt: skip
    record("membership.proposed", by=by, at=at, subject=("user", user.pk), codes={"role": role.code, "unit": unit.code, "group": one.group})
    return True


def note_unknown(unit: Unit, name: str, external_id: str, users: int, by: Actor, at: datetime) -> None:
    """Remember a group that nobody has mapped, for who administers users: its accounts are kept all the same."""
    known = {group_key(m.group) for m in mapped_within(unit).values()}
    if not users or group_key(name) in known or group_key(external_id) in known:
        return
    row, new = UnknownGroup.objects.get_or_create(
        group=name, defaults={"source": SOURCE, "first_at": at, "last_at": at, "users": users}
    )
    if not new:
        UnknownGroup.objects.filter(pk=row.pk).update(last_at=at, users=F("users") + users)
    record("group.unknown", by=by, at=at, subject=("unit", unit.pk), codes={"group": name})
