"""Why a report is not moved, or a move not taken back; with words that say what to do."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

WORDS: Final = {
    "on_nobody": _("This report was filed on nobody: there is nothing to move."),
    "on_several": _("Versions of this report stand on different people. Merge or move those first."),
    "same_person": _("The report is about this person already."),
    "moved_meanwhile": _("Somebody has moved this report a moment ago. Look at it again."),
    "moved_since": _("The report has been moved again since. Take that back first."),
    "in_hand": _("The person is being called at this moment. Move the report when the call has ended."),
    "no_reason": _("Say why the report is about somebody else."),
    "busy": _("Somebody is working on one of the two at this moment. Try again in a minute."),
}


class CannotMove(Exception):
    """Refused; `code` says why (see WORDS)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
