"""Working as one of several roles: what a session shows, until its user chooses otherwise."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tracing.access.models import Session
from tracing.access.viewer import Viewer
from tracing.access.words import Refused
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record


@action
def choose_hat(*, viewer: Viewer, session: str, membership: UUID | None, by: Actor, at: datetime) -> UUID | Unchanged | None:
    """Work as one membership (None: as all) in this browser, from the next page on. Only as one's own. Raises Refused."""
    if membership is not None and membership not in {hat.membership for hat in viewer.hats}:
        raise Refused("answered")
    if membership == viewer.hat:
        return UNCHANGED
    Session.objects.filter(session_key=session, user=viewer.user).update(hat=membership)
    record("user.hat_chosen", by=by, at=at, subject=("user", viewer.user), codes={"membership": membership and str(membership)})
    return membership
