"""Why a unit cannot be added, closed or covered so, and what to do; kinds of units; kinds of open work."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

KINDS: Final[dict[str, Any]] = {
    "state": _("State"),
    "region": _("Region"),
    "department": _("Health department"),
    "team": _("Team"),
    "college": _("College or university"),
    "school": _("School"),
    "community": _("Community organisation"),
    "laboratory": _("Laboratory"),
    "contractor": _("Contractor"),
}
WRONG: Final[dict[str, Any]] = {
    "kind_of_the_profile": _("The state, its regions and health departments come from the state's profile."),
    "code_wrong": _("Use 2 to 80 small letters, digits and hyphens."),
    "code_taken": _("There is a unit of this code already."),
    "name_missing": _("Enter its name, in at most 200 letters."),
    "no_such_zone": _("There is no such time zone."),
    "no_number": _("Enter a number with its country, for example +12035550100."),
    "parent_closed": _("This unit has ended. Choose one that works."),
    "stays": _("The state and its regions are not closed here: they come from the profile."),
    "ended_already": _("This unit has an end already."),
    "day_past": _("Choose today or a later day: what is past is not rewritten."),
    "day_before_it_began": _("Choose a day after the one on which it began."),
    "successor_itself": _("A unit cannot take over from itself."),
    "successor_closed": _("%(names)s ends or has ended. Choose one that works on."),
    "successor_below": _("%(names)s stands below this unit. Choose one beside or above it."),
    "successor_has_no_cases": _("%(names)s cannot have cases. Choose a health department, or the state."),
    "towns_without_department": _("Nobody would serve %(names)s. Choose who takes over."),
}
CANNOT_COVER: Final[dict[str, Any]] = {
    "itself": _("A unit does not cover itself."),
    "stands_above": _("This unit stands above the one that would cover it: that would give a department the state."),
    "reaches_it_already": _("It stands above this unit and reaches its work already."),
    "ends_before_it_begins": _("It would end before it begins, or in the past. Choose a later last day."),
    "begins_in_the_past": _("Choose today or a later first day."),
    "too_long": _("Choose at most a year; it can be said again then."),
    "overlaps": _("It covers this unit in that time already. End that first, or begin when it ends."),
    "why_missing": _("Say why: whoever looks later wants to know."),
    "closed": _("One of the two has ended by then."),
}
WORK: Final[dict[str, Any]] = {
    "staff": _("Roles of staff"),
    "cases": _("Open cases"),
    "tasks": _("Calls and other tasks"),
    "papers": _("Offers, proposals, packages"),
    "facilities": _("Lines of facilities"),
    "people": _("Matches, restrictions, emergency access"),
    "reports": _("Reports that wait or are held"),
    "senders": _("Senders"),
}
"""In the order of a page."""


def said(code: str, words: dict[str, Any], names: tuple[str, ...] = ()) -> str:
    """The sentence of a refusal, with at most six of the names it is about."""
    shown = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    return str(words[code]) % {"names": shown} if names else str(words[code]).replace("%(names)s", "")
