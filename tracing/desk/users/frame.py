"""What every page of users shares: who asks with what they administer, the tabs, how a refusal is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tracing.access.granting import Granting
from tracing.access.queries import accounts as queries
from tracing.access.queries.accounts import AccountView
from tracing.desk.page import instant_of, viewer_of
from tracing.uswds.parts import Link


def asking_of(request: HttpRequest) -> Granting:
    return Granting(viewer_of(request), instant_of(request))


def account_or_404(asking: Granting, pk: UUID) -> AccountView:
    """The account, if the viewer administers it. 404 otherwise, whether or not it exists."""
    found = queries.account(asking, pk)
    if found is None:
        raise Http404
    return found


def tabs(request: HttpRequest, asking: Granting, here: str) -> list[Link]:
    """The pages of users, with how much waits for a second person."""
    viewer = viewer_of(request)
    shown = []
    if viewer.may("users.administer"):
        waiting = len(queries.open_proposals(asking)) + len(queries.live_links(asking))
        shown += [
            Link(_("Accounts"), reverse("desk:users"), current=here == "users"),
            Link(_("To confirm"), reverse("desk:users_waiting"), current=here == "waiting", count=waiting or None),
            Link(_("Who has what"), reverse("desk:users_who"), current=here == "who"),
            Link(_("Reviews"), reverse("desk:reviews"), current=here == "reviews"),
            Link(_("Unused"), reverse("desk:users_unused"), current=here == "unused"),
        ]
    shown.append(Link(_("Roles"), reverse("desk:roles"), current=here == "roles"))
    return shown


def crumbs(*steps: Link) -> list[Link]:
    return [Link(_("Users"), reverse("desk:users")), *steps]


def account_link(view: AccountView) -> Link:
    return Link(view.user.name, reverse("desk:user", args=[view.user.pk]))


def base(request: HttpRequest, asking: Granting, here: str) -> dict[str, Any]:
    return {"tabs": tabs(request, asking, here), "at": asking.at}
