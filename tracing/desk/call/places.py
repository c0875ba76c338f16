"""The panel of places: where they were in the days in which they infected others, and in those in which they were infected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.access.viewer import Viewer
from tracing.base.sight import SHOWS
from tracing.cases.dossier import infectious, today_of
from tracing.cases.models import Case
from tracing.contacts.models import Visit
from tracing.contacts.visits import BOTH, EXPOSURE, INFECTIOUS, Days, NewPlace, visits_of, window_of
from tracing.diseases.rules import exposure_window
from tracing.diseases.ruleset import rule_set
from tracing.places.models import Place
from tracing.uswds import forms

WINDOWS: Final = {
    INFECTIOUS: _("others may have caught it there"), EXPOSURE: _("they may have caught it there"),
    BOTH: _("they may have caught it there, and others from them"), "": _("outside of both windows"),
}  # fmt: skip
NEW: Final = "new"


class VisitForm(forms.Form):
    """A place picked or added, and when they were there."""

    marks_optional = False

    name = forms.LineField(label=_("Name of the place"), max_length=200, width="2xl")
    kind = forms.SelectField(label=_("What it is"), choices=[("", _("Choose")), *Place.Kind.choices], required=False, width="lg")
    street = forms.LineField(label=_("Street and number"), max_length=200, required=False, width="xl")
    city = forms.LineField(label=_("Town"), max_length=100, required=False, width="lg")
    zip = forms.LineField(label=_("ZIP code"), max_length=10, required=False, width="sm", mode="numeric")
    role = forms.SelectField(label=_("As"), choices=Visit.Role.choices, width="lg")
    first_on = forms.DayField(label=_("First day there"))
    last_on = forms.DayField(label=_("Last day there"), required=False, help_text=_("Empty: that day only."))
    place = django_forms.CharField(required=False, max_length=40, widget=django_forms.HiddenInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first = cleaned.get("first_on")
        last = cleaned["last_on"] = cleaned.get("last_on") or first
        if first and first > self.today:
            self.add_error("first_on", _("This day has not come yet."))
        elif first and last and last < first:
            self.add_error("last_on", _("The last day lies before the first."))
        elif last and last > self.today:
            cleaned["last_on"] = self.today
        if cleaned.get("place") == NEW and not cleaned.get("kind"):
            self.add_error("kind", _("Say what kind of place it is."))
        return cleaned

    def new(self) -> NewPlace:
        said = self.cleaned_data
        return NewPlace(said["kind"], said["name"], said["street"], said["city"], said["zip"])


@dataclass(frozen=True, slots=True)
class Stay:
    visit: Visit
    window: Any


@dataclass(frozen=True, slots=True)
class Panel:
    case: Case
    form: VisitForm
    stays: list[Stay]
    choose: Sequence[Place]
    infectious: Days | None
    exposure: Days | None


def panel(
    case: Case, viewer: Viewer, *, at: datetime, data: Mapping[str, Any] | None = None, form: VisitForm | None = None, choose: Sequence[Place] = ()
) -> Panel:
    """`form`: what could not be kept; `choose`: places of the register that it may be."""
    today = today_of(case, at)
    window = infectious(case, today) if "days" in SHOWS[viewer.sight] else None
    gave = Days(window.starts_on, window.ends_on) if window else None
    began = case.onset_on or case.first_positive_on
    took = Days(*exposure_window(rule_set(case.disease), began_on=began, decision_on=today)) if window else None
    stays = [Stay(one, WINDOWS[window_of(one.first_on, one.last_on, gave, took)]) for one in visits_of(case.person, case.disease, viewer)]
    drawn = form or VisitForm(data, today=today, auto_id="visit_%s")
    return Panel(case, drawn, stays, choose, gave, took)
