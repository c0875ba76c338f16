"""Whole files on Spark, for those that outgrow one machine: the keys, comparisons, weights and rules of `batch`, and so the same links.

Records are prepared and compared by the Python functions that compare one report; Spark brings together what shares a key. Needs
pyspark and Java. `spark-submit` and its settings say where it runs, by default on this machine.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from pyspark import SparkConf, StorageLevel
from pyspark.sql import SparkSession

from tracing.people.linkage import batch
from tracing.people.linkage.batch import FITTED_PAIRS, PATTERNS, RANDOM_PAIRS, STEPS, WIDE, Linked, code_of
from tracing.people.linkage.columns import Mapping, facts, mapping
from tracing.people.linkage.comparisons import Levels, levels
from tracing.people.linkage.fit import Pattern, fit
from tracing.people.linkage.keys import texts
from tracing.people.linkage.record import Facts, Record, prepare
from tracing.people.linkage.score import Pair, judge, points
from tracing.people.linkage.weights import Weights, with_counts

Known = tuple[str, Record]
"""A record's id, and the record."""
_KEPT: Final = StorageLevel.MEMORY_AND_DISK
ON_THIS_MACHINE: Final = {
    "spark.master": "local[*]", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "4g",
    "spark.ui.enabled": "false", "spark.log.level": "ERROR", "spark.ui.showConsoleProgress": "false", "spark.sql.shuffle.partitions": "8",
}  # fmt: skip
"""Settings where nothing else is said, by `spark-submit` or the cluster's own files: one machine, reached by nobody."""


def link(
    left: Path, right: Path | None, weights: Weights, *, today: date, id_column: str = "", fitted: bool = True
) -> tuple[list[Mapping], Iterator[Linked]]:
    """As `contact people link`: what was mapped to what, and every pair that is certain or possible, in the order of the files."""
    paths = [left, right] if right else [left]
    where = [_mapping(path, id_column) for path in paths]
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = SparkConf()
    for name, value in ON_THIS_MACHINE.items():
        settings.setIfMissing(name, value)
    spark = SparkSession.builder.appName("contact people link").config(conf=settings).getOrCreate()
    return where, _links(spark, paths, where, weights, today, fitted)


def _mapping(path: Path, id_column: str) -> Mapping:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return mapping(next(csv.reader(file, skipinitialspace=True), []), id_column)


def _links(
    spark: SparkSession, paths: list[Path], where: list[Mapping], weights: Weights, today: date, fitted: bool
) -> Iterator[Linked]:
    try:
        said = [_facts(spark, path, mapped, today) for path, mapped in zip(paths, where, strict=True)]
        moved = with_counts(weights, {kind: _counted(said, weights, kind) for kind in ("given", "family")})
        sides = [side.mapValues(lambda one: (one[0], prepare(one[1], moved))).persist(_KEPT) for side in said]
        one, other = sides[0], sides[-1]
        sizes = [side.count() for side in sides]
        pairs = _meet(spark, sides, sizes).persist(_KEPT)
        if fitted:
            every = pairs.count() // FITTED_PAIRS + 1
            sampled = pairs.filter(lambda p: (p[0] * 31 + p[1]) % every == 0)
            drawn = ((i * STEPS[0] % sizes[0], (i * STEPS[1] + i // 3) % sizes[-1]) for i in range(RANDOM_PAIRS))
            chance = spark.sparkContext.parallelize([p for p in drawn if len(sides) == 2 or p[0] < p[1]])
            weights = fit(weights, _patterns(sampled, one, other), _patterns(chance, one, other), sizes[-1])
        people = sizes[-1]
        found = _compared(pairs, one, other).flatMap(lambda p: _linked(p[0], p[1], p[2], weights, people)).persist(_KEPT)
        if len(sides) == 1:
            implied = _through_others(found)
            found = found.union(_compared(implied, one, other).map(lambda p: _implied(p[0], p[1], p[2], weights)))
        for _place, linked in found.sortByKey().toLocalIterator():
            yield linked
    finally:
        spark.stop()


def _facts(spark: SparkSession, path: Path, where: Mapping, today: date) -> Any:
    """(place, (id, facts)) of every row."""
    rows = spark.read.csv(
        str(path), header=True, quote='"', escape='"', multiLine=True, ignoreLeadingWhiteSpace=True, ignoreTrailingWhiteSpace=True,
        enforceSchema=True, encoding="UTF-8",
    )  # fmt: skip
    cells = rows.rdd.map(lambda row: [cell or "" for cell in row]).filter(any)
    return cells.zipWithIndex().map(lambda one: (one[1], (one[0][where.id].strip(), facts(one[0], where, today))))


def _counted(said: list[Any], weights: Weights, kind: str) -> dict[str, int]:
    def name(one: tuple[int, tuple[str, Facts]]) -> Iterable[tuple[str, int]]:
        found = getattr(prepare(one[1][1], weights), kind)
        return [(found, 1)] if found is not None else []

    counted: dict[str, int] = {}
    for side in said:
        for found, number in side.flatMap(name).reduceByKey(lambda a, b: a + b).collect():
            counted[found] = counted.get(found, 0) + number
    return counted


def _meet(spark: SparkSession, sides: list[Any], sizes: list[int]) -> Any:
    """The places of every two records that share a key."""
    for name, side in zip(("l", "r"), sides, strict=False):
        keys = side.flatMap(lambda one: [(one[0], key, wide) for key, wide in _keys(one[1][1])])
        spark.createDataFrame(keys, "n long, key string, wide boolean").createOrReplaceTempView(f"keys_{name}")
    two = len(sides) == 2
    spark.sql(batch.used_sql(two, sum(sizes))).createOrReplaceTempView("used")
    return spark.sql(batch.pairs_sql(two)).rdd.map(tuple)


def _keys(record: Record) -> Iterator[tuple[str, bool]]:
    yield from ((key, False) for key in texts(record))
    yield from ((f"{name}\x1f{value}", True) for name, of in WIDE.items() if (value := of(record)) is not None)


def _compared(pairs: Any, one: Any, other: Any) -> Any:
    """((left place, right place), left, right) of each pair."""
    lefts = pairs.join(one).map(lambda p: (p[1][0], (p[0], p[1][1])))
    return lefts.join(other).map(lambda p: ((p[1][0][0], p[0]), p[1][0][1], p[1][1]))


def _patterns(pairs: Any, one: Any, other: Any) -> list[Pattern]:
    counted: dict[Levels, int] = _compared(pairs, one, other).map(lambda p: levels(p[1][1], p[2][1])).countByValue()
    most = sorted(counted.items(), key=lambda item: (-item[1], code_of(item[0])))
    return [Pattern(found, number) for found, number in most[:PATTERNS]]


def _linked(place: tuple[int, int], l: Known, r: Known, weights: Weights, people: int) -> list[tuple[tuple[int, int], Linked]]:
    found = levels(l[1], r[1])
    score = points(found, l[1], r[1], weights)
    outcome, reasons = judge(found, score, weights, people)
    return [] if outcome == "new" else [(place, Linked(l[0], r[0], Pair(outcome, score, reasons)))]


def _through_others(found: Any) -> Any:
    """Pairs of records that are each certainly one person with a third, and not linked themselves: see `batch.Engine.join_through_others`."""
    sure = found.filter(lambda one: one[1].pair.outcome == "certain").keys()
    both = sure.flatMap(lambda p: [p, (p[1], p[0])])
    met = both.join(both).map(lambda p: p[1]).filter(lambda p: p[0] < p[1]).distinct()
    return met.subtract(found.keys())


def _implied(place: tuple[int, int], l: Known, r: Known, weights: Weights) -> tuple[tuple[int, int], Linked]:
    found = levels(l[1], r[1])
    score = points(found, l[1], r[1], weights)
    _outcome, reasons = judge(found, float("inf"), weights)
    return place, Linked(l[0], r[0], Pair("possible", score, (*reasons, "through_another")))
