"""What is said of teams, of who is in them, and of who makes which calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracing.access.models import User
from tracing.desk.words import LANGUAGES
from tracing.desk.workload.words import DAYS, hour
from tracing.jurisdictions.models import Unit
from tracing.tasks.models import Team
from tracing.tasks.teams import Can, Hours
from tracing.uswds import forms

SKILL = re.compile(r"[a-z0-9_]{1,40}")
HOURS = [time(hour, minute) for hour in range(6, 23) for minute in (0, 30)]


def number(label: Any, **kwargs: Any) -> forms.LineField:
    return forms.LineField(label=label, max_length=4, width="2xs", mode="numeric", **kwargs)


class HourField(forms.SelectField):
    """An hour of the day, or half of one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(f"{one:%H:%M}", hour(one)) for one in HOURS], width="sm", **kwargs)

    def clean(self, value: Any) -> Any:
        return time.fromisoformat(super().clean(value))


class TeamHoursForm(forms.Form):
    """What may be said of a team that is there."""

    name = forms.LineField(label=_("Name of the team"), max_length=100, width="lg")
    cap = number(_("Tries a member makes on a day"), initial="25", help_text=_("What a day is planned by. It stops nobody."))
    opens = HourField(label=_("Works from"), initial="08:00")
    closes = HourField(label=_("until"), initial="20:00")
    days = forms.ChecksField(
        label=_("On which days"), inline=True, initial=[str(day) for day in DAYS], choices=[(str(code), words) for code, words in DAYS.items()]
    )
    holidays = forms.ChoiceField(
        label=_("On public holidays"), inline=True, initial="yes", choices=[("yes", _("Works")), ("no", _("Does not work"))]
    )

    def clean_cap(self) -> int:
        return whole(self.cleaned_data["cap"], 1, 200)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("opens") and said.get("closes") and said["opens"] >= said["closes"]:
            self.add_error("closes", _("The hour at which they stop comes after the one at which they begin."))
        return said

    def hours(self) -> Hours:
        said = self.cleaned_data
        return Hours(said["opens"], said["closes"], tuple(int(day) for day in said["days"]), said["holidays"] == "yes")


class TeamForm(TeamHoursForm):
    unit = forms.SelectField(label=_("Department"), choices=[], width="xl")

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(str(unit.pk), unit.name) for unit in units]  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    team = forms.SelectField(label=_("Team"), required=False, choices=[], width="lg")
    languages = forms.ChecksField(
        label=_("Languages beside English"), required=False, inline=True, choices=[(c, w) for c, w in LANGUAGES.items() if c != "en"]
    )
    interpreter = forms.ChoiceField(
        label=_("Calls in other languages"), inline=True,
        choices=[("yes", _("With an interpreter, when nobody who speaks it is at work")), ("no", _("Never"))],
    )  # fmt: skip
    skills = forms.LineField(
        label=_("Trained for"), required=False, max_length=200, width="lg",
        help_text=_("Short codes of your own, with blanks between them, for example: measles children"),
    )  # fmt: skip
    cap = number(_("Tries on a day"), required=False, help_text=_("Empty: as the team."))
    days_off = forms.ChecksField(
        label=_("Days off, every week"), required=False, inline=True, choices=[(str(code), words) for code, words in DAYS.items()],
        help_text=_("Calls kept for them are anybody's on these days."),
    )  # fmt: skip

    def __init__(self, *args: Any, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in teams}
        none = ("", _("No team: calls of all their departments"))
        self.fields["team"].choices = [none, *((key, f"{team.unit.name}: {team.name}") for key, team in self.teams.items())]  # type: ignore[attr-defined]

    def clean_skills(self) -> tuple[str, ...]:
        found = tuple(self.cleaned_data["skills"].replace(",", " ").split())
        if not all(SKILL.fullmatch(one) for one in found):
            raise forms.forms.ValidationError(_("Small letters, digits and _ only."))
        return found

    def clean_cap(self) -> int | None:
        said = self.cleaned_data["cap"]
        return whole(said, 0, 200) if said else None

    def can(self) -> Can:
        said = self.cleaned_data
        team = self.teams.get(said["team"])
        return Can(team.pk if team else None, tuple(said["languages"]), said["interpreter"] == "yes", said["skills"], said["cap"],
                   tuple(int(day) for day in said["days_off"]))  # fmt: skip


class AwayForm(forms.Form):
    from_on = forms.DayField(label=_("First day away"))
    until_on = forms.DayField(label=_("Last day away"))


class ShareForm(forms.Form):
    team = forms.SelectField(label=_("To which team"), choices=[], width="lg")
    percent = number(_("Of a hundred calls"), initial="50")

    def __init__(self, *args: Any, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in teams}
        self.fields["team"].choices = [(key, f"{team.unit.name}: {team.name}") for key, team in self.teams.items()]  # type: ignore[attr-defined]

    def clean_percent(self) -> int:
        return whole(self.cleaned_data["percent"], 1, 100)


class AssignForm(forms.Form):
    """`task` comes as checkboxes of the page's table."""

    marks_optional = False

    to = forms.SelectField(label=_("Keep the chosen calls for"), required=False, choices=[], width="lg")

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["to"].choices = [("", _("Nobody in particular")), *((key, one.name) for key, one in self.people.items())]  # type: ignore[attr-defined]


def whole(said: str, least: int, most: int) -> int:
    if not said.isdecimal() or not least <= int(said) <= most:
        raise forms.forms.ValidationError(_("Enter a number from %(least)d to %(most)d."), params={"least": least, "most": most})
    return int(said)
