"""From a command line to a configured Django: which database, which login, and plain words where something is missing."""

from __future__ import annotations

import atexit
import os
import secrets
import sys
from pathlib import Path


class Stop(Exception):
    """A command cannot go on. `code` is stable and documented; exit 1: the work failed, 2: asked for wrongly."""

    def __init__(self, code: str, text: str, exit_code: int = 1) -> None:
        super().__init__(text)
        self.code = code
        self.exit_code = exit_code


def demo_secret(state: Path) -> str:
    """The demo's own secret key, made once and readable by its owner alone."""
    path = state / "secret-key"
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def use_embedded(*, start: bool) -> bool:
    """Point this process at the checkout's own database and its demo settings; False when it is down and may not start."""
    from config import embedded

    state = embedded.state_folder()
    running = (state / "data").exists() and embedded.is_running(state)
    if not running and not start:
        return False
    instance, started = embedded.start(state)
    if started:
        atexit.register(embedded.stop, state)
    os.environ.update(instance.environment())
    os.environ["CONTACT_DEMO"] = "1"
    os.environ.setdefault("CONTACT_SECRET_KEY", demo_secret(state))
    return True


def ready(process: str, *, embedded: bool = False) -> None:
    """Configure Django for a kind of process (see config/database.py).

    Without DATABASE_URL the checkout's own database is used: if it runs, or with `embedded` started when it does not.
    """
    logins = ("DATABASE_URL", "CONTACT_OWNER_DATABASE_URL")
    if not any(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in logins):
        if not use_embedded(start=embedded):
            raise Stop(
                "CT101",
                "DATABASE_URL is not set and no demo is running.\n"
                "Set DATABASE_URL=postgresql://contact_app:PASSWORD@HOST/DATABASE (docs/settings.md), or start `make demo`.",
                2,
            )
        print("contact: using this checkout's own database", file=sys.stderr)
    os.environ["CONTACT_PROCESS"] = process
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
