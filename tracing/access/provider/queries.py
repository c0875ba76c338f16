"""What signing in at the provider has left behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from tracing.access.entry.queries import UNFINISHED
from tracing.access.models import Identity, SignIn, UnknownGroup, User
from tracing.journal.action import ACTING_ROLE, role


def waiting(attempt: UUID, *, at: datetime) -> User | None:
    """Whose attempt this is, while it is neither finished nor older than a few minutes."""
    with role(ACTING_ROLE):
        row = (
            SignIn.objects.select_related("user")
            .filter(pk=attempt, method="provider", refused_for=UNFINISHED, at__gt=at - timedelta(minutes=5), user__is_active=True)
            .first()
        )
    return row.user if row else None


def is_linked(user: UUID, issuer: str) -> bool:
    """Whether an account has one at this provider."""
    with role(ACTING_ROLE):
        return Identity.objects.filter(user_id=user, issuer=issuer, ended_at=None).exists()


def unknown_groups(*, limit: int = 200) -> list[UnknownGroup]:
    """Groups that nobody has mapped, last seen first."""
    return list(UnknownGroup.objects.order_by("-last_at", "group")[:limit])
