"""What is typed to ask an organisation for help, and to answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import working_units
from tracing.uswds import forms

NEEDS = {
    "food": _("Food"), "medicine": _("Medicine"), "housing": _("A place to stay"), "money": _("Rent, bills, lost pay"),
    "child_care": _("Child care"), "care_at_home": _("Care at home"), "transport": _("Transport"), "work_letter": _("Letter for work or school"),
    "internet": _("Telephone or internet"), "mental_health": _("Somebody to talk to"), "supplies": _("Masks, thermometer, cleaning supplies"),
    "other": _("Other"),
}  # fmt: skip
OUTCOMES = {
    "met": _("All was given"), "partly_met": _("Some was given"), "not_reached": _("They could not be reached"),
    "not_wanted": _("They did not want it any more"), "not_possible": _("It was not possible"),
}  # fmt: skip
REFUSALS = {
    "not_agreed": ("agreed_by", _("Say who agreed. Without agreement nobody is told.")),
    "no_need": ("needs", _("Choose at least one.")),
    "no_organisation": ("unit", _("Choose an organisation that helps.")),
    "unit_closed": ("unit", _("This organisation no longer works. Choose another one.")),
    "nobody_there": ("unit", _("Nobody there would read it yet. Choose another one, or ask for an account there.")),
    "past": ("until_on", _("This day has passed. Choose a later one.")),
    "too_long": ("until_on", _("Choose a day within the next 90 days.")),
    "referred_already": ("unit", _("They were asked for this person already.")),
}  # fmt: skip


class ReferForm(forms.Form):
    unit = forms.SelectField(label=_("Organisation"), choices=(), width="2xl")
    needs = forms.ChecksField(label=_("What do they need?"), choices=list(NEEDS.items()), inline=True)
    household_size = django_forms.IntegerField(
        label=_("People in the household"), min_value=1, max_value=30, required=False,
        help_text=_("Left empty, those known at the same address are counted."),
    )  # fmt: skip
    until_on = forms.DayField(label=_("Until"), help_text=_("The last day at home: so long help is asked for."))
    agreed = forms.ChoiceField(label=_("Did they agree that the organisation is told?"), choices=[("yes", _("Yes")), ("no", _("No"))], inline=True)
    agreed_by = forms.LineField(
        label=_("Who agreed"), max_length=120, width="xl", help_text=_("The person themselves, or who speaks for them: name and relation.")
    )
    note = forms.LineField(
        label=_("Note for the organisation"), max_length=200, required=False, width="2xl",
        help_text=_("They read this. Do not write about an illness, a test or other people."),
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "refer_%s")
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose")), *((str(one.pk), one.name) for one in working_units((Unit.Kind.COMMUNITY,), today))]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]

    def clean_agreed(self) -> str:
        if self.cleaned_data["agreed"] != "yes":
            raise django_forms.ValidationError(_("Without their agreement nobody is told."))
        return "yes"


class DeclineForm(forms.Form):
    note = forms.LineField(label=_("Why"), max_length=200, width="2xl", help_text=_("Whoever asked reads this."))


class EndForm(forms.Form):
    outcome = forms.ChoiceField(label=_("What became of it?"), choices=list(OUTCOMES.items()))
    note = forms.LineField(label=_("In a few words"), max_length=200, required=False, width="2xl", help_text=_("Whoever asked reads this."))
