"""What is decided about each report of a set before anything is written. Reads the tables, writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from tracing.base.text import fold, name_key
from tracing.diseases import codebook
from tracing.diseases.codebook import CodeBook
from tracing.diseases.conditions import condition
from tracing.diseases.ruleset import rule_set, rule_sets
from tracing.intake import read as readers
from tracing.intake.corrections import settled
from tracing.intake.identifiers import numbers_compared
from tracing.intake.lines import Line, answers, birth_year, lines, version
from tracing.intake.meanings import Said as Meaning
from tracing.intake.meanings import extended
from tracing.intake.models import LabResult, LocalMeaning, Report
from tracing.intake.report import LabReport, NumberChange
from tracing.jurisdictions.queries import Atlas, Whereabouts, atlas, for_address
from tracing.people.facts import AddressFacts, PersonFacts
from tracing.people.models import Person
from tracing.places.models import Place
from tracing.places.rules import address_key


@dataclass(slots=True)
class Desk:
    """What filing a set needs to know once."""

    at: datetime
    atlas: Atlas
    state_unit: UUID
    zone: ZoneInfo
    ruled: frozenset[str]
    books: dict[UUID | None, CodeBook]

    def book(self, source: UUID) -> CodeBook:
        return self.books.get(source, self.books[None])


@dataclass(slots=True)
class Item:
    """One report on its way."""

    report: Report
    state: str
    problems: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    sensitive: bool = False
    lab: LabReport | None = None
    change: NumberChange | None = None
    """No report of a result: the surveillance system says what became of its numbers."""
    lines: list[Line] = field(default_factory=list)
    as_of: datetime = datetime.min
    where: Whereabouts | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    """Order-entry answers, days as ISO text."""
    place: Place | None = None
    stay: Place | None = None
    person: UUID | None = None
    needs_person: bool = False
    makes_case: bool = False
    not_before: datetime | None = None
    older: dict[str, list[LabResult]] = field(default_factory=dict)
    """Result key → the versions that the database had before this set."""
    current: dict[str, bool] = field(default_factory=dict)
    """Result key → whether this report's version becomes the current one."""

    def hold(self, *problems: str, causes: Iterable[str] = ()) -> None:
        self.state = "held"
        self.problems += [p for p in problems if p not in self.problems]
        self.causes += [c for c in causes if c not in self.causes]
        self.lines = []

    def wait_until(self, at: datetime) -> None:
        """A possible match: it waits for a human until then."""
        self.state, self.not_before = "waiting", at


def desk(at: datetime) -> Desk:
    """Read what a set needs."""
    known, book = atlas(), codebook.load()
    said: dict[UUID | None, list[Meaning]] = defaultdict(list)
    for meaning in LocalMeaning.objects.filter(ended_at__isnull=True):
        said[meaning.source_id].append(Meaning(meaning.source_id is not None, meaning.kind, meaning.code, meaning.meaning))
    books: dict[UUID | None, CodeBook] = {None: extended(book, said[None])}
    for source, own in said.items():
        if source is not None:
            books[source] = extended(book, [*said[None], *own])
    return Desk(at, known, known.state_unit_id, ZoneInfo(known.time_zone), frozenset(rule_sets()), books)


def judge(report: Report, at_desk: Desk) -> Item:
    """Read one report and decide whether it can be filed: by itself, without looking at other reports."""
    reading = settled(readers.read(report.format, bytes(report.content), at_desk.book(report.source_id)), report.corrections)
    item = Item(report, "filed", list(reading.problems), list(reading.fixable))
    if reading.change is not None and reading.report is not None and report.source.surveillance and reading.report.processing not in ("T", "D"):
        item.lab, item.change, item.problems, item.sensitive = reading.report, reading.change, [], True
        return item
    if reading.report is None or reading.status not in ("read", "held"):
        item.sensitive = True
        item.hold(*(reading.problems or ("unreadable",)))
        return item
    lab = item.lab = reading.report
    results = [r for r in lab.results if r.kind == "result"]
    item.conditions = sorted({r.condition for r in results if r.condition})
    ruled = at_desk.ruled.intersection(item.conditions)
    # What nobody can name may be anything: only those cleared for unlisted conditions see it.
    unnamed = any(not r.condition and r.cls not in ("text", "none", "not_done") for r in results)
    marked = any(condition(code).sensitive or not condition(code).listed for code in item.conditions)
    item.sensitive = not ruled or unnamed or marked
    if item.conditions and not ruled:
        item.hold("no_rule_set", causes=[f"rule_set:{condition}" for condition in item.conditions])
        return item
    if reading.status == "held":
        item.hold()
        return item
    if lab.processing in ("T", "D") and not report.source.tests_open_cases:
        item.state, item.problems = "set_aside", ["test_message"]
        return item
    if not ruled:
        item.hold("nothing_to_file")
        return item
    item.lines = lines(lab, report.source.code, frozenset(ruled), report.received_at)
    positives = [line for line in item.lines if line.cls == "positive"]
    if positives and any(line.specimen_on is None for line in positives):
        item.hold("no_date")
    elif positives and not name_key(lab.patient.last, lab.patient.first):
        item.hold("no_name")
    elif any(line.specimen_on and line.specimen_on > at_desk.at.date() for line in positives):
        item.hold("date_in_the_future")
    if item.state != "held":
        # A positive beside what is filed, of a condition without rules: its own manager must hear of it.
        beside = sorted({r.condition for r in results if r.cls == "positive" and r.condition} - ruled)
        item.problems, item.causes = (["no_rule_set"], [f"rule_set:{code}" for code in beside]) if beside else ([], [])
        item.sensitive = item.sensitive or bool(beside)
    if item.state == "filed":
        item.as_of = max(line.version_at for line in item.lines)
        item.answers = {name: v.isoformat() if isinstance(v, date) else v for name, v in answers(lab).items()}
        _place(item, at_desk)
    return item


def _place(item: Item, at_desk: Desk) -> None:
    """The department of the address on the report's date, and the setting registered at that address."""
    assert item.lab is not None
    who, on = item.lab.patient, item.as_of.astimezone(at_desk.zone).date()
    item.where = for_address(
        street=who.street, city=who.city, state=who.state, zip=who.zip, county=who.county, country=who.country, on=on, known=at_desk.atlas
    )


def settle_versions(items: Sequence[Item]) -> None:
    """Compare each line with the current version of its result, in the database and within the set.

    A report with an earlier version of the same result belongs to that version's person: never a second case. When the two name
    different people it is held: a human decides whose result it is.
    """
    keys = [line.key for item in items for line in item.lines]
    older: dict[str, list[LabResult]] = defaultdict(list)
    for row in LabResult.objects.filter(key__in=keys):
        older[row.key].append(row)
    newest = {key: row for key, rows in older.items() for row in rows if row.current}
    once_positive = {key for key, rows in older.items() if any(row.result == "positive" for row in rows)}
    people = {row.person_id for row in newest.values() if row.person_id}
    names: dict[UUID | None, str] = dict(Person.objects.filter(pk__in=people).values_list("pk", "name_key"))
    best: dict[str, tuple[tuple[datetime, int, str, str], Item]] = {}
    in_set: dict[str, str] = {}
    for item in items:
        lab = item.lab
        assert lab is not None
        own = name_key(lab.patient.last, lab.patient.first)
        for line in item.lines:
            before = newest.get(line.key)
            item.older[line.key] = older.get(line.key, [])
            known = names.get(before.person_id) if before and before.person_id else in_set.get(line.key)
            if own and known and known != own and item.report.corrections.get("accept") != "yes":
                item.hold("other_person_in_correction")
                break
            in_set.setdefault(line.key, own)
            item.person = before.person_id if before and before.person_id else item.person
        if item.state != "filed":
            continue
        for line in item.lines:
            before = newest.get(line.key)
            mine = version(line)
            theirs = best[line.key][0] if line.key in best else None
            if before is not None and theirs is None:
                theirs = stamp_of(before)
            item.current[line.key] = theirs is None or mine > theirs
            if item.current[line.key]:
                if line.key in best:
                    best[line.key][1].current[line.key] = False
                best[line.key] = (mine, item)
            if line.cls == "positive":
                once_positive.add(line.key)
    for item in items:
        if item.state == "filed":
            item.makes_case = any(line.key in once_positive and counts(line) for line in item.lines)
            item.needs_person = item.makes_case


def stamp_of(row: LabResult) -> tuple[datetime, int, str, str]:
    """As `lines.version`, of a version that was filed before."""
    return row.version_at, row.version_rank, row.result, row.value


def counts(line: Line) -> bool:
    """Whether a positive of this kind makes or joins an episode (an antibody does not)."""
    rule, _ = rule_set(line.result.condition).episodes.at(line.specimen_on) if line.specimen_on else (None, False)
    return rule is not None and line.result.analyte not in rule.not_counted


def known_people(items: Sequence[Item], at_desk: Desk) -> None:
    """Results that make no case join somebody already followed up for that disease; otherwise they count without a person."""
    wanted: dict[tuple[str, object, str], list[Item]] = defaultdict(list)
    for item in items:
        assert item.lab is not None
        who = item.lab.patient
        key = name_key(who.last, who.first)
        if key and who.birth_on:
            for disease in {line.result.condition for line in item.lines}:
                wanted[key, who.birth_on, disease].append(item)
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.name, w.birth, w.disease, p.id FROM unnest(%s::text[], %s::date[], %s::text[]) AS w(name, birth, disease)"
            " JOIN people_person p ON p.name_key = w.name AND p.name_key <> '' AND p.birth_on = w.birth"
            " WHERE EXISTS (SELECT 1 FROM cases_case c WHERE c.person_id = p.id AND c.disease = w.disease AND c.closure_id IS NULL)"
            " OR EXISTS (SELECT 1 FROM contacts_quarantine q WHERE q.person_id = p.id AND q.disease = w.disease AND q.settled = '')"
            " ORDER BY p.id DESC",
            [[k[0] for k in wanted], [k[1] for k in wanted], [k[2] for k in wanted]],
        )
        for name, birth, disease, person in cursor.fetchall():
            for item in wanted[name, birth, disease]:
                item.person = person


def person_facts(item: Item) -> PersonFacts:
    """Who the report is about, in the shape in which people keep it."""
    assert item.lab is not None
    who = item.lab.patient
    numbers, ssn4 = numbers_compared(item.lab, item.report.source)
    return PersonFacts(
        family=who.last, given=who.first, middle=who.middle, suffix=who.suffix, birth_on=who.birth_on,
        birth_year=who.birth_on.year if who.birth_on else birth_year(who.birth_text), sex=who.sex if who.sex in "FMO" else "",
        language=who.language[:16], race=tuple(r[:20] for r in who.race), ethnicity=who.ethnicity[:20], phones=who.phones,
        emails=tuple(email.lower() for email in who.emails), addresses=tuple(_addresses(item)),
        numbers=numbers, ssn4=ssn4,
    )  # fmt: skip


def _addresses(item: Item) -> Iterable[AddressFacts]:
    assert item.lab is not None and item.where is not None
    who = item.lab.patient
    if who.street or who.city or who.zip:
        yield AddressFacts(
            "residence", who.street[:200], who.city[:100], who.state[:40], who.zip[:10],
            address_key(who.street, who.zip) or fold(f"{who.city} {who.state} {who.zip}")[:260],
            item.where.town_id, item.where.unit_id, item.where.location.out_of_state, item.where.location.evidence,
        )  # fmt: skip
    if item.stay is not None:
        stay = item.stay
        yield AddressFacts("stay", stay.street, stay.city, "", stay.zip, stay.address_key, stay.town_id, stay.unit_id, False,
                           ("registered_place",))  # fmt: skip
