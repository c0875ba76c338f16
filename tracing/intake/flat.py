"""Reads laboratory reports that come as a delimited file: one row, one test of one person.

Pure: no Django, no clock. `split` cuts a file of any size into messages, each a file of two records (the header and one
row); `read` reads one of them. Layouts and their sources: `flat_columns.py`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import BinaryIO, Literal

from tracing.base.text import fold
from tracing.diseases.codebook import CodeBook
from tracing.diseases.interpret import interpret
from tracing.intake import flat_columns as columns
from tracing.intake import flat_values as values
from tracing.intake.flat_dates import day_and_moment
from tracing.intake.flat_rows import LIMIT, guess_delimiter, rows
from tracing.intake.report import Identifier, LabReport, Party, Patient, Reading, Result, Status
from tracing.intake.weigh import finish, is_phrase

_HEADER_LIMIT = 1 << 15
_LOINC = re.compile(r"\d{1,7}-\d")
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")


def split(stream: BinaryIO) -> Iterator[bytes]:
    """One message per data row: the header, LF, the row. Holds one row at a time; a row above LIMIT comes cut off.

    A file whose header is larger than any header comes as one message that cannot be read.
    """
    records = rows(stream)
    header = next(records, None)
    if header is None:
        return
    if len(header) > _HEADER_LIMIT:
        yield header
        return
    header += b"\n"
    for row in records:
        yield header + row


def read(message: bytes, codes: CodeBook) -> Reading:
    """The report that one row holds. Never raises; takes time in proportion to the length."""
    try:
        return _read(message, codes)
    except Exception:  # the last resort: a message must be held, whatever this reader does not foresee
        return Reading("unreadable", ("reader_failed",))


def _read(message: bytes, codes: CodeBook) -> Reading:
    if len(message) > LIMIT:
        return Reading("unreadable", ("too_large",))
    text = _decode(message)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    head, _, rest = text.partition("\n")
    try:
        if head.count('"') % 2:  # a header with a line end in a quoted cell
            head, rest = _parted(text)
        layout = _layout(head.rstrip("\r"))
        cells, others = _cells(rest, layout)
    except csv.Error:
        return Reading("unreadable", ("not_delimited",))
    if layout.unknown:
        return Reading(layout.unknown, layout.problems)
    if not any(cells):
        return Reading("unreadable", ("no_row",))
    return _Row(layout, cells, codes).reading(several=others)


@dataclass(frozen=True, slots=True)
class _Layout:
    """What a header says. `at` leads from our name of a column to its places, the best alias first."""

    name: str
    delimiter: str
    width: int
    at: dict[str, tuple[int, ...]]
    problems: tuple[str, ...]
    unknown: Status | Literal[""] = ""
    """A `Reading` status where no row under this header can be a report."""


@lru_cache(maxsize=64)
def _layout(header: str) -> _Layout:
    delimiter = guess_delimiter(header.encode("utf-8", "replace")).decode()
    names = [columns.plain(cell) for cell in next(csv.reader([header], delimiter=delimiter), [])]
    at: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        ours = columns.ALIASES.get(name)
        if ours is not None:
            at.setdefault(ours, []).append(i)
    for places in at.values():
        places.sort(key=lambda i: columns.RANK[names[i]])
    found = {ours: tuple(places) for ours, places in at.items()}
    present = set(names)
    layout = next((name for name, marks in columns.LAYOUTS if marks <= present), "other")
    unknown: Status | Literal[""] = ""
    problems: tuple[str, ...] = ()
    if not ({"result", "test_code", "ordered_code"} & found.keys()):
        # Somebody's list of persons is no report. A result under a name we do not know must not be thrown away.
        hints = any(word in name for name in names if name not in columns.ALIASES for word in columns.RESULT_WORDS)
        if hints and len(names) > 1:
            unknown, problems = "held", ("unknown_layout",)
        elif len(found) > 1 or len(names) > 1:
            unknown, problems = "not_lab_report", ("no_result_column",)
        else:
            unknown, problems = "unreadable", ("not_delimited",)
    else:
        missing = [name for ours, name in columns.REQUIRED.items() if ours not in found]
        if not ({"test_code", "ordered_code", "test_name"} & found.keys()):
            missing.append("test_performed_code")
        problems = tuple(f"column_missing:{name}" for name in missing)
    return _Layout(layout, delimiter, len(names), found, problems, unknown)


class _Row:
    """One row under its header. Each method reads one part of the report."""

    __slots__ = ("_at", "_cells", "_codes", "_fixable", "_layout", "_problems")

    def __init__(self, layout: _Layout, cells: list[str], codes: CodeBook) -> None:
        self._layout = layout
        self._at = layout.at
        self._cells = cells
        self._codes = codes
        self._problems = list(layout.problems)
        self._fixable: list[str] = []

    def cell(self, name: str) -> str:
        """What stands in the column of this name; the first alias that is filled; "" if none is."""
        for i in self._at.get(name, ()):
            if i < len(self._cells) and self._cells[i]:
                return self._cells[i]
        return ""

    def reading(self, *, several: bool) -> Reading:
        if several:
            self._problems.append("several_rows")
        if len(self._cells) > self._layout.width:
            self._problems.append("row_too_long")
        elif len(self._cells) < self._layout.width:
            self._problems.append("row_too_short")
        collected, collected_at = self._collected()
        results = self._results(collected, collected_at)
        report = LabReport(
            format="csv",
            control_id=self.cell("accession"),
            version="",
            message_type=self._layout.name,
            sent_at=day_and_moment(self.cell("released_at"))[1],
            processing=self.cell("processing").upper()[:1] or "P",
            sender=self._sender(),
            laboratory=self._party("lab"),
            ordering_facility=self._party("facility"),
            ordering_provider=self._provider(),
            patient=self._patient(collected),
            results=results,
            notes=tuple(text for text in (self.cell("comment"), self.cell("correction_reason")) if text),
        )
        return finish(report, self._problems, self._fixable)

    def _collected(self) -> tuple[date | None, datetime | None]:
        """When the specimen was taken; where nobody says, when the test was ordered, then when the laboratory got it."""
        for name in ("collected_at", "ordered_at", "received_at"):
            text = self.cell(name)
            if text:
                day, moment = day_and_moment(text)
                if day is not None:
                    return day, moment
                if name == "collected_at":
                    self._problems.append("specimen_date_unreadable")
        return None, None

    def _patient(self, collected: date | None) -> Patient:
        cell = self.cell
        known = collected or day_and_moment(self.cell("resulted_at"))[0]
        died = fold(cell("died"))
        number = cell("patient_id")
        return Patient(
            last=cell("last"),
            first=cell("first"),
            middle=cell("middle"),
            suffix=cell("suffix"),
            birth_on=day_and_moment(cell("birth"), not_after=known)[0],
            birth_text=cell("birth"),
            sex=columns.SEX.get(fold(cell("sex")), ""),
            street=cell("street"),
            street2=cell("street2"),
            city=cell("city"),
            state=cell("state").upper() if len(cell("state")) == 2 else cell("state"),
            zip=values.zip_code(cell("zip")),
            county=cell("county"),
            country=cell("country"),
            phones=values.phones(cell("phone")),
            emails=tuple(text for text in values.BETWEEN.split(cell("email")) if 0 < text.find("@") < len(text) - 1),
            identifiers=(Identifier(number, self.cell("lab_id") or self.cell("reporting_id"), "PI"),) if number else (),
            race=tuple(columns.RACE.get(fold(text), text) for text in (cell("race"),) if text),
            ethnicity=columns.ETHNICITY.get(fold(cell("ethnicity")), cell("ethnicity")),
            language=cell("language"),
            died=died in ("y", "yes", "true", "1") or bool(cell("died_on")),
            died_on=day_and_moment(cell("died_on"))[0],
        )

    def _results(self, collected: date | None, collected_at: datetime | None) -> tuple[Result, ...]:
        status = columns.RESULT_STATUS.get(fold(self.cell("status")), self.cell("status")[:1].upper())
        accession = self.cell("corrected_accession") or self.cell("accession")
        specimen = self.cell("specimen_id") or self.cell("specimen_type")
        resulted_at = day_and_moment(self.cell("resulted_at"))[1]
        lines: list[Result] = []

        def add(code: str, name: str, value: tuple[str, str, str, str], *, units: str = "", asked: bool = False) -> None:
            kind, value_code, system, text = value
            loinc, local = (code, "") if _LOINC.fullmatch(code) else ("", code)
            meaning = interpret(
                self._codes,
                loinc=loinc,
                local_code=local,
                name=name,
                value_type=kind,
                value_code=value_code,
                value_system=system,
                value_text=text,
                aoe_flag=asked,
            )
            self._problems += meaning.problems
            self._fixable += meaning.fixable
            if meaning.kind == "result" and meaning.cls == "text":
                # The column holds a code or one of a few words: prose is no result.
                self._problems.append("value_unknown")
                if is_phrase(fold(text)):
                    self._fixable.append(f"word:{fold(text)}")
            lines.append(
                Result(
                    obr_no=1,
                    set_id=str(len(lines) + 1),
                    loinc=loinc,
                    local_code=local,
                    name=name,
                    value_type=kind,
                    value_code=value_code,
                    value_system=system,
                    value_text=text,
                    units=units,
                    status="F" if asked else status,
                    abnormal="",
                    kind=meaning.kind,
                    cls=meaning.cls,
                    condition=meaning.condition,
                    specimen_on=collected,
                    specimen_at=collected_at,
                    accession=accession,
                    specimen=specimen,
                    sub_id="",
                    resulted_at=resulted_at,
                    presumptive=meaning.presumptive,
                    analyte=meaning.analyte,
                )
            )

        code = self.cell("test_code") or self.cell("ordered_code")
        name = self.cell("test_name") or self.cell("device")
        if code or name or self.cell("result"):
            add(code, name, values.result(self.cell("result")))
        for question, (loinc, text) in columns.QUESTIONS.items():
            answer = self.cell(question)
            if answer:
                add(loinc, text, values.yes_no(answer), asked=True)
        for question, (loinc, text), read_answer in values.OTHER_QUESTIONS:
            answer = self.cell(question)
            if answer:
                units = self.cell("age_units") or "a" if question == "age" else ""
                add(loinc, text, read_answer(answer), units=units, asked=True)
        return tuple(lines)

    def _sender(self) -> Party:
        number = self.cell("sender_id") or self.cell("reporting_id") or self.cell("lab_id")
        return Party(name=self.cell("reporting_name") or self.cell("lab_name"), identifier=number)

    def _party(self, who: str) -> Party:
        phones = values.phones(self.cell(f"{who}_phone"))
        return Party(
            name=self.cell(f"{who}_name"),
            identifier=self.cell(f"{who}_id"),
            phone=phones[0] if phones else "",
            street=self.cell(f"{who}_street"),
            city=self.cell(f"{who}_city"),
            state=self.cell(f"{who}_state"),
            zip=values.zip_code(self.cell(f"{who}_zip")),
        )

    def _provider(self) -> Party:
        name = " ".join(part for part in (self.cell("provider_first"), self.cell("provider_last")) if part)
        return replace(self._party("provider"), name=name)


def _decode(message: bytes) -> str:
    """UTF-8, else Windows-1252. Characters that no cell may hold become blanks."""
    message = message.removeprefix(b"\xef\xbb\xbf")
    try:
        text = message.decode()
    except UnicodeDecodeError:
        text = message.decode("cp1252", "replace")
    return _NOT_TEXT.sub(" ", text) if _NOT_TEXT.search(text) else text


def _parted(text: str) -> tuple[str, str]:
    """Header and rest where the header holds a quoted line end; the header comes back on one line."""
    delimiter = guess_delimiter(text.encode("utf-8", "replace")).decode()
    source = io.StringIO(text, newline="")
    first = next(csv.reader(source, delimiter=delimiter), [])
    rest = source.read()
    return delimiter.join(columns.plain(cell) for cell in first), rest


def _cells(rest: str, layout: _Layout) -> tuple[list[str], bool]:
    """The cells of the first row, trimmed, empty ones beyond the header's width taken away; whether more rows follow."""
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=layout.delimiter)
    row = next(reader, [])
    more = any(any(cell.strip() for cell in other) for other in reader)
    if len(row) != layout.width and '"' in rest:
        # A quotation mark that was meant as a character: the row without quoting, if that has the right width.
        bare = rest.rstrip("\r\n").split(layout.delimiter)
        if len(bare) == layout.width and "\n" not in rest.rstrip("\r\n"):
            row = bare
    row = [cell.strip() for cell in row]
    while len(row) > layout.width and not row[-1]:
        row.pop()
    return row, more
