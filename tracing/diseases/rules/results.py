"""What the rules need to know of one positive result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Positive:
    """A result that was positive in some version. `current` is False once it was withdrawn or corrected to
    something else.
    """

    result_id: UUID | str
    specimen_on: date
    analyte: str
    """molecular, antigen, antibody, igm, igg, culture, other"""
    presumptive: bool = False
    current: bool = True
    self_test: bool = False
    """Done at home or otherwise outside a licensed laboratory or provider."""
