"""Roles given and ended, and what waits for a second person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.actions import Refused, confirm_grant, confirm_link, end_grant, grant, note_training, refuse_grant
from tracing.access.granting import roles_by_code
from tracing.access.models import Membership
from tracing.access.queries import accounts as queries
from tracing.access.queries import staff_names
from tracing.access.queries.roles import waiting_roles
from tracing.access.words import CONFLICTS
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.users.forms import GrantForm, TrainingForm, begins, ends
from tracing.desk.users.frame import account_link, account_or_404, asking_of, base, crumbs
from tracing.uswds.parts import Link


@require_http_methods(["GET", "HEAD", "POST"])
@staff("users.administer")
def user_grant(request: HttpRequest, pk: UUID) -> HttpResponse:
    asking, viewer, at = asking_of(request), viewer_of(request), instant_of(request)
    view = account_or_404(asking, pk)
    roles, units = roles_by_code(), queries.units_administered(asking)
    first = {"unit": units[0].code if len(units) == 1 else ""}
    form = GrantForm(request.POST if request.method == "POST" else None, roles=roles, units=units, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            done = grant(
                viewer=viewer, user=view.user, role=roles[given["role"]], unit=next(u for u in units if u.code == given["unit"]),
                since=begins(given["since"], at), until=ends(given["until"]), diseases=given["diseases"], why=given["why"],
                agreement_on=given["agreement_on"], trained_on=given["trained_on"], by=viewer.actor, at=at,
            )  # fmt: skip
        except Refused as why:
            form.add_error(_FIELD.get(why.code), str(why))
        else:
            for code in done.warnings:
                messages.warning(request, str(CONFLICTS[code]))
            messages.success(
                request, _("Given.") if done.membership else _("Proposed. It is held as soon as a second administrator confirms it.")
            )
            return _to(view.user.pk)
    context = base(request, asking, "users") | {
        "form": form, "account": view.user, "crumbs": crumbs(account_link(view), Link(_("Give a role"), current=True)),
    }  # fmt: skip
    return show(request, "desk/users/grant.html", context, page="user_grant", status=422 if form.errors else 200)


_FIELD = {
    "unit_closed": "unit", "not_administered": "unit", "role_ended": "role", "role_waiting": "role", "more_than_held": "role",
    "overlaps": "role", "already_proposed": "role", "sensitive": "diseases", "unknown_disease": "diseases", "wrong_dates": "until",
}  # fmt: skip
"""Beside which field a refusal is told."""


@require_POST
@staff("users.administer")
def membership_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    membership = _membership(request, pk)
    try:
        end_grant(viewer=viewer_of(request), membership=membership, by=viewer_of(request).actor, at=instant_of(request))
    except Refused as why:
        messages.warning(request, str(why))
    else:
        messages.success(request, _("Ended: %(role)s in %(unit)s.") % {"role": membership.role.name, "unit": membership.unit.name})
    return _to(membership.user_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("users.administer")
def membership_training(request: HttpRequest, pk: UUID) -> HttpResponse:
    asking, membership = asking_of(request), _membership(request, pk)
    form = TrainingForm(
        request.POST if request.method == "POST" else None, initial={"agreement_on": membership.agreement_on, "trained_on": membership.trained_on}
    )
    if request.method == "POST" and form.is_valid():
        try:
            note_training(
                viewer=viewer_of(request), membership=membership, **form.cleaned_data, by=viewer_of(request).actor, at=asking.at
            )
        except Refused as why:
            form.add_error(None, _("A date lies in the future.") if why.code == "wrong_dates" else str(why))
        else:
            messages.success(request, _("Written down."))
            return _to(membership.user_id)
    view = account_or_404(asking, membership.user_id)
    context = base(request, asking, "users") | {
        "form": form, "membership": membership, "account": view.user,
        "crumbs": crumbs(account_link(view), Link(_("Agreement and training"), current=True)),
    }  # fmt: skip
    return show(request, "desk/users/training.html", context, page="membership_training", status=422 if form.errors else 200)


def _membership(request: HttpRequest, pk: UUID) -> Membership:
    found = queries.membership_of(asking_of(request), pk)
    if found is None:
        raise Http404
    return found


def _to(pk: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:user", args=[pk]))


# ── what waits for a second person ──────────────────────────────────────────────────────────────────────────────────


@require_safe
@staff("users.administer")
def users_waiting(request: HttpRequest) -> HttpResponse:
    asking, viewer = asking_of(request), viewer_of(request)
    proposals, links = queries.open_proposals(asking), queries.live_links(asking)
    roles = waiting_roles() if viewer.may("users.define_roles") else []
    names = staff_names([*(one.asked_by for one in proposals), *(one.by for one in links), *(one.made_by for one in roles)])
    context = base(request, asking, "waiting") | {
        "proposals": [(one, names.get(one.asked_by, ""), viewer.user not in (one.asked_by, one.user_id), one.asked_by == viewer.user)
                      for one in proposals],
        "links": [(one, names.get(one.by, ""), viewer.user not in (one.by, one.user_id)) for one in links],
        "roles": [(one, names.get(one.made_by, ""), viewer.user != one.made_by) for one in roles],
    }  # fmt: skip
    return show(request, "desk/users/waiting.html", context, page="users_waiting")


@require_POST
@staff("users.administer")
def grant_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm what another proposed, refuse it, or withdraw one's own."""
    asking, viewer = asking_of(request), viewer_of(request)
    proposal = next((one for one in queries.open_proposals(asking) if one.pk == pk), None)
    if proposal is None:
        raise Http404
    try:
        if request.POST.get("do") == "confirm":
            confirm_grant(viewer=viewer, proposal=proposal, by=viewer.actor, at=asking.at)
            messages.success(request, _("Confirmed: it is held from now on."))
        else:
            refuse_grant(viewer=viewer, proposal=proposal, by=viewer.actor, at=asking.at)
            messages.success(request, _("It is not given."))
    except Refused as why:
        messages.warning(request, str(why))
    return HttpResponseRedirect(reverse("desk:users_waiting"))


@require_POST
@staff("users.administer")
def link_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a link into a powerful account open."""
    asking, viewer = asking_of(request), viewer_of(request)
    link = next((one for one in queries.live_links(asking) if one.pk == pk), None)
    if link is None:
        raise Http404
    try:
        confirm_link(viewer=viewer, invitation=link, by=viewer.actor, at=asking.at)
        messages.success(request, _("Confirmed: the link opens now, once."))
    except Refused as why:
        messages.warning(request, str(why))
    return HttpResponseRedirect(reverse("desk:users_waiting"))
