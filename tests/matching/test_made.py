from __future__ import annotations

from collections import Counter
from dataclasses import astuple
from pathlib import Path
from random import Random

from tests.matching.made import damage, files
from tests.matching.made.people import SPACE, block, number_of
from tests.matching.made.places import landline, mobile
from tests.matching.made.records import drawn, report


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        files.write_index(folder / "index.csv", 3_000, seed=4)
        files.write_reports(folder / "reports.csv", folder / "truth.csv", 3_000, 100, seed=4)
    for name in ("index.csv", "reports.csv", "truth.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert (first / "index.csv").read_bytes().count(b"\n") == 3_001


def test_the_truth_is_in_the_index() -> None:
    index = {record.id for record in files.index(5_000, seed=1)}
    assert len(index) == 5_000
    right = [truth[1] for _, truth in files.reports_of(5_000, 400, seed=1) if truth[1]]
    assert set(right) <= index
    assert 0.6 < len(right) / 400 < 0.8


def test_a_block_has_what_makes_matching_hard() -> None:
    people = [who for at in range(3) for who in block(1, at)]
    assert max(len(block(1, at)) for at in range(3)) < SPACE - 1
    assert min(sum(who.known for who in block(1, at)) for at in range(3)) > 1_900
    found = Counter(tag for who in people for tag in files.tags(who))
    assert {"twin", "junior", "student", "newborn", "shared_phone", "two_surnames", "moved"} <= set(found)
    twins = [who for who in people if who.twin]
    assert any(one.sex == other.sex and one.birth == other.birth and one.given[:2] == other.given[:2] and one is not other
               for one in twins for other in twins)  # fmt: skip
    sons = [who for who in people if who.junior]
    assert any(one.given == other.given and one.home == other.home and one is not other for one in sons for other in sons)
    lines = Counter(who.landline for who in people if who.landline)
    assert lines.most_common(1)[0][1] > 2


def test_numbers() -> None:
    people = block(1, 7)
    assert [number_of(who.uuid) for who in people] == [who.number for who in people]
    assert all(who.uuid.version == 7 for who in people)
    assert len({mobile(n) for n in range(50_000)} | {landline(n) for n in range(50_000)}) == 100_000


def test_the_damage_is_as_often_as_said() -> None:
    random = Random(1)
    people = block(1, 2)
    kinds = Counter(report(random.choice(people), "x", random, drawn(random)).damage for _ in range(4_000))
    for kind, share in (("clean", 60), ("nickname", 15), ("first_name", 10), ("last_name", 5), ("birth_date", 5), ("zip", 5)):
        assert abs(kinds[kind] / 40 - share) < 2.5, kind
    missing: Counter[str] = Counter()
    for _ in range(4_000):
        record = report(random.choice(people), "x", random, drawn(random)).record
        missing.update(name for name in ("phone", "email", "street") if not getattr(record, name))
    assert 0.79 <= missing["email"] / 4_000 < 0.88  # some have none
    assert 0.32 <= missing["phone"] / 4_000 < 0.45
    assert abs(missing["street"] / 4_000 - 0.06) < 0.02


def test_damage_changes_something() -> None:
    random = Random(2)
    for who in block(1, 1)[:300]:
        assert damage.typo(random, who.family) != who.family
        assert damage.birth_date(random, who.birth) != who.birth.isoformat()
        assert damage.zip_code(random, who.home.zip) != who.home.zip
        assert astuple(report(who, "x", random, "clean").record)[0] == "x"
