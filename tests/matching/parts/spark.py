"""The same file linked by DuckDB and by Spark: the same links, and what each took."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from pathlib import Path

from tests.matching import ours
from tests.matching.document import table
from tests.matching.made import files

RECORDS = 20_000


def run(options: Namespace) -> str:
    with tempfile.TemporaryDirectory(prefix="contact-spark-", dir="/var/tmp") as folder:
        path = Path(folder) / "people.csv"
        files.write_batch(path, Path(folder) / "truth.csv", RECORDS, seed=2)
        duck, by_duck = ours.link(path)
        spark, by_spark = ours.link(path, more=("--engine", "spark"))
    one, other = _told(duck), _told(spark)
    same = one.keys() & other.keys()
    apart = max((abs(one[p][1] - other[p][1]) for p in same), default=0.0)
    outcomes = sum(one[p][0] != other[p][0] for p in same)
    return "\n".join([
        "## DuckDB and Spark", "", _PROSE, "",
        table(("engine", "links", "certain", "seconds"), [
            ("DuckDB", f"{len(duck):,}", f"{sum(link.outcome == 'certain' for link in duck):,}", f"{by_duck:.1f}"),
            ("Spark", f"{len(spark):,}", f"{sum(link.outcome == 'certain' for link in spark):,}", f"{by_spark:.1f}"),
        ]), "",
        f"Links of one and not of the other: {len(one.keys() ^ other.keys())}. Of the links of both, {outcomes} have another outcome, and"
        f" scores differ by at most {apart:.6f}.",
    ])  # fmt: skip


def _told(links: list[ours.Link]) -> dict[tuple[str, str], tuple[str, float]]:
    return {link.pair: (link.outcome, link.score) for link in links}


_PROSE = f"""
A file of {RECORDS:,} made records through `contact people link --engine duckdb` and `--engine spark`, with one document of weights. Spark runs here
on one machine (`local`), where it is the slower one by far: it is for files that outgrow one machine.
""".strip()
