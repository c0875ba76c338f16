"""The list of what was published, and the check that it never changes.

`rulesets/published.csv` names every dated rule with its digest. A published rule may not change in any way but one: an open rule
may get its last day, when the next version follows it. After adding a version run `python -m tracing.diseases.ruleset.published`,
which adds the new lines and refuses to alter an old one.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tracing.diseases.ruleset.loading import FOLDER, TOPICS, digest, rule_sets
from tracing.diseases.ruleset.reading import RuleSetError
from tracing.diseases.ruleset.shapes import RuleSet

FILE = FOLDER / "published.csv"
_COLUMNS = ["disease", "rule", "to", "digest"]


@dataclass(frozen=True, slots=True)
class Line:
    """One published rule ("ISO-2020-05"), or one version of the whole set ("version 1")."""

    disease: str
    rule: str
    to: str
    """Last day, "" while open."""
    digest: str


def lines_of(sets: Mapping[str, RuleSet]) -> tuple[Line, ...]:
    """What the rule sets say now."""
    found = []
    for disease, ruleset in sorted(sets.items()):
        found.append(Line(disease, f"version {ruleset.version}", "", digest(ruleset.document)))
        for topic in TOPICS:
            for item in ruleset.document[topic][topic]:
                fixed = {key: value for key, value in item.items() if key != "to"}
                found.append(Line(disease, item["id"], item.get("to", ""), digest({topic: fixed})))
    return tuple(found)


def read(path: Path = FILE) -> tuple[Line, ...]:
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(Line(**row) for row in csv.DictReader(file))


def complaints(now: tuple[Line, ...], published: tuple[Line, ...]) -> list[str]:
    """What was published and is different now; empty when all is well. New rules are no complaint here."""
    present = {(line.disease, line.rule): line for line in now}
    found = []
    for old in published:
        line = present.get((old.disease, old.rule))
        if line is None:
            # Earlier versions of a whole set live on in the database; single rules never go away.
            if not old.rule.startswith("version "):
                found.append(f"{old.disease} {old.rule} was published and is gone: put it back")
        elif line.digest != old.digest:
            if old.rule.startswith("version "):
                found.append(f"{old.disease} {old.rule} was published otherwise: raise `version` in disease.toml")
            else:
                found.append(f"{old.disease} {old.rule} was published otherwise: undo the change and add a new version")
        elif old.to and line.to != old.to:
            found.append(f"{old.disease} {old.rule} was published with the last day {old.to}, which now is {line.to or 'open'}")
    return found


def unpublished(now: tuple[Line, ...], published: tuple[Line, ...]) -> list[str]:
    """Rules and closed ends that the list does not know yet."""
    known = {(line.disease, line.rule): line for line in published}
    found = []
    for line in now:
        old = known.get((line.disease, line.rule))
        if old is None:
            found.append(f"{line.disease} {line.rule}")
        elif line.to and not old.to:
            found.append(f"{line.disease} {line.rule} ends on {line.to}")
    return found


def publish(now: tuple[Line, ...], published: tuple[Line, ...]) -> str:
    """The new list as CSV text. Refuses when a published rule was changed."""
    wrong = complaints(now, published)
    if wrong:
        raise RuleSetError("; ".join(wrong))
    merged = {(line.disease, line.rule): line for line in published}
    merged.update({(line.disease, line.rule): line for line in now})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for line in sorted(merged.values(), key=lambda line: (line.disease, line.rule)):
        writer.writerow([line.disease, line.rule, line.to, line.digest])
    return text.getvalue()


def main() -> int:
    """Write the list anew; 1 and the reasons when something published was changed."""
    try:
        now = lines_of(rule_sets())
        before = read() if FILE.exists() else ()
        text = publish(now, before)
    except RuleSetError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    for name in unpublished(now, before):
        print(f"published: {name}")
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
