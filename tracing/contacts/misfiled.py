"""A contact was taken for a case by a report of somebody else: their quarantine runs again. Called inside an action."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from tracing.contacts.models import Exposure, Quarantine
from tracing.journal.actions import Actor, record


def quarantine_again(person: UUID, disease: str, positive_on: Collection[date], by: Actor, at: datetime) -> None:
    """The newest of those that became cases, and has no positive result of after their exposure left."""
    if Quarantine.objects.filter(person=person, disease=disease, settled="").exists():
        return
    settled = Quarantine.objects.filter(person=person, disease=disease, settled=Quarantine.Settled.BECAME_CASE, merge=None)
    for row in settled.select_related("exposure").order_by("-at", "-pk"):
        if any(day >= (row.exposure.last_on or row.starts_on) for day in positive_on):
            continue
        Quarantine.objects.filter(pk=row.pk).update(settled="", settled_at=None)
        record("quarantine.set", by=by, at=at, subject=("quarantine", row.pk), person=person, disease=disease, codes={"why": "report_moved"})
        return


def named_in(case: UUID) -> int:
    """How many contacts an interview of the case has named."""
    return Exposure.objects.filter(source=case).count()
