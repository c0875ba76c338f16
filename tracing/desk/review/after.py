"""After a decision: which one comes next, what was just done, and how to take it back. Addresses carry codes and keys only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

DONE: Final[dict[str, Any]] = {
    "corrected": _("Corrected. It is being filed."),
    "again": _("It is being filed again."),
    "aside": _("Set aside."),
    "same": _("Decided: the same person. The report is being filed."),
    "different": _("Decided: somebody else. The report is being filed."),
    "accepted": _("Accepted."),
    "refused": _("Refused. The case stays as it is."),
    "back": _("Taken back. Decide anew."),
    "late_back": _("Too late to take back: it has been filed."),
    "one": _("Decided: one person. The two records are merged."),
    "two": _("Decided: two people. They are not offered again."),
    "unsure": _("Noted that you cannot say. It stands last now."),
    "left": _("Noted that you cannot say. The report goes on waiting."),
    "sent": _("Sent. It stands in their list now, and in yours until one of you decides."),
    "sent_report": _("Sent. It has gone from your list to theirs, with the time that is left."),
    "not_back": _("This cannot be taken back any more: something else was decided since."),
    "gone": _("Somebody else has decided this one meanwhile."),
}
UNDONE: Final = frozenset({"corrected", "again", "aside", "same", "different", "one", "two", "unsure"})
"""Those that can be taken back."""


@dataclass(frozen=True, slots=True)
class Last:
    """What this reviewer did before this page."""

    words: Any
    key: UUID
    undo: str
    """Where a post takes it back; "" where it cannot be."""
    good: bool = True


def last(request: HttpRequest, undo: str = "") -> Last | None:
    """What the address says was just done; `undo` names the page that takes it back."""
    did = request.GET.get("did", "")
    try:
        key = UUID(request.GET.get("last", ""))
    except ValueError:
        return None
    if did not in DONE:
        return None
    return Last(
        DONE[did], key, reverse(undo, args=[key]) if undo and did in UNDONE else "", did not in ("late_back", "not_back", "gone")
    )


def query(**values: Any) -> str:
    """A query of what is not empty."""
    made = QueryDict(mutable=True)
    for name, value in values.items():
        if value:
            made[name] = str(value)
    return made.urlencode()


def go(page: str, entry: str, key: UUID | None, **values: Any) -> HttpResponseRedirect:
    """To the item of this key, or to the list where nothing is left."""
    where = reverse(page, args=[key]) if key else reverse(entry)
    asked = query(**values)
    return HttpResponseRedirect(f"{where}?{asked}" if asked else where)


def key_in(text: str) -> UUID | None:
    """A key of an address; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
