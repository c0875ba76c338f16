"""Forms of the pages of users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms as django_forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracing.access.models import Role
from tracing.access.rules import PERMISSIONS
from tracing.diseases.conditions import conditions, sensitive_codes
from tracing.diseases.ruleset import rule_sets
from tracing.jurisdictions.models import Unit
from tracing.uswds import forms


def disease_choices() -> list[tuple[str, str]]:
    """Diseases that are followed here, and the sensitive ones."""
    codes = [*sorted(rule_sets()), *sorted(sensitive_codes())]
    return [(code, conditions()[code].name) for code in codes if code in conditions()]


def begins(day: date | None, at: datetime) -> datetime:
    """The first instant of a day, or now."""
    if day is None or day <= timezone.localdate(at):
        return at
    return timezone.make_aware(datetime.combine(day, time.min))


def ends(last: date | None) -> datetime | None:
    """The instant after a last day."""
    return None if last is None else timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


class GrantForm(forms.Form):
    """A role in a unit."""

    role = forms.SelectField(label=_("Role"), choices=())
    unit = forms.SelectField(
        label=_("In"), choices=(), width="2xl", help_text=_("It reaches this unit, everything below it, and what the unit covers.")
    )
    why = forms.LineField(label=_("Why"), max_length=200, width="2xl", help_text=_("For the next review of roles: new work, a surge, an agreement."))
    since = forms.DayField(label=_("From"), required=False, help_text=_("Empty: from now on."))
    until = forms.DayField(label=_("Last day"), required=False, help_text=_("Empty: until somebody ends it."))
    diseases = forms.ChecksField(
        label=_("Only for these diseases"), choices=disease_choices, required=False,
        help_text=_("None chosen: every disease that is not sensitive. A sensitive one is reached only where it is named."),
    )  # fmt: skip
    agreement_on = forms.DayField(label=_("Confidentiality agreed to on"), required=False, help_text=_("Volunteers and contractors."))
    trained_on = forms.DayField(label=_("Trained on"), required=False)

    def __init__(self, *args: Any, roles: Mapping[str, Role], units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = ("", _("Choose one"))
        self.fields["role"].choices = [empty, *((code, role.name) for code, role in roles.items())]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [empty, *((unit.code, unit.name) for unit in units)]  # type: ignore[attr-defined]


class InviteForm(GrantForm):
    """A new account with its first role."""

    name = forms.LineField(label=_("Name"), max_length=200, width="xl", help_text=_("As colleagues call them"))
    email = django_forms.EmailField(label=_("E-mail address"), max_length=254)
    field_order = ["name", "email", "role", "unit", "why"]


class TrainingForm(forms.Form):
    """When a volunteer agreed to confidentiality and was trained."""

    agreement_on = forms.DayField(label=_("Confidentiality agreed to on"), required=False)
    trained_on = forms.DayField(label=_("Trained on"), required=False)


class SheetForm(forms.Form):
    """A list of staff as a file."""

    file = django_forms.FileField(
        label=_("Spreadsheet"), help_text=_("CSV or XLSX, at most 4 megabytes and 5,000 rows. Nothing is kept before you say so.")
    )


class RoleForm(forms.Form):
    """A role of the state's own."""

    name = forms.LineField(label=_("Name"), max_length=80, width="xl")
    code = forms.LineField(
        label=_("Code"), max_length=40, width="md", help_text=_("Small letters, digits and underscores; it never changes.")
    )
    description = forms.TextField(
        label=_("What it is for"), max_length=1000, rows=2, help_text=_("In plain words: an auditor reads it, and so does who receives it.")
    )
    permissions = forms.ChecksField(label=_("It may"), choices=[(code, words) for code, words in PERMISSIONS.items()])
    sight = forms.ChoiceField(label=_("Of a person it sees"), choices=Role.Sight.choices, initial=Role.Sight.WHOLE)
    reach = forms.ChoiceField(label=_("It reaches"), choices=Role.Reach.choices, initial=Role.Reach.UNIT)
    needs_agreement = django_forms.BooleanField(
        label=_("Counts only with a dated confidentiality agreement and training"), required=False
    )


