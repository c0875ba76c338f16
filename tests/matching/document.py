"""docs/matching.md: prose around figures. Each part is replaced when it was measured anew; the others keep what they say."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "matching.md"
PROSE = Path(__file__).with_name("how_matching_works.md")
"""What stands above the figures. Edit this file, not the page."""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def machine() -> str:
    """What it ran on, as far as it matters."""
    model = ""
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        model = next((line.split(":")[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model or platform.machine()}), {memory:.0f} GiB, Python {platform.python_version()}"


def _mark(part: str) -> str:
    return f"<!-- part: {part} -->"


def sections(text: str) -> dict[str, str]:
    """The parts of a page that was written before."""
    found = {}
    for piece in text.split("<!-- part: ")[1:]:
        part, _, body = piece.partition(" -->")
        found[part] = body.strip()
    return found


def page(before: str, prose: str, order: Iterable[str], measured: Mapping[str, str], today: date) -> str:
    """The page with these parts replaced. A measured part says when and on what it ran."""
    parts = sections(before)
    for part, body in measured.items():
        title, _, rest = body.partition("\n")
        parts[part] = f"{title}\n\n{today:%Y-%m-%d}, {machine()}.\n{rest}"
    return "\n\n".join([prose.strip(), *(f"{_mark(part)}\n\n{parts[part].strip()}" for part in order if part in parts)]) + "\n"


def write(order: Iterable[str], measured: Mapping[str, str], today: date, document: Path = DOCUMENT) -> None:
    before = document.read_text(encoding="utf-8") if document.exists() else ""
    document.write_text(page(before, PROSE.read_text(encoding="utf-8"), order, measured, today), encoding="utf-8")
