"""What a machine is told when something is wrong. Codes are stable; the words are for whoever reads the sender's log."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

View = Callable[..., HttpResponse]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    message: str
    what_to_do: str


REFUSALS: Final = {
    "key_missing": Refusal(401, "The request has no key.", "Send the header Authorization: Bearer KEY."),
    "key_unknown": Refusal(401, "There is no such key.", "Check that the whole key is sent, or ask for a new one."),
    "key_expired": Refusal(401, "The key has ended.", "Ask the health department for a new key."),
    "key_revoked": Refusal(401, "The key was revoked.", "Ask the health department for a new key."),
    "sender_closed": Refusal(403, "This sender is closed.", "Ask the health department whether reports should still be sent."),
    "method_not_allowed": Refusal(405, "This address does not answer to this method.", "See the header Allow."),
    "length_missing": Refusal(
        411,
        "The request does not say how long it is.",
        "Send Content-Length: only so can a message that was cut off be told from a whole one.",
    ),
    "length_wrong": Refusal(400, "Content-Length is no number.", "Send the number of bytes of the body."),
    "nothing_sent": Refusal(400, "The body is empty.", "Send the file or the message as the body of the request."),
    "cut_off": Refusal(400, "The body ended before its announced length. Nothing was stored.", "Send it again."),
    "too_large": Refusal(413, "The body is larger than a delivery may be. Nothing was stored.", "Send it in several parts."),
    "form_sent": Refusal(
        415, "The body is a form (multipart/form-data), not the file.", "Send the file as the body: curl --data-binary @FILE."
    ),
    "compressed": Refusal(415, "The body is compressed.", "Send it without Content-Encoding."),
    "receipt_unknown": Refusal(404, "This key's sender has no such receipt.", "Check the receipt; it belongs to who sent first."),
    "calls_off": Refusal(404, "No telephone service is set up here.", "Take the address out of the service's settings."),
    "post_only": Refusal(405, "This address answers to POST.", "Let the service use POST."),
    "signature_wrong": Refusal(
        403, "The request is not signed by the account that is set up here.", "Compare CONTACT_ADDRESS with the address asked, and the token."
    ),
    "call_unknown": Refusal(404, "There is no such call.", "Nothing: it is told of a call that was not made from here."),
    "too_large_for_a_call": Refusal(413, "The request is larger than one about a call may be.", "Send what the service sends."),
    "not_now": Refusal(503, "The database does not answer. Nothing was stored.", "Send it again in a minute."),
    "failed": Refusal(500, "Something went wrong here. Nothing was stored.", "Send it again; if it stays, tell us."),
}


class Refused(Exception):
    """Carries the code of a refusal out of a view."""

    def __init__(self, code: str, **facts: int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def refusal(code: str, **facts: int) -> JsonResponse:
    """The answer for a code; `facts` are figures that go with it."""
    what = REFUSALS[code]
    answer = JsonResponse({"code": code, "message": what.message, "what_to_do": what.what_to_do, **facts}, status=what.status)
    if what.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="lab-reports"'
    if code == "post_only":
        answer["Allow"] = "POST"
    if what.status == 503:
        answer["Retry-After"] = "60"
    # The rest of a body that was not read must not be taken for the next request.
    if what.status in (400, 401, 403, 411, 413, 415):
        answer["Connection"] = "close"
    return answer


def coded(view: View) -> View:
    """Whatever goes wrong in the view, a machine gets JSON with a code. What went wrong is logged without words of the request."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            answer = view(request, *args, **kwargs)
        except Refused as refused:
            answer = refusal(refused.code, **refused.facts)
        except DatabaseError:
            log.exception("a machine's request failed in the database")
            answer = refusal("not_now")
        except Exception:
            log.exception("a machine's request failed")
            answer = refusal("failed")
        answer["Cache-Control"] = "no-store"
        return answer

    return run
