"""Log lines that hold no personal data.

The text of an exception often quotes the row that caused it ("Key (phone)=(…) already exists"), so outside the demo a log shows
where an error arose and of which kind, never its words.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any


class CodesOnly(logging.Formatter):
    """One line per event; an exception as its kind, SQLSTATE and constraint where it has them, and the places it passed."""

    def formatException(self, ei: Any) -> str:
        kind, error, trail = ei
        lines = [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in traceback.extract_tb(trail)]
        return "\n".join([*lines, _describe(kind, error)])


def _describe(kind: type[BaseException] | None, error: BaseException | None) -> str:
    name = f"{kind.__module__}.{kind.__qualname__}" if kind else "unknown"
    cause = error.__cause__ if error is not None and error.__cause__ is not None else error
    state = getattr(cause, "sqlstate", None)
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return name + (f" sqlstate={state}" if state else "") + (f" constraint={constraint}" if constraint else "")


class OnlyThePath(logging.Filter):
    """Cuts query strings and fragments off addresses that a library put into its message."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_cut(argument) for argument in record.args)
        return True


def _cut(argument: object) -> object:
    if isinstance(argument, str) and argument.startswith("/"):
        return argument.split("?", 1)[0].split("#", 1)[0]
    return argument


def logging_settings(level: str, words: bool) -> dict[str, Any]:
    """`words`: also show the text of exceptions. For the demo, whose people are made up."""
    plain = {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"path": {"()": OnlyThePath}},
        "formatters": {"lines": plain if words else {"()": CodesOnly, "fmt": plain["format"], "style": "{"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["path"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # Job arguments are row ids, but the library also logs them with results: warnings are enough.
            "procrastinate": {"level": "WARNING"},
            # Tell the address and the headers of each request to the telephone service.
            "twilio": {"level": "WARNING"},
            "urllib3": {"level": "WARNING"},
            # Names each passkey that is made or used.
            "fido2": {"level": "WARNING"},
        },
    }
