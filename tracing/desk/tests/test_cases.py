"""What may be done to a case and its person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tracing.cases.models import Case, Isolation
from tracing.desk.tests.world import World, add_case
from tracing.journal.models import Entry
from tracing.people.models import Address, Death, Person, WayToReach
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db


def test_closing_is_refused_while_isolation_lasts_and_says_until_when(made: World) -> None:
    case = made.cases["Ana Rivera"]
    Isolation.objects.filter(case=case).update(ends_on=made.at.date() + timedelta(days=3))
    client = made.client("tracer")
    page = client.post(reverse("desk:case_close", args=[case.pk]), {"reason": "completed", "note": "she is well"})
    words = page.content.decode()
    assert page.status_code == 422
    assert "isolation lasts until then" in words and "she is well" in words
    Isolation.objects.filter(case=case).update(ends_on=made.at.date() - timedelta(days=1))
    assert client.post(reverse("desk:case_close", args=[case.pk]), {"reason": "completed"}).status_code == 302
    case.refresh_from_db()
    assert case.closure_id is not None
    assert client.post(reverse("desk:case_reopen", args=[case.pk])).status_code == 302
    case.refresh_from_db()
    assert case.closure_id is None


@pytest.mark.usefixtures("no_questions")
def test_an_interview_outside_of_a_call(made: World) -> None:
    case = made.cases["Ana Rivera"]
    page = made.client("tracer").post(
        reverse("desk:case_interview", args=[case.pk]),
        {"symptomatic": "no", "contact-TOTAL_FORMS": "1", "contact-INITIAL_FORMS": "0", "outcome": ""},
    )
    assert page.status_code == 302, page.content.decode()
    case.refresh_from_db()
    assert case.symptomatic is False


def test_a_present_stay_moves_the_following_but_not_the_count(made: World) -> None:
    case = made.cases["Ana Rivera"]
    page = made.client("tracer").post(
        reverse("desk:case_stay", args=[case.pk]), {"street": "1 Main St", "city": "Hartford", "state": "CT", "zip": "06103"}
    )
    assert page.status_code == 302, page.content.decode()
    case.refresh_from_db()
    assert case.unit_id == made.units["new-haven"].pk
    assert case.follow_unit_id == made.units["hartford"].pk
    assert Address.objects.filter(person=case.person_id, kind="stay").exists()
    # Who follows sees it on their list, as lent.
    assert "Rivera, Ana" in made.client("elsewhere").get(reverse("desk:case_list")).content.decode()


def test_a_death_and_taking_it_back(made: World) -> None:
    case, client = made.cases["Ana Rivera"], made.client("tracer")
    back = reverse("desk:case", args=[case.pk])
    answer = client.post(reverse("desk:person_death", args=[case.person_id]), {"died_on": "", "back": back})
    assert answer["Location"] == back
    assert Death.objects.filter(person=case.person_id, taken_back_at=None).exists()
    assert "Deceased" in client.get(back).content.decode()
    client.post(reverse("desk:person_alive", args=[case.person_id]), {"back": "https://evil.example/"})
    assert not Death.objects.filter(person=case.person_id, taken_back_at=None).exists()
    wrong = client.post(reverse("desk:person_death", args=[case.person_id]), {"died_on": "2999-01-01"})
    assert wrong.status_code == 422


def test_what_they_say_beats_the_report(made: World) -> None:
    case, client = made.cases["Ana Rivera"], made.client("tracer")
    said = {"given": "Ana", "family": "Rivera", "birth_on": "1951-05-05", "language": "pt", "phone": "203-555-0100", "email": ""}
    assert client.post(reverse("desk:person_said", args=[case.person_id]), said).status_code == 302
    person = Person.objects.get(pk=case.person_id)
    assert (str(person.birth_on), person.language) == ("1951-05-05", "pt")
    assert WayToReach.objects.filter(person=person, value="+12035550100").exists()
    bad = client.post(reverse("desk:person_said", args=[case.person_id]), said | {"phone": "12"})
    assert bad.status_code == 422 and 'value="12"' in bad.content.decode()


def test_a_provisional_person_is_settled(made: World) -> None:
    case = made.cases["Ana Rivera"]
    Person.objects.filter(pk=case.person_id).update(provisional=True)
    client = made.client("tracer")
    assert "Who is this?" in client.get(reverse("desk:person", args=[case.person_id])).content.decode()
    assert client.post(reverse("desk:person_apart", args=[case.person_id])).status_code == 302
    assert not Person.objects.get(pk=case.person_id).provisional


def test_the_timeline_and_the_looks(made: World) -> None:
    case = made.cases["Ana Rivera"]
    made.client("tracer").get(reverse("desk:case", args=[case.pk]))
    chief = made.client("state_epidemiologist")
    words = chief.get(reverse("desk:case_timeline", args=[case.pk])).content.decode()
    assert "Case opened" in words
    assert "Case opened" not in chief.get(reverse("desk:case_timeline", args=[case.pk]) + "?of=calls").content.decode()
    assert "Tracer One" in chief.get(reverse("desk:case_access", args=[case.pk])).content.decode()
    assert Entry.objects.filter(person_id=case.person_id, verb="case.opened").exists()


def test_the_list_pages_by_key_in_both_directions(made: World) -> None:
    for number in range(60):
        add_case(made, f"Name{number:02d}", "Many", phone=f"+1203555{number:04d}")
    client = made.client("tracer")
    seen: list[str] = []
    url = "?rows=25&sort=name"
    pages = []
    while url:
        page = client.get(reverse("desk:case_list") + url)
        rows = page.context["rows"]
        pages.append([row[0].pk for row in rows])
        seen += [row[0].sort_key for row in rows]
        url = page.context["page"].next
    assert len(seen) == 62 and seen == sorted(seen)
    back = client.get(reverse("desk:case_list") + page.context["page"].previous)
    assert [row[0].pk for row in back.context["rows"]] == pages[-2]
    found = client.post(reverse("desk:case_list"), {"name": "Name0"})
    assert len(found.context["rows"]) == 10
    assert "62 in all" in page.content.decode()


def test_a_file_holds_what_the_list_shows_and_runs_nothing(made: World) -> None:
    add_case(made, "=cmd|' /C calc'!A0", "@SUM(1)", phone="+12035550111")
    client = made.client("supervisor")
    answer = client.post(reverse("desk:case_export") + "?state=open", {"purpose": "quality"})
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "'=cmd" in text and "'@SUM" in text
    assert '"Rivera","Ana"' in text and '"Hart","Ford"' not in text
    from tracing.journal.models import Look

    assert len(Look.objects.get(page="case_export").persons) == 3
    calls = client.post(reverse("desk:task_export"), {"purpose": "quality"}).content.decode("utf-8-sig")
    assert calls.count("\r\n") == 1 + Task.objects.filter(unit=made.units["new-haven"], state="open").count()
    assert Case.objects.count() == 4
