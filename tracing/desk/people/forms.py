from __future__ import annotations

from datetime import date
from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.base.phones import e164
from tracing.desk.words import LANGUAGES
from tracing.people.facts import PersonFacts
from tracing.people.models import Person
from tracing.uswds import forms


class DeathForm(forms.Form):
    died_on = forms.DayField(label=_("Day of death, if known"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_died_on(self) -> date | None:
        day: date | None = self.cleaned_data["died_on"]
        if day is not None and day > self.today:
            raise django_forms.ValidationError(_("This day has not come yet."))
        return day


class SaidForm(forms.Form):
    """What somebody says about themselves: it stands above every report from then on."""

    given = forms.LineField(label=_("Given name"), max_length=120, required=False, width="xl")
    family = forms.LineField(label=_("Family name"), max_length=120, required=False, width="xl")
    birth_on = forms.DayField(label=_("Birth date"), required=False)
    language = forms.SelectField(
        label=_("Language they prefer"), required=False, width="md", choices=[("", _("Not asked")), *LANGUAGES.items()]
    )
    phone = forms.TelephoneField(label=_("Another number"), max_length=40, required=False)
    email = forms.LineField(label=_("E-mail"), max_length=254, required=False, width="xl", mode="email")

    marks_optional = False

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        number = e164(typed)
        if typed and not number:
            raise django_forms.ValidationError(_("Enter a number with its area code, for example 203-555-0142."))
        return number

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].lower()
        if typed:
            django_forms.EmailField().clean(typed)
        return typed

    def facts(self) -> PersonFacts:
        """Only what was changed: what was not said stays as it is."""
        said, names = self.cleaned_data, self.changed_data
        birth_on = said["birth_on"] if "birth_on" in names else None
        return PersonFacts(
            given=said["given"] if "given" in names else "", family=said["family"] if "family" in names else "", birth_on=birth_on,
            birth_year=birth_on.year if birth_on else None, language=said["language"] if "language" in names else "",
            phones=(said["phone"],) if said["phone"] else (), emails=(said["email"],) if said["email"] else (),
        )  # fmt: skip


def known_as(person: Person) -> dict[str, Any]:
    """What the form begins with; nothing of what is shown in part only."""
    if getattr(person, "masked", "") in ("masked", "deidentified"):
        return {"language": person.language}
    return {"given": person.given, "family": person.family, "birth_on": person.birth_on, "language": person.language}
