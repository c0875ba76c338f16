"""Whole files: every pair that shares a key is scored at once by DuckDB, with the same comparisons and weights as one report live.

Records are prepared in Python, by as many processes as there are processors, and handed to the engine as text.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from tracing.people.linkage.columns import Mapping, facts, mapping
from tracing.people.linkage.comparisons import COMPARISONS, sql_of
from tracing.people.linkage.fit import Pattern, fit
from tracing.people.linkage.record import Facts, Record, keys, prepare
from tracing.people.linkage.score import Best, Outcome, Pair, fixed_points, judge
from tracing.people.linkage.weights import TRUST, Weights

COLUMNS: Final = tuple(Record.__dataclass_fields__)
_LISTS: Final = frozenset({"given_words", "given_forms", "family_words", "phones", "emails", "houses", "shared_houses", "zips", "numbers"})
_NUMBERS: Final = {"tf_given": "DOUBLE", "tf_family": "DOUBLE", "given_common": "BOOLEAN"}
_LIST_MARK: Final = ";"
BLOCK_AT_MOST: Final = 1000
"""A key that more records share tells nothing: a shelter's telephone, a day that somebody typed for everybody."""
WIDE_AT_LEAST: Final = 600_000
WIDE_PER_RECORD: Final = 0.5
"""So many pairs may come of single fields: at least, and for each record."""
_WIDE: Final = {
    "family": "family", "given": "given", "birth": "birth", "zip": "zip", "street": "street", "street2": "street2", "city": "city",
    "number": "house || ' ' || zip",
}  # fmt: skip
RANDOM_PAIRS: Final = 200_000
PATTERNS: Final = 4000
"""So many combinations of degrees, the most frequent, are what weights are fitted to."""
_RULED: Final = (
    "{'code': 'BIGINT', 'most': 'VARCHAR', 'reasons': 'VARCHAR', 'points': 'DOUBLE', 'given': 'BOOLEAN', 'family': 'BOOLEAN'}"
)
_SCORE: Final = "points - CASE WHEN given THEN log2(tf_given) ELSE 0 END - CASE WHEN family THEN log2(tf_family) ELSE 0 END"
_MEASURES: Final = re.compile(r"jaro_winkler_similarity\(l\.\w+, r\.\w+\)|damerau_levenshtein\(l\.birth, r\.birth\)")
_SIDED: Final = re.compile(r"\b([lr])\.(\w+)")
_ENDLESS: Final = float("inf")
_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Linked:
    """A pair of records worth telling."""

    left: str
    right: str
    pair: Pair


Row = tuple[str, Facts]
"""A record's id, and its facts."""


def rows_of(path: Path, id_column: str = "") -> tuple[Mapping, Iterator[list[str]]]:
    """A CSV file's mapping and its rows. UnicodeDecodeError, ColumnsUnknown."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        header = next(csv.reader(file, skipinitialspace=True), None) or []
    return mapping(header, id_column), _rows(path)


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file, skipinitialspace=True)
        next(reader, None)
        yield from (row for row in reader if any(cell.strip() for cell in row))


class Engine:
    """A DuckDB of its own in a temporary folder, with prepared records on one side or two."""

    def __init__(self, weights: Weights, *, processes: int | None = None) -> None:
        """`processes`: that prepare records; one where the caller has threads or connections that must not be forked."""
        self.weights = weights
        self.processes = processes or os.cpu_count() or 1
        self._folder = TemporaryDirectory(prefix="contact-linkage-")
        self._base = Path(self._folder.name)
        self.duck = duckdb.connect(str(self._base / "linkage.duckdb"))
        self.duck.execute(f"SET temp_directory = '{self._base}'; SET preserve_insertion_order = false")
        self._number = 0
        self.sizes: dict[str, int] = {}

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.duck.close()
        self._folder.cleanup()

    def load_csv(self, side: str, path: Path, today: date, id_column: str = "") -> Mapping:
        """Prepare a CSV file as "l" or "r"."""
        where, rows = rows_of(path, id_column)
        self._load(side, partial(_prepare_csv, self.weights, where, today), rows)
        return where

    def load(self, side: str, rows: Iterable[Row]) -> None:
        """Prepare records given as facts."""
        self._load(side, partial(_prepare_facts, self.weights), rows)

    def _load(self, side: str, job: Any, rows: Iterable[Any]) -> None:
        chunks = _chunks(iter(rows), self._base / side)
        if self.processes > 1:
            # Forked, so that tables of names are read once; nothing here holds a connection.
            with multiprocessing.get_context("fork").Pool(self.processes) as pool:
                number = sum(pool.imap_unordered(job, chunks))
        else:
            number = sum(map(job, chunks))
        self.sizes[side] = number
        described = ", ".join(f"'{name}': 'VARCHAR'" for name in ("n", "id", "keys", *COLUMNS))
        taken = ", ".join(_taken(name) for name in COLUMNS)
        source = (
            f"read_csv('{self._base / side}-*.csv', header = false, delim = '\t', quote = '\"', nullstr = '', columns = {{{described}}})"
            if number
            else f"(SELECT {', '.join(f'NULL::VARCHAR AS {name}' for name in ('n', 'id', 'keys', *COLUMNS))} WHERE false)"
        )
        self.duck.execute(
            f"CREATE OR REPLACE TABLE {side} AS SELECT n::BIGINT AS n, id, string_split(keys, '{_LIST_MARK}')::INT[] AS keys, {taken}"
            f" FROM {source}"
        )

    def count_names(self) -> None:
        """Let frequencies move towards what the loaded files count: see `weights.with_counts`."""
        for kind in ("given", "family"):
            union = " UNION ALL ".join(f"SELECT {kind} AS name FROM {side} WHERE {kind} IS NOT NULL" for side in self.sizes)
            self.duck.execute(f"CREATE OR REPLACE TABLE counted AS SELECT name, count(*) AS number FROM ({union}) GROUP BY name")
            total = _one(self.duck, "SELECT coalesce(sum(number), 0) FROM counted")
            for side in self.sizes:
                self.duck.execute(
                    f"UPDATE {side} SET tf_{kind} = (counted.number + {TRUST} * tf_{kind}) / ({total} + {TRUST})"
                    f" FROM counted WHERE counted.name = {side}.{kind}"
                )

    def pairs(self, *, people: int | None = None, fitted: bool = False) -> None:
        """Score every pair that shares a key, and judge it. One side: its records among each other.

        `people`: how many a record is looked for among, if not the records of the right side. `fitted`: move the weights towards these
        records first. Beside the keys of `record.keys` single fields are keys as well, the rarest first, as long as the pairs they make are few: a
        small file is searched widely, a large one where it is worth it.
        """
        two = "r" in self.sizes
        right = "r" if two else "l"
        for side in self.sizes:
            wide = " UNION ALL ".join(
                f"SELECT n, CASE WHEN {value} IS NOT NULL THEN hash('{name}', {value}) END FROM {side}" for name, value in _WIDE.items()
            )
            self.duck.execute(
                f"CREATE OR REPLACE TABLE keys_{side} AS SELECT n, hash('key', unnest(keys)) AS key, false AS wide FROM {side}"
                f" UNION ALL SELECT n, key, true FROM ({wide}) AS fields(n, key) WHERE key IS NOT NULL"
            )
        made = "a.number * b.number" if two else "a.number * (a.number - 1) / 2"
        self.duck.execute(
            f"""CREATE OR REPLACE TABLE used AS
            WITH a AS (SELECT key, any_value(wide) AS wide, count(*) AS number FROM keys_l GROUP BY key),
            b AS (SELECT key, count(*) AS number FROM keys_{right} GROUP BY key),
            sizes AS (SELECT key, a.wide, b.number, {made} AS made FROM a JOIN b USING (key)),
            spent AS (SELECT key, sum(made) OVER (ORDER BY made, key ROWS UNBOUNDED PRECEDING) AS sum FROM sizes WHERE wide AND made > 0)
            SELECT key FROM sizes WHERE NOT wide AND made > 0 AND number <= {BLOCK_AT_MOST}
            UNION ALL SELECT key FROM spent WHERE sum <= {max(WIDE_AT_LEAST, WIDE_PER_RECORD * sum(self.sizes.values()))}"""
        )
        self.duck.execute(
            f"CREATE OR REPLACE TABLE pairs AS SELECT DISTINCT a.n AS l, b.n AS r FROM used JOIN keys_l a USING (key)"
            f" JOIN keys_{right} b USING (key){'' if two else ' WHERE a.n < b.n'}"
        )
        self._compare("pairs", "compared")
        if fitted:
            self._fit()
        self._judge(max(people or self.sizes[right], 2))

    @property
    def _right(self) -> str:
        return "r" if "r" in self.sizes else "l"

    def _compare(self, pairs: str, into: str) -> None:
        """The degrees of each pair as one number, and the frequencies of its names."""
        degrees = ", ".join(f"{sql_of(comparison)} AS {comparison.name}_level" for comparison in COMPARISONS)
        # Measured once for each pair, though several levels ask.
        measured = {text: f"measured_{place}" for place, text in enumerate(sorted(set(_MEASURES.findall(degrees))))}
        for text, name in measured.items():
            degrees = degrees.replace(text, name)
        measures = [f"{text} AS {name}" for text, name in measured.items()]
        both = [f"{side}.{name} AS {side}_{name}" for side, name in sorted(set(_SIDED.findall(degrees)))]
        degrees = _SIDED.sub(r"\1_\2", degrees)
        self.duck.execute(
            f"CREATE OR REPLACE TABLE {into} AS SELECT l, r, tf_given, tf_family, {_code()} AS code FROM ("
            f"SELECT l, r, tf_given, tf_family, {degrees} FROM ("
            "SELECT p.l, p.r, greatest(l.tf_given, r.tf_given) AS tf_given, greatest(l.tf_family, r.tf_family) AS tf_family,"
            f" {', '.join(both + measures)} FROM {pairs} p JOIN l ON l.n = p.l JOIN {self._right} r ON r.n = p.r))"
        )

    def _fit(self) -> None:
        """Move the weights towards these records."""
        left, right = self.sizes["l"], self.sizes[self._right]
        self.duck.execute("SELECT setseed(0.5)")
        self.duck.execute(
            f"CREATE OR REPLACE TABLE chance AS SELECT * FROM (SELECT (random() * {left})::BIGINT % {left} AS l,"
            f" (random() * {right})::BIGINT % {right} AS r FROM range({RANDOM_PAIRS})) {'' if self._right == 'r' else 'WHERE l < r'}"
        )
        self._compare("chance", "compared_by_chance")
        self.weights = fit(self.weights, self._patterns("compared"), self._patterns("compared_by_chance"), right)

    def _patterns(self, table: str) -> list[Pattern]:
        rows = self.duck.execute(f"SELECT code, count(*) FROM {table} GROUP BY code ORDER BY 2 DESC, 1 LIMIT {PATTERNS}").fetchall()
        return [Pattern(_levels(code), number) for code, number in rows]

    def _rule(self, table: str) -> None:
        """Rules and weights depend on the degrees alone: they are asked once for each combination that occurs."""
        path = self._base / "ruled.csv"
        codes = [code for (code,) in self.duck.execute(f"SELECT DISTINCT code FROM {table}").fetchall()]
        with path.open("w", newline="") as file:
            writer = csv.writer(file, delimiter="\t")
            for code in codes:
                found = _levels(code)
                most, reasons = judge(found, _ENDLESS, self.weights)
                fixed, columns = fixed_points(found, self.weights)
                writer.writerow((code, most, _LIST_MARK.join(reasons), repr(fixed), "tf_given" in columns, "tf_family" in columns))
        self.duck.execute(
            f"CREATE OR REPLACE TABLE ruled AS SELECT * FROM read_csv('{path}', header = false, delim = '\t', columns = {_RULED})"
            if codes
            else "CREATE OR REPLACE TABLE ruled (code BIGINT, most VARCHAR, reasons VARCHAR, points DOUBLE, given BOOLEAN, family BOOLEAN)"
        )

    def _judge(self, people: int) -> None:
        self._rule("compared")
        self.duck.execute(
            f"""CREATE OR REPLACE TABLE linked AS SELECT l AS ln, r AS rn, score, reasons,
            CASE WHEN most = 'certain' AND score - log2({people}) >= {self.weights.certain} THEN 'certain' ELSE 'possible' END AS outcome
            FROM (SELECT l, r, most, reasons, {_SCORE} AS score FROM compared JOIN ruled USING (code))
            WHERE most <> 'new' AND score - log2({people}) >= {self.weights.possible}"""
        )

    def join_through_others(self) -> None:
        """In one file, add pairs of records that are each certainly one person with a third: what the two lack, the third has."""
        self.duck.execute(
            """CREATE OR REPLACE TABLE implied AS
            WITH sure AS (SELECT ln AS a, rn AS b FROM linked WHERE outcome = 'certain'
                UNION ALL SELECT rn, ln FROM linked WHERE outcome = 'certain')
            SELECT DISTINCT one.a AS l, other.a AS r FROM sure one JOIN sure other USING (b)
            WHERE one.a < other.a AND NOT EXISTS (SELECT 1 FROM linked WHERE ln = one.a AND rn = other.a)"""
        )
        self._compare("implied", "compared_through_others")
        self._rule("compared_through_others")
        self.duck.execute(
            f"INSERT INTO linked SELECT l, r, {_SCORE} AS score, reasons || '{_LIST_MARK}through_another', 'possible'"
            " FROM compared_through_others JOIN ruled USING (code)"
        )

    def links(self) -> Iterator[Linked]:
        """Every pair that is certain or possible, in the order of the files."""
        right = "r" if "r" in self.sizes else "l"
        cursor = self.duck.execute(
            f"SELECT l.id, r.id, score, outcome, reasons FROM linked JOIN l ON l.n = ln JOIN {right} r ON r.n = rn ORDER BY ln, rn"
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            for left, other, score, outcome, reasons in rows:
                yield Linked(left, other, Pair(outcome, score, tuple(reasons.split(_LIST_MARK))))

    def best_of(self) -> Iterator[tuple[str, Outcome, str | None, Pair | None]]:
        """For each record on the left, in order: its id, the outcome, the person on the right and how they compare."""
        ids = self.duck.cursor().execute("SELECT n, id FROM l ORDER BY n")
        found = self.duck.cursor().execute(
            "SELECT ln, r.id, score, outcome, reasons FROM linked JOIN r ON r.n = rn ORDER BY ln, rn"
        )
        ahead = found.fetchone()
        while batch := ids.fetchmany(_AT_ONCE):
            for number, case in batch:
                best: Best[str] = Best()
                while ahead is not None and ahead[0] == number:
                    best.offer(ahead[1], Pair(ahead[3], ahead[2], tuple(ahead[4].split(_LIST_MARK))))
                    ahead = found.fetchone()
                outcome, ranked = best.outcome()
                person, pair = ranked[0] if ranked else (None, None)
                if pair is not None and outcome == "possible" and pair.outcome == "certain":
                    pair = Pair("possible", pair.score, ("several_fit", *pair.reasons))
                yield case, outcome, person, pair


def _taken(name: str) -> str:
    if name in _LISTS:
        return f"CASE WHEN {name} IS NULL THEN []::VARCHAR[] ELSE string_split({name}, '{_LIST_MARK}') END AS {name}"
    return f"{name}::{_NUMBERS[name]} AS {name}" if name in _NUMBERS else name


def _code() -> str:
    """The degrees as one number."""
    text = "0::BIGINT"
    for comparison in COMPARISONS:
        text = f"({text} * {len(comparison.levels) + 1} + {comparison.name}_level + 1)"
    return text


def _levels(code: int) -> tuple[int, ...]:
    found = []
    for comparison in reversed(COMPARISONS):
        code, place = divmod(code, len(comparison.levels) + 1)
        found.append(place - 1)
    return tuple(reversed(found))


def _chunks(rows: Iterator[Any], base: Path) -> Iterator[tuple[int, Path, Sequence[Any]]]:
    number = 0
    while batch := list(islice(rows, _AT_ONCE)):
        yield number, Path(f"{base}-{number}.csv"), batch
        number += len(batch)


def _prepare_csv(weights: Weights, where: Mapping, today: date, chunk: tuple[int, Path, Sequence[Sequence[str]]]) -> int:
    first, path, rows = chunk
    found = ((row[where.id].strip() if where.id < len(row) else "", facts(row, where, today)) for row in rows)
    return _write(path, first, found, weights)


def _prepare_facts(weights: Weights, chunk: tuple[int, Path, Sequence[Row]]) -> int:
    first, path, rows = chunk
    return _write(path, first, rows, weights)


def _write(path: Path, first: int, rows: Iterable[Row], weights: Weights) -> int:
    number = first
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        for key, known in rows:
            record = prepare(known, weights)
            values = [number, key, _LIST_MARK.join(map(str, keys(record)))]
            for name in COLUMNS:
                value = getattr(record, name)
                values.append(_LIST_MARK.join(value) if name in _LISTS else value)
            writer.writerow(values)
            number += 1
    return number - first


def _one(duck: duckdb.DuckDBPyConnection, sql: str) -> Any:
    found = duck.execute(sql).fetchone()
    assert found is not None
    return found[0]
