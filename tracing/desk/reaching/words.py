"""Words for ways to reach, households and who answers."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from tracing.people.models import Confidential, Guardianship, WayToReach

PROBLEMS: Final[dict[str, Any]] = {
    "empty": _("Enter a number or an e-mail."),
    "letters": _("This has letters in it: enter the digits only."),
    "too_short": _("A number is missing digits: enter it with its area code, for example 203-555-0142."),
    "too_long": _("This has too many digits for one number. Enter one number; put an extension into “best hours”."),
    "area_code": _("No area code begins with 0 or 1. A number from abroad begins with + and its country."),
    "placeholder": _("One digit repeated is not a number."),
    "not_possible": _("No such number can be dialled. Check the digits after the area code; from abroad begin with +."),
    "no_at": _("An e-mail has an @ in it, a number has digits only."),
    "two_addresses": _("Enter one e-mail at a time."),
    "not_an_address": _("This is not an e-mail, for example name@example.org."),
    "nobodys": _("This is an example address that reaches nobody."),
}
WHOSE: Final = {str(code): label for code, label in WayToReach.Whose.choices}
ANSWERS: Final = {str(code): label for code, label in Guardianship.Kind.choices}
CONFIDENTIAL: Final = {str(code): label for code, label in Confidential.Kind.choices}
REFUSED: Final[dict[str, Any]] = {
    "no_name": _("Enter a name, or choose somebody of the household."),
    "themselves": _("Nobody answers for themselves here."),
    "wrong_dates": _("The last day is before the first."),
    "stands_already": _("This is noted already."),
}
HINTS: Final = {"address": _("same address"), "phone": _("same number")}
ALONE: Final[dict[str, Any]] = {
    "nobody_known": _("A child, and nobody is known who answers for them. Ask who looks after the child before anything else, and note it."),
    "only_carers": _("Nobody of these may decide for them: ask who does."),
}
