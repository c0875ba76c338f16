"""How much of a row is shown to whoever looks: each level, and which fields it hides. Pure; set for a page by `access`.

What a field hides from follows from its declared treatment (`base.personal`): what identifies is for those who see people, what can
be blurred is blurred. A model says more with declarations of its own: `guarded`, sensitive fields that only "whole" shows; `reachable`, the
fields of which alone "contact" shows any; `outline`, the fields that "masked" shows besides the `initials` of others; `whereabouts`,
links that "deidentified" does not show; `of_staff`, for a table that tells of staff and not of the people who are followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal

Sight = Literal["whole", "limited", "contact", "masked", "deidentified"]

ORDER: Final[tuple[Sight, ...]] = ("whole", "limited", "contact", "masked", "deidentified")
"""From most to least. Of two that conflict the later holds."""

SHOWS: Final[dict[Sight, frozenset[str]]] = {
    "whole": frozenset({"name", "birth", "reach", "street", "town", "days", "notes", "sensitive"}),
    "limited": frozenset({"name", "birth", "reach", "street", "town", "days", "notes"}),
    "contact": frozenset({"name", "reach", "street", "town"}),
    "masked": frozenset({"initials", "town", "days"}),
    "deidentified": frozenset(),
}
"""In words what each level shows of a person, for pages that say so: names, birth dates, ways to reach, streets, towns, days that
are more exact than a month, free text, sensitive fields."""


def finds_by(level: Sight) -> frozenset[str]:
    """By what somebody at this level may look for people and sort them: what is not shown is not asked either."""
    return SHOWS[level] & {"name", "birth", "reach"}


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
