"""`make bench`: the figures of docs/benchmarks.md, each as a ratio made in one run on one machine. Not timed tests: nothing fails here.

    python -m tests.bench [--people 1000000] [--only reading,filing,next_call,lists,search,triggers,journal,imports,tracers]
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
PARTS = ("reading", "filing", "next_call", "lists", "search", "triggers", "journal", "imports", "tracers")


def machine() -> str:
    """What it ran on, as far as it matters."""
    model = ""
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        model = next((line.split(":")[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model or platform.machine()}), {memory:.0f} GiB, Python {platform.python_version()}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--reports", type=int, default=12_000)
    parser.add_argument("--home", type=Path, help="a database made before (`python -m tests.matching.population`): for search alone")
    options = parser.parse_args()
    wanted = options.only.split(",")
    found: dict[str, list[dict[str, Any]]] = {}
    if "reading" in wanted:
        from tests.benchmarks import reading

        found["reading"] = reading.run()
    if any(part in wanted for part in PARTS[1:]):
        found |= _with_database(options, wanted)
    _write(found, options.people)
    return 0


def _with_database(options: argparse.Namespace, wanted: list[str]) -> dict[str, list[dict[str, Any]]]:
    from config import embedded

    if options.home:
        return _with_made_database(options)
    home = Path(tempfile.mkdtemp(prefix="contact-bench-", dir="/var/tmp"))
    home.chmod(0o711)
    try:
        instance, _ = embedded.start(home)
        os.environ.update(instance.environment())
        os.environ.update({"CONTACT_DEMO": "1", "CONTACT_SECRET_KEY": "x" * 60})
        from config.ready import ready

        ready("owner")
        from config.commands.migrate import bring_up_to_date
        from tests.benchmarks import population
        from tests.benchmarks.filing import AT

        bring_up_to_date(verbosity=0)
        from tests.world import connecticut

        connecticut()
        began = time.monotonic()
        population.seed(instance.url(embedded.SUPERUSER), options.people, at=AT)
        print(f"seeded {options.people:,} people in {time.monotonic() - began:.0f} s", flush=True)
        found: dict[str, list[dict[str, Any]]] = {}
        if {"filing", "triggers", "imports"} & set(wanted):
            from tracing.people.scanning import refresh_all_keys
            from tracing.people.search.upkeep import rebuild

            rebuild()
            refresh_all_keys()
        if "triggers" in wanted:
            from tests.benchmarks import filing

            found["triggers"] = filing.with_and_without_search(environment=instance.environment(), people=options.people)
            _say(found["triggers"])
        if "filing" in wanted:
            from tests.benchmarks import filing

            found["filing"] = filing.run(environment=instance.environment(), people=options.people, count=options.reports)
            _say(found["filing"])
        if "lists" in wanted:
            from tests.benchmarks import lists

            found["lists"] = lists.run(environment=instance.environment(), at=AT)
            _say(found["lists"])
        if "search" in wanted:
            from tests.benchmarks import search
            from tracing.people.search.upkeep import rebuild

            rebuild()
            found["search"] = search.run(environment=instance.environment(), at=datetime.now(UTC))
            _say(found["search"])
        if "next_call" in wanted:
            from tests.benchmarks import next_call

            found["next_call"] = next_call.run()
            _say(found["next_call"])
        if "imports" in wanted:
            from tests.benchmarks import imports

            found["imports"] = imports.run(people=options.people, at=AT)
            _say(found["imports"])
        if "tracers" in wanted:
            from tests.benchmarks import tracers

            found["tracers"] = tracers.run(environment=instance.environment(), at=AT)
            _say(found["tracers"])
        if "journal" in wanted:
            from tests.benchmarks import journal_bytes

            found["journal"] = journal_bytes.run()
            _say(found["journal"])
        return found
    finally:
        embedded.remove(home)
        shutil.rmtree(home, ignore_errors=True)


def _with_made_database(options: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    from config import embedded

    instance, _ = embedded.start(options.home)
    os.environ.update(instance.environment())
    os.environ.update({"CONTACT_DEMO": "1", "CONTACT_SECRET_KEY": "x" * 60})
    from config.ready import ready

    ready("owner")
    from tests.benchmarks import search
    from tracing.people.models import Person

    options.people = Person.objects.count()
    found = search.run(environment=instance.environment(), at=datetime.now(UTC))
    _say(found)
    return {"search": found}


def _say(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        print(f"  {row['name']}: {row['value']} {row['unit']}  ratio {row.get('ratio', '–')}  {row.get('note', '')}", flush=True)


HEAD = """# Benchmarks

Made by `make bench`. Compare ratios, which are made in one run; absolute figures are those of one machine on one day.
"""
TITLES = {
    "reading": "(a) Reading: bytes to `LabReport` with interpretation",
    "filing": "(b) Filing: steps 3 to 7",
    "next_call": "(c) Next call",
    "lists": "(d) Lists at a million people",
    "journal": "(e) Journal and looks",
    "search": "(f) Search",
    "triggers": "(g) What search costs filing",
    "imports": "(h) Lists imported, many changed at once",
    "tracers": "(i) A thousand tracers at work",
}


def _write(found: dict[str, list[dict[str, Any]]], people: int) -> None:
    """Replace the sections that ran, in order; the others keep their last table."""
    before = DOCUMENT.read_text().split("\n## ")[1:] if DOCUMENT.exists() else []
    sections = {part: f"## {text.strip()}\n" for text in before for part, title in TITLES.items() if text.startswith(title)}
    for part, rows in found.items():
        size = f", {people:,} people" if part in ("filing", "lists", "search", "triggers", "imports", "tracers") else ""
        table = "".join(f"| {row['name']} | {row['value']} {row['unit']} | {row.get('ratio') or ''} | {row['note']} |\n" for row in rows)
        sections[part] = (
            f"## {TITLES[part]}\n\n{date.today():%Y-%m-%d}, {machine()}{size}.\n\n"
            f"| figure | value | ratio | how |\n| --- | --- | --- | --- |\n{table}"
        )
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text("\n".join([HEAD, *(sections[part] for part in TITLES if part in sections)]))
    print(f"written to {DOCUMENT}")


if __name__ == "__main__":
    sys.exit(main())
