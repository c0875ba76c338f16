"""Files of rules with dates: a state's own where its profile has one, else the program's. Read from the file, kept in memory."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.conf import settings

from tracing.jurisdictions.models import Profile


class FileWrong(Exception):
    """A file that cannot be used; the message says which, and where."""


class Dated(Protocol):
    @property
    def since(self) -> date: ...


Read = TypeVar("Read")
Version = TypeVar("Version", bound=Dated)


def in_force(ours: Path, version: Callable[[dict[str, Any]], Version], on: date) -> Version:
    """What holds on that day; the first version before its time. One small query: which state's profile is loaded.

    `version` makes one of its table, and refuses what makes no sense with KeyError, TypeError or ValueError.
    """
    found = _versions(file_of(ours), version)
    return next((one for one in reversed(found) if one.since <= on), found[0])


def file_of(ours: Path) -> Path:
    """The file of the same name in the profile that is loaded, if it has one; else ours."""
    code = Profile.objects.order_by("-loaded_at").values_list("code", flat=True).first()
    theirs = Path(settings.PROFILES) / code / ours.name if code else ours
    return theirs if theirs.exists() else ours


@lru_cache(maxsize=32)
def _versions(path: Path, version: Callable[[dict[str, Any]], Version]) -> tuple[Version, ...]:
    return versions_of(table_of(path), path.name, version)


def table_of(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def versions_of(table: dict[str, Any], name: str, version: Callable[[dict[str, Any]], Version]) -> tuple[Version, ...]:
    """Every version that a file has, the oldest first. Raises FileWrong."""
    found = checked(name, lambda: sorted((version(one) for one in table["version"]), key=lambda one: one.since))
    if not found:
        raise FileWrong(f"{name}: no version")
    return tuple(found)


def checked(name: str, read: Callable[[], Read]) -> Read:
    """What was read; FileWrong names the file where it makes no sense."""
    try:
        return read()
    except (KeyError, TypeError, ValueError) as fault:
        raise FileWrong(f"{name}: {fault!r}") from fault
