from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.base.phones import e164
from tracing.uswds import forms


class CallerForm(forms.Form):
    """The number that is calling, and what its caller says."""

    number = forms.TelephoneField(label=_("Number that is calling"), max_length=40, help_text=_("As the telephone shows it."))
    birth_on = forms.DayField(label=_("Birth date, as the caller says it"))
    given = forms.LineField(label=_("First name, as the caller says it"), max_length=120, required=False, width="lg")
    zip = forms.LineField(label=_("Or the ZIP code where they live"), max_length=10, required=False, width="sm", mode="numeric")

    marks_optional = False

    def clean_number(self) -> str:
        number = e164(self.cleaned_data["number"])
        if not number:
            raise django_forms.ValidationError(_("Enter a number with its area code, for example 203-555-0142."))
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("given") and not cleaned.get("zip"):
            self.add_error("given", _("Ask for the first name or the ZIP code as well."))
        return cleaned
