"""ContaCT's own commands, called as a user calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.matching.febrl import Pair, pair


@dataclass(frozen=True, slots=True)
class Link:
    """A line of `contact people link`."""

    pair: Pair
    score: float
    outcome: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of `contact people match`."""

    case: str
    person: str | None
    outcome: str
    score: float | None
    reasons: tuple[str, ...]


def link(*files: Path, more: tuple[str, ...] = ()) -> tuple[list[Link], float]:
    """The links, and the seconds the whole command took."""
    began = time.monotonic()
    found = [
        Link(pair(str(row["left_id"]), str(row["right_id"])), row["score"], row["outcome"], tuple(row["reasons"]))
        for row in _lines("link", *map(str, files), *more)
    ]
    return found, time.monotonic() - began


def match(index: Path, cases: Path, more: tuple[str, ...] = ()) -> tuple[list[Answer], float]:
    """One answer for each case, in order, and the seconds the whole command took."""
    began = time.monotonic()
    found = [
        Answer(str(row["case_id"]), row["person_id"], row["outcome"], row["score"], tuple(row["reasons"]))
        for row in _lines("match", str(index), str(cases), *more)
    ]
    return found, time.monotonic() - began


def _lines(*words: str) -> Iterator[dict]:  # type: ignore[type-arg]
    command = [sys.executable, "-m", "config", "people", *words, "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore"}) as process:
        assert process.stdout
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise SystemExit(f"`contact people {' '.join(words)}` ended with {process.returncode}")
