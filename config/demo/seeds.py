"""What the demo's database is filled with, step by step, each once.

A step is a module `config.demo.<name>` with

    def seed(*, at: datetime, say: Callable[[str], None]) -> str

It calls actions, like everybody; it may be run again after it was cut off half-way; it returns one line on what it made.
Which steps are done is kept beside the database and deleted with it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

# In order: areas and rule sets, staff who sign in, two weeks of laboratory reports, calls with their interviews and contacts,
# families and whom nothing reaches, who may be known twice, reports filed on the wrong person, what is shared and handed over, advice
# and orders, who is on call and a sample of interviews, teams.
STEPS: Final = {
    "profile": "Loading the Connecticut profile",
    "staff": "Hiring demo staff",
    "reports": "Sending in laboratory reports",
    "calls": "Making yesterday's calls",
    "ways": "Finding out who lives with whom, and whom nothing reaches",
    "twice": "Letting some people be known twice",
    "misfiled": "Filing a report on the wrong person",
    "lent": "Sharing and handing over",
    "orders": "Advising, ordering, speaking with those who are left",
    "quality": "Saying who is on call, drawing a sample of interviews",
    "teams": "Making teams, lending a share of calls",
}


def pending(state: Path) -> list[str]:
    """The steps that have not run."""
    done = _done(state)
    return [name for name in STEPS if name not in done and find_spec(f"config.demo.{name}")]


def _done(state: Path) -> list[str]:
    record = state / "seeded.json"
    return list(json.loads(record.read_text())) if record.exists() else []


def fill(state: Path) -> None:
    """Run the steps that have not run. Needs Django configured as a command."""
    from django.utils import timezone

    for name in pending(state):
        seed: Callable[..., str] = import_module(f"config.demo.{name}").seed
        began = time.monotonic()
        print(f"  {STEPS[name]} …", flush=True)
        made = seed(at=timezone.now(), say=_say)
        print(f"    {made} ({time.monotonic() - began:.0f} s)", flush=True)
        (state / "seeded.json").write_text(json.dumps([*_done(state), name]))


def _say(words: str) -> None:
    print(f"    {words}", flush=True)


if __name__ == "__main__":
    from config.ready import ready

    ready("command")
    fill(Path(sys.argv[1]))
