"""Settings come from the environment, and a wrong one stops the program at its start with a sentence.

Every name read here stands in docs/settings.md (a test compares).
"""

from __future__ import annotations

import os
from pathlib import Path

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off", ""})


class SettingWrong(Exception):
    """A setting is missing or cannot be understood. The text names it and never quotes a secret."""


def env_text(name: str, default: str | None = None) -> str:
    """The value, the default where none is set, and a loud end where there is neither."""
    value = os.environ.get(name)
    if value is not None and value.strip():
        return value.strip()
    if default is None:
        raise SettingWrong(f"{name} is not set. See docs/settings.md for what it holds.")
    return default


def env_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise SettingWrong(f"{name} is {value!r}. Write 1 for yes or 0 for no.")


def env_int(name: str, default: int, least: int = 0, most: int | None = None) -> int:
    value = os.environ.get(name)
    if value is None or not value.strip():
        return default
    try:
        number = int(value)
    except ValueError:
        raise SettingWrong(f"{name} is {value!r}. Write a whole number.") from None
    if number < least or (most is not None and number > most):
        span = f"{least} or more" if most is None else f"{least} to {most}"
        raise SettingWrong(f"{name} is {number}. Write a number of {span}.")
    return number


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Words apart by commas."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [word.strip() for word in value.split(",") if word.strip()]


def env_secret(name: str, least: int = 32, default: str | None = None) -> str:
    """A secret from NAME, or from the file that NAME_FILE points to (how containers hand secrets over).

    It is refused when shorter than `least` characters; the message never shows it.
    """
    value = os.environ.get(name, "").strip()
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not value and path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingWrong(f"{name}_FILE cannot be read: {error.strerror}.") from None
    if not value:
        if default is not None:
            return default
        raise SettingWrong(f"{name} is not set (nor {name}_FILE). See docs/settings.md for how to make one.")
    if len(value) < least:
        raise SettingWrong(f"{name} is too short: {len(value)} characters, at least {least} are needed.")
    return value
