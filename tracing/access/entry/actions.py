"""A password is checked, a sign-in is finished, sessions end, a pause is lifted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password

from tracing.access.entry.queries import UNFINISHED, SignInRefused, administers, digest_of, has_factor, mark_of, must_wait
from tracing.access.entry.rules import CODE_WINDOW
from tracing.access.models import Session, SignIn, User
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record


@action
def sign_in(
    *, email: str, password: str, address: str | None, demand: bool = False, administrators: bool = False, by: Actor, at: datetime
) -> User | SignInRefused:
    """Check a password and keep the attempt. A refusal takes as long for an account that does not exist.

    `demand`: a second factor is asked of everyone, so that nothing is finished yet; of who has one it is asked anyway.
    `administrators`: passwords are for those alone who administer accounts by a grant made by hand (the provider is down).
    """
    digest = digest_of(email)
    if waits := must_wait(digest, address, at):
        return waits
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        make_password(password)
    right = user is not None and check_password(password, user.password) and user.is_active
    if right and user and administrators:
        right = administers(user, at)
    unfinished = bool(right and user and (demand or has_factor(user.pk)))
    SignIn.objects.create(
        user=user, account_digest=digest, address=address, at=at, succeeded=right and not unfinished, method="password",
        refused_for=UNFINISHED if unfinished else "" if right else "password",
    )  # fmt: skip
    verb = "user.sign_in_refused" if not right else "user.password_right" if unfinished else "user.signed_in"
    record(verb, by=by, at=at, subject=("user", user.pk if user else None), codes={"method": "password"})
    return user if right and user else SignInRefused(pause=False)


@action
def finish_sign_in(*, user: User, method: str, factor: str, address: str | None, by: Actor, at: datetime) -> SignIn | Unchanged:
    """Everything asked for was given: the attempt that began it becomes a sign-in. Nothing more to do when it already is one."""
    attempts = SignIn.objects.filter(user=user, address=address, method=method, at__gt=at - CODE_WINDOW)
    if not factor and attempts.filter(at=at, succeeded=True).exists():
        return UNCHANGED
    row = attempts.filter(refused_for=UNFINISHED).order_by("-at").first()
    row = row or SignIn(user=user, account_digest=digest_of(user.email), address=address, method=method)
    row.at, row.succeeded, row.refused_for, row.factor = at, True, "", factor
    row.save()
    record("user.signed_in", by=by, at=at, subject=("user", user.pk), codes={"method": method, "factor": factor})
    return row


@action
def keep_refusal(
    *, user: User | None, account: str, method: str, reason: str, factor: str = "", address: str | None, by: Actor, at: datetime
) -> SignIn:
    """Somebody was not let in, for a reason that has a code. `account`: who they said they were; only its digest is kept."""
    row = SignIn.objects.create(
        user=user, account_digest=digest_of(user.email if user else account), address=address, at=at, succeeded=False, method=method,
        factor=factor, refused_for=reason,
    )  # fmt: skip
    record(
        "user.sign_in_refused", by=by, at=at, subject=("user", user.pk if user else None),
        codes={"method": method, "reason": reason, **({"factor": factor} if factor else {})},
    )  # fmt: skip
    return row


@action
def end_sessions(
    *, user: User, besides: str = "", marks: Collection[str] | None = None, by: Actor, at: datetime
) -> int | Unchanged:
    """Sign an account out: everywhere, or but for the session `besides`, or only where `marks` name it."""
    keys = [
        key
        for key in Session.objects.filter(user=user).exclude(session_key=besides).values_list("session_key", flat=True)
        if marks is None or mark_of(key) in marks
    ]
    if not keys:
        return UNCHANGED
    Session.objects.filter(session_key__in=keys).delete()
    record("user.signed_out_elsewhere", by=by, at=at, subject=("user", user.pk), codes={"sessions": len(keys)})
    return len(keys)


@action
def lift_pause(*, user: User, by: Actor, at: datetime) -> int | Unchanged:
    """Refusals so far no longer make this account wait."""
    counted = SignIn.objects.filter(user=user, succeeded=False, forgiven_at=None, at__gt=at - CODE_WINDOW)
    lifted = counted.exclude(refused_for=UNFINISHED).update(forgiven_at=at)
    if not lifted:
        return UNCHANGED
    record("user.pause_lifted", by=by, at=at, subject=("user", user.pk), codes={"refusals": lifted})
    return lifted
