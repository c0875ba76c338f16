"""A fresh database of the checkout's own kind for one benchmark: durable as in production, gone at the end."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config import embedded


@contextmanager
def fresh() -> Iterator[dict[str, str]]:
    """The environment of processes that use it: tables, roles and policies are in place, nothing else."""
    parent = embedded._root_folder() if os.geteuid() == 0 else Path(tempfile.gettempdir())
    home = Path(tempfile.mkdtemp(prefix="contact-bench-", dir=parent))
    try:
        instance, _ = embedded.start(home)
        environment = {
            **instance.environment(),
            "CONTACT_DEMO": "1",
            "CONTACT_SECRET_KEY": secrets.token_urlsafe(48),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        command(environment, "migrate", "--quiet")
        yield environment
    finally:
        embedded.remove(home)


def command(environment: Mapping[str, str], *words: str) -> None:
    """Run `contact …` with this database."""
    subprocess.run([sys.executable, "-m", "config", *words], check=True, env={**os.environ, **environment})
