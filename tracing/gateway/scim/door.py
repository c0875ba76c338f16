"""The door of a directory: its key, its words, its errors. Knows nothing of SCIM's shapes, so that pages do not load them."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from tracing.access.directory import client_key_holder
from tracing.access.middleware import own_transactions
from tracing.access.models import ClientKey
from tracing.access.request import instant_of
from tracing.journal.actor import Actor
from tracing.jurisdictions.models import Unit

log = logging.getLogger(__name__)

MEDIA: Final = "application/scim+json"
ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"
MOST: Final = 2**20
"""Bytes that a body may have: a group of some thousand members fits."""


class Refused(Exception):
    """What a directory is told when something is wrong: a status, a keyword of RFC 7644 §3.12 where there is one, and words."""

    def __init__(self, status: int, detail: str, keyword: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.keyword = status, detail, keyword


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose key counts."""

    request: HttpRequest
    key: ClientKey
    at: datetime

    @property
    def unit(self) -> Unit:
        return self.key.unit

    @property
    def by(self) -> Actor:
        return Actor("machine", self.key.pk, self.key.name[:60])

    @property
    def base(self) -> str:
        """The address under which everything lies."""
        return self.request.build_absolute_uri("/scim/v2")

    def body(self) -> dict[str, Any]:
        """The JSON object that was sent."""
        try:
            if int(self.request.META.get("CONTENT_LENGTH") or 0) > MOST:
                raise Refused(413, f"The body is larger than {MOST} bytes. Send groups in several requests.")
            sent = json.loads(self.request.body)
        except (ValueError, UnreadablePostError, RequestDataTooBig, RecursionError):
            raise Refused(400, "The body is no JSON.", "invalidSyntax") from None
        if not isinstance(sent, dict):
            raise Refused(400, "The body is no JSON object.", "invalidSyntax")
        return sent

    def version(self) -> int | None:
        """The version that the change is meant for (If-Match); None: any."""
        given = self.request.headers.get("If-Match", "").strip()
        if not given or given == "*":
            return None
        tag = given.removeprefix("W/").strip('"')
        return int(tag) if tag.isascii() and tag.isdigit() and len(tag) < 10 else -1


View = Callable[..., HttpResponse]


def at_its_door(module: str, name: str, *methods: str) -> View:
    """The view `name` of a module of this folder, behind the key, with SCIM's errors whatever goes wrong."""

    @csrf_exempt  # machines have no session; their key comes with every request
    @own_transactions
    def view(request: HttpRequest, **values: Any) -> HttpResponse:
        try:
            asked = Asked(request, _key(request), instant_of(request))
            if request.method not in methods:
                raise Refused(405, f"This address answers to {', '.join(methods)}.")
            answer: HttpResponse = getattr(import_module(f"tracing.gateway.scim.{module}"), name)(asked, **values)
        except Refused as refused:
            answer = error(refused)
            if refused.status == 405:
                answer["Allow"] = ", ".join(methods)
        except DatabaseError:
            log.exception("a directory's request failed in the database")
            answer = error(Refused(503, "The database does not answer. Nothing was changed: send it again in a minute."))
            answer["Retry-After"] = "60"
        except Exception:
            log.exception("a directory's request failed")
            answer = error(Refused(500, "Something went wrong here. Nothing was changed."))
        answer["Cache-Control"] = "no-store"
        return answer

    view.__name__ = f"scim_{name}"
    view.is_scim = True  # type: ignore[attr-defined]
    return view


def answer(values: Mapping[str, Any], *, status: int = 200, version: int | None = None, location: str = "") -> HttpResponse:
    """A resource or a message, as SCIM wants it."""
    made = HttpResponse(json.dumps(values), status=status, content_type=MEDIA)
    if version is not None:
        made["ETag"] = f'W/"{version}"'
    if location:
        made["Location"] = location
    return made


def error(refused: Refused) -> HttpResponse:
    """RFC 7644 §3.12."""
    values: dict[str, Any] = {"schemas": [ERROR], "status": str(refused.status), "detail": refused.detail}
    if refused.keyword:
        values["scimType"] = refused.keyword
    made = answer(values, status=refused.status)
    if refused.status == 401:
        made["WWW-Authenticate"] = 'Bearer realm="scim"'
    return made


def _key(request: HttpRequest) -> ClientKey:
    scheme, _, text = request.headers.get("Authorization", "").strip().partition(" ")
    text = text.strip()
    if scheme.lower() != "bearer" or not text:
        raise Refused(401, "The request has no key. Send the header Authorization: Bearer KEY.")
    holder = client_key_holder(hashlib.sha256(text.encode()).hexdigest(), scope="scim", at=instant_of(request))
    if holder is None:
        raise Refused(401, "There is no such key.")
    if holder.refused:
        raise Refused(401, "The key was revoked." if holder.refused == "revoked" else "The key has ended. Ask for a new one.")
    until = holder.key.unit.active_until
    if until is not None and until <= instant_of(request).date():
        raise Refused(403, "The organisation of this key is closed.")
    return holder.key
