"""Second factors are added, used and taken away. Each use is judged here, in one transaction with what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tracing.access.entry.queries import administers, digest_of, factor_waits
from tracing.access.factors import codes, passkeys, totp
from tracing.access.factors.sealing import CannotOpen, seal, unseal
from tracing.access.models import Factor, RecoveryCode, Session, SignIn, User
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record


class LastFactor(Exception):
    """The only second factor of an account that must have one."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It does not open. `pause`: too many that did not; this one was not looked at."""

    pause: bool = False


@action
def add_app(*, user: User, secret: bytes, code: str, name: str, keys: Sequence[str], by: Actor, at: datetime) -> Factor | Refused:
    """Keep an authenticator app, once it has shown a right code. `keys`: the program's, the present one first."""
    step = totp.accepted_step(secret, code, at=at, last=0)
    if step is None:
        return Refused()
    factor = Factor(user=user, kind=Factor.Kind.APP, name=name.strip()[:80], counter=step, added_at=at)
    factor.data = seal(secret, row=factor.pk, key=keys[0])
    factor.save(force_insert=True)
    record("factor.added", by=by, at=at, subject=("user", user.pk), codes={"kind": "app"})
    return factor


@action
def add_passkey(
    *, user: User, site: passkeys.Site, state: Mapping[str, Any], answer: str, name: str, by: Actor, at: datetime
) -> Factor | Refused:
    """Keep a passkey that the browser has just made."""
    try:
        made = passkeys.finish_enrolment(site, state, answer)
    except passkeys.PasskeyWrong:
        return Refused()
    if Factor.objects.filter(credential=made.credential).exists():
        return Refused()
    factor = Factor(
        user=user, kind=Factor.Kind.PASSKEY, name=name.strip()[:80], credential=made.credential, data=made.data, counter=made.counter,
        added_at=at,
    )  # fmt: skip
    factor.save(force_insert=True)
    record("factor.added", by=by, at=at, subject=("user", user.pk), codes={"kind": "passkey"})
    return factor


@action
def make_codes(*, user: User, by: Actor, at: datetime) -> list[str]:
    """Ten new recovery codes, shown this once. Older ones stop working."""
    RecoveryCode.objects.filter(user=user).delete()
    made = codes.make()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, digest=codes.digest_of(code, user=user.pk), made_at=at) for code in made]
    )
    record("factor.codes_made", by=by, at=at, subject=("user", user.pk))
    return made


@action
def remove_factor(*, user: User, factor: UUID, demanded: bool, by: Actor, at: datetime) -> Factor | Unchanged:
    """Take one away. LastFactor when it is the only one and everybody must have one."""
    held = list(Factor.objects.select_for_update(no_key=True).filter(user=user))
    row = next((one for one in held if one.pk == factor), None)
    if row is None:
        return UNCHANGED
    if demanded and len(held) == 1:
        raise LastFactor
    Factor.objects.filter(pk=row.pk).delete()
    if len(held) == 1:
        RecoveryCode.objects.filter(user=user).delete()
    record("factor.removed", by=by, at=at, subject=("user", user.pk), codes={"kind": row.kind})
    return row


@action
def reset_factors(*, user: User, by: Actor, at: datetime) -> User | Unchanged:
    """Somebody lost everything: all factors and codes go, every session ends. The next sign-in leads to new ones."""
    gone, _rows = Factor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    Session.objects.filter(user=user).delete()
    if not gone:
        return UNCHANGED
    record("factor.reset", by=by, at=at, subject=("user", user.pk), codes={"factors": gone})
    return user


@action
def use_code(
    *, user: User, code: str, method: str, keys: Sequence[str], address: str | None, by: Actor, at: datetime
) -> str | Refused:
    """Check a code of an app. "app" when it is right; each code opens once. `method`: how the sign-in began."""
    if factor_waits(user.pk, address, at, codes=True):
        return Refused(pause=True)
    for row in Factor.objects.select_for_update(no_key=True).filter(user=user, kind=Factor.Kind.APP):
        try:
            secret = unseal(bytes(row.data), row=row.pk, keys=keys)
        except CannotOpen:
            continue
        step = totp.accepted_step(secret, code, at=at, last=row.counter)
        if step is not None:
            # Sealed anew, so that an old secret key can be laid aside once everybody has been here.
            Factor.objects.filter(pk=row.pk).update(counter=step, used_at=at, data=seal(secret, row=row.pk, key=keys[0]))
            record("factor.used", by=by, at=at, subject=("user", user.pk), codes={"kind": "app"})
            return "app"
    return _wrong(user, "app", method, address, by, at)


@action
def use_recovery_code(*, user: User, code: str, method: str, address: str | None, by: Actor, at: datetime) -> str | Refused:
    """Check a recovery code. "recovery" when it is one that was not used before; it is used then."""
    if factor_waits(user.pk, address, at, codes=False):
        return Refused(pause=True)
    digest = codes.digest_of(code, user=user.pk)
    if RecoveryCode.objects.filter(user=user, digest=digest, used_at=None).update(used_at=at):
        record("factor.used", by=by, at=at, subject=("user", user.pk), codes={"kind": "recovery"})
        return "recovery"
    return _wrong(user, "recovery", method, address, by, at)


@action
def use_passkey(
    *, user: User | None, site: passkeys.Site, state: Mapping[str, Any], answer: str, method: str, address: str | None,
    administrators: bool = False, by: Actor, at: datetime,
) -> User | Refused:  # fmt: skip
    """Check what a passkey has signed. Its account; of `user` alone when one is given. A copy that is behind is refused.

    `administrators`: of those alone who administer accounts by a grant made by hand."""
    if user is not None and factor_waits(user.pk, address, at, codes=False):
        return Refused(pause=True)
    try:
        credential = passkeys.named(answer)
        rows = (
            Factor.objects.select_for_update(no_key=True, of=("self",))
            .select_related("user")
            .filter(credential=credential, user__is_active=True)
        )
        row = (rows.filter(user=user) if user else rows).first()
        if row is None or (administrators and not administers(row.user, at)):
            raise passkeys.PasskeyWrong
        used = passkeys.finish_use(site, state, answer, data=bytes(row.data), counter=row.counter)
    except passkeys.PasskeyWrong:
        return _wrong(user, "passkey", method, address, by, at)
    Factor.objects.filter(pk=row.pk).update(counter=used.counter, used_at=at)
    record("factor.used", by=by, at=at, subject=("user", row.user_id), codes={"kind": "passkey"})
    return row.user


def _wrong(user: User | None, kind: str, method: str, address: str | None, by: Actor, at: datetime) -> Refused:
    SignIn.objects.create(
        user=user, account_digest=digest_of(user.email if user else ""), address=address, at=at, succeeded=False, method=method,
        factor=kind, refused_for="factor",
    )  # fmt: skip
    record("factor.refused", by=by, at=at, subject=("user", user.pk if user else None), codes={"kind": kind})
    return Refused()
