"""Splink as a careful user sets it up for FEBRL: term frequencies, swapped names, several blocking rules, EM over two blocks."""

from __future__ import annotations

from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from tests.matching.febrl import FIELDS, Febrl, Pair, pair

BLOCKS = (
    ("date_of_birth",), ("postcode",), ("surname",), ("address_1",), ("suburb",), ("address_2",), ("given_name",),
    ("street_number", "state"),
)  # fmt: skip
"""With five thousand records one can afford wide blocks; they lift the recall of blocking above 0.999."""
EXTRA = ("l.given_name = r.surname AND l.surname = r.given_name",)


def comparisons() -> list[Any]:
    names = cl.ForenameSurnameComparison("given_name", "surname", forename_surname_concat_col_name="full_name")
    return [
        names,
        cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("suburb", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("address_2", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("street_number", [1]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("state"),
    ]


def linker(data: Febrl, extra: bool = True) -> Linker:
    """Trained on the data itself, without looking at the truth."""
    connection = duckdb.connect()
    api = DuckDBAPI(connection)
    tables = []
    for side, records in (("a", data.left), ("b", data.right)):
        if not records:
            continue
        columns = ", ".join(f"{field} VARCHAR" for field in ("unique_id", *FIELDS))
        connection.execute(f"CREATE TABLE in_{side} ({columns})")
        rows = [[record["rec_id"], *(record[field] or None for field in FIELDS)] for record in records]
        connection.executemany(f"INSERT INTO in_{side} VALUES ({', '.join('?' * (len(FIELDS) + 1))})", rows)
        connection.execute(
            f"CREATE TABLE people_{side} AS SELECT *, CASE WHEN given_name IS NOT NULL AND surname IS NOT NULL"
            f" THEN given_name || ' ' || surname END AS full_name FROM in_{side}"
        )
        tables.append(api.register(f"people_{side}"))
    settings = SettingsCreator(
        link_type="link_only" if data.right else "dedupe_only",
        comparisons=comparisons(),
        blocking_rules_to_generate_predictions=[*(block_on(*rule) for rule in BLOCKS), *(EXTRA if extra else ())],
        retain_intermediate_calculation_columns=False,
    )
    made = Linker(tables, settings, log_level="ERROR")
    made.training.estimate_probability_two_random_records_match(
        [block_on("given_name", "surname", "date_of_birth"), block_on("date_of_birth", "address_1", "street_number"),
         block_on("given_name", "surname", "postcode")], recall=0.8,
    )  # fmt: skip
    made.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    made.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    made.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    return made


def scores(data: Febrl) -> dict[Pair, float]:
    """Match weight of every pair that was compared."""
    found = linker(data).inference.predict(threshold_match_weight=-30)
    return {pair(row["unique_id_l"], row["unique_id_r"]): row["match_weight"] for row in found.as_record_list()}
