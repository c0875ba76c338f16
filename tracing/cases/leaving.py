"""A case that another state is to follow: the package for it, and what became of it. What a package holds is made in `intake`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tracing.base.ids import uuid7
from tracing.cases.models import Case, OutOfState
from tracing.cases.sharing import held
from tracing.journal.actions import Actor, action, disclose, record

GROUND: Final = "45 CFR 164.512(b)"
"""Disclosure to a public health authority that the law authorises to receive it."""
STATES: Final = (OutOfState.State.PREPARED, OutOfState.State.SENT)
"""In which a package is still on its way."""


class PreparedAlready(Exception):
    """A package for this state waits or was sent; it is withdrawn first."""


class NotOnItsWay(Exception):
    """It was sent, answered or withdrawn already."""


@action
def keep_package(
    *, case: Case, to_state: str, recipient: str, why: str, package: dict[str, Any], by: Actor, at: datetime
) -> OutOfState:
    """Keep a package as it was prepared, word for word. Nothing has left yet."""
    locked = held(case)
    if OutOfState.objects.filter(case=locked, to_state=to_state, state__in=STATES).exists():
        raise PreparedAlready(to_state)
    row = OutOfState(
        id=uuid7(), case=locked, person_id=locked.person_id, disease=locked.disease, unit_id=locked.unit_id, to_state=to_state,
        recipient=recipient.strip()[:200], why=why.strip()[:200], package=package, at=at, by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    _say("out_of_state.prepared", row, by, at)
    return row


@action
def take_out_package(*, package: OutOfState, fields: Sequence[str], by: Actor, at: datetime) -> OutOfState:
    """Hand the package out as a file: a disclosure each time, because a file can go anywhere."""
    row = _locked(package, *STATES, OutOfState.State.ACKNOWLEDGED)
    _disclose(row, "file", fields, by, at)
    _say("out_of_state.taken_out", row, by, at)
    return row


@action
def send_package(*, package: OutOfState, fields: Sequence[str], by: Actor, at: datetime) -> OutOfState:
    """It has gone to the other state, by whatever way the two agencies use."""
    row = _locked(package, OutOfState.State.PREPARED)
    row.state, row.sent_at, row.sent_by = OutOfState.State.SENT, at, by.id
    row.save(update_fields=["state", "sent_at", "sent_by"])
    _disclose(row, "transfer", fields, by, at)
    _say("out_of_state.sent", row, by, at)
    return row


@action
def answer_package(*, package: OutOfState, acknowledged: bool, note: str, by: Actor, at: datetime) -> OutOfState:
    """The other state has answered. Declined, the case stays here to be followed."""
    row = _locked(package, OutOfState.State.SENT)
    row.state = OutOfState.State.ACKNOWLEDGED if acknowledged else OutOfState.State.DECLINED
    row.answered_at, row.answered_by, row.answer_note = at, by.id, note.strip()[:200]
    row.save(update_fields=["state", "answered_at", "answered_by", "answer_note"])
    _say("out_of_state.acknowledged" if acknowledged else "out_of_state.declined", row, by, at)
    return row


@action
def withdraw_package(*, package: OutOfState, by: Actor, at: datetime) -> OutOfState:
    """It is not sent, or what was sent no longer holds."""
    row = _locked(package, *STATES)
    row.state, row.answered_at, row.answered_by = OutOfState.State.WITHDRAWN, at, by.id
    row.save(update_fields=["state", "answered_at", "answered_by"])
    _say("out_of_state.withdrawn", row, by, at)
    return row


def _locked(package: OutOfState, *states: str) -> OutOfState:
    row = OutOfState.objects.select_for_update(no_key=True).get(pk=package.pk)
    if row.state not in states:
        raise NotOnItsWay(row.state)
    return row


def _disclose(row: OutOfState, way: str, fields: Sequence[str], by: Actor, at: datetime) -> None:
    disclose(
        by=by, at=at, way=way, recipient=row.recipient, purpose="public_health", ground=GROUND, persons=[row.person_id],
        fields=fields, disease=row.disease,
    )  # fmt: skip


def _say(verb: str, row: OutOfState, by: Actor, at: datetime) -> None:
    record(verb, by=by, at=at, subject=("case", row.case_id), person=row.person_id, disease=row.disease,
           codes={"to_state": row.to_state[:2] if len(row.to_state) == 2 else "abroad"})  # fmt: skip
