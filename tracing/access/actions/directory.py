"""What a directory does to accounts: makes them, changes them, closes them. A leaver is out with the answer to the request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q

from tracing.access.actions.accounts import EmailTaken, add_user
from tracing.access.actions.leaving import close_user, reopen_user
from tracing.access.directory import Said, said_of
from tracing.access.models import DirectoryAccount, DirectoryMember, Membership, User
from tracing.access.settling import NoSuchAccount, one_at_a_time, settle, take_over
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit, UnitAncestor

__all__ = [
    "AccountTaken", "NoSuchAccount", "VersionDiffers", "WorksElsewhere", "add_account", "change_account", "delete_account",
]  # fmt: skip


class AccountTaken(Exception):
    """The name, the address or the directory's own key belongs to another account."""


class WorksElsewhere(Exception):
    """The address of somebody who also works for another organisation is not this directory's to change."""


class VersionDiffers(Exception):
    """Somebody else changed it since it was read."""


@action
def add_account(*, unit: Unit, said: Said, by: Actor, at: datetime) -> DirectoryAccount:
    """Make an account that signs in through a provider; of somebody whom this directory deleted before, the old one again."""
    one_at_a_time()
    _refuse_taken(unit, said, None)
    user = User.objects.filter(email=said.email).first()
    if user is None:
        try:
            user = add_user(email=said.email, name=said.name, password=None, by=by, at=at)
        except (EmailTaken, IntegrityError):
            raise AccountTaken(said.email) from None
    elif not _came_back(user, unit):
        raise AccountTaken(said.email)
    else:
        User.objects.filter(pk=user.pk).update(name=said.name)
        reopen_user(user=user, by=by, at=at)
    link = DirectoryAccount(user=user, unit=unit, added_at=at, changed_at=at, active=said.active, **_columns(said))
    link.save(force_insert=True)
    record("directory.account_added", by=by, at=at, subject=("user", user.pk), codes={"unit": unit.code})
    if not said.active:
        close_user(user=user, by=by, at=at)
    return link


@action
def change_account(
    *, unit: Unit, user: UUID, edit: Callable[[Said], Said], version: int | None = None, by: Actor, at: datetime
) -> DirectoryAccount | Unchanged:
    """Make of an account what `edit` says, given what the directory said last. The same change again changes nothing.

    An account that no directory keeps is taken over. One that was closed here is not opened by a yes that the directory had said
    all along.
    """
    one_at_a_time()
    link = take_over(unit, user, by, at)
    if version is not None and link.version != version:
        raise VersionDiffers(str(link.version))
    before = said_of(link.user, link)
    after = edit(before)
    if after == before:
        return UNCHANGED
    _refuse_taken(unit, after, link)
    changed = [name for name in ("user_name", "email", "name", "external_id", "active", "rest") if getattr(before, name) != getattr(after, name)]
    if after.email != before.email:
        _change_address(link.user, unit, after.email, at)
    if after.name != before.name:
        User.objects.filter(pk=link.user_id).update(name=after.name)
    for name, value in _columns(after).items():
        setattr(link, name, value)
    link.active, link.version, link.changed_at = after.active, link.version + 1, at
    link.save()
    old = {name: getattr(before, name) for name in changed if name in ("user_name", "email", "name", "external_id")}
    record("directory.account_changed", by=by, at=at, subject=("user", link.user_id), codes={"unit": unit.code}, changed=changed, old=old)
    if before.active and not after.active:
        close_user(user=link.user, by=by, at=at)
    elif after.active and not before.active:
        reopen_user(user=link.user, by=by, at=at)
        settle(unit, [link], by, at)
    return link


@action
def delete_account(*, unit: Unit, user: UUID, version: int | None = None, by: Actor, at: datetime) -> DirectoryAccount:
    """The directory knows it no more: it is closed, and leaves its groups. The row and its history stay."""
    one_at_a_time()
    link = take_over(unit, user, by, at)
    if version is not None and link.version != version:
        raise VersionDiffers(str(link.version))
    close_user(user=link.user, by=by, at=at)
    DirectoryMember.objects.filter(account=link).delete()
    DirectoryAccount.objects.filter(pk=link.pk).update(ended_at=at, active=False)
    record("directory.account_deleted", by=by, at=at, subject=("user", link.user_id), codes={"unit": unit.code})
    return link


def _refuse_taken(unit: Unit, said: Said, link: DirectoryAccount | None) -> None:
    same = Q(user_name=said.user_name.casefold())
    if said.external_id:
        same |= Q(external_id=said.external_id)
    others = DirectoryAccount.objects.filter(same, unit=unit, ended_at__isnull=True)
    if (others if link is None else others.exclude(pk=link.pk)).exists():
        raise AccountTaken(said.user_name)


def _change_address(user: User, unit: Unit, email: str, at: datetime) -> None:
    within = UnitAncestor.objects.filter(ancestor=unit).values("unit")
    if Membership.objects.filter(user=user).exclude(valid_until__lte=at).exclude(unit__in=within).exists():
        raise WorksElsewhere(str(user.pk))
    if User.objects.filter(email=email).exclude(pk=user.pk).exists():
        raise AccountTaken(email)
    User.objects.filter(pk=user.pk).update(email=email)
    user.email = email


def _came_back(user: User, unit: Unit) -> bool:
    links = DirectoryAccount.objects.filter(user=user)
    return not user.is_active and links.filter(unit=unit).exists() and not links.filter(ended_at__isnull=True).exists()


def _columns(said: Said) -> dict[str, object]:
    return {"user_name": said.user_name.casefold(), "external_id": said.external_id, "said": dict(said.rest)}
