"""Ways in: a link that is used once to set a password, for a new account or for one whose password was lost."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tracing.access.entry.rules import PAIR_PAUSE
from tracing.access.granting import Granting, holds_power
from tracing.access.models import Invitation, Session, SignIn, User
from tracing.access.rules.reviewing import INVITATION_LASTS, LINK_REFUSALS
from tracing.access.viewer import Viewer
from tracing.access.words import Refused
from tracing.journal.actions import Actor, action, record


@dataclass(frozen=True, slots=True)
class NewLink:
    """The row, and the key that is told this once."""

    row: Invitation
    key: str


@dataclass(frozen=True, slots=True)
class LinkRefused:
    """`pause`: too many wrong links from this network address. Why a link does not open is not told apart."""

    pause: bool


class PasswordRefused(Exception):
    """The password is too weak, or the present one was wrong: `messages` say what to do."""

    def __init__(self, messages: Sequence[str], *, field: str = "new") -> None:
        super().__init__("; ".join(messages))
        self.messages = list(messages)
        self.field = field


@action
def invite(*, users: Sequence[User], by: Actor, at: datetime) -> list[NewLink]:
    """A new link for each, good for fourteen days; earlier ones open nothing any more.

    An account that was used and holds a powerful role gets one that waits for a second person: whoever makes a link could use it.
    """
    known = [user.pk for user in users if user.last_login is not None or user.last_seen_at is not None]
    powerful = holds_power(known, at) if known else frozenset()
    Invitation.objects.filter(user__in=users, used_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    made = []
    for user in users:
        key = secrets.token_urlsafe(32)
        row = Invitation(
            user=user, digest=_digest(key), at=at, expires_at=at + INVITATION_LASTS, by=by.id, waiting=user.pk in powerful
        )
        made.append(NewLink(row, key))
        record("user.invited", by=by, at=at, subject=("user", user.pk))
    Invitation.objects.bulk_create([one.row for one in made])
    return made


@action
def invite_anew(*, viewer: Viewer, user: User, by: Actor, at: datetime) -> NewLink:
    """A new way in for one account: lost password, lost link. Raises Refused."""
    if not user.is_active:
        raise Refused("account_closed")
    if user.pk == viewer.user:
        raise Refused("to_oneself")
    if not Granting(viewer, at).may_manage(user):
        raise Refused("not_theirs")
    return invite(users=[user], by=by, at=at)[0]


@action
def confirm_link(*, viewer: Viewer, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    """The second person lets a link into a powerful account open. Raises Refused."""
    row = Invitation.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=invitation.pk)
    if not row.waiting or row.used_at is not None or row.expires_at <= at:
        raise Refused("answered")
    if viewer.user in (row.by, row.user_id):
        raise Refused("not_a_second")
    if not Granting(viewer, at).may_manage(row.user):
        raise Refused("not_theirs")
    row.waiting, row.confirmed_by = False, by.id
    row.save(update_fields=["waiting", "confirmed_by"])
    record("user.invitation_confirmed", by=by, at=at, subject=("user", row.user_id))
    return row


@action
def use_link(*, key: str, password: str, address: str | None, by: Actor, at: datetime) -> User | LinkRefused:
    """Set the password of the account to which the link leads. A link opens once; all sessions of the account end."""
    digest = hashlib.sha256(b"link").hexdigest()
    if SignIn.objects.filter(account_digest=digest, address=address, succeeded=False, at__gt=at - PAIR_PAUSE).count() >= LINK_REFUSALS:
        return LinkRefused(pause=True)
    row = (
        Invitation.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
        .filter(digest=_digest(key), used_at__isnull=True, expires_at__gt=at, waiting=False, user__is_active=True).first()
    )  # fmt: skip
    if row is None:
        SignIn.objects.create(user=None, account_digest=digest, address=address, at=at, succeeded=False, method="link", refused_for="link")
        record("user.link_refused", by=by, at=at, subject=("user", None))
        return LinkRefused(pause=False)
    _set(row.user, password)
    Invitation.objects.filter(pk=row.pk).update(used_at=at)
    Session.objects.filter(user=row.user).delete()
    record("user.password_set", by=by, at=at, subject=("user", row.user_id), codes={"by_link": True}, changed=["password"])
    return row.user


@action
def change_password(*, user: UUID, present: str, new: str, session: str, by: Actor, at: datetime) -> User:
    """Somebody sets their own password; their other sessions end. Raises PasswordRefused."""
    row = User.objects.select_for_update(no_key=True).get(pk=user)
    if not row.check_password(present):
        raise PasswordRefused([], field="present")
    _set(row, new)
    Session.objects.filter(user=row).exclude(session_key=session).delete()
    record("user.password_set", by=by, at=at, subject=("user", row.pk), changed=["password"])
    return row


def _set(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise PasswordRefused([str(message) for message in weak.messages]) from None
    user.password = make_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
