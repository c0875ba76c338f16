"""Who carries a message out of the house.

No provider is built in yet: the only one there is, `Off`, sends nothing, so that every message stays in line where it can be seen
and stopped. A provider for texts, e-mail or letters is a module with an object of the shape `Provider`, and one line in `chosen`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tracing.messaging.models import Message


class NotSent(Exception):
    """The provider refused it for good. The first argument is a short code."""


class Provider(Protocol):
    """Called outside any transaction, at most once for each message that was claimed."""

    @property
    def channels(self) -> tuple[str, ...]:
        """What it can send by; nothing of another channel is claimed."""
        ...

    def send(self, message: Message) -> None:
        """Hand it over. Raises NotSent when it will never go out."""


@dataclass(frozen=True, slots=True)
class Off:
    """Sends nothing and claims nothing."""

    channels: tuple[str, ...] = ()

    def send(self, message: Message) -> None:
        raise NotSent("off")


def chosen() -> Provider:
    """The provider of this deployment: none yet."""
    return Off()
