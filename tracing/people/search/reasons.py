"""Why somebody was found, in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Final[dict[str, str | Promise]] = {
    "name": _("this name"),
    "name_begins": _("name begins so"),
    "nickname": _("nickname"),
    "one_letter": _("name one letter off"),
    "sounds": _("name sounds like it"),
    "letters": _("name two letters off"),
    "former": _("another report of them says so"),
    "birth_date": _("this birth date"),
    "birth_swapped": _("birth day and month swapped"),
    "birth_year": _("born in this year"),
    "phone": _("this number"),
    "phone_ends": _("number ends so"),
    "email": _("this e-mail"),
    "zip": _("this ZIP code"),
    "street": _("this address"),
    "ssn4": _("last four digits of the social security number"),
    "number": _("number of another system"),
}
"""Code → words, best first."""
