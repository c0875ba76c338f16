"""Accounts closed and opened again. Who leaves is out everywhere with the transaction that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracing.access.actions.memberships import end_membership
from tracing.access.granting import Granting, going, one_at_a_time, state_administrators
from tracing.access.models import GrantProposal, Invitation, Membership, Session, User
from tracing.access.rules.reviewing import is_unused
from tracing.access.viewer import Viewer
from tracing.access.words import Refused
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Closed:
    """One account of a set: closed, or the code of why not."""

    user: User
    refused: str = ""


@action
def close_user(*, user: User, by: Actor, at: datetime) -> User | Unchanged:
    """Close an account: its sessions end with this transaction, its roles now, links into it open nothing, proposals for it fall.

    What its user has in hand goes back to the lists seconds later, when the tasks room reads of it.
    """
    if not user.is_active:
        return UNCHANGED
    User.objects.filter(pk=user.pk).update(is_active=False, closed_at=at)
    user.is_active, user.closed_at = False, at
    ended = Session.objects.filter(user=user).delete()[0]
    for membership in going(Membership.objects.filter(user=user), at):
        end_membership(membership=membership, by=by, at=at)
    Invitation.objects.filter(user=user, used_at__isnull=True, expires_at__gt=at).update(expires_at=at)
    GrantProposal.objects.filter(user=user, answer="").update(
        answer=GrantProposal.Answer.WITHDRAWN, answered_at=at, answered_by=by.id
    )
    record("user.closed", by=by, at=at, subject=("user", user.pk), codes={"sessions": ended}, changed=["is_active"])
    return user


@action
def reopen_user(*, user: User, by: Actor, at: datetime) -> User | Unchanged:
    """Open an account again. It holds nothing: roles are given anew."""
    if user.is_active:
        return UNCHANGED
    User.objects.filter(pk=user.pk).update(is_active=True, closed_at=None)
    user.is_active, user.closed_at = True, None
    record("user.reopened", by=by, at=at, subject=("user", user.pk), changed=["is_active"])
    return user


@action
def close_accounts(
    *, viewer: Viewer, users: Sequence[User], only_unused: bool = False, by: Actor, at: datetime
) -> list[Closed] | Unchanged:
    """Close up to 500 accounts of those that the viewer administers, each told apart: closed, or why not.

    With `only_unused` one that was used in the meantime stays open.
    """
    if len(users) > AT_ONCE:
        raise ValueError(f"at most {AT_ONCE} at once")
    one_at_a_time()
    asking = Granting(viewer, at)
    rows = list(User.objects.select_for_update(no_key=True).filter(pk__in=[user.pk for user in users]).order_by("name", "pk"))
    asking.ask_where([user.pk for user in rows])
    administrators = set(state_administrators(at))
    told = []
    for user in rows:
        refused = _refused(user, viewer, asking, at, only_unused) or ("last_administrator" if administrators == {user.pk} else "")
        if not refused:
            close_user(user=user, by=by, at=at)
            administrators.discard(user.pk)
        told.append(Closed(user, refused))
    return told or UNCHANGED


@action
def reopen_account(*, viewer: Viewer, user: User, by: Actor, at: datetime) -> User | Unchanged:
    """Reopen one, by who may manage it. Raises Refused."""
    if not Granting(viewer, at).may_manage(user):
        raise Refused("not_theirs")
    return reopen_user(user=user, by=by, at=at)


def _refused(user: User, viewer: Viewer, asking: Granting, at: datetime, only_unused: bool) -> str:
    if not user.is_active:
        return "is_closed"
    if user.pk == viewer.user:
        return "to_oneself"
    if not asking.may_manage(user):
        return "not_theirs"
    if only_unused and not is_unused(added=user.added_at, last_seen=user.last_seen_at, last_sign_in=user.last_login, at=at):
        return "is_used"
    return ""
