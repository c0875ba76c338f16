"""What the pages of the workload call the parts of the work, days and hours."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import time
from typing import Any, Final

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracing.tasks.models import Cover, Team

PARTS: Final[dict[str, Any]] = {
    "cases": gettext_lazy("Cases"), "contacts": gettext_lazy("Contacts"), "monitoring": gettext_lazy("Monitoring"),
}  # fmt: skip
DAYS: Final[dict[int, Any]] = {
    0: gettext_lazy("Monday"), 1: gettext_lazy("Tuesday"), 2: gettext_lazy("Wednesday"), 3: gettext_lazy("Thursday"), 4: gettext_lazy("Friday"),
    5: gettext_lazy("Saturday"), 6: gettext_lazy("Sunday"),
}  # fmt: skip
SHORT: Final[dict[int, Any]] = {
    0: gettext_lazy("Mon"), 1: gettext_lazy("Tue"), 2: gettext_lazy("Wed"), 3: gettext_lazy("Thu"), 4: gettext_lazy("Fri"),
    5: gettext_lazy("Sat"), 6: gettext_lazy("Sun"),
}  # fmt: skip


def parts_of(work: Iterable[str]) -> str:
    return ", ".join(str(words) for code, words in PARTS.items() if code in set(work))


def hour(of: time) -> str:
    return time_format(of, "g:i A")


def days_of(days: Collection[int]) -> str:
    """ "every day", "Mon to Fri", "Sat, Sun"."""
    found = sorted(days)
    if len(found) == 7:
        return _("every day")
    if len(found) > 2 and found == list(range(found[0], found[-1] + 1)):
        return _("%(first)s to %(last)s") % {"first": SHORT[found[0]], "last": SHORT[found[-1]]}
    return ", ".join(str(SHORT[day]) for day in found)


def team_hours(team: Team) -> str:
    said = _("%(days)s, %(opens)s to %(closes)s") % {"days": days_of(team.days), "opens": hour(team.opens), "closes": hour(team.closes)}
    return said if team.holidays else _("%(hours)s, not on holidays") % {"hours": said}


def hours_of(cover: Cover) -> list[str]:
    """When a cover is in force, in words, one thing after the other."""
    said = []
    if cover.nights:
        said.append(_("nights, %(evening)s to %(morning)s") % {"evening": hour(cover.evening), "morning": hour(cover.morning)})
    if cover.weekends:
        said.append(_("weekends"))
    if cover.holidays:
        said.append(_("holidays"))
    if not said:
        said.append(_("at all hours"))
    if cover.until_on:
        said.append(_("from %(first)s to %(last)s") % {"first": _day(cover.from_on), "last": _day(cover.until_on)})
    else:
        said.append(_("since %(first)s, until it is ended") % {"first": _day(cover.from_on)})
    if cover.above is not None:
        said.append(_("while more than %(number)d wait") % {"number": cover.above})
    if cover.alone:
        said.append(_("the team alone"))
    return said


def _day(day: Any) -> str:
    return date_format(day, "M j, Y")
