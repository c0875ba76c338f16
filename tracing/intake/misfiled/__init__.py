"""A report that was filed on the wrong person: moved to whom it is about, with what it caused undone or listed, and taken back."""

from tracing.intake.misfiled.actions import move_report, take_back_move
from tracing.intake.misfiled.refusals import CannotMove

__all__ = ["CannotMove", "move_report", "take_back_move"]
