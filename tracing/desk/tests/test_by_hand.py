"""Reporting a case by hand: looked over once, filed, and nothing told of people whom the viewer may not see."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tracing.cases.models import Case
from tracing.desk.tests.world import World
from tracing.intake.models import Report
from tracing.people.models import Person

pytestmark = pytest.mark.django_db


def said(made: World, **changes: str) -> dict[str, Any]:
    day = made.at.date().isoformat()
    return {
        "token": "one", "reporter": "school", "last": "Quill", "first": "Tamsin", "birth_on": "1991-04-02", "disease": "covid19",
        "kind": "test", "analyte": "antigen", "on": day, "city": "New Haven", "state": "CT", "zip": "06511", "phone": "203-555-0188",
    } | changes  # fmt: skip


def test_first_it_is_looked_over_then_filed(made: World) -> None:
    client, url = made.client("tracer"), reverse("desk:by_hand")
    page = client.post(url, said(made))
    words = page.content.decode()
    assert page.status_code == 200 and "goes to <strong>New Haven" in words and "Nobody whom you may see" in words
    assert not Report.objects.exists() and 'value="Quill"' in words
    done = client.post(url, said(made, who="none"))
    case = Case.objects.get(person__family="Quill")
    assert done.headers["Location"] == reverse("desk:case", args=[case.pk])
    again = client.post(url, said(made, who="none"), follow=True)
    assert "was sent before" in again.content.decode() and Report.objects.count() == 1


def test_somebody_known_is_offered_and_taken(made: World) -> None:
    client, url = made.client("tracer"), reverse("desk:by_hand")
    ana = made.cases["Ana Rivera"].person
    typed = said(made, last=ana.family, first=ana.given, birth_on=ana.birth_on.isoformat() if ana.birth_on else "", phone="203-555-0142")
    words = client.post(url, typed).content.decode()
    assert f'value="{ana.pk}"' in words
    before = Person.objects.count()
    assert client.post(url, typed | {"who": str(ana.pk)}).status_code == 302
    assert Person.objects.count() == before


def test_a_namesake_is_offered_to_look_at(made: World) -> None:
    ana = made.cases["Ana Rivera"].person
    words = made.client("tracer").post(reverse("desk:by_hand"), said(made, last=ana.family, first=ana.given, birth_on="")).content.decode()
    assert f'value="{ana.pk}"' in words
    ford = made.cases["Ford Hart"].person
    words = made.client("tracer").post(reverse("desk:by_hand"), said(made, last=ford.family, first=ford.given, birth_on="")).content.decode()
    assert str(ford.pk) not in words


def test_somebody_of_another_department_is_not_told(made: World) -> None:
    client, url = made.client("tracer"), reverse("desk:by_hand")
    ford = made.cases["Ford Hart"].person
    typed = said(made, last=ford.family, first=ford.given, birth_on=ford.birth_on.isoformat() if ford.birth_on else "", phone="860-555-0101")
    words = client.post(url, typed).content.decode()
    assert str(ford.pk) not in words and "Nobody whom you may see" in words
    before = Person.objects.count()
    done = client.post(url, typed | {"who": "none"})
    assert done.status_code == 302 and Person.objects.count() == before, "the matching has found him all the same"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last": ""}, "Family name"),
        ({"kind": "clinical", "analyte": ""}, "the signs decide"),
        ({"kind": "clinical", "analyte": "", "symptoms": "cough"}, "meets no case definition"),
        ({"on": "2099-01-01"}, "has not come yet"),
        ({"phone": "12"}, "with its area code"),
        ({"birth_on": "", "phone": "", "street": ""}, "by a name alone nobody is found"),
    ],
)
def test_what_is_wrong_comes_back_as_it_was_typed(made: World, changes: dict[str, str], words: str) -> None:
    page = made.client("tracer").post(reverse("desk:by_hand"), said(made, **changes))
    assert page.status_code == 422 and words in page.content.decode() and 'value="Tamsin"' in page.content.decode()
    assert not Report.objects.exists()


def test_for_whom_it_is(made: World) -> None:
    roles = ("tracer", "supervisor", "state_epidemiologist", "interface_manager", "administrator")
    assert [made.client(role).get(reverse("desk:by_hand")).status_code for role in roles] == [200, 200, 200, 403, 403]
