"""What a check says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "warning", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable. `mend` says what to do, "" where nothing is wrong."""

    level: Level
    code: str
    says: str
    mend: str = ""


def good(code: str, says: str) -> Finding:
    return Finding("good", code, says)


def warning(code: str, says: str, mend: str) -> Finding:
    return Finding("warning", code, says, mend)


def bad(code: str, says: str, mend: str) -> Finding:
    return Finding("bad", code, says, mend)


Findings = Iterator[Finding]
