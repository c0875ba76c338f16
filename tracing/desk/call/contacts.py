"""The panel of contacts: the household offered, a line typed or a list pasted, how they met. Drawn from what the case said (`Naming`)
and from nothing else: it looks the same whether somebody was known, protected, dead or new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.access.viewer import Viewer
from tracing.base.sight import SHOWS
from tracing.cases.dossier import infectious, today_of
from tracing.cases.models import Case
from tracing.contacts.actions import Named
from tracing.contacts.listed import Offered, household_offered, namings_of, places_named
from tracing.contacts.models import Exposure, Naming
from tracing.contacts.naming import Met
from tracing.contacts.pasted import Line, read
from tracing.diseases.rules import Window
from tracing.people.facts import PersonFacts
from tracing.places.models import Place
from tracing.uswds import forms

AT_MOST: Final = 200
"""People of one list."""
KINDS: Final = tuple((code, label) for code, label in Exposure.Kind.choices)


class AddForm(forms.Form):
    """One line or a whole list, and what holds for all of whom nothing else is said."""

    marks_optional = False

    people = forms.TextField(
        label=_("Name, number, who they are"), max_length=20_000, rows=2, required=False,
        help_text=_("For example: Maria Lopez 203-555-0142, son. One per line; a list may be pasted."),
    )  # fmt: skip
    kind = forms.SelectField(label=_("How they met, unless the line says"), choices=[("", _("As the line says")), *KINDS], required=False, width="lg")
    last_on = forms.DayField(label=_("Last day together"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_last_on(self) -> date | None:
        return past_day(self.cleaned_data["last_on"], self.today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["lines"] = read(cleaned.get("people", ""), at_most=AT_MOST)
        if not cleaned["lines"] and "people" not in self.errors:
            self.add_error("people", _("Enter a name, however short."))
        if any(line.birth_on is not None and line.birth_on > self.today for line in cleaned["lines"]):
            self.add_error("people", _("A birth date lies in the future."))
        return cleaned

    def named(self) -> list[Named]:
        said = self.cleaned_data
        return [named_from(line, said["kind"], said["last_on"], self.today) for line in said["lines"]]


def named_from(line: Line, kind: str, last_on: date | None, today: date, **more: Any) -> Named:
    """What a line says, and where it says nothing what holds for all. Who lives in the same household was with them today."""
    how = line.kind or kind or Exposure.Kind.OTHER
    facts = PersonFacts(
        family=line.family[:120], given=line.given[:120], birth_on=line.birth_on, phones=(line.phone,) if line.phone else (),
        emails=(line.email,) if line.email else (),
    )  # fmt: skip
    day = last_on or (today if how == Exposure.Kind.HOUSEHOLD else None)
    return Named(facts, how, day, relation=line.relation, **more)


class LineForm(forms.Form):
    """How somebody named met the case."""

    marks_optional = False

    kind = forms.SelectField(label=_("How they met"), choices=KINDS, width="lg")
    relation = forms.LineField(label=_("Who they are to them"), max_length=60, required=False, width="lg")
    first_on = forms.DayField(label=_("First day together"), required=False)
    last_on = forms.DayField(label=_("Last day together"), required=False)
    continues = django_forms.BooleanField(label=_("They live together and cannot keep apart"), required=False)
    feet = django_forms.IntegerField(label=_("Feet apart"), min_value=0, max_value=500, required=False)
    minutes = django_forms.IntegerField(label=_("Minutes within a day"), min_value=0, max_value=1440, required=False)
    place = forms.SelectField(label=_("Where"), choices=(), required=False, width="xl")
    revision = django_forms.IntegerField(widget=django_forms.HiddenInput, min_value=0, max_value=32_000)

    def __init__(self, *args: Any, today: date, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.places = {str(place.pk): place for place in places}
        choices = [("", _("Not said")), *((key, place.name) for key, place in self.places.items())]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def clean_first_on(self) -> date | None:
        return past_day(self.cleaned_data["first_on"], self.today)

    def clean_last_on(self) -> date | None:
        return past_day(self.cleaned_data["last_on"], self.today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and first > last:
            self.add_error("first_on", _("The first day lies behind the last."))
        if cleaned.get("continues") and cleaned.get("kind") not in ("household", None):
            self.add_error("continues", _("This is for those who live in the same household."))
        return cleaned

    def met(self) -> Met:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("revision", "place")}
        return Met(**said, place=self.places.get(self.cleaned_data["place"]))


def past_day(day: date | None, today: date) -> date | None:
    """A day of the last year; refused otherwise."""
    if day is not None and day > today:
        raise django_forms.ValidationError(_("This day has not come yet."))
    if day is not None and (today - day).days > 365:
        raise django_forms.ValidationError(_("This day is more than a year ago."))
    return day


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the panel, with the form that puts it right; `open` while something is wrong with it."""

    naming: Naming
    form: LineForm
    lacks: tuple[Any, ...]
    open: bool = False
    now: Naming | None = None
    """What somebody else has made of the line meanwhile."""


@dataclass(frozen=True, slots=True)
class Panel:
    case: Case
    add: AddForm
    rows: list[Row]
    offered: list[Offered]
    window: Window | None
    ask_until: date | None
    closed: bool
    just: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def shown(self) -> tuple[UUID, ...]:
        """People whose record the panel tells something of: those offered. The lines tell what the case said."""
        return tuple(one.person.pk for one in self.offered)

    @property
    def lacking(self) -> int:
        return sum(1 for row in self.rows if row.lacks)


def panel(
    case: Case, viewer: Viewer, *, at: datetime, data: Mapping[str, Any] | None = None, line: UUID | None = None,
    form: LineForm | None = None, now: Naming | None = None, just: Sequence[UUID] = (),
) -> Panel:  # fmt: skip
    """Everything the panel shows. `data`: a list that could not be read; `line` with `form`: a line that could not be kept."""
    today = today_of(case, at)
    days = "days" in SHOWS[viewer.sight]
    window = infectious(case, today) if days else None
    places = places_named(case, viewer)
    rows = [
        Row(
            one, form if form is not None and one.pk == line else line_form(one, today, places), _lacks(one),
            one.pk == line, now if one.pk == line else None,
        )
        for one in namings_of(case, viewer)
    ]  # fmt: skip
    add = AddForm(data, today=today, auto_id="naming_%s")
    if just:  # the next one is typed at once
        add.fields["people"].widget.attrs["autofocus"] = True
    return Panel(
        case, add, rows, household_offered(case, viewer, at=at), window,
        min(window.ends_on, today) if window else None, case.closure_id is not None, frozenset(just),
    )  # fmt: skip


def line_form(one: Naming, today: date, places: Sequence[Place], data: Mapping[str, Any] | None = None) -> LineForm:
    names = ("kind", "relation", "first_on", "last_on", "continues", "feet", "minutes", "revision")
    start = {name: getattr(one, name) for name in names} | {"place": str(one.place_id or "")}
    return LineForm(data, today=today, places=places, initial=start, auto_id=f"line_{one.pk.hex[-8:]}_%s")


def _lacks(one: Naming) -> tuple[Any, ...]:
    """What is still to be asked, because something hangs on it."""
    found = []
    if one.last_on is None:
        found.append(_("last day together"))
    if one.kind != Exposure.Kind.HOUSEHOLD and (one.feet is None or one.minutes is None):
        found.append(_("how near and how long"))
    if not one.phone:
        found.append(_("number"))
    return tuple(found)
