"""Strict reading of one TOML table: every key is known and of its type, or the error names file, item and key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any


class RuleSetError(ValueError):
    """The data of a rule set are wrong. The text names the file, the item and what to mend."""


class Item:
    """Takes keys out of one table; `done()` complains of what is left."""

    def __init__(self, where: str, table: object) -> None:
        if not isinstance(table, Mapping):
            raise RuleSetError(f"{where}: a table was expected")
        self.where = where
        self._left: dict[str, Any] = dict(table)

    def fail(self, text: str) -> RuleSetError:
        return RuleSetError(f"{self.where}: {text}")

    def _take(self, key: str, kind: type, *, needed: bool) -> Any:
        value = self._left.pop(key, None)
        if value is None:
            if needed:
                raise self.fail(f'"{key}" is missing')
            return None
        # bool is an int in Python and a datetime is a date; neither may pass for the other here.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)) or isinstance(value, datetime):
            raise self.fail(f'"{key}" must be {_WORD[kind]}, not {value!r}')
        return value

    def text(self, key: str, *, among: Collection[str] = ()) -> str:
        value: str = self._take(key, str, needed=True)
        if not value.strip():
            raise self.fail(f'"{key}" is empty')
        return self._known(key, value, among)

    def text_or(self, key: str, default: str = "", *, among: Collection[str] = ()) -> str:
        value = self._take(key, str, needed=False)
        return default if value is None else self._known(key, value, among)

    def whole(self, key: str, *, least: int = 0, most: int = 1_000_000) -> int:
        value = self.whole_or(key, least=least, most=most)
        if value is None:
            raise self.fail(f'"{key}" is missing')
        return value

    def whole_or(self, key: str, *, least: int = 0, most: int = 1_000_000) -> int | None:
        value: int | None = self._take(key, int, needed=False)
        if value is not None and not least <= value <= most:
            raise self.fail(f'"{key}" must lie between {least} and {most}, not {value}')
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._take(key, bool, needed=False)
        return default if value is None else bool(value)

    def flag_or(self, key: str) -> bool | None:
        value: bool | None = self._take(key, bool, needed=False)
        return value

    def day(self, key: str) -> date:
        value: date = self._take(key, date, needed=True)
        return value

    def day_or(self, key: str) -> date | None:
        value: date | None = self._take(key, date, needed=False)
        return value

    def codes(self, key: str, *, among: Collection[str] = ()) -> tuple[str, ...]:
        values = self._take(key, list, needed=False) or []
        for value in values:
            if not isinstance(value, str):
                raise self.fail(f'"{key}" must be a list of words, not {value!r}')
            self._known(key, value, among)
        if len(set(values)) != len(values):
            raise self.fail(f'"{key}" names something twice')
        return tuple(values)

    def items(self, key: str, *, name: str = "", needed: bool = False) -> tuple[Item, ...]:
        """The tables under `key`, each named in errors by its `name` key or its number."""
        values = self._take(key, list, needed=needed) or []
        found = []
        for number, value in enumerate(values, 1):
            label = value.get(name) if name and isinstance(value, Mapping) else None
            found.append(Item(f"{self.where}, {key} {label or number}", value))
        return tuple(found)

    def done(self) -> None:
        if self._left:
            unknown = ", ".join(f'"{key}"' for key in sorted(self._left))
            raise self.fail(f"unknown key {unknown}")

    def _known(self, key: str, value: str, among: Collection[str]) -> str:
        if among and value not in among:
            raise self.fail(f'"{key}" says "{value}"; known are: {", ".join(sorted(among))}')
        return value


_WORD: dict[type, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    date: "a day (2020-05-03)",
    list: "a list",
}
