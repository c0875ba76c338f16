"""What is typed to tell another state."""

from __future__ import annotations

from typing import Any, Final

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.uswds import forms

STATES: Final = tuple(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN"
    " TX UT VT VA WA WV WI WY AS GU MP PR VI".split()
)
ABROAD: Final = "abroad"


class LeaveForm(forms.Form):
    to_state = forms.SelectField(
        label=_("State"), choices=[("", _("Choose")), *((code, code) for code in STATES), (ABROAD, _("Another country"))], width="md"
    )
    country = forms.LineField(label=_("Country"), max_length=40, required=False, width="md", help_text=_("Only for another country."))
    recipient = forms.LineField(
        label=_("Agency that receives it"), max_length=200, width="2xl", help_text=_("For example: New York State Department of Health.")
    )
    why = forms.LineField(label=_("Why"), max_length=200, width="2xl", help_text=_("For example: lives there, went home on March 3."))
    with_contacts = django_forms.BooleanField(label=_("With their contacts who live in that state"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "leave_%s")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("to_state") == ABROAD:
            if not cleaned.get("country"):
                self.add_error("country", _("Enter the country."))
            cleaned["to_state"] = cleaned.get("country", "")
        return cleaned


def beginning(state: str) -> dict[str, Any]:
    """What the form begins with: the state of the address, where it is one."""
    return {"to_state": state.upper()} if state.upper() in STATES else {}


class ReplyForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("What did they answer?"), choices=[("yes", _("They have it and follow the case")), ("no", _("They declined"))]
    )
    note = forms.LineField(label=_("In a few words"), max_length=200, required=False, width="2xl")
