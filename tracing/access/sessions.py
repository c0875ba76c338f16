"""Sessions kept in the database with their user, so that policies can ask who is looking."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from tracing.access.models import Session


class SessionStore(DatabaseStore):
    hat: UUID | None = None
    """The one membership under which the user works: read with the session."""

    @classmethod
    def get_model_class(cls) -> type[Session]:  # type: ignore[override]
        return Session

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        self.hat = row.hat_id if row is not None else None
        return row

    def flush(self) -> None:
        """The next who signs in here wears no hat of the one before."""
        self.hat = None
        super().flush()

    def create_model_instance(self, data: dict[str, Any]) -> Session:  # type: ignore[override]
        session = super().create_model_instance(data)
        user = data.get(SESSION_KEY)
        session.user_id = UUID(user) if user else None  # type: ignore[attr-defined]
        session.hat_id = self.hat  # type: ignore[attr-defined]
        if data.get("started"):
            session.started_at = datetime.fromisoformat(data["started"])  # type: ignore[attr-defined]
        session.address, session.browser = data.get("address"), data.get("browser", "")  # type: ignore[attr-defined]
        return session  # type: ignore[return-value]

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """After so long without a page, and at the end of the hours since signing in, whichever is sooner."""
        idle = super().get_expiry_date(**kwargs)
        started = self.get("started")
        return min(idle, datetime.fromisoformat(started) + timedelta(hours=settings.SESSION_HOURS)) if started else idle

    def get_expiry_age(self, **kwargs: Any) -> int:
        """The same in seconds from now."""
        idle = super().get_expiry_age(**kwargs)
        return idle + int((self.get_expiry_date(**kwargs) - super().get_expiry_date(**kwargs)).total_seconds())
