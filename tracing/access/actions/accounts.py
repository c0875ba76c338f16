"""Accounts: made and signed in to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password

from tracing.access.models import SignIn, User
from tracing.access.rules import PAUSE, must_pause
from tracing.base.text import fold
from tracing.journal.actions import Actor, action, record


class EmailTaken(Exception):
    """There is an account with this address."""


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """`pause`: too many refusals; the same answer whether or not the account exists."""

    pause: bool


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


@action
def sign_in(*, email: str, password: str, address: str | None, by: Actor, at: datetime) -> User | SignInRefused:
    """Check a password and keep the attempt. A refusal takes as long for an account that does not exist."""
    digest = hashlib.sha256(fold(email).encode()).hexdigest()
    refused = SignIn.objects.filter(account_digest=digest, address=address, succeeded=False, at__gt=at - PAUSE).count()
    if must_pause(refused):
        return SignInRefused(pause=True)
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        make_password(password)
    right = user is not None and user.is_active and check_password(password, user.password)
    SignIn.objects.create(user=user, account_digest=digest, address=address, at=at, succeeded=right)
    record(
        "user.signed_in" if right else "user.sign_in_refused",
        by=by, at=at, subject=("user", user.pk if user else None),
    )  # fmt: skip
    return user if right and user else SignInRefused(pause=False)
