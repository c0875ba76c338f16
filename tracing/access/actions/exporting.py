"""Lists taken out as files: asked for, answered by a second person, taken; each with what left the agency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tracing.access.models import ExportRequest, User
from tracing.access.rules.exporting import GROUNDS, HOLDS, may_take
from tracing.access.viewer import viewer
from tracing.journal.actions import Actor, action, disclose, record

RECIPIENT = "own use"


class OwnRequest(Exception):
    """Nobody answers what they asked for themselves."""


class AlreadyAnswered(Exception):
    """Somebody has answered it."""


class AskerMayNot(Exception):
    """Who asked may not take lists out any more."""


class NotToBeTaken(Exception):
    """It may not be taken now: `why` is a code of `rules.exporting.Answer`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@action
def ask_export(
    *, unit: UUID, page: str, asked: Mapping[str, Any], people: int, purpose: str, why: str, by: Actor, at: datetime
) -> ExportRequest:
    """Ask a second person whether a list of so many people may be taken out. The caller has checked `lists.export`."""
    asker = by.id or UUID(int=0)  # a person always: whoever else has no row to point to
    row = ExportRequest(
        user_id=asker, unit_id=unit, page=page, asked=dict(asked), people=people, purpose=purpose, why=why, asked_at=at
    )
    row.save(force_insert=True)
    record("export.asked", by=by, at=at, subject=("export", row.pk), codes={"page": page, "people": people, "purpose": purpose})
    return row


@action
def answer_export(*, request: ExportRequest, approved: bool, by: Actor, at: datetime) -> ExportRequest:
    """Approve, for `rules.exporting.HOLDS`, or refuse. The caller has checked `lists.approve_export` on the request's unit."""
    locked = ExportRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if locked.user_id == by.id:
        raise OwnRequest
    if locked.answer:
        raise AlreadyAnswered
    asker = User.objects.get(pk=locked.user_id)
    if approved and not viewer(asker, at=at).may("lists.export", locked.unit_id):
        raise AskerMayNot
    locked.answer = ExportRequest.Answer.APPROVED if approved else ExportRequest.Answer.REFUSED
    locked.answered_by, locked.answered_at = by.id, at
    locked.until = at + HOLDS if approved else None
    locked.save(update_fields=["answer", "answered_by", "answered_at", "until"])
    record(
        "export.approved" if approved else "export.refused", by=by, at=at, subject=("export", locked.pk),
        codes={"page": locked.page, "people": locked.people, "asked_by": str(locked.user_id)},
    )  # fmt: skip
    return locked


@action
def take_out(
    *,
    page: str,
    purpose: str,
    why: str,
    persons: Sequence[UUID],
    fields: Sequence[str],
    disease: str = "",
    request: ExportRequest | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Keep that a list leaves as a file: of whom, which fields, for what. With `request` only what was approved. Returns the
    disclosure's key."""
    people = list(dict.fromkeys(persons))
    if request is not None:
        locked = ExportRequest.objects.select_for_update(no_key=True).get(pk=request.pk, user=by.id)
        found = may_take(
            answer=locked.answer, approved=locked.people, now=len(people), until=locked.until, taken=locked.taken_at is not None, at=at
        )
        if found != "take":
            raise NotToBeTaken(found)
        locked.taken_at = at
        locked.save(update_fields=["taken_at"])
    kept = disclose(
        by=by, at=at, way="export", recipient=RECIPIENT, purpose=purpose, ground=GROUNDS[purpose], persons=people, fields=fields,
        disease=disease,
    )  # fmt: skip
    record(
        "list.taken_out", by=by, at=at, subject=("export", request.pk if request is not None else kept.pk),
        codes={"page": page, "people": len(people), "purpose": purpose, "fields": list(fields)}, old={"why": why} if why else None,
    )  # fmt: skip
    return kept.pk
