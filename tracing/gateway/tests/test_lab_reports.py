"""`POST /gateway/lab-reports` and `GET …/RECEIPT`, as a laboratory's machine sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tracing.gateway.answers import REFUSALS
from tracing.intake.actions.holding import set_aside
from tracing.intake.actions.reading import read_delivery
from tracing.intake.actions.sources import close_source, make_key, revoke_key
from tracing.intake.models import Delivery, DeliveryPart, Report, Source
from tracing.intake.tests.made import BY, batch, message, sender
from tracing.journal.models import Entry

pytestmark = pytest.mark.django_db
ADDRESS = "/gateway/lab-reports"
Post = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def source() -> Source:
    return sender()


@pytest.fixture
def key(source: Source) -> str:
    return make_key(source=source, by=BY, at=timezone.now()).key


@pytest.fixture
def post(key: str) -> Post:
    client = Client(raise_request_exception=False)

    def run(content: bytes, **more: Any) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})}
        answer = client.post(
            ADDRESS, content, content_type=more.pop("content_type", "x-application/hl7-v2+er7"), headers=headers, **more
        )
        assert answer["Cache-Control"] == "no-store"
        return answer.status_code, json.loads(answer.content)

    return run


def test_a_receipt_for_what_is_stored(post: Post, source: Source) -> None:
    code, told = post(message(1))
    delivery = Delivery.objects.get()
    assert code == 201
    assert told == {
        "receipt": str(delivery.pk), "fingerprint": delivery.fingerprint, "received_at": delivery.received_at.isoformat(),
        "duplicate": False, "bytes": len(message(1)),
    }  # fmt: skip
    assert (delivery.source, delivery.channel) == (source, "post")
    assert bytes(DeliveryPart.objects.get().content) == message(1)
    entry = Entry.objects.get(verb="delivery.received")
    assert (entry.actor_kind, entry.actor_name) == ("machine", "lab")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "", "x/y; z"]
)
def test_any_type_of_content_comes_as_it_is(post: Post, content_type: str) -> None:
    assert post(b"a=b&c=%00", content_type=content_type)[0] == 201
    assert bytes(DeliveryPart.objects.get().content) == b"a=b&c=%00"


def test_the_same_bytes_again_give_the_same_receipt(post: Post) -> None:
    first, again = post(message(1)), post(message(1))
    assert again == (200, {**first[1], "duplicate": True})
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("authorization", "code"),
    [(None, "key_missing"), ("Basic eHg6eHg=", "key_missing"), ("Bearer", "key_missing"), ("Bearer nonsense", "key_unknown"),
     ("Bearer \udcff", "key_unknown")],
)  # fmt: skip
def test_without_a_right_key_nothing_is_stored(source: Source, authorization: str | None, code: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = Client().post(ADDRESS, message(1), content_type="text/plain", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer["WWW-Authenticate"].startswith("Bearer") and answer.json()["what_to_do"]
    assert not Delivery.objects.exists()


def test_an_ended_key_is_told_so(post: Post, source: Source) -> None:
    made = make_key(source=source, lasts=timedelta(0), by=BY, at=timezone.now())
    headers = {"Authorization": f"Bearer {made.key}"}
    assert post(message(1), headers=headers)[1]["code"] == "key_expired"
    revoke_key(key=made.row, by=BY, at=timezone.now())
    assert post(message(1), headers=headers)[1]["code"] == "key_revoked"
    close_source(source=source, by=BY, at=timezone.now())
    code, told = post(message(1))
    assert (code, told["code"]) == (403, "sender_closed")
    assert not Delivery.objects.exists()


def test_what_is_refused_stores_nothing(post: Post, settings: Settings) -> None:
    settings.DELIVERY_LIMIT = 1_000
    assert post(b"", CONTENT_LENGTH="0")[1]["code"] == "nothing_sent"
    assert post(b"x" * 1_001) == (413, {"code": "too_large", "limit": 1_000, **_words("too_large")})
    assert post(b"x", headers={"Content-Encoding": "gzip"})[1]["code"] == "compressed"
    assert post(b"--b\r\n", content_type="multipart/form-data; boundary=b")[1]["code"] == "form_sent"
    assert post(b"x", CONTENT_LENGTH="")[1]["code"] == "length_missing"
    assert post(b"x", CONTENT_LENGTH="-1")[1]["code"] == "length_wrong"
    assert post(b"x", CONTENT_LENGTH="\u0661")[1]["code"] == "length_wrong"
    assert not Delivery.objects.exists() and not DeliveryPart.objects.exists()


def _words(code: str) -> dict[str, str]:
    return {"message": REFUSALS[code].message, "what_to_do": REFUSALS[code].what_to_do}


def test_a_body_that_is_cut_off_stores_nothing(post: Post) -> None:
    code, told = post(b"x", **{"wsgi.input": BytesIO(message(1)[:50]), "CONTENT_LENGTH": str(len(message(1)))})
    assert (code, told["code"]) == (400, "cut_off")
    assert not Delivery.objects.exists()


def test_a_large_body_is_stored_in_parts(post: Post) -> None:
    content = b"x" * (3 * 2**20 + 17)
    assert post(content)[1]["bytes"] == len(content)
    assert b"".join(bytes(part.content) for part in DeliveryPart.objects.order_by("no")) == content


@pytest.mark.parametrize(("fault", "status", "code"), [(OperationalError, 503, "not_now"), (ZeroDivisionError, 500, "failed")])
def test_what_goes_wrong_here_is_told_in_json_and_stores_nothing(
    post: Post, fault: type[Exception], status: int, code: str
) -> None:
    with patch("tracing.intake.actions.receiving.wake", side_effect=fault("DOE^JO")):
        answer, told = post(message(1))
    assert (answer, told["code"]) == (status, code) and "DOE" not in str(told)
    assert not Delivery.objects.exists()


def test_what_became_of_a_delivery(post: Post, key: str, source: Source) -> None:
    receipt = post(batch(1, 3, declared=4))[1]["receipt"]
    client, headers = Client(), {"Authorization": f"Bearer {key}"}

    def told() -> dict[str, Any]:
        answer = client.get(f"{ADDRESS}/{receipt}", headers=headers)
        assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
        found: dict[str, Any] = answer.json()
        return found

    counts = ("read", "declared", "messages", "waiting", "filed", "held", "set_aside")
    assert [told()[name] for name in counts] == [False, None, 1, 1, 0, 0, 0]
    read_delivery(delivery=Delivery.objects.get(), by=BY, at=timezone.now())
    Report.objects.filter(message_no=2).update(state="held", problems=["x"])
    set_aside(report=Report.objects.get(message_no=2), reason="duplicate", by=BY, at=timezone.now())
    assert [told()[name] for name in counts] == [True, 4, 3, 2, 0, 0, 1]
    assert "DOE" not in json.dumps(told())


def test_a_receipt_is_its_senders_own(post: Post, key: str) -> None:
    receipt = post(message(1))[1]["receipt"]
    other = make_key(source=sender("other"), by=BY, at=timezone.now()).key
    client = Client()
    assert client.get(f"{ADDRESS}/{receipt}", headers={"Authorization": f"Bearer {other}"}).json()["code"] == "receipt_unknown"
    assert client.get(f"{ADDRESS}/{receipt}").json()["code"] == "key_missing"
    assert client.get(f"{ADDRESS}/no-uuid", headers={"Authorization": f"Bearer {key}"}).status_code == 404


def test_other_methods(key: str) -> None:
    answer = Client().get(ADDRESS, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer["Allow"], answer.json()["code"]) == (405, "POST", "method_not_allowed")
    assert Client().delete(f"{ADDRESS}/01a204ae-60e6-7d18-9e0a-e6e22b9b02f6")["Allow"] == "GET, HEAD"


def test_a_session_has_no_part_in_it_and_no_form_token_is_asked_for(key: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["contact"] = "something"
    answer = client.post(ADDRESS, message(1), content_type="text/plain", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 201 and not answer.cookies


def test_every_code_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "gateway.md").read_text()
    missing = [code for code, refusal in REFUSALS.items() if f"| `{code}` | {refusal.status} |" not in page]
    assert not missing
