"""The staff of a closed unit: who took over the work sees it at once, and whoever did it goes on there."""

from __future__ import annotations

from datetime import datetime

from tracing.access.actions.client_keys import revoke_client_key
from tracing.access.actions.covering import end_coverage
from tracing.access.actions.memberships import end_membership, grant_membership
from tracing.access.granting import given
from tracing.access.models import (
    ClientKey,
    Coverage,
    DirectoryAccount,
    DirectoryGroup,
    GrantProposal,
    GroupMapping,
    Membership,
)
from tracing.access.rules.granting import is_powerful
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.jurisdictions.models import Unit, UnitAncestor

WHY = "took over a unit that was closed"


@action
def hand_over_staff(*, unit: Unit, heir: Unit | None, most: int = 500, by: Actor, at: datetime) -> int | Unchanged:
    """What hangs on a closed unit goes to its named successor, up to `most` memberships at a time; returns how many things that were.

    The successor covers the closed unit without an end: what was closed there long ago is theirs to see from this instant. Roles end
    and are given anew there, with their diseases, source and end; powerful ones wait for a second person. Nobody gets a role in a
    unit above the one that was closed: without a successor beside it, roles only end.
    """
    beside = heir if heir is not None and not UnitAncestor.objects.filter(unit=unit, ancestor=heir).exists() else None
    done = _cover(unit, beside, by, at) + _memberships(unit, beside, most, by, at) + _mappings(unit, beside, by, at)
    done += _directory(unit, by, at)
    for proposal in GrantProposal.objects.select_for_update(no_key=True).filter(unit=unit, answer=""):
        GrantProposal.objects.filter(pk=proposal.pk).update(
            answer=GrantProposal.Answer.WITHDRAWN, answered_at=at, answered_by=by.id
        )
        record("membership.withdrawn", by=by, at=at, subject=("user", proposal.user_id), codes={"unit": unit.code})
        done += 1
    if not done:
        return UNCHANGED
    record("unit.staff_handed_over", by=by, at=at, subject=("unit", unit.pk),
           codes={"unit": unit.code, "to": beside.code if beside else "", "things": done})  # fmt: skip
    return done


def _cover(unit: Unit, heir: Unit | None, by: Actor, at: datetime) -> int:
    """The successor reaches the closed unit; what the closed one covered the successor covers."""
    wanted: list[tuple[Unit, str]] = [(unit, WHY)] if heir is not None else []
    done = 0
    live = Coverage.objects.exclude(until__lte=at).select_related("unit", "by_unit")
    for row in live.filter(by_unit=unit):
        end_coverage(coverage=row, by=by, at=at)
        done += 1
        if heir is not None and row.unit_id != heir.pk:
            wanted.append((row.unit, row.why))
    for row in live.filter(unit=unit):
        if row.why != WHY or heir is None or row.by_unit_id != heir.pk:
            end_coverage(coverage=row, by=by, at=at)
            done += 1
    for other, why in wanted:
        if heir is None or live.filter(unit=other, by_unit=heir).exists() or UnitAncestor.objects.filter(unit=other, ancestor=heir).exists():
            continue
        Coverage.objects.create(unit=other, by_unit=heir, since=at, until=None, why=why, by=by.id)
        record("unit.covered", by=by, at=at, subject=("unit", other.pk),
               codes={"unit": other.code, "by_unit": heir.code, "because": "unit_closed"})  # fmt: skip
        done += 1
    return done


def _memberships(unit: Unit, heir: Unit | None, most: int, by: Actor, at: datetime) -> int:
    rows = list(
        Membership.objects.select_for_update(no_key=True, of=("self",)).filter(unit=unit).exclude(valid_until__lte=at)
        .select_related("role", "user").order_by("pk")[:most]
    )  # fmt: skip
    for row in rows:
        since, until = max(row.valid_from, at), row.valid_until
        end_membership(membership=row, by=by, at=at)
        if heir is None or not row.user.is_active or row.role.ended_at is not None:
            continue
        if is_powerful(given(row.role), whole_state=heir.kind == Unit.Kind.STATE):
            _propose(row, heir, until, by, at)
            continue
        grant_membership(
            user=row.user, role=row.role, unit=heir, since=since, until=until, diseases=row.diseases,
            why=row.why, source=row.source, group=row.group, agreement_on=row.agreement_on, trained_on=row.trained_on, by=by, at=at,
        )  # fmt: skip
    return len(rows)


def _propose(row: Membership, heir: Unit, until: datetime | None, by: Actor, at: datetime) -> None:
    asked = row.granted_by or by.id
    if asked is None or GrantProposal.objects.filter(user=row.user, role=row.role, unit=heir, answer="").exists():
        return
    GrantProposal.objects.create(
        user=row.user, role=row.role, unit=heir, diseases=row.diseases, valid_from=at, valid_until=until, why=WHY, asked_by=asked,
        asked_at=at, agreement_on=row.agreement_on, trained_on=row.trained_on,
    )  # fmt: skip
    record("membership.proposed", by=by, at=at, subject=("user", row.user_id), codes={"role": row.role.code, "unit": heir.code})


def _mappings(unit: Unit, heir: Unit | None, by: Actor, at: datetime) -> int:
    rows = list(GroupMapping.objects.select_for_update(no_key=True).filter(unit=unit, ended_at__isnull=True).order_by("pk"))
    for row in rows:
        GroupMapping.objects.filter(pk=row.pk).update(ended_at=at)
        same = GroupMapping.objects.filter(group=row.group, role=row.role_id, unit=heir, ended_at__isnull=True)
        if heir is not None and not same.exists():
            GroupMapping.objects.create(group=row.group, role_id=row.role_id, unit=heir, diseases=row.diseases, since=at, by=row.by)
    return len(rows)


def _directory(unit: Unit, by: Actor, at: datetime) -> int:
    """Its directory speaks no more; the accounts are free to be taken over by the successor's."""
    keys = list(ClientKey.objects.filter(unit=unit, revoked_at__isnull=True))
    for key in keys:
        revoke_client_key(key=key, by=by, at=at)
    groups = DirectoryGroup.objects.filter(unit=unit)
    number = len(keys) + groups.count()
    groups.delete()
    number += DirectoryAccount.objects.filter(unit=unit, ended_at__isnull=True).update(ended_at=at)
    return number
