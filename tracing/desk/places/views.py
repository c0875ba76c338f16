"""The register of settings, and which school or college works at each on this platform."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.viewer import Viewer
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.review.after import key_in, query
from tracing.diseases.labels import SETTINGS
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.queries import unit_by_id
from tracing.jurisdictions.units import working_units
from tracing.places.actions import NotAnOrganisation, NotASetting, add_place, connect_place
from tracing.places.models import Place
from tracing.places.queries import places, registered
from tracing.uswds import forms
from tracing.uswds.parts import Column

WHO = ("units.administer", "cases.share")
"""Whoever administers units, or may share cases of the setting's department: a connection shares by rule."""
SIZE = 50
LEARN = (Unit.Kind.SCHOOL, Unit.Kind.COLLEGE)


class PlaceForm(forms.Form):
    kind = forms.SelectField(
        label=gettext_lazy("What it is"), width="lg",
        choices=[("", gettext_lazy("Choose")), *((code, SETTINGS.get(code, words)) for code, words in Place.Kind.choices)],
    )  # fmt: skip
    name = forms.LineField(label=gettext_lazy("Name"), max_length=200, width="2xl")
    street = forms.LineField(label=gettext_lazy("Street"), max_length=200, required=False, width="2xl")
    city = forms.LineField(label=gettext_lazy("Town"), max_length=100, width="lg")
    zip = forms.LineField(label=gettext_lazy("ZIP code"), max_length=10, required=False, width="sm", mode="numeric")
    phone = forms.TelephoneField(label=gettext_lazy("Telephone"), max_length=40, required=False)


@require_http_methods(["GET", "HEAD"])
@staff(*WHO)
def place_list(request: HttpRequest) -> HttpResponse:
    return _page(request, PlaceForm())


def _page(request: HttpRequest, form: PlaceForm, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    name = request.GET.get("name", "")[:120]
    after = key_in(request.GET.get("after", ""))
    found, more = registered(name, after=after, size=SIZE)
    today = timezone.localdate(instant_of(request))
    context: dict[str, Any] = {
        "rows": [(one, _may(viewer, one) and one.kind in KINDS, SETTINGS.get(one.kind, one.get_kind_display())) for one in found],
        "name": name, "form": form, "open": form.is_bound, "units": working_units(LEARN, today),
        "columns": [Column(_("Setting")), Column(_("Address")), Column(_("Department")), Column(_("School or college on this platform"))],
        "first": f"?{query(name=name)}" if after else "", "following": f"?{query(name=name, after=found[-1].pk)}" if more else "",
    }  # fmt: skip
    return show(request, "desk/places/places.html", context, page="places", status=status)


KINDS = (Place.Kind.SCHOOL, Place.Kind.COLLEGE, Place.Kind.DAY_CARE)


@require_POST
@staff(*WHO)
def new(request: HttpRequest) -> HttpResponse:
    form, at = PlaceForm(request.POST), instant_of(request)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = add_place(
                kind=said["kind"], name=said["name"], street=said["street"], city=said["city"], state="", zip=said["zip"],
                phone=said["phone"], by=viewer_of(request).actor, at=at, on=timezone.localdate(at),
            )  # fmt: skip
        except NotASetting:
            form.add_error("name", _("Enter a name with letters."))
        else:
            messages.success(request, _("Added to the register.") if made else _("It is in the register already."))
            return redirect("desk:places")
    return _page(request, form, 422)


@require_POST
@staff(*WHO)
def connect(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which organisation it is, or none any more."""
    place = get_object_or_404(places(), pk=pk)
    if not _may(viewer_of(request), place):
        raise PermissionDenied
    key = key_in(request.POST.get("organisation", ""))
    try:
        connect_place(place=place, organisation=unit_by_id(key) if key else None, by=viewer_of(request).actor, at=instant_of(request))
    except (NotAnOrganisation, Unit.DoesNotExist):
        messages.error(request, _("Choose a school or college."))
    else:
        messages.success(request, _("Kept. What its liaison sees follows within a minute."))
    return redirect("desk:places")


def _may(viewer: Viewer, place: Place) -> bool:
    return any(viewer.may(permission, place.unit_id) for permission in WHO)
