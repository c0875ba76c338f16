"""One request, one transaction. The session and its user are read at the door; the page is made under the reading role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from tracing.access.models import User
from tracing.access.request import network_address
from tracing.access.viewer import NOBODY, Viewer, viewer
from tracing.base.sight import seen_as
from tracing.journal.origin import came_from, origin_of

DOOR_ROLE: Final = "contact_door"
READING_ROLE: Final = "contact_web"
SEEN_EVERY: Final = timedelta(hours=1)
"""How exactly an account's last use is known."""

GIVEN_UP: Final = ("40001", "40P01")
"""serialization_failure and deadlock_detected (PostgreSQL, appendix A)."""

View = Callable[[HttpRequest], HttpResponse]


def own_transactions(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view for machines, which acknowledges only what is committed: it has no session, and each action that it calls is a
    transaction of its own. It reads nothing but through queries that take a role themselves: without one it sees nothing."""
    view.own_transactions = True  # type: ignore[attr-defined]
    return view


def at_the_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that signs in or out: it may change sessions and accounts, and sees nobody's record."""
    view.at_the_door = True  # type: ignore[attr-defined]
    return view


def _marked(request: HttpRequest, mark: str) -> bool:
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return getattr(match.func, mark, False) is True


def _become(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role])
    connection.contact_role = role  # type: ignore[attr-defined]


class _OnceMore(HttpResponse):
    """In the place of an answer: the database ended the transaction."""

    status_code = 500


def _given_up(request: HttpRequest, exception: Exception) -> _OnceMore | None:
    """Two waited for each other in a ring and the database ended one of them (or could not keep them apart): nothing of it stands, and
    the other one goes on. Asked again, it is done after the other."""
    sqlstate = getattr(exception.__cause__, "sqlstate", None) if isinstance(exception, OperationalError) else None
    return _OnceMore() if sqlstate in GIVEN_UP and getattr(request, "first", False) else None


def _as_it_came(request: HttpRequest) -> None:
    """What the first asking has left on the request is taken off: who it was, and how far its files were read."""
    request.__dict__.pop("_cached_user", None)
    for file in request.__dict__.get("_files", {}).values():
        file.seek(0)


def one_transaction(get_response: View) -> View:
    """The outermost middleware that touches the database: opens the transaction, names the session, rolls back at 500. What the database
    gave up is asked once more from the start: as nothing of it was kept, nobody needs to send it again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = timezone.now()  # type: ignore[attr-defined]
        if _marked(request, "own_transactions"):
            # Nothing below may take such a request for a signed-in user's.
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
            with came_from(origin_of(network_address(request), "")):
                return get_response(request)
        request.first = True  # type: ignore[attr-defined]
        response = in_transaction(request)
        if isinstance(response, _OnceMore):
            request.first = False  # type: ignore[attr-defined]
            _as_it_came(request)
            response = in_transaction(request)
        return response

    def in_transaction(request: HttpRequest) -> HttpResponse:
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        before = getattr(connection, "contact_role", "")
        with came_from(origin_of(network_address(request), session)), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('role', %s, true), set_config('app.session', %s, true)", [DOOR_ROLE, session[:64]]
                )
            connection.contact_role = DOOR_ROLE  # type: ignore[attr-defined]
            try:
                response = get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                elif before != DOOR_ROLE and len(connection.savepoint_ids) > 0:
                    # Inside somebody else's transaction (a test's): give the role back, the end of it will not.
                    _become(before or "none")
            finally:
                connection.contact_role = before  # type: ignore[attr-defined]
        return response

    middleware.process_exception = _given_up  # type: ignore[attr-defined]
    return middleware


def attach_viewer(get_response: View) -> View:
    """After authentication: `request.viewer`, what this user may do and where, as the database has it now. From here on the page
    reads under its own role, and rows come with what its viewer's sight shows."""

    def middleware(request: HttpRequest) -> HttpResponse:
        at_door = getattr(connection, "contact_role", "") == DOOR_ROLE  # not where a view has transactions of its own
        user: Any = request.user
        signed_in = user.is_authenticated  # asks for session and account, while they may be read
        if signed_in:
            _note_use(user, request.at)  # type: ignore[attr-defined]
        if at_door:
            _become(READING_ROLE)
        who: Viewer = NOBODY
        if signed_in:
            who = viewer(user, at=request.at, hat=getattr(request.session, "hat", None))  # type: ignore[attr-defined]
        request.viewer = who  # type: ignore[attr-defined]
        if at_door and _marked(request, "at_the_door"):
            _become(DOOR_ROLE)
        with seen_as(who.sight):
            response = get_response(request)
        if at_door and response.status_code < 500 and getattr(connection, "contact_role", "") != DOOR_ROLE:
            _become(DOOR_ROLE)  # the session is written on the way out
        return response

    return middleware


def _note_use(user: User, at: datetime) -> None:
    """Once an hour at most: accounts that nobody uses are proposed for closing."""
    if user.last_seen_at is None or at - user.last_seen_at > SEEN_EVERY:
        User.objects.filter(pk=user.pk).update(last_seen_at=at)
