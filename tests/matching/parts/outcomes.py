"""Tables of what became of reports: all of them, by what was done to them, by what makes their people hard to tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tests.matching.document import table
from tests.matching.metrics import Kind, Tally, clopper_pearson, kind

Judged = tuple[dict[str, str], str, str | None]
"""The truth of a report, the outcome, and the person it was given to."""

POSSIBLE_AT_MOST = 0.02
WRONG_AT_MOST = 1e-4
HEAD = (
    "",
    "reports",
    "right, certain",
    "right, possible",
    "wrong, certain",
    "wrong, possible",
    "missed",
    "new, rightly",
    "F1",
    "possible",
)


def tally(judged: Iterable[Judged]) -> Tally:
    return Tally.of(kind(outcome, person, truth["person"] or None) for truth, outcome, person in judged)


def _row(name: str, of: Tally) -> tuple[object, ...]:
    wrong: tuple[Kind, Kind] = ("wrong_possible", "linked_possible")
    return (
        name, f"{of.cases:,}", f"{of['right_certain']:,}", of["right_possible"], of.wrong, sum(of[one] for one in wrong), of["missed"],
        f"{of['right_new']:,}", f"{of.quality().f1:.4f}", f"{of.possible / of.cases:.2%}",
    )  # fmt: skip


def outcomes(judged: Sequence[Judged]) -> list[str]:
    """The tables, with what is asked for and whether it holds."""
    everything = tally(judged)
    low, high = clopper_pearson(everything.wrong, everything.certain)
    alone, together = everything.quality(), everything.quality(with_possible=True)
    share = everything.possible / everything.cases
    by: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by[one[0]["damage"]].append(one)
        for tag in one[0]["tags"].split():
            by[tag].append(one)
    order = ["clean", "nickname", "first_name", "last_name", "birth_date", "zip", "twin", "junior", "shared_phone", "student", "newborn",
             "two_surnames", "moved", "placeholder"]  # fmt: skip
    return [
        f"Certain links alone: precision {alone.precision:.5f}, recall {alone.recall:.4f}, **F1 {alone.f1:.4f}**; with what a human then"
        f" settles rightly: recall {together.recall:.4f}, F1 {together.f1:.4f}. Waiting for a human: **{share:.2%}** of reports"
        f" (asked: at most 2 %{'' if share <= POSSIBLE_AT_MOST else '; not reached'}). Certain links that join two people: **{everything.wrong} of"
        f" {everything.certain:,}**, {everything.wrong / max(1, everything.certain) * 1e4:.2f} in 10,000, with 95 % confidence between"
        f" {low * 1e4:.2f} and {high * 1e4:.2f} in 10,000 (Clopper-Pearson; asked: fewer than 1"
        f"{'' if everything.wrong / max(1, everything.certain) < WRONG_AT_MOST else '; not reached'}).",
        "",
        table(HEAD, [_row("all", everything), *(_row(name.replace("_", " "), tally(by[name])) for name in order if by[name])]),
    ]
