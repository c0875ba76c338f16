"""The made state as files: index, reports and truth. The same arguments always give the same bytes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import astuple
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from tests.matching.made.damage import has_nickname
from tests.matching.made.people import SPACE, Somebody, block, person_uuid
from tests.matching.made.records import COLUMNS, Record, Written, drawn, indexed, placeholder, report

KNOWN_PER_BLOCK: Final = 2_100
"""Every block has more people than this in the index; see test_made."""
PLACEHOLDERS_PER_BLOCK: Final = 0.5
"""Records in the index that are nobody: one in some 4,400."""
REPORTS_PER_BLOCK: Final = 50
ABOUT_KNOWN: Final = 0.7
ABOUT_NOBODY: Final = 0.003
TRUTH: Final = ("id", "person", "damage", "tags")


def index_written(seed: int, at: int) -> Iterator[Written | Record]:
    """The index records of one block, with now and then a placeholder at their end."""
    random = Random(f"index/{seed}/{at}")
    yield from (indexed(who, seed) for who in block(seed, at) if who.known)
    if random.random() < PLACEHOLDERS_PER_BLOCK:
        yield placeholder(str(person_uuid(at * SPACE + SPACE - 1)), random)


def index_of(seed: int, at: int) -> list[Record]:
    return [one.record if isinstance(one, Written) else one for one in index_written(seed, at)]


def index(people: int, seed: int) -> Iterator[Record]:
    """Exactly so many records, block after block."""

    def everybody() -> Iterator[Record]:
        at = 0
        while True:
            yield from index_of(seed, at)
            at += 1

    return islice(everybody(), people)


def tags(who: Somebody) -> list[str]:
    """What makes somebody hard to tell, for tables by kind."""
    named = (
        ("twin", who.twin), ("junior", who.junior), ("student", bool(who.second_home)), ("newborn", bool(who.unnamed)),
        ("shared_phone", bool(who.shared_phone)), ("two_surnames", " " in who.family or "-" in who.family), ("moved", bool(who.formerly)),
    )  # fmt: skip
    return [name for name, holds in named if holds]


def reports_of(people: int, count: int, seed: int) -> Iterator[tuple[Record, tuple[str, str, str, str]]]:
    """So many reports with their truth: three in ten about somebody whom the index does not have."""
    random = Random(f"reports/{people}/{seed}")
    whole = max(1, people // (SPACE * 6 // 10))  # blocks that are in the index as a whole
    made = 0
    while made < count:
        everybody = block(seed, random.randrange(whole))
        known = [who for who in everybody if who.known]
        unknown = [who for who in everybody if not who.known]
        for _ in range(min(REPORTS_PER_BLOCK, count - made)):
            made += 1
            name = f"r{made:07}"
            if random.random() < ABOUT_NOBODY:
                yield placeholder(name, random), (name, "", "placeholder", "placeholder")
                continue
            written = _report(known if random.random() < ABOUT_KNOWN else unknown, name, random)
            who = written.who
            truth = str(who.uuid) if who.known else ""
            yield written.record, (name, truth, written.damage, " ".join(tags(who)))


def _report(people: list[Somebody], name: str, random: Random) -> Written:
    """About one of these. A short form of a name is written of somebody who has one."""
    done = drawn(random)
    if done == "nickname":
        people = [who for who in people if has_nickname(who.given)] or people
    return report(random.choice(people), name, random, done)


def write_index(path: Path, people: int, seed: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(astuple(record) for record in index(people, seed))


def write_reports(path: Path, truth: Path, people: int, count: int, seed: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file, truth.open("w", newline="", encoding="utf-8") as known:
        writer, truths = csv.writer(file), csv.writer(known)
        writer.writerow(COLUMNS)
        truths.writerow(TRUTH)
        for record, right in reports_of(people, count, seed):
            writer.writerow(astuple(record))
            truths.writerow(right)


def read_truth(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def write_batch(path: Path, truth: Path, records: int, seed: int, duplicates: float = 0.15) -> None:
    """One file to be linked with itself: index records, and reports about the same people among them."""
    originals = round(records * (1 - duplicates))
    with path.open("w", newline="", encoding="utf-8") as file, truth.open("w", newline="", encoding="utf-8") as known:
        writer, truths = csv.writer(file), csv.writer(known)
        writer.writerow(COLUMNS)
        truths.writerow(("id", "person"))
        left, at, made = originals, 0, 0
        random = Random(f"batch/{seed}")
        while left > 0 or made < records - originals:
            people = [who for who in block(seed, at) if who.known][: max(0, left)]
            at += 1
            for who in people:
                writer.writerow(astuple(indexed(who, seed).record))
                truths.writerow((str(who.uuid), str(who.uuid)))
            left -= len(people)
            for _ in range(round(len(people) * duplicates / (1 - duplicates))):
                if made < records - originals:
                    made += 1
                    written = _report(people, f"d{made:07}", random)
                    writer.writerow(astuple(written.record))
                    truths.writerow((written.record.id, str(written.who.uuid)))
            if left <= 0:
                break
