"""Each page of the desk, without script."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tracing.desk.tests.world import World
from tracing.journal.models import Look

pytestmark = pytest.mark.django_db


def test_my_day_shows_who_waits(made: World) -> None:
    page = made.client("tracer").get("/")
    assert page.status_code == 200
    assert "Next call" in page.content.decode()
    assert "2 people wait" in page.content.decode()


def test_next_call_opens_the_call_and_locks_it(made: World) -> None:
    client = made.client("tracer")
    answer = client.post(reverse("desk:next_call"))
    assert answer.status_code == 302
    assert "/call/" in answer["Location"]
    page = client.get(answer["Location"])
    assert page.status_code == 200
    words = page.content.decode()
    assert "Put back untried" in words
    assert "tel:+1203" in words
    assert Look.objects.filter(page="call").count() == 1


def test_every_tab_of_a_case(made: World) -> None:
    case = made.cases["Ana Rivera"]
    client = made.client("state_epidemiologist")
    for name in ("case", "case_results", "case_contacts", "case_messages", "case_tasks", "case_timeline", "case_access", "case_questions"):
        page = client.get(reverse(f"desk:{name}", args=[case.pk]))
        assert page.status_code == 200, name
        assert "Rivera" in page.content.decode()
        assert Look.objects.filter(page=name.replace("questions", "interview"), persons__contains=[case.person_id]).exists(), name


def test_person_page(made: World) -> None:
    case = made.cases["Ana Rivera"]
    page = made.client("tracer").get(reverse("desk:person", args=[case.person_id]))
    assert page.status_code == 200
    assert "(203) 555-0142" in page.content.decode()


@pytest.mark.parametrize("name", ["case_list", "task_list"])
def test_lists_show_ones_own_only(made: World, name: str) -> None:
    words = made.client("tracer").get(reverse(f"desk:{name}")).content.decode()
    assert "Rivera" in words
    assert "Hart, Ford" not in words
    everything = made.client("state_epidemiologist").get(reverse(f"desk:{name}")).content.decode()
    assert "Hart, Ford" in everything


@pytest.mark.parametrize("words", ["riv", "Ana Rivera", "Rivera, Ana", "(203) 555-0142", "5/5/1950 rivera"])
def test_search_finds(made: World, words: str) -> None:
    page = made.client("tracer").post(reverse("desk:search"), {"q": words})
    assert page.status_code == 200
    assert "Rivera, Ana" in page.content.decode()
