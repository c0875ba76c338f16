"""The real command on a small made Connecticut: floors that a change of weights, rules or keys must not fall through."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.cli import main
from tests.matching.made import files
from tests.matching.metrics import kind
from tests.matching.parts.outcomes import Judged, tally

PEOPLE, REPORTS = 5_000, 600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made")
    files.write_index(made / "index.csv", PEOPLE, seed=3)
    files.write_reports(made / "reports.csv", made / "truth.csv", PEOPLE, REPORTS, seed=3)
    files.write_batch(made / "batch.csv", made / "pairs.csv", 1_500, seed=3)
    return made


def test_reports_are_matched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people", "match", str(folder / "index.csv"), str(folder / "reports.csv"), "--format", "jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    truth = files.read_truth(folder / "truth.csv")
    assert [line["case_id"] for line in lines] == list(truth)
    judged: list[Judged] = [(truth[line["case_id"]], line["outcome"], line["person_id"]) for line in lines]
    found = tally(judged)
    wrong = [one for one in judged if kind(one[1], one[2], one[0]["person"] or None) in ("wrong_certain", "linked_certain")]
    assert len(wrong) <= 1, wrong
    assert found.quality(with_possible=True).recall > 0.97
    assert found.quality().recall > 0.9
    assert found.possible / found.cases < 0.08
    nobody = tally(one for one in judged if one[0]["damage"] == "placeholder")
    assert nobody["linked_certain"] == 0


def test_a_file_is_linked_with_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people", "link", str(folder / "batch.csv"), "--format", "jsonl"]) == 0
    from tests.matching.parts.speed import true_pairs

    truth = true_pairs(folder / "pairs.csv")
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    certain = {tuple(sorted((row["left_id"], row["right_id"]))) for row in rows if row["outcome"] == "certain"}
    told = {tuple(sorted((row["left_id"], row["right_id"]))) for row in rows}
    assert len(certain - truth) <= 4  # twins with names alike, a father and his son
    assert len(told & truth) / len(truth) > 0.95


def test_spark_finds_the_same_links(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: `make matching` installs it")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    assert main(["people", "link", str(folder / "batch.csv")]) == 0
    by_duckdb = capsys.readouterr().out
    done = subprocess.run(
        [sys.executable, "-m", "config", "people", "link", str(folder / "batch.csv"), "--engine", "spark"], stdout=subprocess.PIPE, check=True
    )
    assert done.stdout.decode() == by_duckdb
