"""Files and one report are compared alike: DuckDB and Python give every pair the same degrees, score and outcome."""

from __future__ import annotations

import csv
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config.cli import main
from tracing.people.linkage.batch import Engine
from tracing.people.linkage.columns import ColumnsUnknown, birth_digits, facts, mapping
from tracing.people.linkage.comparisons import COMPARISONS, levels
from tracing.people.linkage.files import COLUMNS
from tracing.people.linkage.keys import KEYS, keys, texts
from tracing.people.linkage.keys import sql_of as sql_of_key
from tracing.people.linkage.record import Facts, Home, prepare
from tracing.people.linkage.score import compare
from tracing.people.linkage.train import splink_sql, train, written
from tracing.people.linkage.weights import WeightsUnreadable, read, shipped, with_counts

TODAY = date(2026, 1, 1)
FAMILIES = "Rivera,Riverra,Okafor,Okafoor,De la Cruz,Smith,Smyth,Schmidt,Smithson,Zukowski,García López,Doe,Unknown,,Maria".split(",")
GIVENS = "Maria,María Elena,Elena,Marta,Bill,William,Will,W,Jo,Baby Girl,,Thandiwe,Thandeka,Thandiwa,Tandeka,Rivera,Sofia,Wlliam".split(",")
STREETS = "1 Main St,1 Main Street Apt 4,1 Main St #5,PO Box 12,c/o Shelter 9 Elm,12 Elm Ave,14 Elm Avenue,,Elm".split(",")


def made(number: int, seed: int = 5) -> list[Facts]:
    """People of few names, dates and addresses, so that every degree of agreement occurs."""
    chance = random.Random(seed)
    pick = chance.choice
    births = ["19800304", "19800403", "19800314", "19810304", "19800101", "1980", "198003", "", "20100801", "19000101"]
    return [
        Facts(
            pick(FAMILIES), pick(GIVENS), pick(["", "", "E", "Elena", "Maria"]), pick(["", "", "Jr", "Sr"]), pick(["", "", "Rivera"]),
            pick(births), pick(["F", "F", "M", ""]), tuple(chance.sample(["+12035550101", "+12035550102"], chance.randint(0, 2))),
            tuple(chance.sample(["a@example.org", "b@example.org"], chance.randint(0, 1))),
            tuple(Home(pick(STREETS), pick(["Bethel", "Bethell", "Derby", ""]), pick(["CT", "NY", ""]), pick(["06801", "06810", "06418", ""]))
                  for _ in range(chance.randint(0, 2))),
            pick(["", "", "1234", "1235", "9876"]), tuple(chance.sample(["mrn|1", "mrn|2"], chance.randint(0, 1))),
        )
        for _ in range(number)
    ]  # fmt: skip


def test_a_file_and_one_report_give_the_same_score() -> None:
    people, weights = made(250), shipped()
    records = [prepare(one, weights) for one in people]
    shared = {
        (a, b) for a in range(len(people)) for b in range(a + 1, len(people)) if not set(keys(records[a])).isdisjoint(keys(records[b]))
    }
    expected = {}
    for a, b in shared:
        pair = compare(records[a], records[b], weights)
        if pair.outcome != "new":
            expected[str(a), str(b)] = pair
    with Engine(weights, processes=1) as engine:
        engine.load("l", ((str(number), one) for number, one in enumerate(people)))
        engine.pairs(people=weights.people)
        found = {(link.left, link.right): link.pair for link in engine.links()}
        compared = engine.duck.execute("SELECT count(*) FROM compared").fetchone()
    assert compared and compared[0] > 2_000
    assert {key: pair for key, pair in found.items() if (int(key[0]), int(key[1])) in shared}.keys() == expected.keys()
    for key, pair in expected.items():
        assert (found[key].outcome, found[key].reasons) == (pair.outcome, pair.reasons)
        assert found[key].score == pytest.approx(pair.score, abs=1e-9)


def test_a_file_is_prepared_value_by_value_as_one_report_is(tmp_path: Path) -> None:
    chance = random.Random(11)
    header = "id,last,first,middle,suffix,maiden,dob,birth year,sex,cell,home phone,e-mail,house number,street,address 2,city,state,zip,ssn,mrn"
    births = ["3/4/1980", "1980-04-03", "1980", "19801", "", "Missing", "2000-13-01", " 1970-01-01"]
    phones = ["(203) 555-0101", "+12035550102", "+15555555555", "", "555", "+442079460000", "+12035550102 "]
    rows = [
        [str(number), chance.choice(FAMILIES), chance.choice(GIVENS), chance.choice(["", "E", " Elena", "Jr"]), chance.choice(["", "Jr"]),
         chance.choice(["", "Rivera"]), chance.choice(births), chance.choice(["", "1980"]), chance.choice(["F", "male", "", "U"]),
         chance.choice(phones), chance.choice(phones), chance.choice(["", "A;B@example.org"]), chance.choice(["", "", "12"]),
         chance.choice(STREETS), chance.choice(["", "#4", "Apt 9", "Elm Street North", "12 Elm"]), chance.choice(["", "Bethel", "BETHEL  "]),
         chance.choice(["CT", ""]), chance.choice(["6801", "06801-1234", "", "K1A 0B1"]), chance.choice(["", "123-45-6789", "12"]),
         chance.choice(["", "7;8", " 9"])]
        for number in range(600)
    ]  # fmt: skip
    rows[5][1], rows[6][2] = "Rivera\tColón", "\\N"
    where = mapping(header.split(","))
    weights = shipped()
    for marks in ("", '"'):
        path = tmp_path / f"people{len(marks)}.csv"
        lines = [",".join(f"{marks}{cell}{marks}" for cell in row) for row in rows]
        path.write_text("\n".join([header, *lines[:300], "", "," * 19, *lines[300:], "short"]) + "\n")
        with Engine(weights, processes=1) as engine:
            engine.load_csv("l", path, TODAY)
            made = engine.duck.execute(f"SELECT id, {', '.join(COLUMNS)} FROM l ORDER BY n").fetchall()
            keyed = {name: engine.duck.execute(f"SELECT id, {sql_of_key(name)} FROM l").fetchall() for name in KEYS}
        assert [row[0] for row in made] == [*(row[0] for row in rows), "short"]
        by_sql: dict[str, set[str]] = {row[0]: set() for row in made}
        for found in keyed.values():
            for one, key in found:
                if key is not None:
                    by_sql[one].add(key)
        for row, (one, *values) in zip(rows, made, strict=False):
            record = prepare(facts(row, where, TODAY), weights)
            assert {
                name: frozenset(value) if isinstance(value, list) else value for name, value in zip(COLUMNS, values, strict=True)
            } == {name: getattr(record, name) for name in COLUMNS}
            assert by_sql[one] == texts(record), row


def test_every_degree_occurs_among_the_pairs_that_are_compared() -> None:
    """Otherwise the test above would show little."""
    records = [prepare(one, shipped()) for one in made(300)]
    seen = {(place, level) for a in records for b in records[:150] for place, level in enumerate(levels(a, b))}
    lacking = [
        f"{comparison.name}_{level.code}"
        for place, comparison in enumerate(COMPARISONS)
        for number, level in enumerate(comparison.levels)
        if (place, number) not in seen
    ]
    assert len(lacking) <= 4, lacking


def test_frequencies_move_towards_what_a_file_counts() -> None:
    moved = with_counts(shipped(), {"given": {"maria": 10}, "family": {"zukowski": 5_000, "smith": 5_000}})
    assert moved.frequency("family", "zukowski") > 100 * shipped().frequency("family", "zukowski")
    assert moved.frequency("family", "nguyen") < shipped().frequency("family", "nguyen")


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def written_csv(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


HEADER = "Case,Last Name,FIRST_NAME,DOB,Sex,Phone,Address,City,ZIP,SSN"
MARIA = "1,Rivera,Maria,3/4/1980,F,(203) 555-0101,1 Main St,Bethel,06801,123-45-6789"


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_cases_are_matched_to_an_index_one_line_each_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = written_csv(tmp_path / "index.csv", HEADER, MARIA, "2,Okafor,Hugo,1977-07-07,M,,9 Elm St,Derby,06418,")
    cases = written_csv(
        tmp_path / "cases.csv", HEADER.replace("Case", "Id"), "b,Rivera,MARÍA,1980-03-04,F,2035550101,,,,6789", "a,Nguyen,An,1990-01-02,,,,,,",
        "c,Okafor,Hugo,,M,,9 Elm Street,Derby,6418,",
    )  # fmt: skip
    assert main(["people", "match", str(index), str(cases), "--format", "jsonl"]) == 0
    out, err = capsys.readouterr()
    found = lines(out)
    assert [(line["case_id"], line["person_id"], line["outcome"]) for line in found] == [
        ("b", "1", "certain"), ("a", None, "new"), ("c", "2", "possible"),
    ]  # fmt: skip
    assert "ssn4_exact" in found[0]["reasons"] and found[1]["score"] is None
    assert "DOB -> birth" in err and "Case -> id" in err


def test_pairs_of_one_file_and_of_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = written_csv(tmp_path / "one.csv", HEADER, MARIA, MARIA.replace("1,Rivera", "9,Rivera", 1), "3,Chen,Wei,1961-01-30,M,,,,,")
    assert main(["people", "link", str(one), "--unfitted"]) == 0
    assert [(line["left_id"], line["right_id"], line["outcome"]) for line in lines(capsys.readouterr().out)] == [("1", "9", "certain")]
    assert main(["people", "link", str(one), str(one), "--unfitted"]) == 0
    assert {(line["left_id"], line["right_id"]) for line in lines(capsys.readouterr().out)} >= {("1", "1"), ("9", "1"), ("3", "3")}


@pytest.mark.parametrize(
    ("words", "code"),
    [(["link", "nowhere.csv"], "CT172"), (["link", "NAMELESS"], "CT170"), (["link", "GOOD", "--weights", "NAMELESS"], "CT171"),
     (["train", "--out", "x.json"], "CT174"), (["link", "GOOD", "--id", "nothing"], "CT170")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(words: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"NAMELESS": written_csv(tmp_path / "n.csv", "a,b", "1,2"), "GOOD": written_csv(tmp_path / "g.csv", HEADER, MARIA)}
    assert main(["people", *(str(files.get(word, word)) for word in words)]) == 2
    assert code in capsys.readouterr().err


def test_a_social_security_number_counts_as_its_last_four_digits() -> None:
    where = mapping(["id", "last", "ssn"])
    assert facts(["1", "Rivera", "123-45-6789"], where, TODAY).ssn4 == "6789"
    with pytest.raises(ColumnsUnknown):
        mapping(["id", "ssn"])


@pytest.mark.parametrize(
    ("text", "digits"),
    [("1980-03-04", "19800304"), ("19800304", "19800304"), ("3/4/1980", "19800304"), ("3/4/80", "19800304"), ("3/4/20", "20200304"),
     ("2000-13-01", "20001301"), ("1964-10", "196410"), ("1964", "1964"), ("Missing, but age 23", ""), ("", "")],
)  # fmt: skip
def test_birth_dates_as_they_are_written(text: str, digits: str) -> None:
    assert birth_digits(text, TODAY) == digits


# ── learning ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_weights_are_learned_by_splink_from_the_same_comparisons(tmp_path: Path) -> None:
    assert splink_sql("l.given = r.given") == "given_l = given_r"
    chance = random.Random(3)
    rows = []
    for number in range(1500):
        given = chance.choice(GIVENS[:6]) + "abcdefgh"[number % 8]
        family = "".join(chance.choice("bcdfgklmnprst") + chance.choice("aeiou") for _ in range(3))
        born = f"{chance.randint(1930, 2015)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
        for copy in range(chance.choice([1, 1, 2])):
            slip = chance.random()
            key = f"{number}-{copy}"
            rows.append((key, Facts(family, given if slip > 0.1 else given[:-1], birth=born if slip < 0.9 else born[:6] + "15")))
    with Engine(shipped(), processes=1) as engine:
        engine.load("l", rows)
        document = train(engine, version="learned", today=TODAY)
    path = tmp_path / "weights.json"
    path.write_text(written(document))
    learned = read(json.loads(path.read_text()))
    assert learned.version == "learned" and learned.m["given"] != shipped().m["given"]
    assert learned.weight("birth", "exact") > 5 > 0 > learned.weight("birth", "other")


def test_a_document_of_weights_says_what_is_wrong_with_it() -> None:
    document = {"version": "x"}
    with pytest.raises(WeightsUnreadable, match="comparisons"):
        read(document)


def test_the_table_of_nicknames_is_in_order() -> None:
    path = Path(__file__).parents[1] / "tracing" / "people" / "linkage" / "data" / "nicknames.csv"
    names = [row[0] for row in csv.reader(path.read_text().splitlines()) if not row[0].startswith("#")]
    assert names == sorted(set(names))
