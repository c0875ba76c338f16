"""Alarms in words, with their status; ways in which reports come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracing.intake.rules import ALARMS, Raised
from tracing.intake.taking import TROUBLES

STATUS = {
    "silent": "source.silent",
    "key_expires": "source.expiring",
    "key_expired": "source.disagrees",
    "no_key": "source.disagrees",
    "totals_disagree": "source.disagrees",
    "fallen": "source.fallen",
    "trouble": "source.disagrees",
    "unconfirmed": "source.late",
}
SHORT: dict[str, Any] = {
    "silent": gettext_lazy("Silent"),
    "key_expires": gettext_lazy("Key ends soon"),
    "key_expired": gettext_lazy("Key has ended"),
    "no_key": gettext_lazy("No way in"),
    "totals_disagree": gettext_lazy("Totals disagree"),
    "fallen": gettext_lazy("Sudden fall"),
    "trouble": gettext_lazy("Does not come in"),
    "unconfirmed": gettext_lazy("Not confirmed"),
}
CHANNELS: dict[str, Any] = {
    "post": gettext_lazy("posted"),
    "folder": gettext_lazy("from its folder"),
    "pull": gettext_lazy("fetched"),
    "command": gettext_lazy("by command"),
}


@dataclass(frozen=True, slots=True)
class Told:
    status: str
    short: Any
    words: str


def told(raised: Raised) -> Told:
    """An alarm with its figures, in a sentence."""
    facts: Mapping[str, str] = dict(raised.facts)
    return Told(STATUS[raised.alarm], SHORT[raised.alarm], _sentence(raised.alarm, facts))


def _sentence(alarm: str, facts: Mapping[str, str]) -> str:
    match alarm:
        case "silent":
            return _("Nothing came for %(time)s.") % {"time": hours(int(facts.get("hours", "0")))}
        case "key_expires":
            days = int(facts.get("days", "0"))
            return ngettext(
                "Its key …%(key)s ends in %(days)d day. Make a new one and hand it over.",
                "Its key …%(key)s ends in %(days)d days. Make a new one and hand it over.",
                days,
            ) % {"key": facts.get("key", ""), "days": days}
        case "key_expired":
            return _("Its key …%(key)s has ended: what it posts is refused.") % facts
        case "fallen":
            return _("%(came)s reports in 24 hours; %(usual)s are usual on this day of the week.") % facts
        case "totals_disagree":
            return _("A batch says that it holds %(declared)s messages; %(counted)s were found.") % facts
        case "trouble":
            return str(_(TROUBLES.get(facts.get("code", ""), ALARMS["trouble"]))) + "."
    return str(_(ALARMS[alarm])) + "."  # type: ignore[index]


def heard(last: datetime | None, at: datetime) -> str:
    """How long ago something came, as people say it."""
    if last is None:
        return _("never")
    minutes = max(0, int((at - last).total_seconds() // 60))
    if minutes < 2:
        return _("just now")
    if minutes < 120:
        return _("%(number)d minutes ago") % {"number": minutes}
    return _("%(time)s ago") % {"time": hours(minutes // 60)}


def hours(number: int) -> str:
    """A number of hours as people say it."""
    if number < 48:
        return ngettext("%(number)d hour", "%(number)d hours", number) % {"number": number}
    days = number // 24
    return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}
