"""Files that people make with a spreadsheet, as tables of texts; and the form that they fill in. CSV and XLSX are read.

What a file may claim is bounded before it is read: a small one can unpack to gigabytes, or name one cell in the last row and column,
for which a reader would lay out seventeen billion.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]
from python_calamine import CalamineError, load_workbook

MOST_BYTES: Final = 4 * 2**20
MOST_UNPACKED: Final = 64 * 2**20
_ROWS: Final = 20_000
_COLUMNS: Final = 256
_ZIP: Final = b"PK\x03\x04"
_OLD: Final = b"\xd0\xcf\x11\xe0"
"""How XLSX, and how the XLS of before 2007 begin."""
_CELL: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,9})(\d{0,9})["']""")


class UnreadableFile(Exception):
    """The file is no spreadsheet: "empty", "too_big", "broken"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_table(content: bytes) -> list[list[str]]:
    """The first sheet, or the lines of a CSV file, as texts. What it is, its first bytes tell and not its name."""
    if not content.strip():
        raise UnreadableFile("empty")
    if len(content) > MOST_BYTES:
        raise UnreadableFile("too_big")
    if content.startswith(_OLD):
        raise UnreadableFile("broken")
    return _workbook(content) if content.startswith(_ZIP) else _csv(content)


def _workbook(content: bytes) -> list[list[str]]:
    try:
        _bounded(content)
        book = load_workbook(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=_ROWS)
    except (CalamineError, IndexError, KeyError, NotImplementedError, OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error):
        raise UnreadableFile("broken") from None
    return [[_text(cell) for cell in row] for row in rows]


def _bounded(content: bytes) -> None:
    """Raise when the file unpacks to too much, is no XLSX, or names a cell too far away."""
    left = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names or len(names) > 1000 or len(set(names)) < len(names):
            raise UnreadableFile("broken")
        for name in names:
            with archive.open(name) as member:
                data = member.read(left + 1)
            left -= len(data)
            if left < 0:
                raise UnreadableFile("too_big")
            if name.endswith(".xml") and "sheet" in name and not _near(data):
                raise UnreadableFile("too_big")


def _near(sheet: bytes) -> bool:
    """Whether every cell that a sheet names lies within bounds. Sheets are in UTF-8; what is not is no sheet of ours."""
    if b"\x00" in sheet:
        return False
    for letters, number in _CELL.findall(sheet):
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        if column > _COLUMNS or int(number or 0) > _ROWS:
            return False
    return True


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise UnreadableFile("broken")
    first = text.split("\n", 1)[0]
    parted = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=parted))
    except csv.Error:
        raise UnreadableFile("broken") from None
    return rows[:_ROWS]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def form(
    heads: Sequence[str], example: Sequence[str], choices: Mapping[str, Sequence[str]], notes: Sequence[Sequence[str]], *, rows: int = 1000
) -> bytes:
    """An XLSX file to fill in: headings, one example, drop-down lists for the columns in `choices`, and a sheet that explains."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, lists, told = book.add_worksheet("Staff"), book.add_worksheet("Lists"), book.add_worksheet("How to")
    strong, plain = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    for column, head in enumerate(heads):
        sheet.write(0, column, head, strong)
        sheet.write(1, column, example[column] if column < len(example) else "")
        sheet.set_column(column, column, 24, plain)
    for number, (head, values) in enumerate(choices.items()):
        lists.write(0, number, head, strong)
        lists.write_column(1, number, values)
        lists.set_column(number, number, 44)
        letter = chr(ord("A") + number)
        column = list(heads).index(head)
        source = f"=Lists!${letter}$2:${letter}${len(values) + 1}"
        sheet.data_validation(1, column, rows, column, {"validate": "list", "source": source, "error_type": "warning"})
    for number, row in enumerate(notes):
        told.write_row(number, 0, row, strong if number == 0 else None)
    told.set_column(0, 0, 18)
    told.set_column(1, 1, 110)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
