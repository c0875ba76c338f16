"""Accounts: the list, one of them, a new one, and those that nobody uses."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.actions import (
    NewLink,
    NewStaff,
    Refused,
    close_accounts,
    invite_anew,
    invite_staff,
    reopen_account,
)
from tracing.access.factors.queries import factors_of
from tracing.access.granting import Granting, roles_by_code
from tracing.access.queries import accounts as queries
from tracing.access.words import MISSING, REFUSALS
from tracing.desk.lists import address
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.sign_in.words import how, outcome
from tracing.desk.users.forms import InviteForm, begins, ends
from tracing.desk.users.frame import account_or_404, asking_of, base, crumbs
from tracing.journal.actions import Unchanged
from tracing.uswds.parts import Column, Link, Paging

MOST: Final = 200
STATES: Final = {
    "active": gettext_lazy("In use"), "invited": gettext_lazy("Invited"), "unused": gettext_lazy("Not used for 30 days"),
    "without_role": gettext_lazy("Without a role"), "closed": gettext_lazy("Closed"),
}  # fmt: skip
SORTS: Final = ("name", "-name", "seen", "-seen", "added", "-added")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("users.administer")
def users(request: HttpRequest) -> HttpResponse:
    """A name or address is asked by POST: it narrows the same list and stands in no address of a page."""
    asking = asking_of(request)
    roles, units = roles_by_code(), queries.units_administered(asking)
    words = request.POST.get("words", "").strip()[:120]
    unit = next((one.pk for one in units if one.code == request.GET.get("unit")), None)
    role, state = address.choice(request, "role", roles), address.choice(request, "state", STATES)
    sort = address.choice(request, "sort", SORTS, "name")
    asked = queries.Asked(words, unit, role, state, sort)
    size = 200 if words else address.size(request)
    found = queries.accounts(asking, asked, size=size, after=address.key(request, "after"), before=address.key(request, "before"))
    query = address.without_place(request)

    def to(name: str, key: UUID | None) -> str:
        if key is None or words:
            return ""
        there = query.copy()
        there[name] = str(key)
        return f"?{there.urlencode()}"

    context = base(request, asking, "users") | {
        "rows": [(row, STATES[row.state]) for row in found.rows], "words": words, "sort": sort, "query": query.urlencode(),
        "groups": [address.group(request, _("State"), "state", STATES, state)],
        "units": [(one.code, one.name) for one in units], "unit": request.GET.get("unit", ""),
        "roles": [(code, one.name) for code, one in roles.items()], "role": role,
        "sizes": address.SIZES, "size": address.size(request), "state": state,
        "filtered": bool(words or unit or role or state),
        "columns": [
            Column(_("Name"), sort="name"), Column(_("Roles")), Column(_("State")), Column(_("Last here"), sort="seen"),
            Column(_("Made"), sort="added"),
        ],
        "page": Paging(
            first=f"?{query.urlencode()}" if found.earlier and not words else "", previous=to("before", found.earlier),
            next=to("after", found.later), count=found.count, exact=True, shown=len(found.rows),
        ),
    }  # fmt: skip
    return show(request, "desk/users/users.html", context, page="users")


@require_safe
@staff("users.administer")
def user(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _account(request, asking_of(request), pk)


def _account(request: HttpRequest, asking: Granting, pk: UUID, made: NewLink | None = None) -> HttpResponse:
    view = account_or_404(asking, pk)
    own = view.user.pk == viewer_of(request).user
    context = base(request, asking, "users") | {
        "account": view.user, "view": view, "own": own, "may_manage": asking.may_manage(view.user) and not own,
        "factors": factors_of(pk), "made": made, "link": f"{_site(request)}{reverse('desk:welcome')}?key={made.key}" if made else "",
        "live": [(line, _lacks(line)) for line in view.lines if line.state in ("held", "later", "lacks")],
        "over": [line for line in view.lines if line.state in ("over", "role_ended")],
        "sign_ins": [(one, how(one), outcome(one)) for one in view.sign_ins],
        "provider": settings.PROVIDER,
        "crumbs": crumbs(Link(view.user.name, current=True)),
        "columns": [
            Column(_("Role")), Column(_("In")), Column(_("From")), Column(_("Until")), Column(_("Why, and who gave it")),
            Column(_("End"), hidden=True),
        ],
        "over_columns": [Column(_("Role")), Column(_("In")), Column(_("From")), Column(_("Until")), Column(_("Why, and who gave it"))],
        "sign_in_columns": [Column(_("When")), Column(_("How")), Column(_("From where")), Column(_("What came of it"))],
    }  # fmt: skip
    return show(request, "desk/users/user.html", context, page="user")


def _lacks(line: queries.Line) -> str:
    return ", ".join(str(MISSING[code]) for code in line.lacks)


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


@require_POST
@staff("users.administer")
def user_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    asking = asking_of(request)
    view = account_or_404(asking, pk)
    told = close_accounts(viewer=viewer_of(request), users=[view.user], by=viewer_of(request).actor, at=asking.at)
    if not isinstance(told, Unchanged) and told[0].refused:
        messages.warning(request, str(REFUSALS[told[0].refused]))
    else:
        messages.success(request, _("Closed. Every session has ended, every role too; what they had in hand goes back to the lists."))
    return _back(view.user.pk)


@require_POST
@staff("users.administer")
def user_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    asking = asking_of(request)
    view = account_or_404(asking, pk)
    try:
        reopen_account(viewer=viewer_of(request), user=view.user, by=viewer_of(request).actor, at=asking.at)
    except Refused as why:
        messages.warning(request, str(why))
    else:
        messages.success(request, _("Open again. It holds no role: give one."))
    return _back(view.user.pk)


@never_cache
@require_POST
@staff("users.administer")
def user_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new way in. The link is in this answer and nowhere else."""
    asking = asking_of(request)
    view = account_or_404(asking, pk)
    try:
        made = invite_anew(viewer=viewer_of(request), user=view.user, by=viewer_of(request).actor, at=asking.at)
    except Refused as why:
        messages.warning(request, str(why))
        return _back(view.user.pk)
    return _account(request, asking, pk, made)


def _back(pk: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:user", args=[pk]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff("users.administer")
def user_new(request: HttpRequest) -> HttpResponse:
    """One new account with its first role: a list of one line."""
    asking = asking_of(request)
    roles, units = roles_by_code(), queries.units_administered(asking)
    form = InviteForm(request.POST if request.method == "POST" else None, roles=roles, units=units)
    context: dict[str, Any] = {"form": form, "crumbs": crumbs(Link(_("Invite somebody"), current=True))}
    if request.method == "POST" and form.is_valid():
        given, at = form.cleaned_data, asking.at
        unit = next(one for one in units if one.code == given["unit"])
        line = NewStaff(
            1, given["email"].lower(), given["name"], roles[given["role"]], unit, begins(given["since"], at), ends(given["until"]),
            tuple(given["diseases"]), given["why"], given["agreement_on"], given["trained_on"],
        )  # fmt: skip
        told = invite_staff(viewer=viewer_of(request), lines=[line], by=viewer_of(request).actor, at=at)[0]
        if told.code in REFUSALS:
            form.add_error(None, str(Refused(told.code)))
        elif told.code == "unchanged":
            form.add_error("email", _("There is an account with this address, and it holds this role already."))
        else:
            context |= {"told": told, "link": f"{_site(request)}{reverse('desk:welcome')}?key={told.key}" if told.key else ""}
            return show(request, "desk/users/invited.html", context, page="user_new")
    return show(request, "desk/users/new.html", context, page="user_new", status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("users.administer")
def users_unused(request: HttpRequest) -> HttpResponse:
    """Accounts proposed for closing: nothing is closed unless somebody says so, and each is told apart."""
    asking, viewer = asking_of(request), viewer_of(request)
    told: list[Any] = []
    if request.method == "POST":
        chosen = [key for value in request.POST.getlist("user")[:MOST] if (key := _key(value)) is not None]
        if not chosen:
            messages.warning(request, _("Choose at least one account."))
        else:
            done = close_accounts(
                viewer=viewer, users=queries.users_of(asking, chosen), only_unused=True, by=viewer.actor, at=instant_of(request)
            )
            told = [] if isinstance(done, Unchanged) else [(one, REFUSALS.get(one.refused, "")) for one in done]
            number = sum(not one.refused for one, _why in told)
            messages.success(
                request, ngettext("%(number)d account was closed.", "%(number)d accounts were closed.", number) % {"number": number}
            )
    rows = queries.unused_accounts(asking)[:MOST]
    context = base(request, asking, "unused") | {
        "rows": rows, "told": told,
        "columns": [Column(_("Close"), hidden=True), Column(_("Name")), Column(_("Roles")), Column(_("Last here")), Column(_("Made"))],
        "told_columns": [Column(_("Name")), Column(_("What came of it"))],
    }  # fmt: skip
    return show(request, "desk/users/unused.html", context, page="users_unused")


def _key(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


