"""One message laid out for a person to read, with the fields marked that its problems are about. Pure: no Django, no clock.

What is shown here is for the eye alone: delimiters become dots, empty fields are left out. The bytes stand beside it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tracing.intake.flat_columns import ALIASES, plain
from tracing.intake.flat_rows import guess_delimiter
from tracing.intake.layout_names import DATES, FIELDS, MARKS, OPENED, SEGMENTS, UNSHOWN, Marks

MOST_CELLS: Final = 600
"""A message of megabytes is not read by anybody; what is beyond is in the bytes."""
MOST_LETTERS: Final = 600
RAW_BYTES: Final = 32 * 1024

_SEGMENT: Final = re.compile(r"[A-Z][A-Z0-9]{2}")
_STAMP: Final = re.compile(r"((?:18|19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)\d*(?:\.\d+)?([+-]\d{4})?)?")
_NOISE: Final = re.compile(r"HL7\d{4}|[\d.]{12,}|ISO|XX")
"""Names of tables and authorities: of no use to the eye."""
_ESCAPES: Final = re.compile(r"\\([FSTRE]|\.br)\\")


@dataclass(frozen=True, slots=True)
class Cell:
    """One field that holds something, or one whose absence is the problem."""

    code: str
    label: str
    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, a row, a resource. `opened`: worth reading before the others."""

    code: str
    label: str
    cells: tuple[Cell, ...]
    opened: bool
    hint: str = ""
    """What it is about, to tell several of a kind apart."""

    @property
    def marked(self) -> bool:
        return any(cell.marked for cell in self.cells)


def lay_out(format: str, message: bytes, problems: Collection[str], causes: Collection[str] = ()) -> tuple[Part, ...]:
    """The parts in the message's order; none where it cannot be taken apart. Never raises."""
    marks = _marks(problems)
    codes = {cause.partition(":")[2].rpartition("|")[2] for cause in causes if ":" in cause} - {""}
    text = readable(message)
    try:
        if format == "hl7v2":
            parts = list(_hl7(text, marks, codes))
        elif format == "csv":
            parts = _row(text, marks, problems)
        elif format == "fhir":
            parts = list(_resources(json.loads(text), marks))
        else:
            return ()
    except (csv.Error, ValueError, RecursionError):
        return ()
    return tuple(_bounded(parts))


def readable(message: bytes) -> str:
    """The bytes as text: UTF-8, or what Windows wrote; nothing is lost silently."""
    try:
        return message.decode("utf-8-sig")
    except UnicodeDecodeError:
        return message.decode("cp1252", "replace")


def raw(message: bytes) -> str:
    """The beginning of the bytes, a segment to a line, what cannot be seen made visible."""
    text = readable(message[:RAW_BYTES]).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter if letter.isprintable() or letter in "\n\t" else f"\\x{ord(letter):02x}" for letter in text)


def _marks(problems: Collection[str]) -> Marks:
    found = [MARKS[code] for code in (problem.partition(":")[0] for problem in problems) if code in MARKS]
    return Marks(*(frozenset().union(*(getattr(one, name) for one in found)) for name in ("hl7", "csv", "fhir")))


def _bounded(parts: list[Part]) -> Iterator[Part]:
    left = MOST_CELLS
    for part in parts:
        if left <= 0:
            return
        yield Part(part.code, part.label, part.cells[:left], part.opened, part.hint)
        left -= len(part.cells)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]} …"


def _hl7(text: str, marks: Marks, codes: Collection[str]) -> Iterator[Part]:
    """Segments; notes that follow each other make one part."""
    lines = [line for line in re.split(r"[\r\n]+", text.strip("\x0b\x1c\r\n ")) if line.strip()]
    head = next((line for line in lines if line.startswith(("MSH", "FHS", "BHS")) and len(line) > 8), "MSH|^~\\&")
    field, inner = head[3], head[4:8]
    results = sum(line.startswith("OBX") for line in lines)
    notes: list[Cell] = []
    for line in lines:
        name = line[:3]
        if name == "NTE":
            said = line.split(field)
            notes.append(Cell(f"NTE-{len(notes) + 1}", "Note", _cut(_words(said[3] if len(said) > 3 else "", inner))))
            continue
        if notes:
            yield _notes(notes)
            notes = []
        if not _SEGMENT.fullmatch(name):
            yield Part("", "Line that begins with no segment's name", (Cell("", "Text", _cut(line)),), opened=True)
            continue
        yield _segment(name, line.split(field), inner, marks, codes, few=results <= OPENED)
    if notes:
        yield _notes(notes)


def _notes(cells: list[Cell]) -> Part:
    said = tuple(cell for cell in cells if cell.text)
    return Part("NTE", "Notes", said, opened=False, hint=f"{len(said)}")


def _segment(name: str, values: list[str], inner: str, marks: Marks, codes: Collection[str], *, few: bool) -> Part:
    header = name in ("MSH", "FHS", "BHS")
    meant = name != "OBX" or not codes or any(code in value for code in codes for value in values[3:6])
    cells = []
    for place, value in enumerate(values[1:], 2 if header else 1):
        code = f"{name}-{place}"
        shown = value if header and place == 2 else _words(value, inner)
        marked = meant and code in marks.hl7
        if code in DATES:
            shown = _stamp(shown)
        if marked or (shown and code not in UNSHOWN):
            cells.append(Cell(code, FIELDS.get(code, code), _cut(shown), marked))
    if meant:
        last = len(values) if header else len(values) - 1
        missing = sorted(
            (code for code in marks.hl7 if code.startswith(f"{name}-") and int(code[4:]) > last), key=lambda c: int(c[4:])
        )
        cells += [Cell(code, FIELDS.get(code, code), "", True) for code in missing]
    hint = ""
    if name in ("OBX", "OBR"):
        at = 3 if name == "OBX" else 4
        hint = _words(values[at], inner).split(" · ")[1 if "·" in _words(values[at], inner) else 0] if len(values) > at else ""
    opened = any(cell.marked for cell in cells) or name == "PID" or (name == "OBX" and few)
    return Part(name, SEGMENTS.get(name, name), tuple(cells), opened, _cut(hint)[:80])


def _words(value: str, inner: str) -> str:
    """Components with dots between, repeats with a slash; escapes undone."""
    if value in ('""', ""):
        return ""
    component, repeat, _escape, sub = list((inner + "^~\\&"[len(inner) :])[:4])
    shown = []
    for one in value.split(repeat):
        pieces = [" ".join(part for part in piece.split(sub) if part) for piece in one.split(component)]
        shown.append(" · ".join(piece for piece in pieces if piece.strip() and not _NOISE.fullmatch(piece)))
    marks = {"F": "|", "S": component, "T": sub, "R": repeat, "E": "\\", ".br": " "}
    return _ESCAPES.sub(lambda found: marks[found[1]], " / ".join(one for one in shown if one))


def _stamp(text: str) -> str:
    """20210317143000-0500 as 2021-03-17 14:30 (-0500); what is no date stays as it is."""
    found = _STAMP.fullmatch(text)
    if found is None:
        return text
    year, month, day, hour, minute, zone = found.groups()
    time = f" {hour}:{minute}" if hour else ""
    return f"{year}-{month}-{day}{time}{f' ({zone})' if zone else ''}"


def _row(text: str, marks: Marks, problems: Collection[str]) -> list[Part]:
    head, _, rest = text.partition("\n")
    mark = guess_delimiter(head.encode("utf-8", "replace")).decode()
    names = next(csv.reader([head.rstrip("\r")], delimiter=mark), [])
    rows = list(csv.reader(io.StringIO(rest, newline=""), delimiter=mark))
    if not rows or len(names) < 2:
        return []
    absent = {problem.partition(":")[2] for problem in problems if problem.startswith("column_missing:")}
    parts = []
    for number, values in enumerate(rows[:20], 1):
        cells = [Cell("", name.replace("_", " "), "Not a column of this file", True) for name in sorted(absent)]
        for place in range(max(len(names), len(values))):
            name = names[place] if place < len(names) else f"(value {place + 1}, beyond the last column)"
            value = " ".join(values[place].split()) if place < len(values) else ""
            marked = ALIASES.get(plain(name), "") in marks.csv or place >= len(names)
            if value or marked:
                cells.append(Cell("", name.replace("_", " "), _cut(value), marked))
        parts.append(Part("", "Row" if len(rows) == 1 else f"Row {number}", tuple(cells), opened=True))
    return parts


def _resources(bundle: Any, marks: Marks) -> Iterator[Part]:
    entries = bundle.get("entry") if isinstance(bundle, dict) else None
    found = [entry.get("resource") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else [bundle]
    for resource in found:
        if not isinstance(resource, dict):
            continue
        kind = str(resource.get("resourceType") or "Resource")
        cells = []
        for path, value in _leaves(resource, ""):
            if path != "resourceType":
                marked = any(f"{kind}.{path}".startswith(mark) for mark in marks.fhir)
                cells.append(Cell("", path, _cut(value), marked))
        present = {f"{kind}.{cell.label}" for cell in cells}
        for mark in sorted(marks.fhir):
            if mark.startswith(f"{kind}.") and not any(path.startswith(mark) for path in present):
                cells.append(Cell("", mark.partition(".")[2], "", True))
        opened = kind in ("Patient", "Observation", "Specimen") or any(cell.marked for cell in cells)
        yield Part("", kind, tuple(cells), opened)


def _leaves(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > 40:
        return
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _leaves(below, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(value, list):
        for number, below in enumerate(value, 1):
            yield from _leaves(below, f"{path} {number}" if len(value) > 1 else path, depth + 1)
    elif value is not None and value != "":
        yield path, str(value)
