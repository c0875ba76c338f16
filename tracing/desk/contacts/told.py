"""Somebody as a contact: how they were exposed (never by whom), what they tell of themselves, the ways through quarantine open to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tracing.contacts.models import Circumstances
from tracing.contacts.naming import OfThemselves, keep_told
from tracing.contacts.queries import exposed_to, quarantines_of, told_newest, ways_through
from tracing.desk.call.contacts import past_day
from tracing.desk.course import rule_words
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.diseases.labels import OPTIONS, REASONS, label
from tracing.diseases.ruleset import rule_set
from tracing.people.known import may_on, persons
from tracing.questionnaires.queries import interviews_of
from tracing.questionnaires.shipped import asked_of
from tracing.uswds import forms

DETAIL, WORK = "cases.detail", "cases.work"
YES_NO = {"yes": True, "no": False, "": None}
SAID = {True: "yes", False: "no", None: ""}


class ToldForm(forms.Form):
    marks_optional = False

    symptomatic = forms.YesNoField(label=gettext_lazy("Do they feel ill?"), required=False)
    onset_on = forms.DayField(label=gettext_lazy("First day of feeling ill"), required=False)
    vaccinated_on = forms.DayField(label=gettext_lazy("Last dose of the first series of vaccine"), required=False)
    vaccine = forms.SelectField(
        label=gettext_lazy("Vaccine"), choices=[("", gettext_lazy("Not asked")), *Circumstances.Vaccine.choices], required=False
    )
    boosted_on = forms.DayField(label=gettext_lazy("Booster"), required=False)
    immune = forms.YesNoField(label=gettext_lazy("Written evidence of immunity?"), required=False)
    prophylaxis = forms.SelectField(
        label=gettext_lazy("Given after the exposure"), choices=[("", gettext_lazy("Nothing")), *Circumstances.Prophylaxis.choices], required=False
    )
    prophylaxis_on = forms.DayField(label=gettext_lazy("Given on"), required=False)
    negative_on = forms.DayField(label=gettext_lazy("Specimen of a negative test"), required=False)
    option = forms.SelectField(label=gettext_lazy("The way they choose"), choices=(), required=False, width="xl")

    def __init__(self, *args: Any, today: Any, options: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        choices = [("", gettext_lazy("The one that is preferred")), *((one.code, label(OPTIONS, one.code)) for one in options)]
        self.fields["option"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("onset_on", "prophylaxis_on", "negative_on"):
            try:
                past_day(cleaned.get(name), self.today)
            except django_forms.ValidationError as wrong:
                self.add_error(name, wrong)
        for name in ("vaccinated_on", "boosted_on"):
            if (day := cleaned.get(name)) and day > self.today:
                self.add_error(name, _("This day has not come yet."))
        if cleaned.get("onset_on") and not cleaned.get("symptomatic"):
            cleaned["symptomatic"] = "yes"
        return cleaned

    def said(self) -> OfThemselves:
        words = self.cleaned_data
        return OfThemselves(**words | {"symptomatic": YES_NO[words["symptomatic"]], "immune": YES_NO[words["immune"]]})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(DETAIL)
def told(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a contact tells. The case that they were exposed to is not fetched: nobody can read it out by mistake."""
    person, viewer, at = load(persons(), request, pk), viewer_of(request), instant_of(request)
    exposures = list(exposed_to(person.pk, viewer)[:50])
    if not exposures:
        raise Http404
    wanted = request.POST.get("disease", "") or request.GET.get("disease", "")
    disease = next((one.disease for one in exposures if one.disease == wanted), exposures[0].disease)
    today = timezone.localdate(at)
    options = ways_through(person, disease, on=today)
    newest = told_newest(person, disease, viewer)
    start = {name: getattr(newest, name) for name in ToldForm.base_fields} if newest else {}
    start |= {name: SAID[start[name]] for name in ("symptomatic", "immune") if name in start}
    form = ToldForm(request.POST if request.method == "POST" else None, today=today, options=options, initial=start)
    status = 200
    if request.method == "POST":
        if not may_on(person, WORK, viewer):
            raise PermissionDenied
        if form.is_valid():
            made = keep_told(person=person, disease=disease, said=form.said(), by=viewer.actor, at=at)
            messages.success(request, _("Kept. Their dates and the urgency of their call follow.") if made else _("There was nothing new to keep."))
            return redirect("desk:person_contact", pk=pk)
        status = 422
    stays = [(one, rule_words(one.rule), [label(REASONS, code) for code in one.reasons]) for one in quarantines_of([person.pk], viewer)[:20]]
    context = {
        "person": person, "form": form, "disease": disease, "disease_words": rule_set(disease).label,
        "exposures": [one for one in exposures if one.disease == disease], "options": [(one, label(OPTIONS, one.code)) for one in options],
        "stays": [one for one in stays if one[0].disease == disease],
        "asked": asked_of(disease, "contact") is not None and may_on(person, WORK, viewer), "interviews": interviews_of(person.pk, disease, viewer),
        "others": sorted({one.disease for one in exposures} - {disease}),
    }  # fmt: skip
    return show(request, "desk/contacts/told.html", context, page="person_contact", persons=[person.pk], status=status)
