"""Words for what the privacy officer's pages show."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

RULES: dict[str, Any] = {
    "own_record": _("Their own record"),
    "own_name": _("Somebody of their own family name"),
    "own_home": _("Somebody at their own address or telephone"),
    "restricted": _("A restricted record"),
    "no_standing": _("Somebody their unit has nothing to do with"),
    "repeated": _("The same person again and again, without work on the record"),
    "many_in_an_hour": _("Unusually many people in an hour"),
    "many_in_a_day": _("Unusually many people in a day"),
    "at_night": _("People looked at by night"),
}
WAYS: dict[str, Any] = {
    "export": _("File"), "transfer": _("Hand-over"), "api": _("By machine"), "letter": _("Letter"), "referral": _("Referral"),
    "share": _("Sharing"), "out_of_state": _("To another state"), "out_of_state_transfer": _("To another state"),
}  # fmt: skip
PURPOSES: dict[str, Any] = {
    "work": _("the work"), "public_health": _("public health"), "follow_up": _("follow-up"), "help": _("help"), "outbreak": _("an outbreak"),
    "legal": _("a legal duty"), "report": _("a report"), "research": _("research"), "quality": _("quality"), "own_use": _("own use"),
}  # fmt: skip


def rule(code: str) -> str:
    return str(RULES.get(code, code.replace("_", " ")))


def way(code: str) -> str:
    return str(WAYS.get(code, code.replace("_", " ").capitalize()))


def purpose(code: str) -> str:
    return str(PURPOSES.get(code, code.replace("_", " ")))
