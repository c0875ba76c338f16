"""How much of a row is shown to whoever looks: each level, and which fields it hides. Pure; set for a page by `access`.

What a field hides from follows from its declared treatment (`base.personal`): what identifies is for those who see people, what can
be blurred is blurred. A model says more with two declarations of its own: `sensitive`, fields that "limited" does not show, and
`reachable`, the fields of which alone "contact" shows any.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal

Sight = Literal["whole", "limited", "contact", "masked", "deidentified"]

ORDER: Final[tuple[Sight, ...]] = ("whole", "limited", "contact", "masked", "deidentified")
"""From most to least. Of two that conflict the later holds."""

_sight: ContextVar[Sight] = ContextVar("sight", default="whole")


def sight() -> Sight:
    """How much is shown at this moment."""
    return _sight.get()


def narrowest(levels: list[Sight]) -> Sight:
    """The one that holds when several do; everything when there is none."""
    return max(levels, key=ORDER.index, default="whole")


@contextmanager
def seen_as(level: Sight) -> Iterator[None]:
    """Rows loaded inside come with what this level shows."""
    token = _sight.set(level)
    try:
        yield
    finally:
        _sight.reset(token)
