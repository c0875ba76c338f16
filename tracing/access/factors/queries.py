"""Which second factors an account has, for its own page. Secrets and digests stay where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracing.access.models import Factor, RecoveryCode
from tracing.journal.action import ACTING_ROLE, role


@dataclass(frozen=True, slots=True)
class Held:
    """One factor, without its secret."""

    id: UUID
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """All of an account."""

    held: tuple[Held, ...]
    codes: int
    """Recovery codes that are left."""

    def has(self, kind: str) -> bool:
        return any(one.kind == kind for one in self.held)


def factors_of(user: UUID) -> Factors:
    """Own factors, oldest first."""
    with role(ACTING_ROLE):
        rows = (
            Factor.objects.filter(user_id=user).order_by("added_at", "id").values_list("id", "kind", "name", "added_at", "used_at")
        )
        return Factors(tuple(Held(*row) for row in rows), RecoveryCode.objects.filter(user_id=user, used_at=None).count())


def credentials_of(user: UUID) -> list[bytes]:
    """What browsers call the passkeys of an account."""
    with role(ACTING_ROLE):
        found = (
            Factor.objects.filter(user_id=user, kind=Factor.Kind.PASSKEY).order_by("added_at").values_list("credential", flat=True)
        )
        return [bytes(one) for one in found if one is not None]
