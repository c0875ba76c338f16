"""Lists as CSV files that a spreadsheet opens without running anything in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.http import HttpResponse

AT_MOST: Final = 10_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that begins so is read as a formula by some spreadsheet; the full-width forms as well."""


def cell(value: Any) -> str:
    """A value as text; an apostrophe goes before what would be run."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def csv_file(name: str, heads: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The answer that the browser keeps as a file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)  # some spreadsheets part cells at ";"
    writer.writerow([cell(head) for head in heads])
    for row in rows:
        writer.writerow([cell(value) for value in row])
    # The mark before the text tells spreadsheets that it is UTF-8.
    return HttpResponse(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
