"""A class, a team or a group of a day care exposed at once: the roster is pasted, looked at as it was understood, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tracing.cases.dossier import today_of
from tracing.contacts.actions import CaseIsClosed
from tracing.contacts.listed import places_named
from tracing.contacts.pasted import read
from tracing.contacts.roster import expose_roster, pupil
from tracing.desk.call.contacts import past_day
from tracing.desk.cases.record import draw, find, needs
from tracing.desk.page import instant_of, staff, viewer_of
from tracing.journal.actions import Unchanged
from tracing.places.models import Place
from tracing.uswds import forms
from tracing.uswds.parts import Column

WORK = "cases.work"
AT_MOST = 500


class RosterForm(forms.Form):
    """`keep`: it was looked at, and is right."""

    marks_optional = False

    place = forms.SelectField(label=gettext_lazy("Where"), choices=(), width="xl")
    first_on = forms.DayField(label=gettext_lazy("First day together"), required=False)
    last_on = forms.DayField(label=gettext_lazy("Last day together"))
    feet = django_forms.IntegerField(label=gettext_lazy("Feet apart"), min_value=0, max_value=500, required=False)
    minutes = django_forms.IntegerField(label=gettext_lazy("Minutes within a day"), min_value=0, max_value=1440, required=False)
    masked = django_forms.BooleanField(label=gettext_lazy("Pupils in a classroom, all masked"), required=False)
    roster = forms.TextField(
        label=gettext_lazy("Roster"), rows=10, max_length=60_000,
        help_text=gettext_lazy(
            "One child per line: name, birth date, who answers for them, their number. For example: Leo Diaz, 3/4/2012, Carmen Diaz 203-555-0142"
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, places: Sequence[Place], today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.places = {str(place.pk): place for place in places}
        choices = [("", gettext_lazy("Choose")), *((key, place.name) for key, place in self.places.items())]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def clean_first_on(self) -> Any:
        return past_day(self.cleaned_data["first_on"], self.today)

    def clean_last_on(self) -> Any:
        return past_day(self.cleaned_data["last_on"], self.today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and first > last:
            self.add_error("first_on", _("The first day lies behind the last."))
        cleaned["pupils"] = [pupil(line) for line in read(cleaned.get("roster", ""), at_most=AT_MOST)]
        if not cleaned["pupils"] and "roster" not in self.errors:
            self.add_error("roster", _("Enter a name, however short."))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@staff(WORK)
def school(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, viewer, at = find(request, pk), viewer_of(request), instant_of(request)
    needs(request, WORK, case)
    data = request.POST if request.method == "POST" else None
    places = places_named(case, viewer)
    form = RosterForm(data, places=places, today=today_of(case, at))
    columns = [Column(_("Child")), Column(_("Born")), Column(_("Who answers")), Column(_("Told by"))]
    context: dict[str, Any] = {"form": form, "places": places, "columns": columns}
    if data is None or not form.is_valid():
        return draw(request, case, "desk/contacts/school.html", "case_contacts", context, status=200 if data is None else 422)
    said = form.cleaned_data
    if data.get("do") != "keep":
        return draw(request, case, "desk/contacts/school.html", "case_contacts", context | {"pupils": said["pupils"]})
    try:
        made = expose_roster(
            case=case, place=form.places[said["place"]], pupils=said["pupils"], first_on=said["first_on"], last_on=said["last_on"],
            feet=said["feet"], minutes=said["minutes"], masked=said["masked"], by=viewer.actor, at=at,
        )  # fmt: skip
    except CaseIsClosed:
        form.add_error(None, _("The case is closed: contacts cannot be added. Reopen it first."))
        return draw(request, case, "desk/contacts/school.html", "case_contacts", context, status=409)
    if isinstance(made, Unchanged):
        messages.info(request, _("All of them were kept before: nobody is told twice."))
    else:
        words = _("%(exposures)d exposures kept, %(messages)d messages to who answers for a child, %(calls)d children to be called about.")
        messages.success(request, words % {"exposures": made.exposures, "messages": made.messages, "calls": made.to_call})
    return redirect("desk:case_contacts", pk=case.pk)
