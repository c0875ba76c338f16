"""Why two people are not merged, or a merge not undone; with words that say what to do."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

WORDS: Final = {
    "same_person": _("This is one and the same record."),
    "merged_away": _("One of the two was merged into somebody else already. Merge with that person instead."),
    "told_apart": _("Somebody said that these two are not the same. Say why they are after all."),
    "both_in_hand": _("Both are being called at this moment. Merge them when one of the calls has ended."),
    "busy": _("Somebody is working on one of the two at this moment. Try again in a minute."),
    "undone": _("It was undone already."),
}


class CannotMerge(Exception):
    """Refused; `code` says why (see WORDS), `root` who it is now where one of the two was merged away."""

    def __init__(self, code: str, root: UUID | None = None) -> None:
        super().__init__(code)
        self.code, self.root = code, root


class CannotUndo(Exception):
    """Refused; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
