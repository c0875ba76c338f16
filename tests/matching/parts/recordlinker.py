"""The public-health matcher's own test sets, with a fixed index, counting the person and not only the grade."""

from __future__ import annotations

import csv
import os
from argparse import Namespace
from pathlib import Path

from tests.matching import ours
from tests.matching.document import table
from tests.matching.metrics import Tally, kind

PUBLISHED = {
    "nbs_test": ("RecordLinker, measured", "29", "0", "1", "0", "23", "2", "0"),
    "expanded_nbs_test": ("RecordLinker, measured", "99", "–", "5", "–", "137", "9", "–"),
}


def folder() -> Path | None:
    """Where the sets lie: CONTACT_LINKAGE_DATA, or the place beside the checkout where the project keeps shared data."""
    checkout = Path(__file__).parents[3]
    for place in (os.environ.get("CONTACT_LINKAGE_DATA"), checkout.parent / "shared" / "data" / "linkage"):
        if place and (Path(place) / "recordlinker" / "nbs_seed.csv").exists():
            return Path(place) / "recordlinker"
    return None


def cases(path: Path) -> list[dict[str, str]]:
    """The rows of a set. One row of the expanded set has shifted columns and therefore no expected result that can be read."""
    with path.open(encoding="utf-8-sig") as file:
        return [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)]


def run(options: Namespace) -> str:
    data = folder()
    if data is None:
        raise SystemExit(
            "The RecordLinker sets are not here: set CONTACT_LINKAGE_DATA to the folder that has recordlinker/nbs_seed.csv."
        )
    text = ["## The public-health matcher's sets", "", _PROSE]
    for name in PUBLISHED:
        text += ["", *_part(data, name)]
        print("\n".join(text[-6:]), flush=True)
    return "\n".join(text)


def answers(data: Path, name: str) -> list[tuple[dict[str, str], ours.Answer]]:
    rows = cases(data / f"{name}.csv")
    found, _ = ours.match(data / "nbs_seed.csv", data / f"{name}.csv")
    assert len(found) == len(rows), (len(found), len(rows))
    return list(zip(rows, found, strict=True))


def _part(data: Path, name: str) -> list[str]:
    both = answers(data, name)

    def tally(expected: str, person: bool) -> Tally:
        return Tally.of(
            kind(answer.outcome, answer.person, row["Match Id"] if person else None)
            for row, answer in both
            if row["Expected Result"] == expected
        )

    match, perhaps, nobody = tally("match", True), tally("possible_match", True), tally("no_match", False)
    head = (
        "",
        "right, certain",
        "right, possible",
        "wrong, certain",
        "wrong, possible",
        "missed",
        "no_match linked, certain",
        "no_match, possible",
    )
    row = ("ContaCT", match["right_certain"], match["right_possible"], match["wrong_certain"], match["wrong_possible"], match["missed"],
           nobody["linked_certain"], nobody["linked_possible"])  # fmt: skip
    rest = [r["Expected Result"] for r, _ in both if r["Expected Result"] not in ("match", "possible_match", "no_match")]
    return [
        f"`{name}`: {match.cases} to be matched, {nobody.cases} expected to be nobody (no_match), {perhaps.cases} expected to be looked at"
        f" (possible_match){f', {len(rest)} row left out' if rest else ''}.",
        "",
        table(head, [row, PUBLISHED[name]]),
        "",
        f"Certain and possible together: {match['right_certain'] + match['right_possible']} of {match.cases} right. Of the {perhaps.cases} that"
        f" its makers would have a human look at, ContaCT answers certain for {perhaps['right_certain']} (and for another person"
        f" {perhaps['wrong_certain']}), possible for {perhaps.possible}, new for {perhaps['missed']}.",
    ]


_PROSE = """
`nbs_test` and `expanded_nbs_test` of CDC's RecordLinker, run as `contact people match nbs_seed.csv nbs_test.csv`: the index of 1,044
people stays as it is, and an answer is right only when it names the person of `Match Id`. The published figures are those of
RecordLinker's public code with its reference weights, counted in the same way. `Expected Result` is what the makers of the sets
expect: *match*: this person; *no_match*: nobody, although `Match Id` names whom the row was made from (a brother, a twin, somebody
with much in common); *possible_match*: somebody to be looked at by a human. Some of them can be argued about (a change of the
suffix alone counts as another person; "Unk" as a name). A social security number counts with its last four digits.
The files are not part of this repository; `CONTACT_LINKAGE_DATA` says where they lie.
""".strip()
