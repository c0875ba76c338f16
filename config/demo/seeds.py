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

# In order: areas and rule sets, staff who sign in, a population with its cases, a day's laboratory reports.
STEPS: Final = {
    "profile": "Loading the Connecticut profile",
    "staff": "Hiring demo staff",
    "people": "Making up people, cases and contacts",
    "reports": "Sending in laboratory reports",
}


def fill(state: Path) -> None:
    """Run the steps that have not run. Needs Django configured as a command."""
    from django.utils import timezone

    record = state / "seeded.json"
    done: list[str] = json.loads(record.read_text()) if record.exists() else []
    for name, says in STEPS.items():
        module = f"config.demo.{name}"
        if name in done or find_spec(module) is None:
            continue
        seed: Callable[..., str] = import_module(module).seed
        began = time.monotonic()
        print(f"  {says} …", flush=True)
        made = seed(at=timezone.now(), say=_say)
        print(f"    {made} ({time.monotonic() - began:.0f} s)", flush=True)
        done.append(name)
        record.write_text(json.dumps(done))


def _say(words: str) -> None:
    print(f"    {words}", flush=True)


if __name__ == "__main__":
    from config.ready import ready

    ready("command")
    fill(Path(sys.argv[1]))
