"""Merging two people who are one, and taking it back: the verbs, composed of what each room below does with its own tables."""

from tracing.intake.merging.actions import merge_people, undo_merge
from tracing.people.merging.refusals import CannotMerge, CannotUndo

__all__ = ["CannotMerge", "CannotUndo", "merge_people", "undo_merge"]
