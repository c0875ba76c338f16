"""What a directory does to its groups, and what follows for the memberships of those inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from tracing.access.actions.directory import VersionDiffers
from tracing.access.directory import SaidGroup
from tracing.access.models import DirectoryAccount, DirectoryGroup, DirectoryMember
from tracing.access.rules import group_key
from tracing.access.settling import NoSuchAccount, note_unknown, one_at_a_time, settle, take_over
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit


class NoSuchGroup(Exception):
    """The directory has no such group."""


class GroupTaken(Exception):
    """There is a group of this name."""


@action
def add_group(*, unit: Unit, said: SaidGroup, by: Actor, at: datetime) -> DirectoryGroup:
    """Take a group. One that nobody has mapped gives nothing, and is shown to whoever administers users."""
    one_at_a_time()
    _refuse_taken(unit, said.name, None)
    group = DirectoryGroup(
        unit=unit, name=said.name, key=group_key(said.name), external_id=said.external_id, added_at=at, changed_at=at
    )
    group.save(force_insert=True)
    record("directory.group_added", by=by, at=at, subject=("directory_group", group.pk), codes={"unit": unit.code, "group": group.name})
    joined = _join(group, said.members, by, at)
    note_unknown(unit, group.name, group.external_id, len(joined), by, at)
    settle(unit, joined, by, at)
    return group


@action
def change_group(
    *, unit: Unit, group: UUID, edit: Callable[[SaidGroup], SaidGroup], version: int | None = None, by: Actor, at: datetime
) -> DirectoryGroup | Unchanged:
    """Make of a group what `edit` says. Members whom the directory does not reach are passed over; the others are kept."""
    one_at_a_time()
    row = _group(unit, group)
    if version is not None and row.version != version:
        raise VersionDiffers(str(row.version))
    inside = {m.account.user_id: m for m in row.members.select_related("account")}
    before = SaidGroup(row.name, row.external_id, frozenset(inside))
    after = edit(before)
    if after == before:
        return UNCHANGED
    touched: list[DirectoryAccount] = []
    renamed = (after.name, after.external_id) != (before.name, before.external_id)
    if renamed:
        _refuse_taken(unit, after.name, row)
        row.name, row.key, row.external_id = after.name, group_key(after.name), after.external_id
        touched += [m.account for m in inside.values()]
    left = [inside[user] for user in before.members - after.members]
    DirectoryMember.objects.filter(pk__in=[m.pk for m in left]).delete()
    for member in left:
        _say("directory.left_group", row, member.account, by, at)
    joined = _join(row, after.members - before.members, by, at)
    if not (renamed or left or joined):
        return UNCHANGED
    row.version, row.changed_at = row.version + 1, at
    row.save()
    record("directory.group_changed", by=by, at=at, subject=("directory_group", row.pk),
           codes={"unit": unit.code, "joined": len(joined), "left": len(left), "renamed": renamed})  # fmt: skip
    note_unknown(unit, row.name, row.external_id, len(joined), by, at)
    settle(unit, {one.pk: one for one in (*touched, *joined, *(m.account for m in left))}.values(), by, at)  # type: ignore[arg-type]
    return row


@action
def remove_group(*, unit: Unit, group: UUID, version: int | None = None, by: Actor, at: datetime) -> DirectoryGroup:
    """The group is gone, and with it what it alone gave."""
    one_at_a_time()
    row = _group(unit, group)
    if version is not None and row.version != version:
        raise VersionDiffers(str(row.version))
    inside = [m.account for m in row.members.select_related("account__user")]
    for account in inside:
        _say("directory.left_group", row, account, by, at)
    row.delete()
    record("directory.group_removed", by=by, at=at, subject=("directory_group", group), codes={"unit": unit.code, "group": row.name})
    settle(unit, inside, by, at)
    return row


@action
def settle_directory(*, unit: Unit, by: Actor, at: datetime) -> int | Unchanged:
    """What the groups of a unit's directory give, after mappings changed."""
    one_at_a_time()
    links = DirectoryAccount.objects.filter(unit=unit, ended_at__isnull=True).select_related("user")
    done = settle(unit, list(links), by, at)
    if not done:
        return UNCHANGED
    record("directory.groups_settled", by=by, at=at, subject=("unit", unit.pk), codes={"memberships": done})
    return done


def _group(unit: Unit, key: UUID) -> DirectoryGroup:
    row = DirectoryGroup.objects.select_for_update(no_key=True).filter(unit=unit, pk=key).first()
    if row is None:
        raise NoSuchGroup(str(key))
    return row


def _refuse_taken(unit: Unit, name: str, row: DirectoryGroup | None) -> None:
    others = DirectoryGroup.objects.filter(unit=unit, key=group_key(name))
    if (others if row is None else others.exclude(pk=row.pk)).exists():
        raise GroupTaken(name)


def _join(group: DirectoryGroup, users: Iterable[UUID], by: Actor, at: datetime) -> list[DirectoryAccount]:
    joined = []
    for user in sorted(users):
        try:
            joined.append(take_over(group.unit, user, by, at))
        except NoSuchAccount:
            continue
    DirectoryMember.objects.bulk_create(DirectoryMember(group=group, account=account, since=at) for account in joined)
    for account in joined:
        _say("directory.joined_group", group, account, by, at)
    return joined


def _say(verb: str, group: DirectoryGroup, account: DirectoryAccount, by: Actor, at: datetime) -> None:
    record(verb, by=by, at=at, subject=("user", account.user_id), codes={"group": group.name})
