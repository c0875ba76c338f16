"""The made Connecticut as files: `contact people match INDEX.csv CASES.csv` as anybody would call it."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from pathlib import Path

from tests.matching import ours
from tests.matching.made import files
from tests.matching.parts.outcomes import outcomes


def run(options: Namespace) -> str:
    with tempfile.TemporaryDirectory(prefix="contact-made-", dir="/var/tmp") as folder:
        index, reports, truth = (Path(folder) / f"{name}.csv" for name in ("index", "reports", "truth"))
        files.write_index(index, options.people, seed=1)
        files.write_reports(reports, truth, options.people, options.reports, seed=1)
        answers, seconds = ours.match(index, reports)
        known = files.read_truth(truth)
    judged = [(known[answer.case], answer.outcome, answer.person) for answer in answers]
    return "\n".join([
        f"## A made Connecticut of {options.people:,}", "", _PROSE, "",
        f"`contact people match index.csv reports.csv`: {len(answers):,} reports in {seconds:.0f} s, reading the index included.", "",
        *outcomes(judged),
    ])  # fmt: skip


_PROSE = """
`tests/matching/made/` makes people in households: couples, children, single parents, three generations, room-mates, people in shelters
and nursing homes, with names by their real frequencies (roughly), by sex, year of birth and origin. Among them are twins, some of one sex
with names alike; fathers and sons of one name, with and without Jr; students with a second address; telephones shared by a household,
a college or a shelter; two surnames in either order; accents; people who moved, married or changed their number since the index was
filled; newborns still called Baby Boy; and placeholders such as Test Patient. One person in ten, anywhere in a household, is not in the
index, and three reports in ten are about such people: linking them to their twin or their father is the error that matters most.

Reports carry the damage of the older study set of the federal matcher: 60 % clean, 15 % short form of the first name (one in eight a
form that ContaCT's own table has not; only those who have one get one), 10 % error in the first name (slips, names the wrong way round,
middle name in its place), 5 % in the family name, 5 % in the birth date, 5 % in the ZIP code; address missing 6 %, e-mail 79 %. The
telephone is missing in 32 %, the share of New Haven's cases of April and May 2020 who could not be reached for lack of details, and in
15 % of the index (New York City to June 2020). Half of the reports are in capitals. There are no record numbers, and four digits of a
social security number in 5 %. The truth stays in a file of its own.

*Wrong, certain* counts both kinds: a report linked to somebody else's record, and a report of somebody who is not in the index linked to
anybody. *Wrong, possible* was shown to a human with another person as the best candidate.
""".strip()
