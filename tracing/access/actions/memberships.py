"""Memberships: given and ended. Whether the giver may is asked in `granting`; this is what every way comes down to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tracing.access.models import Membership, Role, User
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit


@action
def grant_membership(
    *,
    user: User,
    role: Role,
    unit: Unit,
    since: datetime,
    until: datetime | None = None,
    diseases: Sequence[str] = (),
    why: str = "",
    source: str = "hand",
    group: str = "",
    agreement_on: date | None = None,
    trained_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Membership | Unchanged:
    """Give a role in a unit and all units below it: for every disease that is not sensitive, or for those named alone.

    The caller has checked that the giver may (`access.granting`); this is what jobs, profiles and the pages come down to.
    """
    named = sorted(set(diseases))
    if Membership.objects.filter(user=user, role=role, unit=unit, diseases=named, valid_until=None).exists():
        return UNCHANGED
    membership = Membership(
        user=user, role=role, unit=unit, valid_from=since, valid_until=until, diseases=named, why=why, source=source, group=group,
        granted_by=by.id, agreement_on=agreement_on, trained_on=trained_on,
    )  # fmt: skip
    membership.save(force_insert=True)
    record(
        "membership.granted", by=by, at=at, subject=("user", user.pk), codes={"role": role.code, "unit": unit.code}
    )
    return membership


@action
def end_membership(*, membership: Membership, by: Actor, at: datetime) -> Membership | Unchanged:
    """End a role now; one that has not begun is taken back and was never held."""
    if membership.valid_until is not None and membership.valid_until <= at:
        return UNCHANGED
    if membership.valid_from >= at:
        membership.valid_from = at - timedelta(microseconds=1)  # over before this instant: nobody worked under it
    membership.valid_until = at
    Membership.objects.filter(pk=membership.pk).update(valid_from=membership.valid_from, valid_until=at)
    record("membership.ended", by=by, at=at, subject=("user", membership.user_id), changed=["valid_until"])
    return membership
