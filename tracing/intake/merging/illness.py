"""The illnesses of a person worked out anew from all results known of them: as filing does it, without a new report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from tracing.cases.models import Case
from tracing.cases.news import CaseNews, Said
from tracing.contacts.actions import record_cases
from tracing.diseases.rules import Positive
from tracing.diseases.ruleset import rule_set
from tracing.intake.filing import stamp_of
from tracing.intake.models import LabResult
from tracing.journal.actions import Actor
from tracing.jurisdictions.models import Unit
from tracing.people.death import is_dead
from tracing.people.models import Person, WayToReach
from tracing.people.rules import FEED

_RESULTS = """
UPDATE intake_labresult r SET case_id = n.case_id FROM unnest(%s::text[], %s::uuid[]) AS n(key, case_id)
WHERE r.person_id = %s AND r.key = n.key AND r.case_id IS DISTINCT FROM n.case_id
"""


def work_out(root: UUID, diseases: Iterable[str], by: Actor, at: datetime) -> None:
    """Cases, dates and calls of these diseases, and of those whose results stand under a case of somebody else, as they follow from the
    person's results, in whatever order those came."""
    person = Person.objects.get(pk=root)
    elsewhere = LabResult.objects.filter(person=root, case__isnull=False).filter(~Q(case__person=F("person")))
    wanted = {*diseases, *elsewhere.values_list("disease", flat=True).distinct()}
    stored = counted(root, wanted)
    cases: dict[str, list[Case]] = defaultdict(list)
    for case in Case.objects.filter(person=root, disease__in=wanted).order_by("opened_at", "pk"):
        cases[case.disease].append(case)
    news = [news_of(person, disease, stored[disease], cases[disease], at) for disease in sorted(stored) if backed(stored[disease], cases[disease])]
    if not news:
        return
    attach(root, record_cases(news=news, by=by, at=at))


def counted(root: UUID, diseases: Iterable[str]) -> dict[str, list[LabResult]]:
    """Disease → the person's results that make episodes, in the order in which they were filed."""
    stored: dict[str, list[LabResult]] = defaultdict(list)
    for row in LabResult.objects.filter(person=root, disease__in=list(diseases), specimen_on__isnull=False).order_by("pk"):
        if row.specimen_on and row.analyte not in rule_set(row.disease).episodes.at(row.specimen_on)[0].not_counted:
            stored[row.disease].append(row)
    return stored


def attach(root: UUID, made: Mapping[tuple[UUID, str, str], UUID]) -> None:
    """Each result under the case that `record_cases` found for it."""
    keys = [(key, case) for (_person, _disease, key), case in made.items()]
    with connection.cursor() as cursor:
        cursor.execute(_RESULTS, [[key for key, _ in keys], [case for _, case in keys], root])


def backed(results: Sequence[LabResult], cases: Sequence[Case]) -> bool:
    """Whether there are positives, and each case rests on some of the results: one that somebody entered without a result is left as
    it is."""

    def rests(case: Case, row: LabResult) -> bool:
        between = row.specimen_on is not None and case.first_positive_on <= row.specimen_on <= case.last_positive_on
        return row.case_id == case.pk or (row.filed_on == case.filed_on and between)

    positive = any(row.result == "positive" for row in results)
    return positive and all(any(rests(case, row) for row in results) for case in cases)


def _positives(stored: Sequence[LabResult]) -> Iterator[Positive]:
    """Every result that is or once was positive; current by its newest version."""
    versions: dict[str, list[LabResult]] = defaultdict(list)
    for row in stored:
        versions[row.key].append(row)
    for key, held in versions.items():
        newest = max(held, key=stamp_of)
        if newest.specimen_on is not None and any(row.result == "positive" for row in held):
            yield Positive(key, newest.specimen_on, newest.analyte, newest.presumptive, newest.result == "positive")


def _said(stored: Sequence[LabResult]) -> Iterator[Said]:
    """Every order-entry answer that came with these results."""
    for row in stored:
        for name, value in row.answers.items():
            yield Said(name, date.fromisoformat(value) if name == "onset_on" else value, FEED, row.version_at, "feed", row.key)


def news_of(person: Person, disease: str, stored: Sequence[LabResult], cases: Sequence[Case], at: datetime) -> CaseNews:
    newest = max(stored, key=lambda row: (row.version_at, row.pk)) if stored else None
    unit = cases[-1].unit_id if cases else newest.unit_id if newest else None
    assert unit is not None, "without a result and without a case there is nothing to work out"
    ways = set(WayToReach.objects.filter(person=person).exclude(works=False).values_list("kind", flat=True))
    return CaseNews(
        person=person.pk, disease=disease, sort_key=person.sort_key, birth_on=person.birth_on, birth_year=person.birth_year,
        results=tuple(_positives(stored)), unit=unit, unit_known=False, follow_unit=cases[-1].follow_unit_id if cases else unit,
        town=cases[-1].town_id if cases else newest.town_id if newest else None, received_at=at, said=tuple(_said(stored)),
        report=newest.report_id if newest else None,
        alive=not is_dead(person.pk), can_text="phone" in ways, can_email="email" in ways,
        time_zone=str(Unit.objects.values_list("time_zone", flat=True).get(pk=unit)),
    )  # fmt: skip
