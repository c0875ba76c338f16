from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.base.phones import e164
from tracing.people.emergency import Exactly
from tracing.people.rules import REASON_AT_LEAST, reason_is_enough
from tracing.uswds import forms

WAYS = {
    "name": (_("Full name and birth date"), ("given", "family", "birth_on")),
    "phone": (_("Telephone number and birth date"), ("phone", "birth_on")),
    "number": (_("Number of the case or of the laboratory's report"), ("number",)),
}


class EmergencyForm(forms.Form):
    """Exactly one person, and why. Nothing is looked for by a part of a name."""

    way = forms.ChoiceField(label=_("What do you know?"), choices=[(code, label) for code, (label, _needs) in WAYS.items()])
    given = forms.LineField(label=_("Given name"), max_length=120, required=False, width="xl")
    family = forms.LineField(label=_("Family name"), max_length=120, required=False, width="xl")
    phone = forms.TelephoneField(label=_("Telephone"), max_length=40, required=False)
    birth_on = forms.DayField(label=_("Birth date"), required=False)
    number = forms.LineField(label=_("Number"), max_length=80, required=False, width="xl")
    reason = forms.TextField(
        label=_("Why must you see this record now?"),
        help_text=_("At least 20 characters. The privacy officer reads this."), max_length=2000, rows=4,
    )  # fmt: skip

    marks_optional = False

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        number = e164(typed)
        if typed and not number:
            raise django_forms.ValidationError(_("Enter a number with its area code, for example 203-555-0142."))
        return number

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason_is_enough(reason):
            raise django_forms.ValidationError(
                _("Write at least %(number)d characters that tell the privacy officer what has happened.") % {"number": REASON_AT_LEAST}
            )
        return reason

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in WAYS.get(str(cleaned.get("way", "")), ("", ()))[1]:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed to find exactly one person."))
        return cleaned

    def asked(self) -> Exactly:
        """Of what was typed only what belongs to the way chosen; the number is looked up apart."""
        said = {name: self.cleaned_data[name] for name in WAYS[self.cleaned_data["way"]][1] if name != "number"}
        return Exactly(**said)

    @property
    def numbered(self) -> str:
        return str(self.cleaned_data["number"]) if self.cleaned_data["way"] == "number" else ""
