"""A contact reported by a provider, a school, an airline, another state, without a case that is known here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tracing.access.viewer import Viewer
from tracing.base.phones import e164
from tracing.contacts.models import Exposure
from tracing.contacts.outside import Reported, report_contact
from tracing.desk.by_hand.forms import SEXES
from tracing.desk.page import instant_of, show, staff, still_there, viewer_of
from tracing.desk.words import LANGUAGES
from tracing.diseases.conditions import sensitive_codes
from tracing.diseases.ruleset import rule_sets
from tracing.jurisdictions.queries import for_address
from tracing.people.facts import AddressFacts, PersonFacts
from tracing.people.known import persons
from tracing.places.rules import address_key
from tracing.uswds import forms
from tracing.uswds.parts import Link

PERMISSION = "cases.work"
LONG_AGO = timedelta(days=60)


class ContactReportForm(forms.Form):
    """`today` is the day where the state is."""

    outside = forms.SelectField(
        label=gettext_lazy("How were they exposed?"), choices=[("", gettext_lazy("Choose")), *Exposure.Outside.choices], width="xl"
    )
    reference = forms.LineField(
        label=gettext_lazy("Flight, event, or number of the reporter"), max_length=200, required=False, width="xl",
        help_text=gettext_lazy("No name of a case: a contact is never told who it was."),
    )  # fmt: skip
    disease = forms.SelectField(label=gettext_lazy("Disease"), choices=(), width="lg")
    first_on = forms.DayField(label=gettext_lazy("First day of exposure"), required=False)
    last_on = forms.DayField(label=gettext_lazy("Last day of exposure"))
    feet = django_forms.IntegerField(label=gettext_lazy("How near, in feet"), min_value=0, max_value=1000, required=False)
    minutes = django_forms.IntegerField(label=gettext_lazy("How long, in minutes of a day"), min_value=0, max_value=1440, required=False)

    given = forms.LineField(label=gettext_lazy("Given name"), max_length=120, required=False, width="lg")
    family = forms.LineField(label=gettext_lazy("Family name"), max_length=120, width="lg")
    birth_on = forms.DayField(label=gettext_lazy("Birth date"), required=False)
    sex = forms.SelectField(label=gettext_lazy("Sex"), choices=SEXES, required=False, width="md")
    language = forms.SelectField(
        label=gettext_lazy("Language they prefer"), required=False, width="md", choices=[("", gettext_lazy("Not known")), *LANGUAGES.items()]
    )
    phone = forms.TelephoneField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    email = forms.LineField(label=gettext_lazy("E-mail"), max_length=254, required=False, width="xl", mode="email")
    street = forms.LineField(label=gettext_lazy("Street and house number"), max_length=200, required=False, width="xl")
    city = forms.LineField(label=gettext_lazy("Town"), max_length=100, required=False, width="lg")
    state = forms.LineField(label=gettext_lazy("State"), max_length=20, required=False, width="xs", initial="CT")
    zip = forms.LineField(label=gettext_lazy("ZIP code"), max_length=10, required=False, width="sm", mode="numeric")

    def __init__(self, *args: Any, today: date, diseases: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        choices = list(diseases.items())
        cast(Any, self.fields["disease"]).choices = [("", _("Choose")), *choices] if len(choices) > 1 else choices

    def clean_phone(self) -> str:
        typed: str = self.cleaned_data["phone"]
        number = e164(typed)
        if typed and not number:
            raise django_forms.ValidationError(_("Enter a number with its area code, for example 203-555-0142."))
        return number

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].strip().lower()
        if typed and ("@" not in typed or " " in typed):
            raise django_forms.ValidationError(_("Enter an e-mail address, for example ana@example.org."))
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("birth_on", "first_on", "last_on"):
            if (day := cleaned.get(name)) and day > self.today:
                self.add_error(name, _("This day has not come yet."))
        last, first = cleaned.get("last_on"), cleaned.get("first_on")
        if last and self.today - last > LONG_AGO:
            self.add_error("last_on", _("This day is more than two months ago: there is nothing left to tell them."))
        if first and last and first > last:
            self.add_error("first_on", _("The first day lies behind the last."))
        if not any(cleaned.get(name) for name in ("phone", "email", "street")) and not self.errors:
            self.add_error("phone", _("Enter a number, an e-mail address or an address: nobody could reach them."))
        return cleaned

    def reported(self, home: UUID) -> Reported:
        """What was typed; `home`: the department that was told, where the address tells none."""
        said = self.cleaned_data
        addresses: tuple[AddressFacts, ...] = ()
        unit = home
        if said["street"] or said["city"] or said["zip"]:
            where = for_address(street=said["street"], city=said["city"], state=said["state"], zip=said["zip"], on=self.today)
            addresses = (
                AddressFacts(
                    "residence", said["street"], said["city"], said["state"].upper()[:2], said["zip"], address_key(said["street"], said["zip"]),
                    where.town_id, where.unit_id, where.location.out_of_state, tuple(where.location.evidence),
                ),
            )  # fmt: skip
            unit = where.unit_id if where.town_id is not None else home
        born: date | None = said["birth_on"]
        facts = PersonFacts(
            family=said["family"], given=said["given"], birth_on=born, birth_year=born.year if born else None, sex=said["sex"],
            language=said["language"], phones=(said["phone"],) if said["phone"] else (), emails=(said["email"],) if said["email"] else (),
            addresses=addresses,
        )  # fmt: skip
        return Reported(
            facts, said["disease"], unit, said["outside"], said["last_on"], said["first_on"], feet=said["feet"], minutes=said["minutes"],
            reference=said["reference"],
        )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION, lists=True)
def report(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    named = viewer.holds.get(PERMISSION, frozenset())
    diseases = {code: rules.label for code, rules in rule_sets().items() if code not in sensitive_codes() or code in named}
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    form = ContactReportForm(request.POST if request.method == "POST" else None, today=today, diseases=diseases)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made = report_contact(reported=form.reported(_home(viewer)), by=viewer.actor, at=at)
            if still_there(persons(), request, made.contact_id):
                messages.success(request, _("Kept. Quarantine, call and numbers follow as for any contact."))
                return redirect(f"{reverse('desk:person_contact', args=[made.contact_id])}?disease={made.disease}")
            messages.success(request, _("Kept, and sent to %(unit)s, where they live.") % {"unit": made.follower.name})
            return redirect("desk:by_hand_contact")
    crumbs = [Link(_("Report a case"), reverse("desk:by_hand")), Link(_("Report a contact"), current=True)]
    return show(request, "desk/by_hand/contact.html", {"form": form, "crumbs": crumbs}, page="by_hand_contact", status=status)


def _home(viewer: Viewer) -> UUID:
    """The department to which it is reported: the viewer's own."""
    if viewer.home is None:
        raise PermissionDenied
    return viewer.home
