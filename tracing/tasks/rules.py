"""When to call, when to try again, how long a person stays in hand. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

HOLD: Final = timedelta(minutes=30)
"""How long a person stays in hand without a sign of work."""
HOUSEHOLD_AT_MOST: Final = 12
"""People at one address; more are a building or an institution."""
