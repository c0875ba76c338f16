"""The morning page: the night in figures, of one's own departments."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tracing.cases.models import Case
from tracing.desk.tests.world import World
from tracing.journal.models import Look
from tracing.people.death import record_death
from tracing.reporting.upkeep import rebuild
from tracing.tasks.models import Attempt

pytestmark = pytest.mark.django_db


def tried(made: World, name: str, who: str, hours: float) -> None:
    case = made.cases[name]
    assert case.task is not None
    Attempt.objects.create(
        task=case.task, person_id=case.person_id, disease=case.disease, outcome="no_answer", at=made.at - timedelta(hours=hours),
        by=made.staff[who].pk,
    )  # fmt: skip


def test_the_night_in_figures(made: World) -> None:
    Case.objects.filter(pk=made.cases["Ana Rivera"].pk).update(opened_at=made.at - timedelta(hours=6))
    Case.objects.filter(pk=made.cases["Ngozi Okafor"].pk).update(opened_at=made.at - timedelta(hours=60))
    tried(made, "Ana Rivera", "tracer", 2)
    tried(made, "Ana Rivera", "state_epidemiologist", 1)
    rebuild()
    page = made.client("supervisor").get(reverse("desk:morning"))
    found = page.context["m"]
    assert (found.received, found.untried, found.tried, found.by_others, found.waiting) == ({"covid19": 1}, 1, 2, 1, 2)
    words = page.content.decode()
    assert "by the state and others for you" in words and "Hart" not in words.replace("Hartford", "")
    assert "others for you" not in made.client("state_epidemiologist").get(reverse("desk:morning")).content.decode()


def test_a_death_and_who_looked_at_it(made: World) -> None:
    ana = made.cases["Ana Rivera"].person_id
    record_death(person=ana, source="call", by=made.actor("tracer"), at=made.at - timedelta(hours=3))
    words = made.client("supervisor").get(reverse("desk:morning")).content.decode()
    assert "Rivera" in words and Look.objects.get(page="morning").persons == [ana]


def test_a_quiet_night_says_so(made: World) -> None:
    Case.objects.update(opened_at=made.at - timedelta(days=30))
    words = made.client("supervisor").get(reverse("desk:morning")).content.decode()
    assert "no case" in words and "Nothing waits for your answer." in words and "None with a new case." in words


def test_for_whom_it_is(made: World) -> None:
    roles = ("tracer", "supervisor", "state_epidemiologist", "interface_manager", "administrator")
    assert [made.client(role).get(reverse("desk:morning")).status_code for role in roles] == [403, 200, 200, 403, 403]
