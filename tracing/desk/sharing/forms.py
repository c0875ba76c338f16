"""What is typed to share a case, to hand it over, and to say where its person belongs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.cases.agreements import agreement
from tracing.cases.handing import FOLLOWERS
from tracing.desk.sharing.words import HOW, KIND_HINTS, KINDS, PURPOSES
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import towns_by_name, working_units
from tracing.places.queries import connected
from tracing.uswds import forms

SHARED_WITH = (*FOLLOWERS[1:], Unit.Kind.SCHOOL)
"""Everybody but the state, which sees every case."""


def units_of(kinds: tuple[str, ...], today: date, without: tuple[Any, ...] = ()) -> list[tuple[str, Any]]:
    """Units to choose from, by name, with what they are where the name does not tell."""
    return [("", _("Choose")), *((str(one.pk), one.name) for one in working_units(kinds, today) if one.pk not in without)]


class ShareForm(forms.Form):
    unit = forms.SelectField(label=_("With whom"), choices=(), width="2xl")
    purpose = forms.SelectField(label=_("For what"), choices=[("", _("Choose")), *PURPOSES.items()], width="xl")
    until = forms.DayField(label=_("Until"), help_text=_("The last day on which they see it: 90 days ahead at most."))
    why = forms.LineField(
        label=_("In a few words"), max_length=200, required=False, width="2xl", help_text=_("Both sides read this.")
    )

    def __init__(self, *args: Any, today: date, without: tuple[Any, ...] = (), **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "share_%s")
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units_of(SHARED_WITH, today, without)  # type: ignore[attr-defined]
        self.initial.setdefault("until", today + timedelta(days=agreement(today).share_days))


class RenewForm(forms.Form):
    until = forms.DayField(label=_("Until"))


class OfferForm(forms.Form):
    kind = forms.ChoiceField(label=_("Why does it go to somebody else?"), choices=list(KINDS.items()), hints=KIND_HINTS)
    unit = forms.SelectField(label=_("To whom"), choices=(), width="2xl")
    town = forms.SelectField(
        label=_("Town where they live"), choices=(), required=False, width="lg", help_text=_("Only where the residence was wrong.")
    )
    why = forms.LineField(label=_("What they should know"), max_length=200, width="2xl", help_text=_("Both sides read this."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "offer_%s")
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units_of(FOLLOWERS, today)  # type: ignore[attr-defined]
        towns = [("", _("Not known")), *((str(town.pk), town.name) for town in towns_by_name())]
        self.fields["town"].choices = towns  # type: ignore[attr-defined]


class AffiliationForm(forms.Form):
    place = forms.SelectField(label=_("School or college"), choices=(), width="2xl")
    how = forms.ChoiceField(label=_("What do they do there?"), choices=list(HOW.items()), inline=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "belongs_%s")
        super().__init__(*args, **kwargs)
        places = [(str(one.pk), f"{one.name}, {one.town.name}" if one.town else one.name) for one in connected()]
        self.fields["place"].choices = [("", _("Choose")), *places]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A reason that the other side reads."""

    note = forms.LineField(label=_("Why"), max_length=200, width="2xl", help_text=_("The other side reads this."))


class AcceptForm(forms.Form):
    on_duty = django_forms.BooleanField(required=False)
