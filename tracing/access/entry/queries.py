"""Who has to wait, which browsers are in, and what came before. Everything here is read under the acting role, for this one question."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.db.models import Count, Max, Q

from tracing.access.entry.rules import (
    CODE_WINDOW,
    KNOWN_FOR,
    PAIR_PAUSE,
    PAIR_REFUSALS,
    SPRAY_WINDOW,
    codes_wait,
    pair_waits,
    spray_wait,
)
from tracing.access.models import Factor, Membership, Session, SignIn, User
from tracing.base.text import fold
from tracing.journal.action import ACTING_ROLE, role

UNFINISHED = "unfinished"
"""The password was right, and no second factor has followed yet."""


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """`pause`: too many refusals; the same answer whether or not the account exists. `wait`: seconds until this network may try again."""

    pause: bool
    wait: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """One browser that is in. `mark` names it on a page without giving its key away."""

    mark: str
    since: datetime
    until: datetime
    address: str
    browser: str
    here: bool


@dataclass(frozen=True, slots=True)
class Paused:
    """An account that waits somewhere because of refusals."""

    user: UUID
    name: str
    email: str
    refusals: int
    last: datetime


def digest_of(email: str) -> str:
    """Under which attempts on an account are counted, whether or not it exists."""
    return hashlib.sha256(fold(email).encode()).hexdigest()


def mark_of(session_key: str) -> str:
    """The name of a session on a page."""
    return hashlib.sha256(f"mark {session_key}".encode()).hexdigest()[:24]


def _refused(at: datetime, since: timedelta) -> Q:
    return Q(succeeded=False, forgiven_at=None, at__gt=at - since) & ~Q(refused_for=UNFINISHED)


def must_wait(digest: str, address: str | None, at: datetime) -> SignInRefused | None:
    """Whether an attempt with a password on this account from this address is not even looked at now."""
    passwords = SignIn.objects.filter(method="password", refused_for__in=("", "password"))
    if pair_waits(passwords.filter(_refused(at, PAIR_PAUSE), account_digest=digest, address=address).count()):
        return SignInRefused(pause=True)
    if address is None:
        return None
    found = passwords.filter(_refused(at, SPRAY_WINDOW), address=address).aggregate(
        accounts=Count("account_digest", distinct=True), last=Max("at")
    )
    wait = spray_wait(found["accounts"], last=found["last"], at=at)
    known = SignIn.objects.filter(account_digest=digest, address=address, succeeded=True, at__gt=at - KNOWN_FOR)
    if wait and not known.exists():
        return SignInRefused(pause=True, wait=ceil(wait.total_seconds()))
    return None


def factor_waits(user: UUID, address: str | None, at: datetime, *, codes: bool) -> bool:
    """Whether another attempt with a second factor has to wait: here, or everywhere for codes of an app."""
    with role(ACTING_ROLE):
        refused = SignIn.objects.filter(user_id=user, refused_for="factor")
        if pair_waits(refused.filter(_refused(at, PAIR_PAUSE), address=address).count()):
            return True
        return codes and codes_wait(refused.filter(_refused(at, CODE_WINDOW), factor="app").count())


def has_factor(user: UUID) -> bool:
    """Whether this account has a second factor of its own."""
    with role(ACTING_ROLE):
        return Factor.objects.filter(user_id=user).exists()


def administers(user: User, at: datetime) -> bool:
    """Whether somebody administers accounts by a grant made by hand, not by a group of the provider."""
    held = Membership.objects.filter(user=user, valid_from__lte=at, role__permissions__contains=["users.administer"])
    return held.exclude(valid_until__lte=at).exclude(source__in=("provider", "scim")).exists()


def account(user: UUID) -> User | None:
    """An open account by its key."""
    with role(ACTING_ROLE):
        return User.objects.filter(pk=user, is_active=True).first()


def open_sessions(user: UUID, *, here: str, at: datetime) -> list[Open]:
    """The browsers in which somebody is signed in; the one that asks comes first."""
    with role(ACTING_ROLE):
        rows = list(Session.objects.filter(user_id=user, expire_date__gt=at).order_by("-started_at"))
    found = [
        Open(mark_of(row.session_key), row.started_at, row.expire_date, row.address or "", row.browser, row.session_key == here)
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.here)


def history(user: UUID, *, limit: int = 50) -> list[SignIn]:
    """Attempts on an account, newest first."""
    with role(ACTING_ROLE):
        return list(SignIn.objects.filter(user_id=user).order_by("-at", "-id")[:limit])


def by_address(email: str) -> User | None:
    """An open account by its e-mail address. The caller has checked who may know."""
    with role(ACTING_ROLE):
        return User.objects.filter(email=email.strip().lower(), is_active=True).first()


def work_in(users: Collection[UUID], units: Collection[UUID], at: datetime) -> set[UUID]:
    """Which of the accounts hold a role in one of the units now."""
    with role(ACTING_ROLE):
        held = Membership.objects.filter(user_id__in=users, unit_id__in=units, valid_from__lte=at).exclude(valid_until__lte=at)
        return set(held.values_list("user_id", flat=True))


def paused(at: datetime) -> list[Paused]:
    """Accounts that wait somewhere now. The caller has checked who may know."""
    with role(ACTING_ROLE):
        recent = SignIn.objects.filter(user__isnull=False, refused_for__in=("", "password", "factor"))
        pairs = (
            recent.filter(_refused(at, PAIR_PAUSE))
            .values("user_id", "user__name", "user__email", "address")
            .annotate(refusals=Count("id"), last=Max("at"))
            .filter(refusals__gte=PAIR_REFUSALS)
        )
        codes = (
            SignIn.objects.filter(_refused(at, CODE_WINDOW), refused_for="factor", factor="app", user__isnull=False)
            .values("user_id", "user__name", "user__email")
            .annotate(refusals=Count("id"), last=Max("at"))
        )
        rows = [*pairs, *(row for row in codes if codes_wait(row["refusals"]))]
    found: dict[UUID, Paused] = {}
    for row in sorted(rows, key=lambda row: row["refusals"]):
        found[row["user_id"]] = Paused(row["user_id"], row["user__name"], row["user__email"], row["refusals"], row["last"])
    return sorted(found.values(), key=lambda one: one.last, reverse=True)
