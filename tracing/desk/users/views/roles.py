"""Roles as an auditor reads them, and those of the state's own made and ended."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.actions import Refused, confirm_role, define_role, end_role
from tracing.access.models import Role
from tracing.access.queries import roles as queries
from tracing.access.queries import staff_names
from tracing.access.rules import PERMISSIONS
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.users.forms import RoleForm
from tracing.desk.users.frame import asking_of, base
from tracing.uswds.parts import Column, Link

READERS = ("users.administer", "users.define_roles", "audit.see", "privacy.review")


@require_safe
@staff(*READERS)
def roles(request: HttpRequest) -> HttpResponse:
    asking, viewer = asking_of(request), viewer_of(request)
    found = queries.every_role()
    context = base(request, asking, "roles") | {
        "rows": [(role, queries.by_two(role)) for role in found],
        "may_define": viewer.may("users.define_roles"),
        "columns": [Column(_("Role")), Column(_("What it is for")), Column(_("Sees of a person")), Column(_("Reaches")), Column(_("Given by"))],
        "grid": [(words, code, [(role.name, code in role.permissions) for role in found]) for code, words in PERMISSIONS.items()],
        "grid_columns": [Column(_("May")), *(Column(role.name) for role in found)],
    }  # fmt: skip
    return show(request, "desk/users/roles.html", context, page="roles")


@require_safe
@staff(*READERS)
def role(request: HttpRequest, pk: UUID) -> HttpResponse:
    asking, viewer, found = asking_of(request), viewer_of(request), _load(pk)
    names = staff_names([found.made_by, found.confirmed_by])
    context = base(request, asking, "roles") | {
        "role": found, "by_two": queries.by_two(found), "made_by": names.get(found.made_by, ""),
        "confirmed_by": names.get(found.confirmed_by, ""),
        "permissions": [(code, words) for code, words in PERMISSIONS.items() if code in found.permissions],
        "may_define": viewer.may("users.define_roles"), "may_confirm": found.made_by != viewer.user,
        "crumbs": [Link(_("Roles"), reverse("desk:roles")), Link(found.name, current=True)],
    }  # fmt: skip
    return show(request, "desk/users/role.html", context, page="role")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("users.define_roles")
def role_new(request: HttpRequest) -> HttpResponse:
    asking, viewer = asking_of(request), viewer_of(request)
    form = RoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = define_role(viewer=viewer, **given, by=viewer.actor, at=instant_of(request))
        except Refused as why:
            form.add_error({"code_wrong": "code", "code_taken": "code", "beyond_maker": "permissions"}.get(why.code), str(why))
        else:
            messages.success(
                request,
                _("Made. It can be given as soon as a second person confirms it.") if made.waiting else _("Made. It can be given now."),
            )
            return HttpResponseRedirect(reverse("desk:role", args=[made.pk]))
    context = base(request, asking, "roles") | {
        "form": form, "crumbs": [Link(_("Roles"), reverse("desk:roles")), Link(_("New role"), current=True)],
    }  # fmt: skip
    return show(request, "desk/users/role_new.html", context, page="role_new", status=422 if form.errors else 200)


@require_POST
@staff("users.define_roles")
def role_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    try:
        confirm_role(viewer=viewer, role=_load(pk), by=viewer.actor, at=instant_of(request))
        messages.success(request, _("Confirmed: it can be given now."))
    except Refused as why:
        messages.warning(request, str(why))
    return HttpResponseRedirect(reverse("desk:role", args=[pk]))


@require_POST
@staff("users.define_roles")
def role_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    try:
        end_role(viewer=viewer, role=_load(pk), by=viewer.actor, at=instant_of(request))
        messages.success(request, _("Ended. Nobody may anything by it any more."))
    except Refused as why:
        messages.warning(request, str(why))
    return HttpResponseRedirect(reverse("desk:role", args=[pk]))


def _load(pk: UUID) -> Role:
    found = queries.role_of(pk)
    if found is None:
        raise Http404
    return found
