from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracing.cases.models import Closure
from tracing.uswds import forms

REASONS = {
    "completed": _("Isolation completed"), "not_reached": _("Could not be reached"), "refused": _("Declined"),
    "not_a_case": _("Not a case"), "moved": _("Moved out of state"), "died": _("Died"),
    "new_episode": _("A new episode began"),
}  # fmt: skip


class CloseForm(forms.Form):
    """Why the investigation ends. Every reason may be chosen; the action refuses while isolation lasts."""

    reason = forms.ChoiceField(label=_("Why"), choices=())
    well_on = forms.DayField(label=_("Well since"), help_text=_("Only where isolation lasts until they are well."), required=False)
    note = forms.TextField(label=_("Note"), max_length=2000, required=False, rows=2)

    def __init__(self, *args: Any, closable: Sequence[str], not_before: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        offered = [code for code in REASONS if code != Closure.Reason.NEW_EPISODE]
        field.choices = [(code, REASONS[code]) for code in offered]  # type: ignore[attr-defined]
        field.hints = {code: not_before for code in offered if code not in closable}  # type: ignore[attr-defined]


class StayForm(forms.Form):
    """An address where the person is at present."""

    street = forms.LineField(label=_("Street"), max_length=200, required=False, width="2xl")
    city = forms.LineField(label=_("Town"), max_length=100, required=False, width="lg")
    state = forms.LineField(label=_("State"), max_length=40, initial="CT", width="sm")
    zip = forms.LineField(label=_("ZIP code"), max_length=10, required=False, width="sm", mode="numeric")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("city") and not cleaned.get("zip"):
            self.add_error("city", _("Enter the town or the ZIP code."))
        return cleaned
