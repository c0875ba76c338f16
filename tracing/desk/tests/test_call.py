"""The call: what is typed is kept, what cannot be kept comes back, and nobody works on what is not in their hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tracing.cases.models import Case, Interview
from tracing.contacts.models import Exposure
from tracing.desk.tests.world import World
from tracing.people.models import WayToReach
from tracing.tasks.models import Attempt, Task

pytestmark = pytest.mark.django_db

EMPTY = {
    "contact-TOTAL_FORMS": "2", "contact-INITIAL_FORMS": "0", "contact-MIN_NUM_FORMS": "0", "contact-MAX_NUM_FORMS": "40",
}  # fmt: skip


def begin(client: Client) -> Task:
    answer = client.post(reverse("desk:next_call"))
    assert answer.status_code == 302
    return Task.objects.select_related("person").get(state="held")


def send(client: Client, task: Task, **typed: Any) -> Any:
    return client.post(reverse("desk:call", args=[task.pk]), EMPTY | typed)


@pytest.mark.usefixtures("no_questions")
def test_an_interview_with_contacts_and_outcome_is_kept_as_one(made: World) -> None:
    client = made.client("tracer")
    task = begin(client)
    case = Case.objects.get(task=task)
    answer = send(
        client, task, outcome="reached", symptomatic="yes", symptoms=["fever", "cough"],
        onset_on=str(case.first_positive_on - timedelta(days=2)), hospitalised="no", setting="home", note="Well.", complete="on",
        way=str(WayToReach.objects.filter(person=task.person)[0].pk), call_note="Friendly",
        **{"contact-0-given": "Luis", "contact-0-family": "Rivera", "contact-0-phone": "203 555 0199", "contact-0-kind": "household",
           "contact-0-last_on": str(case.first_positive_on)},
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == reverse("desk:call_ended", args=[task.pk])
    interview = Interview.objects.get(case=case)
    assert (interview.kind, interview.symptoms, interview.hospitalised) == ("complete", ["fever", "cough"], False)
    exposure = Exposure.objects.select_related("contact").get(source=case)
    assert (exposure.contact.given, exposure.kind) == ("Luis", "household")
    attempt = Attempt.objects.get(task=task)
    assert (attempt.outcome, attempt.note) == ("reached", "Friendly")
    task.refresh_from_db()
    assert task.state == "done"
    page = client.get(answer["Location"])
    assert "This call is done" in page.content.decode()
    assert "Next call" in page.content.decode()


@pytest.mark.usefixtures("no_questions")
def test_what_cannot_be_kept_comes_back_as_typed(made: World) -> None:
    client = made.client("tracer")
    task = begin(client)
    tomorrow = (made.at + timedelta(days=1)).date()
    page = send(
        client, task, outcome="reached", onset_on=str(tomorrow), note="All that was said & more", **{"contact-1-given": "Marta"}
    )
    words = page.content.decode()
    assert page.status_code == 422
    assert "This day has not come yet" in words
    assert "All that was said &amp; more" in words
    assert 'value="Marta"' in words
    assert words.index("<title>Error:") > 0
    assert not Interview.objects.exists() and not Attempt.objects.exists() and not Exposure.objects.exists()


def test_where_questions_are_written_the_interview_has_its_own_page(made: World) -> None:
    """One interview, in one place: the call page leads there, says whether it was begun, and has no second form for the same facts."""
    client = made.client("tracer")
    task = begin(client)
    case = Case.objects.get(task=task)
    there, page = reverse("desk:case_questions", args=[case.pk]), reverse("desk:call", args=[task.pk])
    words = client.get(page).content.decode()
    assert "Begin the interview" in words and f'href="{there}"' in words and 'name="symptomatic"' not in words
    assert send(client, task, outcome="", symptomatic="no", call_note="So far").status_code == 302
    assert not Interview.objects.exists(), "nothing is kept of fields that the page does not show"
    client.post(there, {"language": "en", "informant": "self", "name": "", "q~~illness.any": "no", "r~~illness.any": "0"})
    assert Interview.objects.get(case=case).symptomatic is False
    assert "Go on with the interview" in client.get(page).content.decode()
    answer = send(client, task, outcome="reached", call_note="Friendly")
    assert answer["Location"] == reverse("desk:call_ended", args=[task.pk])
    assert client.get(reverse("desk:case_interview", args=[case.pk]))["Location"] == there


def test_no_answer_puts_it_back_with_the_next_try(made: World) -> None:
    client = made.client("tracer")
    task = begin(client)
    answer = send(client, task, outcome="no_answer")
    assert answer.status_code == 302
    task.refresh_from_db()
    assert task.state == "open" and task.not_before > made.at
    assert not Interview.objects.exists()
    assert "Next try" in client.get(answer["Location"]).content.decode()


def test_the_next_try_can_be_changed_by_day_only(made: World) -> None:
    client = made.client("tracer")
    task = begin(client)
    send(client, task, outcome="no_answer")
    agreed = timezone.localtime(made.at + timedelta(days=1)).replace(hour=10, minute=30, second=0, microsecond=0)
    night = agreed.replace(hour=23)
    refused = client.post(reverse("desk:call_again", args=[task.pk]), {"again_at": _typed(night)})
    assert refused.status_code == 422
    assert "Calls are made from 8" in refused.content.decode()
    assert client.post(reverse("desk:call_again", args=[task.pk]), {"again_at": _typed(agreed)}).status_code == 302
    task.refresh_from_db()
    assert (task.not_before, task.kind) == (agreed, "callback")


@pytest.mark.usefixtures("no_questions")
def test_save_and_stay_keeps_it_in_hand(made: World) -> None:
    client = made.client("tracer")
    task = begin(client)
    answer = send(client, task, outcome="", hospitalised="no")
    assert answer["Location"] == reverse("desk:call", args=[task.pk])
    task.refresh_from_db()
    assert task.state == "held"
    assert Interview.objects.get().kind == "partial"


def test_a_wrong_number_with_another_one_stays_in_hand(made: World) -> None:
    client = made.client("tracer")
    task = begin(client)
    first = WayToReach.objects.get(person=task.person)
    assert task.person is not None
    WayToReach.objects.create(person=task.person, kind="phone", value="+12035550188", source="lab", as_of=made.at)
    answer = send(client, task, outcome="wrong_number", way=str(first.pk))
    assert answer["Location"] == reverse("desk:call", args=[task.pk])
    first.refresh_from_db()
    assert first.works is False


@pytest.mark.usefixtures("no_questions")
def test_more_room_loses_nothing(made: World) -> None:
    client = made.client("tracer")
    task = begin(client)
    page = send(client, task, outcome="more", **{"contact-0-given": "Luis"})
    words = page.content.decode()
    assert page.status_code == 200
    assert 'value="Luis"' in words and "contact-4-given" in words


def test_what_lies_in_other_hands_is_told(made: World) -> None:
    task = begin(made.client("supervisor"))
    other = made.client("tracer")
    answer = other.get(reverse("desk:call", args=[task.pk]))
    assert answer["Location"] == reverse("desk:call_ended", args=[task.pk])
    assert "Somebody else has this person in hand" in other.get(answer["Location"]).content.decode()
    kept = send(other, task, outcome="reached", call_note="typed in vain")
    assert kept.status_code == 409
    assert "typed in vain" in kept.content.decode()
    assert not Interview.objects.exists() and not Attempt.objects.exists()


def test_put_back_and_taken_from_the_list(made: World) -> None:
    client = made.client("tracer")
    task = begin(client)
    assert client.post(reverse("desk:call_release", args=[task.pk])).status_code == 302
    task.refresh_from_db()
    assert task.state == "open"
    assert client.post(reverse("desk:call_take", args=[task.pk]))["Location"] == reverse("desk:call", args=[task.pk])
    task.refresh_from_db()
    assert task.held_by_id == made.staff["tracer"].pk


def test_nobody_waits(made: World) -> None:
    Task.objects.update(state="stopped", ended_at=made.at)
    page = made.client("tracer").post(reverse("desk:next_call"), follow=True)
    assert "Nobody is to be called right now" in page.content.decode()
    assert "Nobody waits for a call right now" in page.content.decode()


def _typed(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")
