"""`POST /gateway/lab-reports`: bytes in, receipt out. `GET …/RECEIPT`: what became of them. See docs/gateway.md."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from tracing.access.middleware import own_transactions
from tracing.access.request import instant_of
from tracing.gateway.answers import Refused, coded, refusal
from tracing.intake.actions.receiving import NothingReceived, TooLarge, receive
from tracing.intake.actions.sources import key_digest
from tracing.intake.queries import KeyHolder, key_holder, receipt_state
from tracing.journal.actor import Actor

CHUNK: Final = 2**16
IN_MEMORY: Final = 2**20
"""Larger bodies wait in an unnamed temporary file until they are whole."""


@csrf_exempt  # machines have no session; their key comes with every request
@own_transactions
@coded
def post(request: HttpRequest) -> HttpResponse:
    """Take a delivery. 201 with a receipt once it is committed; 200 with the first receipt where these bytes came before."""
    if request.method != "POST":
        answer = refusal("method_not_allowed")
        answer["Allow"] = "POST"
        return answer
    holder = _holder(request)
    length = _length(request)
    # The body is collected before a transaction is opened, so that a slow line does not keep one open. Cut off, it leaves nothing.
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
        if _collect(request, body) != length:
            raise Refused("cut_off")
        body.seek(0)
        by = Actor("machine", holder.key.pk, holder.source.code[:60])
        at: datetime = instant_of(request)
        try:
            receipt = receive(
                source=holder.source, chunks=_pieces(body), channel="post", name="", by=by, at=at, limit=settings.DELIVERY_LIMIT
            )
        except NothingReceived:
            raise Refused("nothing_sent") from None
        except TooLarge:
            raise Refused("too_large", limit=settings.DELIVERY_LIMIT) from None
    return JsonResponse(
        {
            "receipt": str(receipt.id),
            "fingerprint": receipt.fingerprint,
            "received_at": receipt.received_at.isoformat(),
            "duplicate": receipt.duplicate,
            "bytes": receipt.size,
        },
        status=200 if receipt.duplicate else 201,
    )


@csrf_exempt
@own_transactions
@coded
def state(request: HttpRequest, receipt: UUID) -> HttpResponse:
    """How many messages of a delivery wait, are filed, held and set aside. Nothing of what they say."""
    if request.method not in ("GET", "HEAD"):
        answer = refusal("method_not_allowed")
        answer["Allow"] = "GET, HEAD"
        return answer
    found = receipt_state(source=_holder(request).source, receipt=receipt)
    if found is None:
        raise Refused("receipt_unknown")
    counts = found.counts
    return JsonResponse(
        {
            "receipt": str(found.delivery.pk),
            "received_at": found.delivery.received_at.isoformat(),
            "read": found.delivery.read_at is not None,
            "format": found.delivery.format,
            "declared": found.delivery.declared,
            "messages": counts.in_,
            "waiting": counts.waiting,
            "filed": counts.filed,
            "held": counts.held,
            "set_aside": counts.set_aside,
        }
    )


def _holder(request: HttpRequest) -> KeyHolder:
    scheme, _, key = request.headers.get("Authorization", "").strip().partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        raise Refused("key_missing")
    holder = key_holder(key_digest(key), at=instant_of(request))
    if holder is None:
        raise Refused("key_unknown")
    if holder.refused:
        raise Refused("sender_closed" if holder.refused == "closed" else f"key_{holder.refused}")
    return holder


def _length(request: HttpRequest) -> int:
    """What the request says of its body, checked before any of it is read."""
    if request.content_type == "multipart/form-data":
        raise Refused("form_sent")
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused("compressed")
    given = request.META.get("CONTENT_LENGTH") or ""
    if not given:
        raise Refused("length_missing")
    if not (given.isascii() and given.isdigit()):
        raise Refused("length_wrong")
    length = int(given[:20])
    if length == 0:
        raise Refused("nothing_sent")
    if length > settings.DELIVERY_LIMIT:
        raise Refused("too_large", limit=settings.DELIVERY_LIMIT)
    return length


def _collect(request: HttpRequest, body: IO[bytes]) -> int:
    size = 0
    try:
        while piece := request.read(CHUNK):
            body.write(piece)
            size += len(piece)
    except UnreadablePostError:
        raise Refused("cut_off") from None
    return size


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    while piece := body.read(2**18):
        yield piece
