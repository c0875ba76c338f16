from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tracing.uswds import forms

PURPOSES = {
    "public_health": _("Public health work: investigation, follow-up, surveillance"),
    "quality": _("Checking and mending our own records"),
    "legal": _("A court, a subpoena, a law that asks for it"),
    "research": _("Research that was approved"),
    "other": _("Something else"),
}
"""Codes as in `access.rules.exporting.GROUNDS`."""


class PurposeForm(forms.Form):
    """What a list is taken out for."""

    purpose = forms.ChoiceField(label=_("What is it for?"), choices=list(PURPOSES.items()))
    why = forms.LineField(
        label=_("In your own words"), max_length=200, required=False, width="2xl",
        help_text=_("Needed for research, a legal request and something else: which study, which case, what. No person's name."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("purpose") in ("research", "legal", "other") and not cleaned.get("why", "").strip():
            self.add_error("why", _("Write in a few words what it is for."))
        return cleaned
