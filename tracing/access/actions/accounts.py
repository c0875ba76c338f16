"""Accounts: made."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password

from tracing.access.models import User
from tracing.journal.actions import Actor, action, record


class EmailTaken(Exception):
    """There is an account with this address."""


@action
def add_user(*, email: str, name: str, password: str | None, by: Actor, at: datetime) -> User:
    """Make an account; without a password it can sign in only through a provider."""
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise EmailTaken(address)
    user = User(email=address, name=name.strip(), password=make_password(password), added_at=at)
    user.save(force_insert=True)
    record("user.added", by=by, at=at, subject=("user", user.pk))
    return user
