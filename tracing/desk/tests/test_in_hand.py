"""Who sees only the person in hand: contract tracers and the hotline. Nobody before, nobody after, no list, no file, no search."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Coverage, Role
from tracing.desk.tests.world import BY, PASSWORD, World, add_case, world
from tracing.journal.models import Entry
from tracing.jurisdictions.models import Unit
from tracing.people.household.actions import keep_confidential
from tracing.people.models import Person, Recusal, Restriction, Standing, WayToReach
from tracing.tasks.models import Attempt, LookUp, Task

pytestmark = pytest.mark.django_db

EMPTY = {
    "contact-TOTAL_FORMS": "2", "contact-INITIAL_FORMS": "0", "contact-MIN_NUM_FORMS": "0", "contact-MAX_NUM_FORMS": "40",
}  # fmt: skip


@pytest.fixture
def live(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """By the clock of the database, which ends standings, and at any hour."""
    monkeypatch.setattr("tracing.tasks.rules.OPENS", time(0))
    monkeypatch.setattr("tracing.tasks.rules.CLOSES", time(23, 59, 59))
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")  # of the transaction that holds the whole test
        at: datetime = cursor.fetchone()[0]
    monkeypatch.setattr("tracing.access.middleware.timezone", SimpleNamespace(now=lambda: at))
    made = world(at)
    add_case(made, "Rivera", "Ana", phone="+12035550142", street="14 Elm St", language="es")
    add_case(made, "Okafor", "Ngozi", phone="+12035550177", days_ago=5)
    add_case(made, "Hart", "Ford", unit="hartford", town="hartford", phone="+18605550101")
    yield made


def contractor(made: World, role: str = "contract_tracer", name: str = "contract") -> Client:
    """Somebody of a contractor that covers New Haven."""
    unit, _new = Unit.objects.get_or_create(
        code="contractor", defaults={"name": "Calls Ltd", "kind": "contractor", "parent": made.units["ct"], "time_zone": "America/New_York"}
    )
    Coverage.objects.get_or_create(unit=made.units["new-haven"], by_unit=unit, defaults={"since": made.at - timedelta(days=2), "why": "calls"})
    user = add_user(email=f"{name}@calls.example", name=name, password=PASSWORD, by=BY, at=made.at)
    day = made.at.date()
    grant_membership(user=user, role=Role.objects.get(code=role), unit=unit, since=made.at - timedelta(days=1), agreement_on=day,
                     trained_on=day, by=BY, at=made.at)  # fmt: skip
    made.staff[name] = user
    client = Client()
    client.force_login(user)
    return client


def seen(client: Client, person: Any) -> int:
    return client.get(reverse("desk:person", args=[person])).status_code


def test_a_person_is_seen_while_in_hand_and_not_before_nor_after(live: World) -> None:
    client = contractor(live)
    everybody = list(Person.objects.values_list("pk", flat=True))
    assert [seen(client, person) for person in everybody] == [404, 404, 404]
    home = client.get("/").content.decode()
    assert "You see one person at a time" in home and "Cases" not in home.split("</nav>")[0]
    answer = client.post(reverse("desk:next_call"))
    task = Task.objects.get(state="held")
    assert answer["Location"] == reverse("desk:call", args=[task.pk])
    assert task.unit.code == "new-haven"  # Hartford is not covered
    page = client.get(answer["Location"])
    assert page.status_code == 200 and str(task.person) in page.content.decode()
    assert sorted(seen(client, person) for person in everybody) == [200, 404, 404]
    for name in ("case_list", "task_list", "search", "facilities", "proposals", "taken_out", "matches"):
        assert client.get(reverse(f"desk:{name}")).status_code == 403, name
    assert client.post(reverse("desk:case_export"), {"purpose": "quality"}).status_code == 403
    other = Task.objects.filter(state="open", unit__code="new-haven").get()
    assert client.post(reverse("desk:call_take", args=[other.pk])).status_code == 404
    # What is said is kept, and with the end of the call the person is gone.
    kept = client.post(reverse("desk:call", args=[task.pk]), EMPTY | {"outcome": "reached", "call_note": "Well."})
    assert kept.status_code == 302 and kept["Location"] == "/"
    assert Attempt.objects.get(task=task).note == "Well."
    assert seen(client, task.person_id) == 404 and client.get(answer["Location"]).status_code == 404
    verbs = list(Entry.objects.filter(person_id=task.person_id).values_list("verb", flat=True))
    assert "person.standing_given" in verbs and "person.standing_ended" in verbs


def test_put_back_untried_is_out_of_sight(live: World) -> None:
    client = contractor(live)
    client.post(reverse("desk:next_call"))
    task = Task.objects.get(state="held")
    assert client.post(reverse("desk:call_release", args=[task.pk])).status_code == 302
    assert seen(client, task.person_id) == 404


def test_what_was_agreed_for_today_stays_until_the_day_is_over(live: World) -> None:
    client = contractor(live)
    client.post(reverse("desk:next_call"))
    task = Task.objects.select_related("unit").get(state="held")
    local = timezone.localtime(live.at)
    hour = local + timedelta(minutes=5)
    if hour.date() != local.date() or local.time() > time(23, 50):
        pytest.skip("the day ends")
    answer = client.post(
        reverse("desk:call", args=[task.pk]), EMPTY | {"outcome": "partial", "again_at": hour.strftime("%Y-%m-%dT%H:%M")}
    )
    assert answer["Location"] == reverse("desk:call_ended", args=[task.pk]), answer.content.decode()
    standing = Standing.objects.get(user=live.staff["contract"])
    assert timezone.localtime(standing.until).time() == time(0)
    assert seen(client, task.person_id) == 200
    assert str(task.person) in client.get("/").content.decode()


def test_a_hold_that_is_kept_keeps_the_person(live: World) -> None:
    client = contractor(live)
    client.post(reverse("desk:next_call"))
    task = Task.objects.get(state="held")
    early = live.at + timedelta(minutes=1)
    Standing.objects.filter(user=live.staff["contract"]).update(until=early)
    client.post(reverse("desk:call", args=[task.pk]), EMPTY | {"outcome": ""})
    assert Standing.objects.filter(user=live.staff["contract"], until__gt=early).count() == 1
    Standing.objects.filter(user=live.staff["contract"]).update(until=live.at)
    assert seen(client, task.person_id) == 404


def test_a_tracer_of_the_department_needs_no_standing(live: World) -> None:
    live.client("tracer").post(reverse("desk:next_call"))
    assert Task.objects.filter(state="held").count() == 1
    assert not Standing.objects.filter(user__isnull=False).exists()


SAID = {"number": "203-555-0142", "birth_on": "1950-05-05", "given": "Ana", "zip": ""}


@pytest.fixture
def tried(live: World) -> World:
    case = live.cases["Ana Rivera"]
    assert case.task is not None
    Attempt.objects.create(
        task=case.task, person_id=case.person_id, disease="covid19", outcome="no_answer", at=live.at - timedelta(days=2),
        way=WayToReach.objects.get(person=case.person_id),
    )  # fmt: skip
    return live


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({}, True),
        ({"given": "ANA "}, True),
        ({"given": "", "zip": "06511"}, True),
        ({"given": "", "zip": "06511-1234"}, True),
        ({"given": "Anna"}, False),
        ({"birth_on": "1950-05-06"}, False),
        ({"given": "", "zip": "06510"}, False),
        ({"number": "203-555-0177", "given": "Ngozi"}, False),
        ({"number": "203-555-9999"}, False),
    ],
)
def test_who_called_is_told_to_who_knows_two_things(tried: World, said: dict[str, str], found: bool) -> None:
    client = contractor(tried, "hotline")
    person = tried.cases["Ana Rivera"].person_id
    page = client.get(reverse("desk:who_called")).content.decode()
    assert "Rivera" not in page and seen(client, person) == 404
    answer = client.post(reverse("desk:who_called"), SAID | said)
    assert answer.status_code == (302 if found else 422)
    assert seen(client, person) == (200 if found else 404)
    assert LookUp.objects.get().found is found
    if found:
        page = client.get(reverse("desk:who_called")).content.decode()
        assert "Rivera, Ana" in page
        standing = Standing.objects.get(user=tried.staff["contract"])
        assert standing.until is not None and standing.until - tried.at == timedelta(minutes=30)
        assert Entry.objects.filter(verb="person.looked_up", person_id=person).exists()
    else:
        assert "Nobody whom we tried to reach" in answer.content.decode()
        assert Entry.objects.filter(verb="person.look_up_refused", person_id=None).exists()


def test_three_wrong_tries_close_it_for_a_while(tried: World) -> None:
    client = contractor(tried, "hotline")
    for _number in range(3):
        client.post(reverse("desk:who_called"), SAID | {"given": "Wrong"})
    page = client.post(reverse("desk:who_called"), SAID)
    assert page.status_code == 422 and "closed to you for a quarter" in page.content.decode()
    assert contractor(tried, "hotline", "colleague").post(reverse("desk:who_called"), SAID).status_code == 302
    LookUp.objects.update(at=tried.at - timedelta(minutes=16))
    assert client.post(reverse("desk:who_called"), SAID).status_code == 302


@pytest.mark.parametrize("case", ["long ago", "elsewhere", "restricted", "known", "another number", "sensitive", "confidential"])
def test_whom_the_number_does_not_open(tried: World, case: str) -> None:
    client = contractor(tried, "hotline")
    person, at = tried.cases["Ana Rivera"].person_id, tried.at
    match case:
        case "long ago":
            Attempt.objects.update(at=at - timedelta(days=15))
        case "elsewhere":
            Task.objects.update(unit=tried.units["hartford"])
        case "restricted":
            Restriction.objects.create(person_id=person, kind="staff", unit=tried.units["ct"], at=at)
        case "known":
            Recusal.objects.create(person_id=person, user=tried.staff["contract"], at=at)
        case "another number":
            other = WayToReach.objects.create(person_id=person, kind="phone", value="+12035550111", source="said", as_of=at)
            Attempt.objects.update(way=other)
        case "sensitive":
            Attempt.objects.update(disease="hiv")
        case "confidential":  # who calls from a number that they did not say is safe may be at home there
            keep_confidential(person=person, kind="violence", by=BY, at=at)
    answer = client.post(reverse("desk:who_called"), SAID)
    assert answer.status_code == 422 and "Nobody whom we tried" in answer.content.decode()
    assert not Standing.objects.filter(user=tried.staff["contract"]).exists()


def test_whoever_is_reached_confidentially_calls_back_from_a_safe_number(tried: World) -> None:
    person = tried.cases["Ana Rivera"].person_id
    keep_confidential(person=person, kind="violence", safe=[WayToReach.objects.get(person=person).pk], by=BY, at=tried.at)
    assert contractor(tried, "hotline").post(reverse("desk:who_called"), SAID).status_code == 302


def test_a_number_nobody_knows_asks_the_same_questions(tried: World) -> None:
    from django.test.utils import CaptureQueriesContext

    client = contractor(tried, "hotline")
    client.get("/")
    counts = []
    for said in ({"given": "Wrong"}, {"number": "203-555-9999"}):
        with CaptureQueriesContext(connection) as asked:
            client.post(reverse("desk:who_called"), SAID | said)
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]


def test_the_hotline_sees_one_person_and_no_sensitive_field(tried: World) -> None:
    client = contractor(tried, "hotline")
    home = client.get("/").content.decode()
    assert "Who was called?" in home and "Next call" not in home
    client.post(reverse("desk:who_called"), SAID)
    case = tried.cases["Ana Rivera"]
    page = client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "Lab results" not in page and "Timeline" not in page and "Rivera" in page
    for name in ("case_results", "case_contacts", "case_messages", "case_tasks", "case_timeline", "case_access", "case_interview"):
        assert client.get(reverse(f"desk:{name}", args=[case.pk])).status_code == 403, name
    assert date(1950, 5, 5).strftime("%b") in page
