"""Words for what is shared and handed over."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tracing.cases.sharing import CannotShare

PURPOSES = {
    "care": _("Care of the person"), "school_safety": _("Safety of others at a school"),
    "investigation": _("Investigation of a cluster or source"), "covering": _("Work done for the department"), "other": _("Other"),
}  # fmt: skip

KINDS = {
    "follow_up": _("Somebody else follows them from now on"),
    "residence": _("They live somewhere else: the residence was wrong"),
}
KIND_HINTS = {
    "follow_up": _("The case goes on counting where it counts now. For a student at college, or a person who stays with family."),
    "residence": _("The case counts there and is followed there, from the day on which it is accepted."),
}

HOW = {"attends": _("Attends it"), "lives": _("Lives there"), "works": _("Works there")}
SOURCES = {"interview": _("said in an interview"), "report": _("by the address"), "staff": _("entered by staff")}

REFUSALS = {
    "unit_closed": _("This unit no longer works. Choose %(other)s, which took over its work."),
    "refer_instead": _("Such an organisation is never shown a case. Refer the person to it instead."),
    "nobody_there": _("Nobody there may see this disease, so nobody would see the case. Ask for an account there first."),
    "sees_it_already": _("They see this case already: it is theirs, or they stand above the department."),
    "shared_already": _("It is shared with them already. Change the day on which that ends, below."),
    "no_purpose": _("Say for what it is shared."),
    "past": _("This day has passed. Choose a later one."),
    "too_long": _("Shares last 90 days at most. Choose an earlier day; it can be renewed."),
    "ended_already": _("This share has ended already."),
    "no_such_work": _("This kind of unit does not take such cases over. Choose a health department."),
    "has_it_already": _("They have this case already."),
    "offered_already": _("This case is offered to somebody already. Withdraw that offer first."),
}

PURPOSE_OF_LENT = {
    "shared": _("shared by %(unit)s until %(day)s"), "school": _("shown by %(unit)s until %(day)s"),
    "transfer": _("offered by %(unit)s: to be answered"),
}  # fmt: skip


def refusal(refused: CannotShare) -> Any:
    words = REFUSALS[refused.code]
    if refused.code == "unit_closed":
        return str(words) % {"other": refused.unit.name if refused.unit else _("another one")}
    return words
