"""What a page says of refusals, warnings and states of accounts. Codes are stored and tested; these words are not."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

REFUSALS: Final[dict[str, Any]] = {
    "not_administered": _("You do not administer this unit. Ask an administrator of the unit or of the state."),
    "to_oneself": _("Nobody gives a role to themselves, confirms what they proposed, or decides on their own. Ask another administrator."),
    "account_closed": _("The account is closed. Reopen it first."),
    "unit_closed": _("This unit is closed. Choose the one that took over its work: %(successor)s."),
    "role_ended": _("This role was ended. Choose another."),
    "role_waiting": _("This role waits for a second person to confirm it. It can be given afterwards."),
    "wrong_dates": _("It would end before it begins, or in the past. Choose a later last day, or none."),
    "unknown_disease": _("There is no disease of this name. Take it from the list of diseases."),
    "sensitive": _(
        "A sensitive disease is named by an administrator of the state, or by who holds it themselves. Leave it out, or ask one of them."
    ),
    "more_than_held": _("The role has power over others that you do not hold here. Ask an administrator of the state to give it."),
    "overlaps": _("They hold this role in this unit in that time already. End that one first, or let this one begin when it ends."),
    "already_proposed": _("This is proposed already and waits for a second person."),
    "answered": _("This was answered by somebody else in the meantime."),
    "not_a_second": _("A second person confirms: neither who proposed it nor who receives it."),
    "last_administrator": _("This is the last administrator of the state. Give the role to somebody else first."),
    "not_theirs": _("They also hold something in units that you do not administer. Ask an administrator of the state."),
    "no_such_role": _("There is no role of this name."),
    "no_such_unit": _("There is no unit of this name."),
    "undecided": _("Some roles are not decided on yet. Say keep or end for each, then close the review."),
    "beyond_maker": _("You do not hold %(permissions)s yourself. Leave it out, or let somebody define the role who does."),
    "code_taken": _("There is a role of this code already. Choose another."),
    "code_wrong": _("Use small letters, digits and underscores, beginning with a letter."),
    "no_permissions": _("Choose at least one permission."),
    "not_own_role": _("This role comes with the state's profile. End it there."),
    "define_not_held": _("Defining roles needs the permission to do so for the whole state."),
    "is_open": _("The account is open."),
    "is_closed": _("The account is closed already."),
    "is_used": _("The account was used in the meantime."),
    "provider": _("The directory gives this role. End it there: remove the person from the group %(group)s."),
}
"""Every refusal, with what to do."""

CONFLICTS: Final[dict[str, Any]] = {
    "overlaps": REFUSALS["overlaps"],
    "held_above": _("They hold this role already in a unit that includes this one."),
    "narrower_sight": _(
        "Their roles show people differently. While they work with all of them, the narrower one holds; with “Work as” they choose one."
    ),
    "in_hand_beside_unit": _(
        "One role shows only people handed to them, another one of the same unit shows everybody: the first restricts nothing."
    ),
}

MISSING: Final[dict[str, Any]] = {
    "agreement": _("no dated confidentiality agreement"),
    "training": _("no date of training"),
}


class Refused(Exception):
    """Something about accounts and roles is not done. `code` says why; as text it says what to do."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        text = str(REFUSALS[self.code])
        return text % {"successor": "", "group": "", "permissions": "", **self.facts} if "%(" in text else text
