"""How somebody came in, and why not, in words."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from tracing.access.models import SignIn
from tracing.desk.sign_in.problems import PROBLEMS

METHODS: Final[dict[str, Any]] = {
    "password": _("Password"),
    "provider": _("Sign-in provider"),
    "passkey": _("Passkey"),
    "confirm": _("Confirmation"),
    "link": _("Invitation link"),
}
FACTORS: Final[dict[str, Any]] = {
    "app": _("authenticator app"),
    "passkey": _("passkey"),
    "recovery": _("recovery code"),
    "provider": _("second factor at the provider"),
}
REFUSALS: Final[dict[str, Any]] = {
    "": _("Wrong password"),
    "password": _("Wrong password"),
    "factor": _("Second factor was wrong"),
    "link": _("Link did not open"),
    "unfinished": _("First step was right, second factor was not given"),
}


def how(row: SignIn) -> str:
    """ "Password, authenticator app"."""
    parts = [METHODS.get(row.method, row.method)]
    if row.factor and (row.method, row.factor) != ("passkey", "passkey"):
        parts.append(FACTORS.get(row.factor, row.factor))
    return ", ".join(str(part) for part in parts)


def outcome(row: SignIn) -> str:
    """ "Signed in", or why not."""
    if row.succeeded:
        return str(_("Signed in"))
    if row.refused_for in PROBLEMS:
        return str(PROBLEMS[row.refused_for].title)
    return str(REFUSALS.get(row.refused_for, row.refused_for))
