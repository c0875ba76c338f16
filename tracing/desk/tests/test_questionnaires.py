"""What is asked can be looked at by all staff; a document is checked item by item before it comes into use."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tracing.desk.tests.world import World
from tracing.questionnaires.shipped import FOLDER, questionnaires

pytestmark = pytest.mark.django_db


def shipped(code: str = "covid-19-case") -> dict[str, object]:
    found = next(one for one in questionnaires() if one.code == code)
    return json.loads((FOLDER / f"{found.code}-{found.version}.json").read_text())  # type: ignore[no-any-return]


def test_every_version_in_every_language(made: World) -> None:
    client = made.client("tracer")
    words = client.get(reverse("desk:questionnaires")).content.decode()
    for one in questionnaires():
        url = reverse("desk:questionnaire", args=[one.code, one.version])
        assert url in words
        for language in one.languages:
            page = client.get(f"{url}?lang={language}")
            assert page.status_code == 200 and f'lang="{language}"' in page.content.decode()
    assert client.get(reverse("desk:questionnaire", args=["no-such", "1"])).status_code == 404


def test_a_changed_document_shows_what_changed(made: World) -> None:
    raw = shipped()
    raw["version"] = "2026-9"
    first = raw["item"][0]["item"][0]  # type: ignore[index]
    first["text"] = "Good morning to you."
    page = made.client("supervisor").post(reverse("desk:questionnaire_check"), {"text": json.dumps(raw)})
    words = page.content.decode()
    assert page.status_code == 200 and "It can be asked" in words and "<ins>Good morning to you.</ins>" in words
    assert [one.link_id for one, _what in page.context["changes"]] == [first["linkId"]]


def test_what_is_wrong_is_named_by_its_item(made: World) -> None:
    raw = shipped()
    raw["item"][1]["item"][0]["type"] = "telepathy"  # type: ignore[index]
    link_id = raw["item"][1]["item"][0]["linkId"]  # type: ignore[index]
    file = SimpleUploadedFile("new.json", json.dumps(raw).encode(), "application/json")
    page = made.client("supervisor").post(reverse("desk:questionnaire_check"), {"file": file})
    assert page.status_code == 422 and link_id in {one.link_id for one in page.context["problems"]}
    assert "telepathy" in page.content.decode()


@pytest.mark.parametrize(("text", "words"), [("", "paste the document"), ("{", "It is no JSON"), ("[]", "It is no FHIR Questionnaire")])
def test_what_is_no_document(made: World, text: str, words: str) -> None:
    page = made.client("supervisor").post(reverse("desk:questionnaire_check"), {"text": text})
    assert page.status_code == 422 and words in page.content.decode()
