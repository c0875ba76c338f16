"""When a sender needs looking after, and how well it reports. Pure decisions on figures; no Django, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final, Literal

KEY_WARNING: Final = timedelta(days=14)
"""Long enough for a laboratory's change board to meet."""
USUAL_WEEKS: Final = 4
FALL_BELOW: Final = 0.5
FALL_LEAST_USUAL: Final = 20
"""A sender of a handful a day has silent days by chance; only silence alarms there."""

Alarm = Literal["silent", "key_expires", "key_expired", "no_key", "totals_disagree", "fallen", "trouble", "unconfirmed"]

ALARMS: Final[dict[Alarm, str]] = {
    "silent": "Nothing came for longer than expected",
    "key_expires": "The key with which it posts ends soon",
    "key_expired": "The key with which it posted has ended",
    "no_key": "It has neither a key nor a folder: nothing can come in",
    "totals_disagree": "A batch holds another number of messages than it says",
    "fallen": "Far fewer reports than usual on this day of the week",
    "trouble": "A file or a fetch does not come in",
    "unconfirmed": "Nobody has confirmed this sender: its reports are held",
}


@dataclass(frozen=True, slots=True)
class Key:
    hint: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """A batch whose own count is not ours."""

    delivery: str
    declared: int
    counted: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known about a sender at one instant."""

    active: bool
    added_at: datetime
    expected_every: timedelta
    last_at: datetime | None
    """When something last came."""
    has_folder: bool
    keys: tuple[Key, ...]
    """Neither revoked nor replaced: ended ones only where no later one is there."""
    disagreeing: tuple[Totals, ...]
    last_day: int
    """Messages of the last 24 hours."""
    usual: tuple[int, ...]
    """Messages of the same 24 hours one, two, … weeks before, back to when the sender was added."""
    troubles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    alarm: Alarm
    facts: tuple[tuple[str, str], ...] = ()
    """What it rests on, to fill its sentence: name and value, codes and figures only."""


def alarms(figures: Figures, *, at: datetime) -> tuple[Raised, ...]:
    """Everything that needs looking after, the worst first."""
    if not figures.active:
        return (Raised("unconfirmed"),) if figures.last_at is not None else ()
    raised: list[Raised] = []
    since = max(figures.last_at or figures.added_at, figures.added_at)
    if at - since > figures.expected_every:
        raised.append(Raised("silent", (("hours", str(int((at - since).total_seconds() // 3600))),)))
    raised += [Raised("trouble", (("code", code),)) for code in figures.troubles]
    raised += _key_alarms(figures, at)
    if fallen(figures.last_day, figures.usual):
        raised.append(Raised("fallen", (("came", str(figures.last_day)), ("usual", str(round(median(figures.usual)))))))
    raised += [
        Raised("totals_disagree", (("delivery", one.delivery), ("declared", str(one.declared)), ("counted", str(one.counted))))
        for one in figures.disagreeing
    ]
    return tuple(raised)


def _key_alarms(figures: Figures, at: datetime) -> list[Raised]:
    if not figures.keys:
        return [] if figures.has_folder else [Raised("no_key")]
    # A sender that has changed over to a newer key is in no danger from the end of its old one.
    last = max(figures.keys, key=lambda key: key.expires_at)
    if last.expires_at <= at:
        return [Raised("key_expired", (("key", last.hint),))]
    if last.expires_at - at <= KEY_WARNING:
        return [Raised("key_expires", (("key", last.hint), ("days", str((last.expires_at - at).days))))]
    return []


def fallen(last_day: int, usual: Sequence[int]) -> bool:
    """Whether the last 24 hours brought less than half of what the same hours brought in the weeks before (median of 2 or more)."""
    if len(usual) < 2:
        return False
    middle = median(usual)
    return middle >= FALL_LEAST_USUAL and last_day < FALL_BELOW * middle


@dataclass(frozen=True, slots=True)
class Score:
    """How well a sender reports: parts of its reports, 0 to 1, over seven days. None where there were none."""

    reports: int
    held: float | None
    late: float | None
    no_phone: float | None
    no_address: float | None
    no_birth_date: float | None

    @property
    def points(self) -> int | None:
        """100: every report on time with telephone, address and birth date. Each shortcoming weighs the same."""
        parts = (self.late, self.no_phone, self.no_address, self.no_birth_date)
        if any(part is None for part in parts):
            return None
        return round(100 * (1 - sum(part or 0 for part in parts) / len(parts)))


def score(*, reports: int, held: int, late: int, no_phone: int, no_address: int, no_birth_date: int) -> Score:
    def part(count: int) -> float | None:
        return min(1.0, count / reports) if reports else None

    return Score(reports, part(held), part(late), part(no_phone), part(no_address), part(no_birth_date))
