"""For whoever helps others to come in: who waits because of refusals, who lost their second factor, and groups that give nothing.

Who holds the permission in a unit helps those who hold a role in it; on the state itself, everybody.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.entry.actions import lift_pause
from tracing.access.entry.queries import account, by_address, paused, work_in
from tracing.access.factors.actions import reset_factors
from tracing.access.factors.queries import factors_of
from tracing.access.granting import Granting
from tracing.access.models import User
from tracing.access.provider.actions import unlink
from tracing.access.provider.queries import is_linked, unknown_groups
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.sign_in.forms import AccountForm
from tracing.journal.actions import Unchanged
from tracing.uswds.parts import Column

ADMINISTER: Final = "users.administer"
LIFT: Final = "users.lift_waits"
PAUSES: Final = [
    Column(gettext_lazy("Account")),
    Column(gettext_lazy("Refusals"), end=True),
    Column(gettext_lazy("Last")),
    Column(gettext_lazy("End the wait"), hidden=True),
]
GROUPS: Final = [
    Column(gettext_lazy("Group")),
    Column(gettext_lazy("First seen")),
    Column(gettext_lazy("Last seen")),
    Column(gettext_lazy("Times"), end=True),
]


@staff(ADMINISTER, LIFT)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_watch(request: HttpRequest) -> HttpResponse:
    """A look-up of one account goes by POST: addresses hold no e-mail."""
    at = instant_of(request)
    administers = viewer_of(request).may(ADMINISTER)
    waiting = paused(at)
    ours = _reached(request, [one.user for one in waiting], ADMINISTER, LIFT)
    form = AccountForm(request.POST if request.method == "POST" and administers else None)
    found: User | None = None
    if form.is_bound and form.is_valid():
        user = by_address(form.cleaned_data["email"])
        if user is not None and Granting(viewer_of(request), at).may_manage(user):
            found = user
        else:
            form.add_error("email", _("There is no open account with this address among those whom you administer."))
    context = {
        "pauses": [one for one in waiting if one.user in ours],
        "groups": unknown_groups() if administers else [],
        "pause_columns": PAUSES,
        "group_columns": GROUPS,
        "administers": administers,
        "form": form,
        "found": found,
        "found_factors": factors_of(found.pk) if found else None,
        "found_linked": bool(found and settings.PROVIDER and is_linked(found.pk, settings.PROVIDER.issuer)),
    }
    return show(
        request, "desk/sign_in/watch.html", context, page="sign_in_watch", status=422 if form.is_bound and form.errors else 200
    )


@staff(ADMINISTER, LIFT)
@require_POST
def pause_lift(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = _account(request, pk, ADMINISTER, LIFT)
    lifted = lift_pause(user=user, by=viewer_of(request).actor, at=instant_of(request))
    if isinstance(lifted, Unchanged):
        messages.info(request, _("This account does not wait."))
    else:
        messages.success(request, _("%(name)s can try again at once.") % {"name": user.name})
    return redirect("desk:sign_in_watch")


@staff(ADMINISTER)
@require_POST
def factors_reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody lost phone and codes: they make new ones at their next sign-in."""
    user = _account(request, pk, ADMINISTER)
    if user.pk == viewer_of(request).user:
        messages.error(request, _("Your own second factors are reset by another administrator."))
        return redirect("desk:sign_in_watch")
    if isinstance(reset_factors(user=user, by=viewer_of(request).actor, at=instant_of(request)), Unchanged):
        messages.info(request, _("%(name)s has no second factor.") % {"name": user.name})
    else:
        messages.success(
            request, _("%(name)s is signed out everywhere and makes a new second factor next time.") % {"name": user.name}
        )
    return redirect("desk:sign_in_watch")


@staff(ADMINISTER)
@require_POST
def provider_unlink(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The account at the provider was made anew, or the wrong one was linked."""
    user = _account(request, pk, ADMINISTER)
    if isinstance(unlink(user=user, by=viewer_of(request).actor, at=instant_of(request)), Unchanged):
        messages.info(request, _("%(name)s is not linked to an account at the provider.") % {"name": user.name})
    else:
        messages.success(request, _("Unlinked. The next verified sign-in of %(name)s links anew.") % {"name": user.name})
    return redirect("desk:sign_in_watch")


def _reached(request: HttpRequest, users: list[UUID], *permissions: str) -> set[UUID]:
    """Which accounts the viewer may help."""
    viewer = viewer_of(request)
    if any(permission in viewer.everywhere for permission in permissions):
        return set(users)
    units = {unit for permission in permissions for unit in viewer.units.get(permission, frozenset())}
    return work_in(users, units, instant_of(request)) if users else set()


def _account(request: HttpRequest, pk: UUID, *permissions: str) -> User:
    """An account that the viewer may help. Changing how somebody comes in is for who may also close the account."""
    user = account(pk)
    if user is None or user.pk not in _reached(request, [user.pk], *permissions):
        raise Http404
    if LIFT not in permissions and not Granting(viewer_of(request), instant_of(request)).may_manage(user):
        raise Http404
    return user
