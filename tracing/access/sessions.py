"""Sessions kept in the database with their user, so that policies can ask who is looking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from tracing.access.models import Session


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:  # type: ignore[override]
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:  # type: ignore[override]
        session = super().create_model_instance(data)
        user = data.get(SESSION_KEY)
        session.user_id = UUID(user) if user else None  # type: ignore[attr-defined]
        return session  # type: ignore[return-value]
