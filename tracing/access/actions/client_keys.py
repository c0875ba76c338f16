"""Keys of machines that speak for an organisation's directory."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tracing.access.models import ClientKey
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit

KEY_LASTS: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class NewClientKey:
    """A key and the only time its text is known."""

    row: ClientKey
    key: str


@action
def add_client_key(*, name: str, unit: Unit, scope: str = "scim", lasts: timedelta = KEY_LASTS, by: Actor, at: datetime) -> NewClientKey:
    """A key with which a unit's directory makes, changes and closes accounts of that unit. Its text is returned here and never again:
    only the SHA-256 is kept. Others go on working until they end, so that a directory changes over without a gap."""
    key = f"contact_scim_{secrets.token_hex(32)}"
    row = ClientKey(
        name=" ".join(name.split())[:80], scope=scope, unit=unit, digest=_digest(key), hint=key[-4:], at=at, expires_at=at + lasts,
        by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    record("client_key.made", by=by, at=at, subject=("client_key", row.pk), codes={"unit": unit.code, "scope": scope, "hint": row.hint})
    return NewClientKey(row, key)


@action
def revoke_client_key(*, key: ClientKey, by: Actor, at: datetime) -> ClientKey | Unchanged:
    """End a key at once."""
    locked = ClientKey.objects.select_for_update(no_key=True).get(pk=key.pk)
    if locked.revoked_at is not None:
        return UNCHANGED
    locked.revoked_at = at
    locked.save(update_fields=["revoked_at"])
    record("client_key.revoked", by=by, at=at, subject=("client_key", locked.pk), codes={"hint": locked.hint})
    return locked


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
