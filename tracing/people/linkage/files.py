"""Records made into a table of the batch engine: of a CSV file, or of facts.

Of a file, names, dates and streets are prepared once for each value that occurs, not once for each record. What a value becomes is
said by the same functions that prepare one report; a test compares both ways column by column.
"""

from __future__ import annotations

import csv
import mmap
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb

from tracing.base.phones import e164
from tracing.people.linkage.columns import Mapping, birth_digits, mapping, number_text, sex_letter, ssn_digits, street_lines
from tracing.people.linkage.names import family_name, generation, given_name, middle_name
from tracing.people.linkage.record import (
    Facts,
    Record,
    birth_parts,
    city_code,
    dwellings,
    last_four,
    prepare,
    sex_code,
    state_code,
    zip_code,
)  # fmt: skip
from tracing.people.linkage.weights import Weights

COLUMNS: Final = tuple(Record.__dataclass_fields__)
_LISTS: Final = frozenset({"given_words", "given_forms", "family_words", "phones", "emails", "houses", "shared_houses", "zips", "numbers"})
_TYPES: Final = {"tf_given": "DOUBLE", "tf_family": "DOUBLE", "given_common": "BOOLEAN"} | dict.fromkeys(_LISTS, "VARCHAR[]")
_MARK: Final = "\x1f"
_NOTHING: Final = "\x1e"
_AT_ONCE: Final = 20_000
T = TypeVar("T")

Value = str | bool | float | frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Part:
    """Columns of a record that depend on a few columns of the file alone."""

    of: tuple[str, ...]
    """As `columns.NAMES` calls them."""
    gives: tuple[str, ...]
    make: Callable[..., tuple[Value, ...]]
    """Weights, today and the stripped texts → the values."""


def _given(weights: Weights, _today: date, text: str) -> tuple[Value, ...]:
    found = given_name(text)
    whole = found.whole
    return (
        whole, found.words, found.forms, found.sound, whole in weights.names, weights.frequency("given", whole), found.middle,
        found.generation,
    )  # fmt: skip


def _family(weights: Weights, _today: date, text: str, birth_name: str) -> tuple[Value, ...]:
    found = family_name(text, birth_name)
    return found.whole, found.words, found.sound, weights.frequency("family", found.whole), found.generation


def _home(_weights: Weights, _today: date, number: str, street: str, second: str) -> tuple[Value, ...]:
    found = dwellings(street_lines(number, street, second))
    return found.own, found.shared, found.number, found.street, found.street2, found.unit


PARTS: Final = {
    "given": Part(
        ("given",),
        ("given", "given_words", "given_forms", "given_sound", "given_common", "tf_given", "given_middle", "given_generation"), _given,
    ),
    "middle": Part(("middle",), ("middle",), lambda _w, _d, text: (middle_name(text),)),
    "family": Part(("family", "birth_name"), ("family", "family_words", "family_sound", "tf_family", "family_generation"), _family),
    "suffix": Part(("suffix",), ("generation",), lambda _w, _d, text: (generation(text),)),
    "birth": Part(
        ("birth", "birth_year"), ("birth", "birth_swapped", "birth_year"),
        lambda _w, today, text, year: birth_parts(birth_digits(text, today) or year),
    ),
    "sex": Part(("sex",), ("sex",), lambda _w, _d, text: (sex_code(sex_letter(text)),)),
    "home": Part(("house", "street", "street2"), ("houses", "shared_houses", "house", "street", "street2", "unit"), _home),
    "zip": Part(("zip",), ("zip",), lambda _w, _d, text: (zip_code(text),)),
    "city": Part(("city",), ("city",), lambda _w, _d, text: (city_code(text),)),
    "state": Part(("state",), ("state",), lambda _w, _d, text: (state_code(text),)),
    "ssn": Part(("ssn",), ("ssn4",), lambda _w, _d, text: (last_four(ssn_digits(text)),)),
}  # fmt: skip
MANY: Final[dict[str, tuple[str, Callable[[str], str]]]] = {
    "phone": ("phones", e164),
    "email": ("emails", str.lower),
    "number": ("numbers", number_text),
}
"""What may stand in several columns of a file → the list it becomes, and how."""
_PUT_TOGETHER: Final = {
    "middle": "coalesce(middle.middle, given.given_middle)",
    "generation": "coalesce(suffix.generation, family.family_generation, given.given_generation)",
    "zips": "CASE WHEN zip.zip IS NULL THEN []::VARCHAR[] ELSE [zip.zip] END",
}
_AS_IT_IS: Final = {"phone": r"regexp_full_match({0}, '\+1[2-9]\d{{2}}[2-9]\d{{6}}') AND substr({0}, 3) <> repeat(substr({0}, 3, 1), 10)"}
"""What needs no preparing: a telephone number in E.164 is one already. There are nearly as many of them as people."""
_BLANKS: Final = "' ' || chr(9) || chr(13) || chr(160)"

Work = tuple[Path, Callable[[Sequence[Any]], Iterable[Sequence[Value]]], Sequence[Any]]
"""A file to write, what makes its rows, and of what."""


def load_csv(
    duck: duckdb.DuckDBPyConnection, side: str, path: Path, *, weights: Weights, today: date, id_column: str, base: Path, processes: int
) -> Mapping:
    """The file as table `side`: n, id and the columns of `Record`. UnicodeDecodeError, ColumnsUnknown.

    `base`: how files begin in which values are kept for a moment.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        header = next(csv.reader(file, skipinitialspace=True), None) or []
    where = mapping(header, id_column)
    _read(duck, path, len(header), base)
    work = [*_work_on_parts(duck, where, weights, today, base), *_work_on_many(duck, where, base)]
    _do(work, processes)
    duck.execute(f"CREATE OR REPLACE TABLE {side} AS {_put_together(where, base, work)}")
    duck.execute("DROP TABLE cells")
    return where


def load(
    duck: duckdb.DuckDBPyConnection, side: str, rows: Iterable[tuple[str, Facts]], *, weights: Weights, base: Path, processes: int
) -> None:
    """Ids and facts as table `side`, as `load_csv` makes it."""
    made = _do(_work_on_facts(iter(rows), weights, base), processes)
    columns = {"n": "BIGINT", "id": "VARCHAR", **{name: _TYPES.get(name, "VARCHAR") for name in COLUMNS}}
    duck.execute(f"CREATE OR REPLACE TABLE {side} AS SELECT {', '.join(columns)} FROM {_written(f'{base}-*.csv', columns, made)}")


def _read(duck: duckdb.DuckDBPyConnection, path: Path, width: int, base: Path) -> None:
    """The file's cells as table `cells`, in order, without the header. A file with quotation marks is read by Python, which knows every dialect."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    take = f"CREATE OR REPLACE TABLE cells AS SELECT * FROM read_csv('%s', header = false, auto_detect = false, columns = {{{columns}}}, %s)"
    plain = str(path).replace("'", "''")
    duck.execute("SET preserve_insertion_order = true")
    try:
        if _has_quotation_marks(path):
            raise duckdb.InvalidInputException("quoted")
        duck.execute(take % (plain, "skip = 1, delim = ',', quote = '', escape = '', null_padding = true"))
    except duckdb.Error:
        again = Path(f"{base}-plain.csv")
        with path.open(newline="", encoding="utf-8-sig") as file, again.open("w", newline="", encoding="utf-8") as out:
            reader, writer = csv.reader(file, skipinitialspace=True), csv.writer(out, lineterminator="\n")
            next(reader, None)
            writer.writerows((*row[:width], *[""] * (width - len(row))) for row in reader if row)
        duck.execute(take % (again, "delim = ',', quote = '\"', escape = '\"'"))
    duck.execute("SET preserve_insertion_order = false")
    said = [f"c{place} >= '!'" for place in range(width)] + [f"trim(c{place}, {_BLANKS}) <> ''" for place in range(width)]
    duck.execute(f"DELETE FROM cells WHERE NOT coalesce({' OR '.join(said)}, false)")


def _has_quotation_marks(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(b'"') >= 0 or data.find(b"\0") >= 0


def _cell(where: Mapping, what: str) -> str:
    places = where.columns.get(what)
    return f"coalesce(c{places[0]}, '')" if places else "''"


def _work_on_parts(duck: duckdb.DuckDBPyConnection, where: Mapping, weights: Weights, today: date, base: Path) -> Iterator[Work]:
    for name, part in PARTS.items():
        values = duck.execute(f"SELECT DISTINCT {', '.join(_cell(where, what) for what in part.of)} FROM cells").fetchall()
        for place, chunk in enumerate(_chunks(iter(values))):
            yield Path(f"{base}-{name}-{place}.csv"), partial(_make_part, name, weights, today), chunk


def _make_part(name: str, weights: Weights, today: date, values: Sequence[tuple[str, ...]]) -> Iterator[Sequence[Value]]:
    make = PARTS[name].make
    for texts in values:
        yield *texts, *make(weights, today, *(text.strip() for text in texts))


def _work_on_many(duck: duckdb.DuckDBPyConnection, where: Mapping, base: Path) -> Iterator[Work]:
    for what in MANY:
        if places := where.columns.get(what):
            every = " UNION ALL ".join(f"SELECT c{place} AS text FROM cells WHERE c{place} IS NOT NULL" for place in places)
            rest = f" WHERE NOT ({_AS_IT_IS[what].format('text')})" if what in _AS_IT_IS else ""
            values = duck.execute(f"SELECT DISTINCT text FROM ({every}){rest}").fetchall()
            for place, chunk in enumerate(_chunks(iter(values))):
                yield Path(f"{base}-{what}-{place}.csv"), partial(_make_one_of_many, what), chunk


def _make_one_of_many(what: str, values: Sequence[tuple[str]]) -> Iterator[Sequence[Value]]:
    make = MANY[what][1]
    for (text,) in values:
        yield text, (make(text.strip()) or None) if text.strip() else None


def _work_on_facts(rows: Iterator[tuple[str, Facts]], weights: Weights, base: Path) -> Iterator[Work]:
    for place, chunk in enumerate(_chunks(rows)):
        yield Path(f"{base}-{place}.csv"), partial(_make_records, weights, place * _AT_ONCE), chunk


def _make_records(weights: Weights, first: int, rows: Sequence[tuple[str, Facts]]) -> Iterator[Sequence[Value]]:
    for number, (key, known) in enumerate(rows, first):
        record = prepare(known, weights)
        yield str(number), key, *(getattr(record, name) for name in COLUMNS)


def _put_together(where: Mapping, base: Path, work: Sequence[Work]) -> str:
    """A record of each row: its values, looked up."""
    written = [path.name.removeprefix(f"{base.name}-").rsplit("-", 1)[0] for path, *_ in work]
    joins, column_of = [], dict(_PUT_TOGETHER)
    for name, part in PARTS.items():
        keys = {f"t{place}": "VARCHAR" for place in range(len(part.of))}
        columns = keys | {column: _TYPES.get(column, "VARCHAR") for column in part.gives}
        meets = " AND ".join(f"{name}.{key} = {_cell(where, what)}" for key, what in zip(keys, part.of, strict=True))
        joins.append(f"LEFT JOIN {_written(f'{base}-{name}-*.csv', columns, written.count(name))} AS {name} ON {meets}")
        column_of = {column: f"{name}.{column}" for column in part.gives} | column_of
    for what, (column, _make) in MANY.items():
        values = []
        for place in where.columns.get(what, ()):
            alias, cell = f"{what}{place}", f"c{place}"
            table = _written(f"{base}-{what}-*.csv", {"text": "VARCHAR", "value": "VARCHAR"}, written.count(what))
            joins.append(f"LEFT JOIN {table} AS {alias} ON {alias}.text = {cell}")
            value = f"{alias}.value"
            values.append(f"CASE WHEN {_AS_IT_IS[what].format(cell)} THEN {cell} ELSE {value} END" if what in _AS_IT_IS else value)
        column_of[column] = f"list_distinct([{', '.join(values)}]::VARCHAR[])"
    taken = ", ".join(f"{column_of[column]} AS {column}" for column in COLUMNS)
    return f"SELECT cells.rowid AS n, trim(c{where.id}, {_BLANKS}) AS id, {taken} FROM cells {' '.join(joins)}"


def _written(files: str, columns: dict[str, str], number: int) -> str:
    """What `_write` wrote, as a table. Every row keeps its place, whatever stands in it."""
    if not number:
        return f"(SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in columns.items())} WHERE false)"
    text = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
    values = ", ".join(_value(name, kind) for name, kind in columns.items())
    return (
        f"(SELECT {values} FROM read_csv('{files}', header = false, delim = '\t', quote = '\"', escape = '\"', nullstr = '{_NOTHING}',"
        f" auto_detect = false, columns = {{{text}}}))"
    )


def _value(name: str, kind: str) -> str:
    if kind == "VARCHAR[]":
        return f"CASE WHEN {name} IS NULL THEN []::VARCHAR[] ELSE string_split({name}, chr({ord(_MARK)})) END AS {name}"
    return name if kind == "VARCHAR" else f"{name}::{kind} AS {name}"


def _do(work: Iterable[Work], processes: int) -> int:
    """Write every file; how many there are."""
    if processes == 1:
        return sum(map(_write, work))
    # Forked, so that tables of names are read once; nothing here holds a connection.
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return sum(pool.imap_unordered(_write, work))


def _write(work: Work) -> int:
    path, make, values = work
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerows([_text(value) for value in row] for row in make(values))
    return 1


def _text(value: Value) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return value
    return _MARK.join(value) or _NOTHING if isinstance(value, frozenset) else str(value)


def _chunks(rows: Iterator[T]) -> Iterator[list[T]]:
    while chunk := list(islice(rows, _AT_ONCE)):
        yield chunk
