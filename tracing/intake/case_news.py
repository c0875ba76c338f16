"""What filing a set of reports says of cases: all that is known of each person's illness, old and new together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tracing.base.text import fold
from tracing.cases.news import CaseNews, Facility, Said
from tracing.diseases.rules import Positive
from tracing.intake.filing import Desk, Item, counts, stamp_of
from tracing.intake.lines import version
from tracing.intake.models import LabResult
from tracing.people.models import Death, Person, WayToReach
from tracing.people.rules import FEED
from tracing.places.models import Place
from tracing.places.rules import address_key

RESIDENTIAL = ("nursing_home", "assisted_living", "prison")
"""Settings whose residents make one facility line."""
STAYS = ("college", "prison", "hospital", "shelter")
"""Settings at which somebody from out of state is followed."""


def find_places(items: Sequence[Item], at_desk: Desk) -> None:
    """The registered setting at a person's address; for people from out of state, the setting that ordered the test."""
    by_key: dict[str, list[Item]] = defaultdict(list)
    by_name: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        assert item.lab is not None and item.where is not None
        key = address_key(item.lab.patient.street, item.lab.patient.zip)
        if key:
            by_key[key].append(item)
        if item.where.location.out_of_state and item.lab.ordering_facility.name:
            by_name[fold(item.lab.ordering_facility.name)].append(item)
    if by_key:
        for place in Place.objects.filter(address_key__in=by_key):
            for item in by_key[place.address_key]:
                item.place = place
                if place.kind in RESIDENTIAL:
                    item.answers["setting"] = place.kind
    if by_name:
        for place in Place.objects.filter(name_key__in=by_name, kind__in=STAYS):
            for item in by_name[place.name_key]:
                item.stay = place


def case_news(items: Sequence[Item], at_desk: Desk) -> list[CaseNews]:
    """All that is known of each person's illness after this set: results of the database and of the set together."""
    find_places(items, at_desk)
    grouped: dict[tuple[UUID, str], list[Item]] = defaultdict(list)
    for item in items:
        assert item.person is not None
        for disease in sorted({line.result.condition for line in item.lines if counts(line)}):
            grouped[item.person, disease].append(item)
    ids = {person for person, _ in grouped}
    people = Person.objects.in_bulk(ids)
    dead = set(Death.objects.filter(person__in=ids, taken_back_at__isnull=True).values_list("person_id", flat=True))
    ways: dict[UUID, set[str]] = defaultdict(set)
    for person, kind in WayToReach.objects.filter(person__in=ids).exclude(works=False).values_list("person_id", "kind"):
        ways[person].add(kind)
    stored = list(LabResult.objects.filter(person__in=ids, specimen_on__isnull=False))
    results = _positives(grouped, stored)
    said = _said(grouped, stored)
    return [
        _news(people[person], disease, its, results[person, disease], said[person, disease], person not in dead, ways[person], at_desk)
        for (person, disease), its in grouped.items()
    ]


def positives_of(person: UUID, disease: str) -> tuple[Positive, ...]:
    """Every result of somebody that is or once was positive, as the database has them."""
    stored = list(LabResult.objects.filter(person=person, disease=disease, specimen_on__isnull=False))
    return _positives({}, stored).get((person, disease), ())


def answers_of(person: UUID, disease: str) -> list[Said]:
    """What was said with the orders of these results."""
    return _said({}, list(LabResult.objects.filter(person=person, disease=disease, specimen_on__isnull=False)))[person, disease]


def _said(grouped: dict[tuple[UUID, str], list[Item]], stored: list[LabResult]) -> dict[tuple[UUID, str], list[Said]]:
    """Every order-entry answer that came with a result of these people, before this set and in it."""
    found: dict[tuple[UUID, str], list[Said]] = defaultdict(list)
    for r in stored:
        if r.person_id is not None:
            found[r.person_id, r.disease] += [_fact(n, v, r.version_at, r.key) for n, v in r.answers.items()]
    for (person, disease), items in grouped.items():
        for item in items:
            for line in item.lines:
                if line.result.condition == disease:
                    found[person, disease] += [_fact(n, v, line.version_at, line.key) for n, v in item.answers.items()]
                    for before in item.older.get(line.key, ()):
                        found[person, disease] += [_fact(n, v, before.version_at, line.key) for n, v in before.answers.items()]
    return found


def _fact(name: str, value: Any, as_of: datetime, key: str) -> Said:
    return Said(name, date.fromisoformat(value) if name == "onset_on" else value, FEED, as_of, "feed", key)


def _positives(grouped: dict[tuple[UUID, str], list[Item]], stored: list[LabResult]) -> dict[tuple[UUID, str], tuple[Positive, ...]]:
    """Every result that is or once was positive, by person and disease; current by its newest version."""
    versions: dict[tuple[UUID, str, str], list[tuple[tuple[datetime, int, str, str], str, Positive]]] = defaultdict(list)
    for r in stored:
        assert r.person_id is not None and r.specimen_on is not None
        versions[r.person_id, r.disease, r.key].append((
            stamp_of(r), r.result,
            Positive(r.key, r.specimen_on, r.analyte, r.presumptive, True, r.self_test),
        ))  # fmt: skip
    for (person, disease), items in grouped.items():
        for item in items:
            for line in item.lines:
                if line.result.condition == disease and line.specimen_on is not None and counts(line):
                    result = line.result
                    positive = Positive(line.key, line.specimen_on, result.analyte, result.presumptive, True, result.self_test)
                    versions[person, disease, line.key].append((version(line), line.cls, positive))
                    # Older versions may have been counted without a person, and so are not among those stored for this one.
                    for before in item.older.get(line.key, ()):
                        versions[person, disease, line.key].append((stamp_of(before), before.result, positive))
    found: dict[tuple[UUID, str], list[Positive]] = defaultdict(list)
    for (person, disease, _key), held in versions.items():
        if not any(cls == "positive" for _, cls, _ in held):
            continue
        newest = max(held, key=lambda one: one[0])
        positive = newest[2]
        if newest[1] != "positive":
            positive = replace(positive, current=False)
        found[person, disease].append(positive)
    return {key: tuple(positives) for key, positives in found.items()}


def _news(
    person: Person, disease: str, items: list[Item], results: tuple[Positive, ...], said: list[Said], alive: bool, ways: set[str],
    at_desk: Desk,
) -> CaseNews:  # fmt: skip
    first = min(items, key=lambda item: (item.as_of, str(item.report.pk)))
    assert first.where is not None
    facility = next((found for item in items if (found := _facility(item, item.answers.get("setting", "")))), None)
    stay = next((item.stay for item in items if item.stay is not None), None)
    return CaseNews(
        person=person.pk, disease=disease, sort_key=person.sort_key, birth_on=person.birth_on, birth_year=person.birth_year,
        results=results, unit=first.where.unit_id, unit_known=first.where.town_id is not None,
        follow_unit=stay.unit_id if stay else first.where.unit_id, town=first.where.town_id, received_at=first.report.received_at,
        said=tuple(said), facility=facility, report=first.report.pk, alive=alive, can_text="phone" in ways,
        can_email="email" in ways, time_zone=at_desk.atlas.time_zone,
    )  # fmt: skip


def _facility(item: Item, setting: str) -> Facility | None:
    if setting not in RESIDENTIAL:
        return None
    assert item.lab is not None and item.where is not None
    if (place := item.place) is not None:
        return Facility(place.kind, place.name, place.address_key, place.unit_id, place.pk)
    who = item.lab.patient
    key = address_key(who.street, who.zip)
    return Facility(setting, f"{who.street}, {who.city}"[:200], key, item.where.unit_id, None) if key else None
