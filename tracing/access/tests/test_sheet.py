"""A list of new staff: what is understood, what is wrong by row and cell, and files as people save them."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from tracing.access.rules.sheet import COLUMNS, Known, NotAList, read
from tracing.access.spreadsheet import MOST_BYTES, MOST_UNPACKED, UnreadableFile, form, read_table

TODAY = date(2026, 11, 2)
KNOWN = Known(
    roles={"contact tracer": "tracer", "tracer": "tracer"}, units={"new haven": "new-haven", "hartford": "hartford"},
    diseases={"hiv": "hiv", "covid 19": "covid19", "covid19": "covid19"},
)  # fmt: skip
HEAD = ["email", "name", "role", "unit", "diseases", "from", "until", "why", "agreement_on", "trained_on"]


def row(**cells: str) -> list[str]:
    given = {"email": "a@example.org", "name": "Ada A", "role": "tracer", "unit": "new-haven", **cells}
    return [given.get(head, "") for head in HEAD]


def test_a_row_is_understood_however_it_is_written() -> None:
    line = read(
        [HEAD, row(email=" ADA@Example.ORG ", name=" Ada   A ", role="Contact Tracer", unit="NEW HAVEN", diseases="HIV; COVID-19",
                   **{"from": "12/1/2026"}, until="2026-12-31", agreement_on="10/01/26")], KNOWN, TODAY,
    )[0]  # fmt: skip
    assert (line.email, line.name, line.role, line.unit, line.diseases, line.wrong) == (
        "ada@example.org", "Ada A", "tracer", "new-haven", ["hiv", "covid19"], [],
    )  # fmt: skip
    assert (line.since, line.until, line.agreement_on) == (date(2026, 12, 1), date(2026, 12, 31), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"email": ""}, "email", "missing"),
        ({"email": "ada at example"}, "email", "not_an_address"),
        ({"email": "a@b"}, "email", "not_an_address"),
        ({"email": "a@example.org, b@example.org"}, "email", "not_an_address"),
        ({"email": "a" * 250 + "@example.org"}, "email", "too_long"),
        ({"name": ""}, "name", "missing"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"role": "pilot"}, "role", "not_known"),
        ({"unit": "atlantis"}, "unit", "not_known"),
        ({"diseases": "HIV; plague"}, "diseases", "not_known"),
        ({"from": "soon"}, "from", "not_a_day"),
        ({"until": "2026-11-01"}, "until", "ends_too_early"),
        ({"from": "2026-12-05", "until": "2026-12-01"}, "until", "ends_too_early"),
        ({"agreement_on": "2026-11-03"}, "agreement_on", "in_the_future"),
        ({"trained_on": "13/13/2026"}, "trained_on", "not_a_day"),
    ],
)
def test_a_wrong_cell_is_named(cells: dict[str, str], column: str, code: str) -> None:
    line = read([HEAD, row(**cells)], KNOWN, TODAY)[0]
    assert [(one.column, one.code) for one in line.wrong] == [(column, code)]


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    line = read([HEAD, row(email="x", name="", role="pilot", unit="")], KNOWN, TODAY)[0]
    assert {one.column for one in line.wrong} == {"email", "name", "role", "unit"} and line.number == 2


def test_rows_count_as_the_spreadsheet_does_and_empty_ones_are_left_out() -> None:
    lines = read([HEAD, [""] * 10, row(), ["  "], row(email="b@example.org")], KNOWN, TODAY)
    assert [line.number for line in lines] == [3, 5]


def test_one_address_twice() -> None:
    lines = read([HEAD, row(), row(email="A@example.org"), row(unit="hartford"), row(unit="hartford", name="Eva E")], KNOWN, TODAY)
    assert [[(one.code, one.given) for one in line.wrong] for line in lines] == [
        [], [("twice", "2")], [], [("twice", "4"), ("two_names", "2")],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (["E-Mail Address", "Full name", "Role", "Department"], []),
        (["Email", "Name", "Role"], ["unit"]),
        (["who", "what"], ["email", "name", "role", "unit"]),
    ],
)
def test_headings_as_people_write_them(heads: list[str], expected: list[str]) -> None:
    table = [heads, ["a@example.org", "Ada A", "tracer", "hartford"]]
    if not expected:
        assert read(table, KNOWN, TODAY)[0].unit == "hartford"
        return
    with pytest.raises(NotAList) as why:
        read(table, KNOWN, TODAY)
    assert why.value.missing == expected


@pytest.mark.parametrize(("table", "code"), [([], "empty"), ([[""]], "empty"), ([HEAD], "empty"), ([HEAD, *[row()] * 5001], "too_long")])
def test_what_is_no_list(table: list[list[str]], code: str) -> None:
    with pytest.raises(NotAList) as why:
        read(table, KNOWN, TODAY)
    assert why.value.code == code


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "content",
    [
        "name;unit\r\nJosé;“A”\r\n".encode(),
        "name,unit\nJosé,“A”\n".encode("utf-8-sig"),
        "name\tunit\nJosé\t“A”\n".encode("utf-16"),
        "name,unit\nJosé,“A”\n".encode("cp1252"),
        'name,unit\n"José","“A”"'.encode(),
    ],
    ids=["semicolons", "marked", "tabs in UTF-16", "of a Windows of old", "quoted"],
)
def test_a_csv_file_however_it_was_saved(content: bytes) -> None:
    assert read_table(content) == [["name", "unit"], ["José", "“A”"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"  \n", "empty"), (b"PK\x03\x04nonsense", "broken"), (b"\xd0\xcf\x11\xe0nonsense", "broken"),
     (b"a\x00b", "broken"), (b"x" * (MOST_BYTES + 1), "too_big")],
)  # fmt: skip
def test_a_file_that_is_none(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as why:
        read_table(content)
    assert why.value.code == code


def bomb(row: int, column: int) -> bytes:
    """An XLSX of some kilobytes with one cell far away."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "email")
    sheet.write(row, column, "x")
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(("row", "column"), [(1_048_575, 16_383), (20_001, 0), (1, 256)])
def test_a_small_file_that_claims_a_vast_table_is_not_laid_out(row: int, column: int) -> None:
    with pytest.raises(UnreadableFile) as why:
        read_table(bomb(row, column))
    assert why.value.code == "too_big"
    assert read_table(bomb(9, 9))[9][9] == "x"


def test_a_small_file_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (MOST_UNPACKED + 1))
    assert len(out.getvalue()) < MOST_BYTES
    with pytest.raises(UnreadableFile) as why:
        read_table(out.getvalue())
    assert why.value.code == "too_big"


def test_the_form_is_read_as_it_was_written_and_runs_nothing() -> None:
    made = form(COLUMNS, ["=1+1", "Ada A"], {"role": ["Contact tracer"]}, [["Column", "What"]])
    table = read_table(made)
    assert table[0] == list(COLUMNS) and table[1][:2] == ["=1+1", "Ada A"]
