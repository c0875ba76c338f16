"""What the board calls its measures, states and reasons."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

SHARES: Final[dict[str, Any]] = {
    "attempted_24h": _("Tried within 24 hours"), "attempted_48h": _("Tried within 48 hours"),
    "interviewed_24h": _("Interviewed within 24 hours"), "interviewed_48h": _("Interviewed within 48 hours"),
    "contact_attempted_24h": _("Tried within 24 hours"), "contact_attempted_48h": _("Tried within 48 hours"),
    "notified_24h": _("Told within 24 hours"), "notified_48h": _("Told within 48 hours"),
}  # fmt: skip
SHORT: Final[dict[str, Any]] = {
    "attempted_24h": _("Tried 24 h"), "attempted_48h": _("Tried 48 h"), "interviewed_24h": _("Interviewed 24 h"),
    "interviewed_48h": _("Interviewed 48 h"), "contact_attempted_24h": _("Tried 24 h"), "contact_attempted_48h": _("Tried 48 h"),
    "notified_24h": _("Told 24 h"), "notified_48h": _("Told 48 h"),
}  # fmt: skip
STATES: Final[dict[str, Any]] = {
    "met": _("in time"), "late": _("not in time"), "running": _("there is time left"), "unknown": _("no time known to count from"),
}
OUT: Final[dict[str, Any]] = {
    "not_a_case": _("found not to be a case"), "merged": _("worked on under another case of the same person"),
    "died_before": _("died before the report came"), "out_of_state": _("lives in another state"),
    "count_only": _("only counted, by the scope rule"), "message_only": _("only written to, by the scope rule"),
    "facility": _("worked on with their facility"), "already_case": _("a case already when they were named"),
    "not_needed": _("no follow-up needed"),
}  # fmt: skip
AGES: Final[dict[str, Any]] = {
    "day": _("under 24 hours"), "two_days": _("1 to 2 days"), "three_days": _("2 to 3 days"), "week": _("3 to 7 days"),
    "older": _("over 7 days"),
}  # fmt: skip
OF: Final[dict[str, Any]] = {"case": _("Cases"), "contact": _("Contacts")}
CLOCKS: Final[dict[str, dict[str, Any]]] = {
    "case": {"received": _("the state had the report"), "result": _("the laboratory had the result")},
    "contact": {"received": _("they were named"), "result": _("the result of who named them")},
}
DAYS: Final[dict[str, Any]] = {"1": _("Today"), "2": _("2 days"), "7": _("7 days"), "14": _("14 days"), "28": _("28 days")}
