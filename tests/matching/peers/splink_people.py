"""Splink as a careful user sets it up for files of people as ContaCT's own: what batch linking is compared with, in speed and in quality."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from tests.matching.febrl import Pair, pair

BLOCKS = (
    ("birth_date", "given"), ("birth_date", "family"), ("birth_date", "zip"), ("phone",), ("email",), ("family", "given", "zip"),
    ("street", "family"), ("street", "given"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Timed:
    """The scores of the pairs that were found, and where the seconds went."""

    scores: dict[Pair, float]
    read: float
    train: float
    predict: float


def _settings() -> Any:
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("given", "family", forename_surname_concat_col_name="full_name"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("email"),
            cl.JaroWinklerAtThresholds("street", [0.92]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("zip", [1]).configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in BLOCKS],
        retain_intermediate_calculation_columns=False,
    )


def link(path: Path, threshold: float = 0.0) -> Timed:
    """Link a file with itself: fold names in SQL, train, predict, and hand over the pairs at or above the threshold."""
    began = time.monotonic()
    connection = duckdb.connect()
    connection.execute(
        f"""CREATE TABLE people AS SELECT id AS unique_id, nullif(lower(strip_accents(family)), '') AS family,
        nullif(lower(strip_accents(given)), '') AS given, CASE WHEN family <> '' AND given <> '' THEN
        lower(strip_accents(given)) || ' ' || lower(strip_accents(family)) END AS full_name, nullif(birth_date, '') AS birth_date,
        nullif(sex, '') AS sex, nullif(phone, '') AS phone, nullif(lower(email), '') AS email, nullif(lower(street), '') AS street,
        nullif(zip, '') AS zip FROM read_csv('{path}', header = true, all_varchar = true)"""
    )
    api = DuckDBAPI(connection)
    linker = Linker(api.register("people"), _settings(), log_level="ERROR")
    read = time.monotonic()
    linker.training.estimate_probability_two_random_records_match([block_on("given", "family", "birth_date")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth_date", "family"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("given", "family", "zip"))
    trained = time.monotonic()
    found = linker.inference.predict(threshold_match_weight=threshold)
    rows = connection.execute(f"SELECT unique_id_l, unique_id_r, match_weight FROM {found.physical_name}").fetchall()
    predicted = time.monotonic()
    return Timed({pair(one, other): weight for one, other, weight in rows}, read - began, trained - read, predicted - trained)
