"""What each field says about a person, declared on the model as `personal = {"field": ERASE, ...}`.

The declaration drives purging, de-identified exports and demo data; a guard fails when a field of any model has none.
"""

from __future__ import annotations

from typing import Literal

Treatment = Literal["keep", "blur", "erase"]

KEEP: Treatment = "keep"
"""Says nothing about who it is: codes, states, keys, instants of the work itself."""
BLUR: Treatment = "blur"
"""Kept coarser: a birth date becomes a year, a ZIP code its first three digits."""
ERASE: Treatment = "erase"
"""Names, addresses, telephones, free text: emptied when the retention ends."""
