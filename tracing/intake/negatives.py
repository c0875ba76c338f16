"""A negative result of somebody in quarantine counts where their way through it asks for a test: nobody types what a laboratory sent. Whether
the day is late enough is decided by the rule of the way, as for what a contact tells."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Final

from tracing.contacts.models import Circumstances, Quarantine
from tracing.contacts.naming import keep_told
from tracing.contacts.told import OfThemselves
from tracing.intake.models import LabResult
from tracing.journal.actor import job
from tracing.journal.follower import follow
from tracing.journal.models import Entry
from tracing.people.models import Person

FILED: Final = ("report.filed", "report.corrected")
COUNT: Final = ("molecular", "antigen")
"""Tests for the virus itself; antibodies say nothing of today."""


def follow_results(at: datetime) -> int:
    """Answer what was filed since the last time. How many."""
    return follow("intake.negatives", verbs=FILED, answer=_answer, concerns=_waits_for_a_test, at=at)


def _waits_for_a_test(entry: Entry) -> bool:
    return entry.person_id is not None and Quarantine.objects.filter(person=entry.person_id, settled="").exists()


def _answer(entry: Entry, at: datetime) -> None:
    for row in Quarantine.objects.filter(person=entry.person_id, settled="").order_by("pk"):
        told = Circumstances.objects.filter(person=row.person_id, disease=row.disease).order_by("-at", "-pk").first()
        if row.test_from is None and (told is None or not told.option):
            continue  # the way they are on asks for no test, and they chose no other
        since = row.test_from or row.starts_on
        results = LabResult.objects.filter(person=row.person_id, disease=row.disease, current=True, analyte__in=COUNT, specimen_on__gte=since)
        newest = results.filter(result="negative").order_by("-specimen_on").first()
        if newest is None or newest.specimen_on is None or results.filter(result="positive").exists():
            continue
        before = OfThemselves(**{one.name: getattr(told, one.name) for one in fields(OfThemselves)}) if told else OfThemselves()
        if before.negative_on is None or newest.specimen_on > before.negative_on:
            said = replace(before, negative_on=newest.specimen_on)
            keep_told(person=Person.objects.get(pk=row.person_id), disease=row.disease, said=said, by=job("follow_negative_results"), at=at)
