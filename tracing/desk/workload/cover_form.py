"""What is said of a cover: whose calls, by whom, which, when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracing.desk.workload.forms import HourField, number, whole
from tracing.desk.workload.words import PARTS
from tracing.jurisdictions.models import Unit
from tracing.tasks.covering.actions import ABOVE_AT_MOST
from tracing.tasks.covering.rules import When
from tracing.tasks.models import Team
from tracing.uswds import forms


class CoverForm(forms.Form):
    of = forms.SelectField(label=_("Calls of which department"), choices=[], width="xl")
    by = forms.SelectField(label=_("Which team makes them"), choices=[], width="xl")
    work = forms.ChecksField(label=_("Which calls"), inline=True, choices=list(PARTS.items()))
    times = forms.ChecksField(
        label=_("At what times"), required=False, help_text=_("None chosen: at all hours."),
        choices=[("nights", _("Nights")), ("weekends", _("Weekends: Saturday and Sunday")), ("holidays", _("Public holidays"))],
    )  # fmt: skip
    evening = HourField(label=_("A night begins at"), initial="17:00")
    morning = HourField(label=_("and ends at"), initial="08:00")
    from_on = forms.DayField(label=_("First day"))
    until_on = forms.DayField(label=_("Last day"), required=False, help_text=_("Empty: until somebody ends it."))
    above = number(_("Only while more calls than this wait"), required=False, help_text=_("Empty: however many there are."))
    share = forms.ChoiceField(
        label=_("The department's own people"), initial="both",
        choices=[("both", _("work on these calls too")), ("alone", _("leave these calls to the team"))],
    )  # fmt: skip
    why = forms.LineField(label=_("What for"), required=False, max_length=200, width="xl")

    def __init__(self, *args: Any, units: Sequence[Unit], teams: Iterable[Team], today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"from_on": today, "work": ["cases", "contacts"]}, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.teams = {str(team.pk): team for team in teams}
        self.fields["of"].choices = [("", "–"), *((key, unit.name) for key, unit in self.units.items())]  # type: ignore[attr-defined]
        self.fields["by"].choices = [("", "–"), *((key, f"{team.unit.name}: {team.name}") for key, team in self.teams.items())]  # type: ignore[attr-defined]

    @property
    def unit(self) -> Unit:
        return self.units[self.cleaned_data["of"]]

    @property
    def team(self) -> Team:
        return self.teams[self.cleaned_data["by"]]

    def clean_above(self) -> int | None:
        said = self.cleaned_data["above"]
        return whole(said, 1, ABOVE_AT_MOST) if said else None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        evening, morning = said.get("evening"), said.get("morning")
        if isinstance(evening, time) and isinstance(morning, time) and evening <= morning:
            self.add_error("evening", _("A night begins later in the day than it ends in the morning."))
        return said

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error({"team": "by", "unit": "of"}.get(field, field) if field else None, error)

    def alone(self) -> bool:
        return bool(self.cleaned_data["share"] == "alone")

    def when(self) -> When:
        said = self.cleaned_data
        times = {name: name in said["times"] for name in ("nights", "weekends", "holidays")}
        return When(said["from_on"], said["until_on"], evening=said["evening"], morning=said["morning"], **times)
