"""What is done with an imported list: taken, its columns named, looked over, imported, undone. The rows are worked in `work`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tracing.base.ids import uuid7
from tracing.base.text import fold
from tracing.cases.models import Case
from tracing.intake.imports.fields import CONTACT, NOT_TAKEN, fields_of, layout_of, proposed
from tracing.intake.imports.models import ImportMapping, ImportRow, TableImport
from tracing.journal.actions import Actor, action, record
from tracing.jurisdictions.models import Unit

MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 200
MOST_CELL: Final = 1000
_State = TableImport.State


class NotAList(Exception):
    """The table cannot be imported: "CT840" has no rows, "CT841" too many rows or columns."""


class MappingRefused(Exception):
    """"CT842" a field is given to two columns, "CT843" nothing says who a row is, "CT844" a column more or less than the list has."""


class NotNow(Exception):
    """Another step of this list is under way, or over already."""


@action
def take_list(
    *, table: Sequence[Sequence[str]], of: str, disease: str, unit: Unit, case: Case | None = None, by: Actor, at: datetime
) -> TableImport:
    """Keep a table as it came: its first row with something in it names the columns. They are mapped as this unit mapped the same columns
    before, else as the layout or their names tell. `case`: of which all contacts of the list are."""
    rows = [(number, [cell.strip() for cell in row]) for number, row in enumerate(table, start=1)]
    rows = [(number, row) for number, row in rows if any(row)]
    if len(rows) < 2:
        raise NotAList("CT840")
    (_first, header), *rest = rows
    while header and not header[-1]:
        header.pop()
    if len(rest) > MOST_ROWS or len(header) > MOST_COLUMNS:
        raise NotAList("CT841")
    remembered = ImportMapping.objects.filter(unit=unit, of=of, columns=_digest(header)).first()
    layout = layout_of(header)
    made = TableImport(
        id=uuid7(), unit=unit, of=of, disease=disease, case=case if of == CONTACT else None, layout=layout.name if layout else "",
        header=[name[:200] for name in header], mapping=remembered.mapping if remembered else proposed(header, of), total=len(rest), at=at,
        by=by.id,
    )  # fmt: skip
    made.save(force_insert=True)
    width = len(header)
    ImportRow.objects.bulk_create(
        [
            ImportRow(id=uuid7(), batch=made, number=number, cells=[cell.replace("\x00", "")[:MOST_CELL] for cell in row[:width]])
            for number, row in rest
        ],
        batch_size=1000,
    )
    record("import.taken", by=by, at=at, subject=("import", made.pk), disease=disease, codes={"rows": len(rest), "of": of})
    return made


@action
def map_columns(*, batch: TableImport, mapping: Sequence[str], by: Actor, at: datetime) -> TableImport:
    """Say what each column means, and have the list looked over. The unit's next list with these columns is taken so."""
    row = _locked(batch, _State.MAPPING, _State.READY)
    known = fields_of(row.of)
    taken = [code for code in mapping if code != NOT_TAKEN]
    if len(mapping) != len(row.header):
        raise MappingRefused("CT844")
    if len(set(taken)) < len(taken) or not set(taken) <= set(known):
        raise MappingRefused("CT842")
    if not {"last", "first", "name"} & set(taken):
        raise MappingRefused("CT843")
    ImportMapping.objects.update_or_create(
        unit_id=row.unit_id, of=row.of, columns=_digest(row.header), defaults={"mapping": [*mapping], "at": at, "by": by.id}
    )
    row.mapping, row.state, row.done = [*mapping], _State.CHECKING, 0
    row.save(update_fields=["mapping", "state", "done"])
    ImportRow.objects.filter(batch=row).update(state=ImportRow.State.WAITING, found="", wrong=[], key="", before=None)
    record("import.mapped", by=by, at=at, subject=("import", row.pk), disease=row.disease)
    return row


@action
def begin_import(*, batch: TableImport, by: Actor, at: datetime) -> TableImport:
    """Import what was looked over and is right. What is wrong stays out; the list corrected is imported again, and only that is new."""
    row = _locked(batch, _State.READY)
    row.state, row.done = _State.RUNNING, 0
    row.save(update_fields=["state", "done"])
    record("import.begun", by=by, at=at, subject=("import", row.pk), disease=row.disease)
    return row


@action
def undo_import(*, batch: TableImport, by: Actor, at: datetime) -> TableImport:
    """Take back what the list made, also while it is being imported: contacts are taken back, cases nobody has worked on are closed. What
    somebody has worked on since is left, and says so. A list that was not imported is only put away."""
    row = _locked(batch, _State.MAPPING, _State.READY, _State.RUNNING, _State.DONE)
    begun = row.state in (_State.RUNNING, _State.DONE)
    row.state, row.done, row.ended_at = (_State.UNDOING if begun else _State.UNDONE), 0, None if begun else at
    row.save(update_fields=["state", "done", "ended_at"])
    record("import.undo_asked", by=by, at=at, subject=("import", row.pk), disease=row.disease)
    return row


def _locked(wanted: TableImport, *states: str) -> TableImport:
    row = TableImport.objects.select_for_update(no_key=True, of=("self",)).select_related("unit", "case").get(pk=wanted.pk)
    if row.state not in states:
        raise NotNow(row.state)
    return row


def _digest(header: Sequence[str]) -> str:
    return hashlib.sha256("|".join(map(fold, header)).encode()).hexdigest()


