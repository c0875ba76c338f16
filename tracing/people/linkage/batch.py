"""Whole files: every pair that shares a key is scored at once by DuckDB, with the same comparisons and weights as one report live."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from tracing.people.linkage import files
from tracing.people.linkage.columns import Mapping
from tracing.people.linkage.comparisons import BY_NAME, COMPARISONS, EDITED_DATE, Levels, sql_of
from tracing.people.linkage.fit import Pattern, fit
from tracing.people.linkage.keys import KEYS
from tracing.people.linkage.keys import sql_of as sql_of_key
from tracing.people.linkage.record import Facts, Record
from tracing.people.linkage.score import Best, Outcome, Pair, fixed_points, judge
from tracing.people.linkage.weights import TRUST, Weights

_LIST_MARK: Final = ";"
BLOCK_AT_MOST: Final = 1000
"""A key that more records share tells nothing: a shelter's telephone, a day that somebody typed for everybody."""
WIDE_AT_LEAST: Final = 600_000
WIDE_PER_RECORD: Final = 0.5
"""So many pairs may come of single fields: at least, and for each record."""
WIDE: Final[dict[str, Callable[[Record], str | None]]] = {
    "family": lambda r: r.family, "given": lambda r: r.given, "birth": lambda r: r.birth, "zip": lambda r: r.zip,
    "street": lambda r: r.street, "street2": lambda r: r.street2, "city": lambda r: r.city,
    "house || ' ' || zip": lambda r: f"{r.house} {r.zip}" if r.house is not None and r.zip is not None else None,
}  # fmt: skip
"""Single fields that are keys as well where they are rare, in SQL and in Python."""
RANDOM_PAIRS: Final = 200_000
STEPS: Final = (2_654_435_761, 40_503_001)
"""Their multiples, taken by the size of a file, pick its records as if by chance, the same ones each time."""
FITTED_PAIRS: Final = 300_000
"""Weights are moved by about so many pairs; more say the same."""
PATTERNS: Final = 4000
"""So many combinations of degrees, the most frequent, are what weights are fitted to."""
_RULED: Final = (
    "{'code': 'BIGINT', 'most': 'VARCHAR', 'reasons': 'VARCHAR', 'points': 'DOUBLE', 'given': 'BOOLEAN', 'family': 'BOOLEAN'}"
)
_SCORE: Final = "points - CASE WHEN given THEN log2(tf_given) ELSE 0 END - CASE WHEN family THEN log2(tf_family) ELSE 0 END"
_MEASURES: Final = re.compile(r"jaro_winkler_similarity\(l\.\w+, r\.\w+\)")
_SIDED: Final = re.compile(r"\b([lr])\.(\w+)")
SLIPPED: Final = f"jaro_winkler_similarity(l.birth, r.birth) >= {EDITED_DATE}"
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
        self.sizes: dict[str, int] = {}

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.duck.close()
        self._folder.cleanup()

    def load_csv(self, side: str, path: Path, today: date, id_column: str = "") -> Mapping:
        """Prepare a CSV file as "l" or "r". UnicodeDecodeError, ColumnsUnknown."""
        where = files.load_csv(
            self.duck, side, path, weights=self.weights, today=today, id_column=id_column, base=self._base / side, processes=self.processes
        )
        self._count(side)
        return where

    def load(self, side: str, rows: Iterable[Row]) -> None:
        """Prepare records given as facts."""
        files.load(self.duck, side, rows, weights=self.weights, base=self._base / side, processes=self.processes)
        self._count(side)

    def _count(self, side: str) -> None:
        self.sizes[side] = _one(self.duck, f"SELECT count(*) FROM {side}")

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
        records first. Beside the keys of `keys.KEYS` single fields are keys as well, the rarest first, as long as the pairs they make are few: a
        small file is searched widely, a large one where it is worth it.
        """
        self._meet()
        if fitted:
            self._fit()
        if self.weights.households:
            self._leave_out_households()
        self._compare("pairs", "compared")
        self._judge(max(people or self.sizes[self._right], 2))

    def _meet(self) -> None:
        """Every pair of records that share a key, as table `pairs`."""
        two = self._right == "r"
        for side in self.sizes:
            narrow = " UNION ALL ".join(f"SELECT n, {sql_of_key(name)} AS key FROM {side}" for name in KEYS)
            wide = " UNION ALL ".join(
                f"SELECT n, CASE WHEN {value} IS NOT NULL THEN hash({place}, {value}) END FROM {side}" for place, value in enumerate(WIDE)
            )
            self.duck.execute(
                f"CREATE OR REPLACE TABLE keys_{side} AS SELECT n, hash(key) AS key, false AS wide FROM ({narrow}) WHERE key IS NOT NULL"
                f" UNION ALL SELECT n, key, true FROM ({wide}) AS fields(n, key) WHERE key IS NOT NULL"
            )
        self.duck.execute(f"CREATE OR REPLACE TABLE used AS {used_sql(two, sum(self.sizes.values()))}")
        self.duck.execute(f"CREATE OR REPLACE TABLE pairs AS {pairs_sql(two)}")

    def _leave_out_households(self) -> None:
        """Drop the pairs that `score.HOUSEHOLD` makes nobody's question by the first name, before all else of them is compared."""
        given = BY_NAME["given"]
        self.duck.execute(
            f"""CREATE OR REPLACE TABLE pairs AS SELECT p.l, p.r FROM pairs p JOIN l ON l.n = p.l JOIN {self._right} r ON r.n = p.r
            WHERE {sql_of(given)} < {len(given.levels) - 1} OR coalesce(l.ssn4 = r.ssn4, false) OR list_has_any(l.numbers, r.numbers)
            OR ((l.birth_year = r.birth_year OR right(l.birth, 4) = right(r.birth, 4) OR {SLIPPED})
                AND (list_has_any(l.phones, r.phones) OR list_has_any(l.emails, r.emails) OR list_has_any(l.houses, r.houses)))"""
        )

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
        every = _one(self.duck, "SELECT count(*) FROM pairs") // FITTED_PAIRS + 1
        self.duck.execute(f"CREATE OR REPLACE TABLE sampled AS SELECT l, r FROM pairs WHERE (l * 31 + r) % {every} = 0")
        self._compare("sampled", "compared")
        # Any two records.
        self.duck.execute(
            f"CREATE OR REPLACE TABLE chance AS SELECT * FROM (SELECT i * {STEPS[0]} % {left} AS l, (i * {STEPS[1]} + i // 3) % {right} AS r"
            f" FROM range({RANDOM_PAIRS}) AS chosen(i)) {'' if self._right == 'r' else 'WHERE l < r'}"
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


def used_sql(two: bool, records: int) -> str:
    """The keys by which records are brought together, of the tables `keys_l` and, where there are two sides, `keys_r`: n, key, wide."""
    made = "a.number * b.number" if two else "a.number * (a.number - 1) / 2"
    return f"""WITH a AS (SELECT key, max(wide) AS wide, count(*) AS number FROM keys_l GROUP BY key),
        b AS (SELECT key, count(*) AS number FROM keys_{"r" if two else "l"} GROUP BY key),
        sizes AS (SELECT a.key, a.wide, b.number, {made} AS made FROM a JOIN b ON a.key = b.key),
        spent AS (SELECT key, sum(made) OVER (ORDER BY made) AS total FROM sizes WHERE wide AND made > 0)
        SELECT key FROM sizes WHERE NOT wide AND made > 0 AND number <= {BLOCK_AT_MOST}
        UNION ALL SELECT key FROM spent WHERE total <= {max(WIDE_AT_LEAST, WIDE_PER_RECORD * records)}"""


def pairs_sql(two: bool) -> str:
    """The places of every two records that share one of the keys of table `used`."""
    return (
        f"SELECT DISTINCT a.n AS l, b.n AS r FROM used JOIN keys_l a ON a.key = used.key"
        f" JOIN keys_{'r' if two else 'l'} b ON b.key = used.key{'' if two else ' WHERE a.n < b.n'}"
    )


def _code() -> str:
    """The degrees as one number."""
    text = "0::BIGINT"
    for comparison in COMPARISONS:
        text = f"({text} * {len(comparison.levels) + 1} + {comparison.name}_level + 1)"
    return text


def code_of(found: Levels) -> int:
    """As `_code` in SQL."""
    code = 0
    for comparison, place in zip(COMPARISONS, found, strict=True):
        code = code * (len(comparison.levels) + 1) + place + 1
    return code


def _levels(code: int) -> tuple[int, ...]:
    found = []
    for comparison in reversed(COMPARISONS):
        code, place = divmod(code, len(comparison.levels) + 1)
        found.append(place - 1)
    return tuple(reversed(found))


def _one(duck: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return duck.execute(sql).fetchall()[0][0]
