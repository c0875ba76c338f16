"""Rows of an imported list worked through, some hundred in one transaction: looked over, imported, undone. A worker that dies in the
middle of a set leaves its rows as they were, and the next goes on there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.cases.actions import CaseAlreadyClosed, IsolationLasts, close_case
from tracing.cases.models import Case, Interview
from tracing.contacts.exposing import Named, expose, people_of
from tracing.contacts.models import Exposure, Naming
from tracing.contacts.naming import ChangedMeanwhile, Met, SaidAlready, change_naming, take_back_namings
from tracing.contacts.outside import Reported, report_contact, take_back_reported
from tracing.intake import hand
from tracing.intake.actions.filing import file_waiting
from tracing.intake.by_hand import classified, keep_typed
from tracing.intake.filing import Desk, desk, judge, person_facts
from tracing.intake.imports.fields import CONTACT, TRAVELLERS
from tracing.intake.imports.models import ImportRow, TableImport
from tracing.intake.imports.rows import Read, key_of, read_row
from tracing.intake.models import LabResult, Report, Source
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.facts import PersonFacts
from tracing.people.linkage.keys import keys
from tracing.people.linkage.record import prepare
from tracing.people.matching import Index, blocking_keys, compared, lock
from tracing.people.models import PersonNumber, Restriction, Standing
from tracing.people.numbers import key_of as number_key
from tracing.tasks.models import Attempt

AT_ONCE: Final = 200
_List, _Row = TableImport.State, ImportRow.State
TO_DO: Final = (_Row.NEW, _Row.KNOWN, _Row.POSSIBLE, _Row.CHANGED)
"""What was looked over and is to be imported."""
_TAKEN: Final = (_Row.DONE, _Row.SAME)


@action
def advance(*, batch: TableImport, by: Actor, at: datetime, limit: int = AT_ONCE) -> TableImport | Unchanged:
    """The next rows of the step that a list is in. Nothing when another worker has it, or no step is under way."""
    row = (
        TableImport.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("unit", "case__follow_unit").filter(pk=batch.pk).first()
    )  # fmt: skip
    steps: dict[str, tuple[Sequence[str], Callable[..., None], str]] = {
        _List.CHECKING: ((_Row.WAITING,), _look_over, _List.READY),
        _List.RUNNING: (TO_DO, _take_in, _List.DONE),
        _List.UNDOING: (_TAKEN, _take_back, _List.UNDONE),
    }
    if row is None or row.state not in steps:
        return UNCHANGED
    states, work, then = steps[row.state]
    waiting = ImportRow.objects.filter(batch=row, state__in=states).select_related("batch__unit", "before__batch", "before__exposure")
    rows = [*waiting.order_by("number")[:limit]]
    if rows:
        work(row, rows, by, at)
        ImportRow.objects.bulk_update(rows, ["state", "found", "wrong", "key", "before", "naming", "exposure", "report", "made"])
    row.done += len(rows)
    if len(rows) < limit:
        row.state, row.ended_at = then, (at if then != _List.READY else None)
    row.save(update_fields=["done", "state", "ended_at"])
    record("import.advanced", by=by, at=at, subject=("import", row.pk), disease=row.disease, codes={"rows": len(rows), "state": row.state})
    return row


def read(row: ImportRow, of: TableImport, today: date) -> Read:
    """The row as its list's mapping reads it."""
    return read_row(row.cells, of.mapping, of=of.of, today=today, one_case=of.case_id is not None or of.layout == TRAVELLERS)


def _look_over(of: TableImport, rows: Sequence[ImportRow], by: Actor, at: datetime) -> None:
    """What is wrong, what stands there twice, what was imported before, and who is known already. Nothing is written of anybody."""
    today, at_desk = _today(of, at), desk(at)
    found = {row.pk: read(row, of, today) for row in rows}
    for row in rows:
        row.wrong = [[one.code, one.field, one.given] for one in found[row.pk].wrong]
        row.key = key_of(found[row.pk].values)[:300]
    _cases_of_rows(of, rows, found)
    here = _first_of_key(of, rows)
    before = _imported_before(of, [row.key for row in rows if row.key])
    known: list[tuple[ImportRow, PersonFacts]] = []
    for row in rows:
        values = found[row.pk].values
        first = here.get(row.key) if row.key else None
        if first is not None and first.pk != row.pk:
            same = read(first, of, today).values == values
            row.wrong += [] if same else [["CT833", "own_id" if row.key.startswith("id:") else "last", str(first.number)]]
            row.state = _Row.TWICE if same and not row.wrong else _Row.WRONG
        elif row.wrong:
            row.state = _Row.WRONG
        elif of.of != CONTACT and not classified(_typed(of, row, values, at)).opens_case:
            row.wrong, row.state = [["CT834", "test" if values.get("test") else "on", str(values.get("test", ""))]], _Row.WRONG
        elif row.key in before:
            row.before = before[row.key]
            row.state = _Row.SAME if _as_before(row.before, values, today) else _Row.CHANGED
        else:
            known.append((row, _facts(of, row, values, at_desk, at)))
    for row, outcome in zip((row for row, _ in known), _outcomes(of, [facts for _, facts in known]), strict=True):
        row.state = {"certain": _Row.KNOWN, "possible": _Row.POSSIBLE}.get(outcome, _Row.NEW)
    for row in rows:
        row.found = row.state


def _outcomes(of: TableImport, facts: Sequence[PersonFacts]) -> list[str]:
    """Whom the matching would take each for: "certain", "possible" or "new". Somebody whom the list's department does not follow counts as
    new here, and is found all the same when the row is imported: a list of one row would tell that they are known."""
    index = Index()
    said = [compared(one) for one in facts]
    index.load([key for one in said for key in keys(prepare(one, index.weights))])
    decisions = [index.decide(one) for one in said]
    near = {candidate.person for decision in decisions for candidate in decision.candidates} | {d.person for d in decisions if d.person}
    followed = Standing.objects.filter(person__in=near, unit=of.unit_id, user=None, until=None, disease__in=("", of.disease))
    restricted = Restriction.objects.filter(person__in=near, ended_at=None).values("person")
    told = set(followed.exclude(person__in=restricted).values_list("person", flat=True))
    shown: list[str] = []
    for decision in decisions:
        people = {decision.person} if decision.person else {candidate.person for candidate in decision.candidates}
        shown.append(decision.outcome if people & told else "new")
    return shown


def _first_of_key(of: TableImport, rows: Sequence[ImportRow]) -> dict[str, ImportRow]:
    """The first row of the list with each key, of these rows and of those looked over already."""
    found = {}
    for row in reversed(rows):
        if row.key:
            found[row.key] = row
    earlier = ImportRow.objects.filter(batch=of, key__in=found).exclude(state=_Row.WAITING).order_by("-number")
    return found | {row.key: row for row in earlier}


def _imported_before(of: TableImport, wanted: Sequence[str]) -> dict[str, ImportRow]:
    """The newest row of each key that the unit imported of this disease, and that stands: not one whose list was undone."""
    rows = ImportRow.objects.filter(
        key__in=wanted, state=_Row.DONE, batch__unit=of.unit_id, batch__of=of.of, batch__disease=of.disease, batch__case=of.case_id
    ).select_related("batch")  # fmt: skip
    return {row.key: row for row in rows.exclude(batch=of).order_by("batch__at", "number")}


def _as_before(row: ImportRow, values: Mapping[str, Any], today: date) -> bool:
    return dict(read(row, row.batch, today).values) == dict(values)


def _cases_of_rows(of: TableImport, rows: Sequence[ImportRow], found: Mapping[UUID, Read]) -> dict[UUID, Case]:
    """Row → the open case that its contacts were exposed to. Where the number names none, or two people, the row says so."""
    if of.of != CONTACT or of.case_id is not None:
        return {}
    said = {row.pk: number_key(found[row.pk].values["source_number"]) for row in rows if found[row.pk].values.get("source_number")}
    people: dict[str, set[UUID]] = defaultdict(set)
    for number, person in PersonNumber.objects.filter(key__in=set(said.values())).values_list("key", "person"):
        people[number].add(person)
    wanted = {person for known in people.values() for person in known}
    cases = Case.objects.filter(person__in=wanted, disease=of.disease, closure=None, merged_into=None, unit=of.unit_id)
    of_person = {case.person_id: case for case in cases.select_related("follow_unit").order_by("opened_at")}
    taken = {}
    for row in rows:
        if row.pk not in said:
            continue
        open_cases = [of_person[person] for person in people.get(said[row.pk], ()) if person in of_person]
        if len(open_cases) == 1:
            taken[row.pk] = open_cases[0]
        else:
            row.wrong.append(["CT830" if open_cases else "CT829", "source_number", found[row.pk].values["source_number"][:80]])
    return taken


def _take_in(of: TableImport, rows: Sequence[ImportRow], by: Actor, at: datetime) -> None:
    if of.of == CONTACT:
        _take_contacts(of, rows, by, at)
    else:
        _take_cases(of, rows, by, at)


def _take_contacts(of: TableImport, rows: Sequence[ImportRow], by: Actor, at: datetime) -> None:
    """Each is named as by the case itself: looked up, exposed, called. Nothing tells whether they were known to somebody else."""
    today, at_desk = _today(of, at), desk(at)
    found = {row.pk: read(row, of, today) for row in rows}
    of_row = _cases_of_rows(of, rows, found)
    facts = {row.pk: _facts(of, row, found[row.pk].values, at_desk, at) for row in rows}
    lock(key for one in facts.values() for key in blocking_keys(one))
    by_case: dict[UUID, list[ImportRow]] = defaultdict(list)
    for row in rows:
        if of.case_id is None and of.layout == TRAVELLERS and not found[row.pk].values.get("source_number"):
            _take_traveller(of, row, found[row.pk].values, facts[row.pk], by, at)
            continue
        by_case[of.case_id or (of_row[row.pk].pk if row.pk in of_row else UUID(int=0))].append(row)
    cases = {
        case.pk: case
        for case in (
            Case.objects.select_for_update(no_key=True, of=("self",))
            .select_related("follow_unit")
            .filter(pk__in=by_case, closure=None)
            .order_by("pk")
        )
    }
    for key, named in sorted(by_case.items()):
        case = cases.get(key)
        if case is None:
            for row in named:
                row.state, row.wrong = _Row.REFUSED, [["CT829", "source_number", ""]]
            continue
        said = [_named(row, found[row.pk].values, facts[row.pk]) for row in named]
        people = people_of(case, [(one.facts, one.person) for one in said], by, at)
        made = {exposure.pk for exposure in expose(case, [*zip(people, said, strict=True)], by, at) or ()}
        lines = {
            (line.exposure.contact_id, line.kind): line
            for line in Naming.objects.filter(source=case, exposure__contact__in=people, taken_back_at=None).select_related("exposure").order_by("at")
        }
        for row, person, one in zip(named, people, said, strict=True):
            line = lines.get((person, one.kind))
            row.state, row.naming, row.made = _Row.DONE, line, bool(line and line.exposure_id in made)
            if line is not None and row.before is not None:
                _put_right(line, one, by, at)


def _take_traveller(of: TableImport, row: ImportRow, values: Mapping[str, Any], facts: PersonFacts, by: Actor, at: datetime) -> None:
    """Exposed on a journey: followed by the department of the address, or the one that imports. Brought up to date it is reported anew."""
    before = row.before.exposure if row.before is not None else None
    unit = next((one.unit_id for one in facts.addresses if one.town_id is not None), of.unit_id)
    made = report_contact(
        reported=Reported(
            facts, of.disease, unit, Exposure.Outside.TRAVEL, values.get("last_met_on"), values.get("first_met_on"),
            reference=values.get("reference", ""),
        ),
        by=by, at=at,
    )  # fmt: skip
    if before is not None and before.pk != made.pk and before.taken_back_at is None:
        take_back_reported(exposures=[before.pk], by=by, at=at)
    row.state, row.exposure, row.made = _Row.DONE, made, made.named_at == at


def _put_right(line: Naming, one: Named, by: Actor, at: datetime) -> None:
    """What the later list says of a meeting stands."""
    with suppress(ChangedMeanwhile, SaidAlready):  # somebody has put it right by hand: their words stand
        change_naming(naming=line, met=_met(one, line), revision=line.revision, by=by, at=at)


def _met(one: Named, line: Naming) -> Met:
    return Met(one.kind, one.first_on, one.last_on, one.continues, one.feet, one.minutes, one.relation, line.place)


def _put_back(of: TableImport, row: ImportRow, by: Actor, at: datetime) -> bool:
    """Whether a meeting that a later list put right says again what the earlier list said: not where somebody has changed it since."""
    if row.naming_id is None:
        return True
    line = Naming.objects.select_related("place").get(pk=row.naming_id)
    if line.taken_back_at is not None or row.before is None:
        return row.before is not None
    today = _today(of, at)
    said, earlier = (_met(_named(one, read(one, one.batch, today).values, PersonFacts()), line) for one in (row, row.before))
    if any(getattr(line, field.name) != getattr(said, field.name) for field in fields(Met)):
        return False
    try:
        change_naming(naming=line, met=earlier, revision=line.revision, by=by, at=at)
    except (ChangedMeanwhile, SaidAlready):
        return False
    return True


def _named(row: ImportRow, values: Mapping[str, Any], facts: PersonFacts) -> Named:
    before = row.before.naming.exposure.contact_id if row.before is not None and row.before.naming is not None else None
    return Named(
        facts, values.get("met", Exposure.Kind.OTHER), values.get("last_met_on"), values.get("first_met_on"),
        continues=values.get("continues", False), feet=values.get("feet"), minutes=values.get("minutes"), relation=values.get("relation", ""),
        person=before,
    )  # fmt: skip


def _take_cases(of: TableImport, rows: Sequence[ImportRow], by: Actor, at: datetime) -> None:
    """The road of every report: kept as a document of its own, filed in a set."""
    today = _today(of, at)
    typed = [_typed(of, row, read(row, of, today).values, at) for row in rows]
    reports = [report for report, _again in keep_typed(typed=typed, by=by, at=at)]
    file_waiting(limit=len(reports), only=[report.pk for report in reports], by=by, at=at)
    for row, report in zip(rows, reports, strict=True):
        row.state, row.report, row.made = _Row.DONE, report, True


def _take_back(of: TableImport, rows: Sequence[ImportRow], by: Actor, at: datetime) -> None:
    named = [row.naming_id for row in rows if row.made and row.naming_id]
    if named:
        take_back_namings(namings=named, by=by, at=at)
    travellers = [row.exposure_id for row in rows if row.made and row.exposure_id]
    if travellers:
        take_back_reported(exposures=travellers, by=by, at=at)
    for row in rows:
        row.state = _Row.UNDONE if _undone(of, row, by, at) else _Row.LEFT


def _undone(of: TableImport, row: ImportRow, by: Actor, at: datetime) -> bool:
    """Whether nothing of what the row made stands any more."""
    if row.made:
        return row.report is None or _close(row.report, by, at)
    return row.found != _Row.CHANGED or _put_back(of, row, by, at)


def _close(report: Report, by: Actor, at: datetime) -> bool:
    """Whether the case that a report opened, and that rests on it alone, could be closed as none: nobody has tried or interviewed."""
    result = LabResult.objects.filter(report=report, case__isnull=False).select_related("case").first()
    if result is None or result.case is None:
        return False
    case = result.case
    others = LabResult.objects.filter(case=case, current=True).exclude(report=report).exists()
    worked = Interview.objects.filter(case=case).exists() or (case.task_id and Attempt.objects.filter(task=case.task_id).exists())
    if others or worked or case.opened_at < report.received_at:
        return False
    try:
        close_case(case=case, reason="not_a_case", note="", by=by, at=at)
    except (CaseAlreadyClosed, IsolationLasts):
        return False
    return True


def _today(of: TableImport, at: datetime) -> date:
    return at.astimezone(ZoneInfo(of.unit.time_zone)).date()


def _typed(of: TableImport, row: ImportRow, values: Mapping[str, Any], at: datetime) -> hand.Typed:
    """A row as if it had been typed at the desk. The token is the row's own: filed twice it is one report."""
    test = values.get("test", "other")
    kind: hand.Kind = "clinical" if test == "clinical" else "self_test" if test == "self_test" else "test"
    said = {name: values[name] for name in _SAID if name in values}
    return hand.Typed(
        token=f"import:{row.pk}", typed_at=at, disease=of.disease, kind=kind, on=values.get("on") or _today(of, at),
        analyte="antigen" if kind == "self_test" else "" if kind == "clinical" else test, reporter="other", last=values.get("last", ""), **said,
    )  # fmt: skip


_SAID: Final = (
    "first", "middle", "birth_on", "sex", "language", "street", "city", "state", "zip", "phone", "email", "onset_on", "symptomatic",
    "hospitalised", "organisation",
)  # fmt: skip


def _facts(of: TableImport, row: ImportRow, values: Mapping[str, Any], at_desk: Desk, at: datetime) -> PersonFacts:
    """Who a row is about, their address located as a report's is."""
    content = hand.written(_typed(of, row, values, at))
    source = Source(code=hand.SOURCE, name=hand.SOURCE, surveillance=False)
    item = judge(Report(format=hand.FORMAT, content=content, source=source, received_at=at, corrections={}), at_desk)
    phones = tuple(dict.fromkeys(values[name] for name in ("phone", "phone2") if name in values))
    if item.lab is None or item.where is None:
        return PersonFacts(
            family=values.get("last", ""), given=values.get("first", ""), birth_on=values.get("birth_on"), sex=values.get("sex", ""),
            language=values.get("language", ""), phones=phones, emails=(values["email"],) if "email" in values else (),
        )  # fmt: skip
    return replace(person_facts(item), phones=phones)
