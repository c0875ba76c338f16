"""One request, one transaction, under the reading role, with the session named to the database."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from tracing.access.viewer import NOBODY, Viewer, viewer

READING_ROLE = "contact_web"

View = Callable[[HttpRequest], HttpResponse]


def own_transactions(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view for machines, which acknowledges only what is committed: it has no session, and each action that it calls is a
    transaction of its own. It reads nothing but through queries that take a role themselves: without one it sees nothing."""
    view.own_transactions = True  # type: ignore[attr-defined]
    return view


def _has_own_transactions(request: HttpRequest) -> bool:
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return getattr(match.func, "own_transactions", False) is True


def one_transaction(get_response: View) -> View:
    """The outermost middleware that touches the database: opens the transaction, sets role and session, rolls back at 500."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = timezone.now()  # type: ignore[attr-defined]
        if _has_own_transactions(request):
            # Nothing below may take such a request for a signed-in user's.
            request.COOKIES = {}
            return get_response(request)
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        before = getattr(connection, "contact_role", "")
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('role', %s, true), set_config('app.session', %s, true)", [READING_ROLE, session[:64]]
                )
            connection.contact_role = READING_ROLE  # type: ignore[attr-defined]
            try:
                response = get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                elif before != READING_ROLE and len(connection.savepoint_ids) > 0:
                    # Inside somebody else's transaction (a test's): give the role back, the end of it will not.
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT set_config('role', %s, true)", [before or "none"])
            finally:
                connection.contact_role = before  # type: ignore[attr-defined]
        return response

    return middleware


def attach_viewer(get_response: View) -> View:
    """After authentication: `request.viewer`, what this user may do and where, as the database has it now."""

    def middleware(request: HttpRequest) -> HttpResponse:
        who: Viewer = NOBODY
        if request.user.is_authenticated:
            who = viewer(request.user, at=request.at)  # type: ignore[arg-type,attr-defined]
        request.viewer = who  # type: ignore[attr-defined]
        return get_response(request)

    return middleware
