"""What every staff page does: ask who, load through what they may see, record the look, show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tracing.access.request import instant_of, viewer_of
from tracing.access.viewer import Viewer
from tracing.access.visibility import may_act, visible_to
from tracing.cases.shared import COUNTED, number_to_answer
from tracing.journal.actions import look
from tracing.referrals.queries import number_asked

P = ParamSpec("P")
M = TypeVar("M", bound=Model)

__all__ = ["instant_of", "load", "must", "show", "staff", "still_there", "viewer_of"]


def staff(
    *permissions: str, lists: bool = False
) -> Callable[[Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """A page for signed-in staff who hold one of the permissions somewhere (none named: any staff). 403 otherwise.

    `lists`: the page shows many people; who sees only those in hand may not open it, whatever they hold.
    """

    def decorate(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.path, settings.LOGIN_URL)
            held = viewer_of(request).reaches if lists else viewer_of(request).may
            if permissions and not any(held(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        page.needs = permissions  # type: ignore[attr-defined]
        return page

    return decorate


def load(rows: QuerySet[M], request: HttpRequest, pk: UUID) -> M:
    """The row with this key, if the viewer may see it. 404 otherwise, whether or not it exists."""
    row = visible_to(rows, viewer_of(request)).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def still_there(rows: QuerySet[M], request: HttpRequest, pk: UUID) -> bool:
    """Whether the viewer still sees the row, after an action that may have ended that."""
    return visible_to(rows, viewer_of(request)).filter(pk=pk).exists()


def must(request: HttpRequest, permission: str, row: Model | UUID) -> None:
    """403 unless the viewer may do this with the row (`access.visibility.may_act`), or holds the permission on the unit named."""
    viewer = viewer_of(request)
    if not (viewer.may(permission, row) if isinstance(row, UUID) else may_act(viewer, permission, row)):
        raise PermissionDenied


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    page: str,
    persons: Iterable[UUID] = (),
    purpose: str = "work",
    status: int = 200,
) -> HttpResponse:
    """Record who looked at whom, then render. A page whose look cannot be recorded is not shown: the error goes up.

    `page` is a short stable code; `persons` are all the people of whom the page shows anything.
    """
    request.waiting = waiting(viewer_of(request))  # type: ignore[attr-defined]
    response = render(request, template, dict(context), status=status)
    response["Cache-Control"] = "no-store"  # what is shown again later from a disk was looked at by nobody we know of
    look(
        actor=viewer_of(request).user,
        at=instant_of(request),
        page=page,
        purpose=purpose,
        persons=persons,
    )
    return response


def waiting(viewer: Viewer) -> dict[str, int | str]:
    """What the bar counts: transfers to be answered, people whom the viewer's organisation was asked to help."""
    found = {"desk:transfers": number_to_answer(viewer), "desk:referrals": number_asked(viewer)}
    return {name: number if number <= COUNTED else f"{COUNTED}+" for name, number in found.items() if number}
