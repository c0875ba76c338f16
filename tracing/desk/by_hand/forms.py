"""What is typed of a case that somebody reports: who reports, who is ill, of what, how it is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, cast

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.base.phones import e164
from tracing.desk.words import LANGUAGES
from tracing.diseases.labels import SETTINGS, SYMPTOMS
from tracing.intake import hand
from tracing.uswds import forms

REPORTERS: Mapping[str, Any] = {
    "provider": _("A doctor or clinic"), "hospital": _("A hospital"), "school": _("A school, college or day care"),
    "facility": _("A nursing home or other facility"), "workplace": _("A workplace"), "themselves": _("The person themselves"),
    "family": _("Family"), "other_state": _("Another health department"), "other": _("Somebody else"),
}  # fmt: skip
KINDS: Mapping[str, Any] = {
    "test": _("A test at a laboratory, clinic or pharmacy"), "self_test": _("A test done at home"),
    "clinical": _("No test: a doctor's finding"),
}  # fmt: skip
ANALYTES: Mapping[str, Any] = {
    "molecular": _("Molecular (PCR, NAAT)"), "antigen": _("Antigen (rapid test)"), "igm": _("IgM antibody"), "culture": _("Culture"),
    "other": _("Another, or not known"),
}  # fmt: skip
SEXES = (("", _("Not known")), ("F", _("Female")), ("M", _("Male")), ("O", _("Other")))
YES_NO = {"yes": True, "no": False}
LONG_AGO = timedelta(days=120)


class ReportForm(forms.Form):
    """`today` is the day where the department is."""

    token = django_forms.CharField(widget=django_forms.HiddenInput, max_length=40)
    reporter = forms.SelectField(label=_("Who reports it?"), choices=[("", _("Choose")), *REPORTERS.items()], width="xl")
    reporter_name = forms.LineField(label=_("Their name"), max_length=120, required=False, width="lg")
    organisation = forms.LineField(label=_("School, practice or facility"), max_length=120, required=False, width="lg")
    reporter_phone = forms.TelephoneField(label=_("Number to call them back"), max_length=40, required=False)

    first = forms.LineField(label=_("Given name"), max_length=120, required=False, width="lg")
    middle = forms.LineField(label=_("Middle name"), max_length=120, required=False, width="md")
    last = forms.LineField(label=_("Family name"), max_length=120, width="lg")
    birth_on = forms.DayField(label=_("Birth date"), required=False)
    sex = forms.SelectField(label=_("Sex"), choices=SEXES, required=False, width="md")
    language = forms.SelectField(label=_("Language they prefer"), required=False, width="md", choices=[("", _("Not known")), *LANGUAGES.items()])
    phone = forms.TelephoneField(label=_("Their telephone"), max_length=40, required=False)
    email = forms.LineField(label=_("Their e-mail"), max_length=254, required=False, width="xl", mode="email")
    street = forms.LineField(label=_("Street and house number"), max_length=200, required=False, width="xl")
    city = forms.LineField(label=_("Town"), max_length=100, required=False, width="lg")
    state = forms.LineField(label=_("State"), max_length=20, required=False, width="xs", initial="CT")
    zip = forms.LineField(label=_("ZIP code"), max_length=10, required=False, width="sm", mode="numeric")
    setting = forms.SelectField(
        label=_("Lives in"), required=False, width="xl", choices=[("", _("Private home, or not known")), *sorted(SETTINGS.items())]
    )

    disease = forms.SelectField(label=_("Disease"), choices=(), width="lg")
    kind = forms.ChoiceField(label=_("How is it known?"), choices=list(KINDS.items()))
    analyte = forms.SelectField(label=_("Kind of test"), choices=[("", _("No test")), *ANALYTES.items()], required=False, width="lg")
    on = forms.DayField(label=_("Day of the test, or of the finding"))
    symptomatic = forms.YesNoField(label=_("Ill?"), required=False)
    onset_on = forms.DayField(label=_("First day of illness"), required=False)
    symptoms = forms.ChecksField(label=_("Signs"), choices=sorted(SYMPTOMS.items(), key=lambda one: one[0]), inline=True, required=False)
    exposed = forms.YesNoField(label=_("Were they near somebody who had it?"), required=False)
    hospitalised = forms.YesNoField(label=_("In hospital because of it?"), required=False)
    note = forms.TextField(label=_("Notes"), max_length=2000, required=False, rows=3)

    def __init__(self, *args: Any, today: date, diseases: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        cast(Any, self.fields["disease"]).choices = [("", _("Choose")), *diseases.items()] if len(diseases) > 1 else list(diseases.items())

    def _number(self, name: str) -> str:
        typed: str = self.cleaned_data[name]
        number = e164(typed)
        if typed and not number:
            raise django_forms.ValidationError(_("Enter a number with its area code, for example 203-555-0142."))
        return number

    def clean_phone(self) -> str:
        return self._number("phone")

    def clean_reporter_phone(self) -> str:
        return self._number("reporter_phone")

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].strip().lower()
        if typed and ("@" not in typed or " " in typed):
            raise django_forms.ValidationError(_("Enter an e-mail address, for example ana@example.org."))
        return typed

    def clean_state(self) -> str:
        typed: str = self.cleaned_data["state"].strip().upper()
        if typed and len(typed) != 2:
            raise django_forms.ValidationError(_("Enter the two letters of a state, for example CT."))
        return typed

    def clean_birth_on(self) -> date | None:
        return self._past("birth_on")

    def clean_onset_on(self) -> date | None:
        return self._past("onset_on")

    def clean_on(self) -> date | None:
        day = self._past("on")
        if day is not None and self.today - day > LONG_AGO:
            raise django_forms.ValidationError(_("This day is more than four months ago. Older cases come in by import."))
        return day

    def _past(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day is not None and day > self.today:
            raise django_forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") in ("test", "self_test") and not said.get("analyte"):
            self.add_error("analyte", _("Choose the kind of test, or “not known”."))
        if said.get("kind") == "clinical":
            said["analyte"] = ""
            if not said.get("symptoms"):
                self.add_error("symptoms", _("Without a test the signs decide: choose those that were seen."))
        if (said.get("symptoms") or said.get("onset_on")) and not said.get("symptomatic"):
            said["symptomatic"] = "yes"
        if not (said.get("birth_on") or said.get("phone") or said.get("street")):
            self.add_error("birth_on", _("Enter a birth date, a telephone number or an address: by a name alone nobody is found."))
        return said

    def typed(self, at: datetime) -> hand.Typed:
        said = dict(self.cleaned_data)
        for name in ("symptomatic", "exposed", "hospitalised"):
            said[name] = YES_NO.get(said[name])
        said["symptoms"] = tuple(said["symptoms"])
        return hand.Typed(typed_at=at, **said)
