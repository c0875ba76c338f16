"""How guessing is slowed down, without a way to keep somebody else out. Pure.

Three counts, each of refusals only:
- one account from one network address: after five within five minutes the pair waits. A stranger elsewhere pauses nobody but himself;
- one address over many accounts: from the twentieth account within ten minutes on, that address is let through once every few
  seconds, then slower, one minute at most. Who has signed in from there before is not slowed: an office behind one address works on;
- codes of an authenticator app for one account, from everywhere: six digits can be guessed by many machines. After thirty within an
  hour, codes wait; a passkey or a recovery code still opens.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

PAIR_REFUSALS: Final = 5
PAIR_PAUSE: Final = timedelta(minutes=5)
SPRAYED_ACCOUNTS: Final = 20
SPRAY_WINDOW: Final = timedelta(minutes=10)
SLOWEST: Final = timedelta(minutes=1)
KNOWN_FOR: Final = timedelta(days=30)
CODE_REFUSALS: Final = 30
CODE_WINDOW: Final = timedelta(hours=1)


def pair_waits(refusals: int) -> bool:
    """Whether another attempt on this account from this address has to wait."""
    return refusals >= PAIR_REFUSALS


def spray_wait(accounts: int, *, last: datetime | None, at: datetime) -> timedelta:
    """How long this address still has to wait before its next attempt; nothing below the threshold.

    `accounts` is how many different ones were refused from it within the window, `last` when the last refusal was."""
    over = accounts - SPRAYED_ACCOUNTS
    if over < 0 or last is None:
        return timedelta()
    gap = min(timedelta(seconds=2 ** min(over // 2 + 1, 10)), SLOWEST)
    return max(last + gap - at, timedelta())


def codes_wait(refusals: int) -> bool:
    """Whether codes of an authenticator app have to wait for this account, wherever they come from."""
    return refusals >= CODE_REFUSALS
