"""Forms of the doors: a password set, a password changed."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.uswds import forms


class _Secret(django_forms.CharField):
    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = django_forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(strip=False, max_length=128, widget=widget, **kwargs)


class SetForm(forms.Form):
    """A new password, twice."""

    new = _Secret(label=_("New password"), autocomplete="new-password", help_text=_("At least 12 characters. A sentence is easy to remember."))
    again = _Secret(label=_("The same again"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("This is another one. Type the same password twice."))
        return given


class ChangeForm(SetForm):
    """One's own password changed."""

    present = _Secret(label=_("Present password"), autocomplete="current-password")
    field_order = ["present", "new", "again"]
