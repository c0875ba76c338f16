"""Weights learned from data, by Splink: how often pairs agree at random, then by expectation maximisation over two blocks."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any, Final

from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI
from splink.comparison_library import CustomComparison
from splink.internals.exceptions import EMTrainingException

from tracing.people.linkage.batch import Engine
from tracing.people.linkage.comparisons import COMPARISONS, Comparison
from tracing.people.linkage.weights import Weights, level_names

TooFewPairs = EMTrainingException
"""No two records share what they are blocked by."""
RANDOM_PAIRS: Final = 1_000_000
COMMON_FROM: Final = 5e-5
"""Names that so large a share of people have stand in the document; any other counts as rare."""
BLOCKS: Final = (("birth",), ("given", "family"))
"""Pairs that are compared to learn: what they are blocked by is learned from the other block."""
LEAST: Final = 0.05
"""So much of what was believed before stays of a share that the data shows to be less: nothing is impossible."""


def splink_comparison(comparison: Comparison) -> CustomComparison:
    """A comparison as Splink has it: the same SQL with its names of columns."""
    levels: list[Any] = [
        {"sql_condition": splink_sql(comparison.missing), "label_for_charts": "missing", "is_null_level": True}
    ]
    for level, name in zip(comparison.levels[:-1], level_names(comparison), strict=False):
        levels.append({"sql_condition": splink_sql(level.sql), "label_for_charts": name})
    levels.append({"sql_condition": "ELSE", "label_for_charts": level_names(comparison)[-1]})
    return CustomComparison(output_column_name=comparison.name, comparison_levels=levels)


def splink_sql(sql: str) -> str:
    """`l.given` → `given_l`."""
    return re.sub(r"\b([lr])\.(\w+)", r"\2_\1", sql)


def train(engine: Engine, *, version: str, today: date) -> dict[str, Any]:
    """A document of weights from the records loaded as "l": see `weights.read`. What the data does not show stays as it was.

    Needs enough people with several records: of those, pairs that share a birth date or a full name.
    """
    before = engine.weights
    learning = [comparison for comparison in COMPARISONS if len(comparison.levels) > 1]
    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="n", comparisons=[splink_comparison(one) for one in learning],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKS], retain_matching_columns=False,
    )  # fmt: skip
    linker = Linker(DuckDBAPI(engine.duck).register("l"), settings, log_level="ERROR")
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
    for columns in BLOCKS:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns), estimate_without_term_frequencies=True)
    learned = {one["output_column_name"]: one["comparison_levels"] for one in linker.misc.save_model_to_json()["comparisons"]}
    comparisons: dict[str, dict[str, tuple[float, float]]] = {}
    for comparison in COMPARISONS:
        names = level_names(comparison)
        found = [level for level in learned.get(comparison.name, ()) if not level.get("is_null_level")]
        comparisons[comparison.name] = {
            name: (_kept(level, "m_probability", before.m[comparison.name][name]), _kept(level, "u_probability", before.u[comparison.name][name]))
            for name, level in zip(names, found or [{}] * len(names), strict=True)
        }
    return {
        "version": version,
        "source": f"learned from {engine.sizes['l']:,} records on {today.isoformat()} by Splink, starting from {before.version}",
        "certain": before.certain, "possible": before.possible, "people": max(before.people, engine.sizes["l"]),
        "households": before.households, "comparisons": comparisons,
        "frequencies": {kind: _frequencies(engine, kind, before) for kind in ("given", "family")},
    }  # fmt: skip


def _kept(level: dict[str, Any], which: str, before: float) -> float:
    value = level.get(which)
    return float(f"{min(max(value, before * LEAST), 1.0):.3g}") if isinstance(value, float | int) else before


def _frequencies(engine: Engine, kind: str, before: Weights) -> dict[str, Any]:
    rows = engine.duck.execute(
        f"SELECT {kind}, share FROM (SELECT {kind}, count(*) AS number, count(*) / sum(count(*)) OVER () AS share FROM l"
        f" WHERE {kind} IS NOT NULL GROUP BY 1) WHERE share >= {COMMON_FROM} AND number >= 5 ORDER BY share DESC, 1"
    ).fetchall()
    return {"rare": before.rare[kind], "common": {name: float(f"{share:.3g}") for name, share in rows}}


def written(document: dict[str, Any]) -> str:
    """The document as a file: one comparison a line, so that two versions can be laid side by side."""
    comparisons = ",\n".join(f"  {json.dumps(name)}: {json.dumps(levels)}" for name, levels in document["comparisons"].items())
    names = ",\n".join(
        f'  {json.dumps(kind)}: {{"rare": {of["rare"]}, "common": {{\n'
        + ",\n".join(f"   {json.dumps(name)}: {share}" for name, share in of["common"].items())
        + "}}"
        for kind, of in document["frequencies"].items()
    )
    first = ",\n".join(
        f" {json.dumps(key)}: {json.dumps(value)}" for key, value in document.items() if key not in ("comparisons", "frequencies")
    )
    return f'{{\n{first},\n "comparisons": {{\n{comparisons}}},\n "frequencies": {{\n{names}}}\n}}\n'
