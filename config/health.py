"""Pages that work when nothing else does: whether the program is well, and what a visitor sees when it is not.

They say nothing of what was asked for: an address or an exception may hold what a person typed.
"""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tracing.access.middleware import own_transactions


@own_transactions  # it must be able to answer when no transaction can be opened
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: 200 when the database answers, 503 when not. Public; tells no version and no count."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("well\n", content_type="text/plain")


def _page(status: int) -> HttpResponse:
    return HttpResponse(get_template(f"{status}.html").render({}), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(404)


def broken(request: HttpRequest) -> HttpResponse:
    return _page(500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent without a valid token: too old, or sent from elsewhere."""
    return HttpResponse(get_template("form_expired.html").render({}), status=403)
