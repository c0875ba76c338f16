"""One large file linked with itself: ours and Splink alone, one after the other on the same machine."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from tests.matching import ours
from tests.matching.document import table
from tests.matching.febrl import Pair, pair
from tests.matching.made import files
from tests.matching.metrics import Quality, best, quality


def run(options: Namespace) -> str:
    with tempfile.TemporaryDirectory(prefix="contact-speed-", dir="/var/tmp") as folder:
        path, truths = Path(folder) / "people.csv", Path(folder) / "truth.csv"
        files.write_batch(path, truths, options.records, seed=1)
        truth = true_pairs(truths)
        found, seconds = ours.link(path)
        as_they_are, unfitted = ours.link(path, more=("--unfitted",))
        rows = [
            _row("ContaCT, certain", quality(_certain(found), truth), seconds),
            _row("ContaCT, certain and possible", quality({link.pair for link in found}, truth), seconds),
            _row("ContaCT, weights as they are (`--unfitted`), certain", quality(_certain(as_they_are), truth), unfitted),
        ]
        splink = _splink(path, Path(folder) / "splink.csv")
    scores, read, train, predict = splink
    at, top = best(scores, truth)
    linked = {p for p, weight in scores.items() if weight >= 0}
    rows += [
        _row("Splink, weight 0 and above: read, train, predict", quality(linked, truth), read + train + predict),
        _row("Splink, predict only", quality(linked, truth), predict),
        _row(f"Splink, at weight {at:.1f}, the best there is", top, read + train + predict),
    ]
    ratio, bare = seconds / (read + train + predict), unfitted / (read + predict)
    return "\n".join([
        f"## A file of {options.records:,} records linked with itself", "", _PROSE, "",
        table(("", "precision", "recall", "F1", "false", "missed", "seconds"), rows), "",
        f"ContaCT takes {ratio:.2f} times as long as Splink alone with its training, and {bare:.2f} times without (weights as they are,"
        f" against read and predict: {read:.1f} s + {predict:.1f} s){'' if ratio <= 1 else '; asked was not slower: not reached'}.",
    ])  # fmt: skip


def true_pairs(path: Path) -> set[Pair]:
    by: dict[str, list[str]] = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by[row["person"]].append(row["id"])
    return {pair(one, other) for ids in by.values() for one, other in combinations(ids, 2)}


def _certain(found: list[ours.Link]) -> set[Pair]:
    return {link.pair for link in found if link.outcome == "certain"}


def _row(name: str, of: Quality, seconds: float) -> tuple[object, ...]:
    return name, f"{of.precision:.4f}", f"{of.recall:.4f}", f"{of.f1:.4f}", f"{of.wrong:,}", f"{of.missed:,}", f"{seconds:.1f}"


def _splink(path: Path, out: Path) -> tuple[dict[Pair, float], float, float, float]:
    """In a process of its own, so that neither side inherits the other's memory."""
    code = (
        "import csv, sys; from pathlib import Path; from tests.matching.peers.splink_people import link\n"
        "made = link(Path(sys.argv[1]), -5)\n"
        "writer = csv.writer(open(sys.argv[2], 'w'))\n"
        "writer.writerows((one, other, repr(weight)) for (one, other), weight in made.scores.items())\n"
        "print(made.read, made.train, made.predict)"
    )
    asked = subprocess.run([sys.executable, "-W", "ignore", "-c", code, path, out], stdout=subprocess.PIPE, text=True, check=True)
    read, train, predict = map(float, asked.stdout.split()[-3:])
    with out.open() as file:
        return {(one, other): float(weight) for one, other, weight in csv.reader(file)}, read, train, predict


_PROSE = """
85 records in a hundred are the index of the made Connecticut, 15 are damaged reports about the same people, in one file: households,
twins and fathers with sons of one name among them. `contact people link FILE.csv` is timed whole: start, reading, preparing, moving its
weights towards the file, scoring, printing. Splink alone runs in a process of its own (`tests/matching/peers/splink_people.py`): names
folded in SQL, eight blocking rules, term frequencies, EM over two blocks, predict down to weight −5, pairs fetched. Its usual threshold is
poor here because a household shares name, telephone and address, which a model of independent fields takes for one person; a careful user
would see that and raise the threshold, so the best threshold that exists, known only with the truth, stands beside it.
""".strip()
