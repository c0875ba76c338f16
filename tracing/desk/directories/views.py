"""Directories: keys with which they make and close accounts, and which group gives which role."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tracing.access import directory
from tracing.access.actions.client_keys import NewClientKey, add_client_key, revoke_client_key
from tracing.access.actions.mapping import end_mapping, map_group
from tracing.access.rules import group_key
from tracing.access.words import Refused
from tracing.desk.directories.forms import GroupForm, KeyForm
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.units.views import must_administer, reach
from tracing.jurisdictions.models import Unit
from tracing.jurisdictions.units import tree
from tracing.uswds.parts import Column

NEEDS = "users.directory"


def _units(request: HttpRequest) -> list[Unit]:
    return [unit for unit, _depth in tree(reach(request, NEEDS)) if unit.active_until is None]


def _page(
    request: HttpRequest,
    *,
    key_form: KeyForm | None = None,
    group_form: GroupForm | None = None,
    made: NewClientKey | None = None,
) -> HttpResponse:
    at, units, ids = instant_of(request), _units(request), reach(request, NEEDS)
    keys = directory.live_client_keys(ids)
    inside = directory.groups_by_name()
    accounts = directory.kept_accounts([key.unit_id for key in keys])
    context = {
        "keys": [(key, accounts.get(key.unit_id, 0)) for key in keys],
        "made": made,
        "at": at,
        "soon": at + timedelta(days=14),
        "mappings": [(one, inside.get(group_key(one.group))) for one in directory.mappings(ids)],
        "unknown": directory.unknown_groups(),
        "key_form": key_form or KeyForm(units=units),
        "group_form": group_form or GroupForm(units=units, roles=directory.roles_to_map(), initial={"group": request.GET.get("group", "")}),
        "base": request.build_absolute_uri("/scim/v2"),
        "key_columns": [
            Column(_("Directory")), Column(_("Unit")), Column(_("Accounts"), end=True), Column(_("Last used")), Column(_("Ends")),
            Column(_("State")), Column(_("Revoke"), hidden=True),
        ],
        "group_columns": [
            Column(_("Group")), Column(_("Role")), Column(_("Unit")), Column(_("People"), end=True), Column(_("End"), hidden=True),
        ],
        "unknown_columns": [Column(_("Group")), Column(_("Seen first")), Column(_("Last")), Column(_("Times"), end=True)],
    }  # fmt: skip
    wrong = any(form is not None and form.errors for form in (key_form, group_form))
    return show(request, "desk/directories/directories.html", context, page="directories", status=422 if wrong else 200)


@require_safe
@staff(NEEDS)
def directories(request: HttpRequest) -> HttpResponse:
    return _page(request)


@never_cache
@require_POST
@staff(NEEDS)
def directory_key(request: HttpRequest) -> HttpResponse:
    """Make a key. Its text is in this answer and nowhere else: there is nothing to come back to."""
    units = _units(request)
    form = KeyForm(request.POST, units=units)
    if not form.is_valid():
        return _page(request, key_form=form)
    given = form.cleaned_data
    unit = next(one for one in units if one.code == given["unit"])
    made = add_client_key(
        name=given["name"], unit=unit, lasts=timedelta(days=int(given["lasts"])), by=viewer_of(request).actor, at=instant_of(request)
    )
    return _page(request, made=made)


@require_POST
@staff(NEEDS)
def directory_key_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    key = directory.client_key(pk)
    if key is None:
        raise Http404
    must_administer(request, key.unit_id, NEEDS)
    revoke_client_key(key=key, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Key …%(hint)s was revoked: that directory can do nothing here any more.") % {"hint": key.hint})
    return HttpResponseRedirect(reverse("desk:directories"))


@require_POST
@staff(NEEDS)
def directory_group(request: HttpRequest) -> HttpResponse:
    """A group gives a role from now on."""
    viewer, units, roles = viewer_of(request), _units(request), directory.roles_to_map()
    form = GroupForm(request.POST, units=units, roles=roles)
    if not form.is_valid():
        return _page(request, group_form=form)
    given = form.cleaned_data
    unit = next(one for one in units if one.code == given["unit"])
    role = next(one for one in roles if one.code == given["role"])
    diseases = [code.strip() for code in given["diseases"].split(",") if code.strip()]
    try:
        made = map_group(
            viewer=viewer, group=given["group"], role=role, unit=unit, diseases=diseases, by=viewer.actor, at=instant_of(request)
        )
    except Refused as refused:
        form.add_error("diseases" if refused.code in ("sensitive", "unknown_disease") else "role", str(refused))
        return _page(request, group_form=form)
    messages.success(request, _("Kept. Roles follow within a minute.") if made else _("This group gives that role there already."))
    return HttpResponseRedirect(reverse("desk:directories"))


@require_POST
@staff(NEEDS)
def directory_group_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = directory.mapping(pk)
    if found is None:
        raise Http404
    must_administer(request, found.unit_id, NEEDS)
    if end_mapping(mapping=found, by=viewer_of(request).actor, at=instant_of(request)):
        messages.success(request, _("The group %(group)s gives this role no more.") % {"group": found.group})
    return HttpResponseRedirect(reverse("desk:directories"))
