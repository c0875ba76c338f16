"""Restricted records vanish for whoever is not cleared: in rows, lists, search, counts and the next call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.privacy.people import hire, seen_as
from tracing.access.visibility import visible_to
from tracing.desk.tests.world import BY, World, noon_of_today
from tracing.journal.models import Entry
from tracing.people.models import Address, Person, Restriction, WayToReach
from tracing.people.restricting import colleagues, leave_open, lift, restrict, restrictions_of
from tracing.people.search.asked import understand
from tracing.people.search.finding import find
from tracing.tasks.actions import next_call, take
from tracing.tasks.models import Task
from tracing.tasks.next_call import TaskInOtherHands
from tracing.tasks.stepping_aside import step_aside

pytestmark = pytest.mark.django_db


def hide(made: World, who: str = "Ana Rivera", kind: str = "staff") -> Restriction:
    unit = made.units["new-haven"].pk
    row = restrict(person=made.cases[who].person_id, kind=kind, unit=unit, why="works here", by=BY, at=made.at)
    assert isinstance(row, Restriction)
    return row


@pytest.mark.parametrize(("who", "cleared"), [("tracer", False), ("supervisor", False), ("director", True), ("state_epidemiologist", True)])
def test_it_vanishes_for_whoever_is_not_cleared(made: World, who: str, cleared: bool) -> None:
    case = made.cases["Ana Rivera"]
    client, hidden = made.client(who), hide(made)
    code = 200 if cleared else 404
    assert client.get(reverse("desk:person", args=[case.person_id])).status_code == code
    assert client.get(reverse("desk:case", args=[case.pk])).status_code == code
    assert ("Rivera" in client.get(reverse("desk:case_list")).content.decode()) is cleared
    assert ("Rivera" in client.get(reverse("desk:task_list")).content.decode()) is cleared
    viewer = seen_as(made, who)
    assert bool(find(understand("Rivera"), viewer).hits) is cleared
    assert bool(find(understand("203-555-0142"), viewer).hits) is cleared
    assert bool(restrictions_of(case.person, viewer)) is cleared
    lift(restriction=hidden, by=BY, at=made.at)
    assert client.get(reverse("desk:person", args=[case.person_id])).status_code == 200
    assert find(understand("Rivera"), viewer).hits


def test_what_a_list_counts_goes_down(made: World) -> None:
    client = made.client("tracer")
    before = client.get(reverse("desk:case_list")).context["page"].count
    hide(made)
    assert client.get(reverse("desk:case_list")).context["page"].count == before - 1


def test_a_confidential_address_hides_the_address_alone(made: World) -> None:
    case, viewer = made.cases["Ana Rivera"], seen_as(made, "tracer")
    hide(made, kind="address")
    assert visible_to(Person.objects.filter(pk=case.person_id), viewer).exists()
    assert visible_to(WayToReach.objects.filter(person=case.person_id), viewer).exists()
    assert not visible_to(Address.objects.filter(person=case.person_id), viewer).exists()
    page = made.client("tracer").get(reverse("desk:person", args=[case.person_id])).content.decode()
    assert "Rivera" in page and "Elm" not in page
    assert "Elm" in made.client("director").get(reverse("desk:person", args=[case.person_id])).content.decode()


def task_of(made: World, who: str) -> Task:
    found = made.cases[who].task
    assert found is not None
    return Task.objects.get(pk=found.pk)


def called(made: World, who: str) -> list[str]:
    """Everybody whom this user is given, until nobody is left. At noon, because nobody is called at night."""
    at, found = noon_of_today() + timedelta(days=1), []
    viewer = seen_as(made, who)
    while (task := next_call(viewer=viewer, by=viewer.actor, at=at)) is not None:
        assert task.person is not None
        found.append(task.person.family)
        Task.objects.filter(pk=task.pk).update(state="done", held_by=None, held_until=None, ended_at=at)
    return sorted(found)


@pytest.mark.parametrize(
    ("who", "kind", "expected"),
    [
        ("tracer", "", ["Okafor", "Rivera"]),
        ("tracer", "staff", ["Okafor"]),
        ("tracer", "public_figure", ["Okafor"]),
        ("tracer", "address", ["Okafor", "Rivera"]),
        ("state_epidemiologist", "staff", ["Hart", "Okafor", "Rivera"]),
    ],
)
def test_the_next_call_is_never_somebody_restricted(made: World, who: str, kind: str, expected: list[str]) -> None:
    if kind:
        hide(made, kind=kind)
    assert called(made, who) == expected


def test_of_two_units_as_of_one(made: World) -> None:
    hide(made)
    hire(made, "tracer", "new-haven", name="both")
    from tracing.access.actions import grant_membership
    from tracing.access.models import Role

    tracer = Role.objects.get(code="tracer")
    grant_membership(user=made.staff["both"], role=tracer, unit=made.units["hartford"], since=made.at - timedelta(1), by=BY, at=made.at)
    assert called(made, "both") == ["Hart", "Okafor"]


def test_a_chosen_call_is_refused_as_well_and_one_in_hand_lets_go(made: World) -> None:
    at, viewer = noon_of_today() + timedelta(days=1), seen_as(made, "tracer")
    task = task_of(made, "Ana Rivera")
    take(task=task, viewer=viewer, by=viewer.actor, at=at)
    hide(made)
    # It was in hand: another is given, and nobody is sent to a page that is not there any more.
    other = next_call(viewer=viewer, by=viewer.actor, at=at)
    assert other is not None and other.person is not None and other.person.family == "Okafor"
    second = seen_as(made, "other_tracer")
    with pytest.raises(TaskInOtherHands):
        take(task=task, viewer=second, by=second.actor, at=at + timedelta(hours=2))


def test_i_know_this_person(made: World) -> None:
    case, at, viewer = made.cases["Ana Rivera"], noon_of_today() + timedelta(days=1), seen_as(made, "tracer")
    task = task_of(made, "Ana Rivera")
    take(task=task, viewer=viewer, by=viewer.actor, at=at)
    step_aside(person=case.person_id, by=viewer.actor, at=at)
    task.refresh_from_db()
    assert (task.state, task.attempts, task.held_by_id) == ("open", 0, None)
    assert called(made, "tracer") == ["Okafor"]
    assert called(made, "other_tracer") == ["Rivera"]
    assert made.client("tracer").get(reverse("desk:person", args=[case.person_id])).status_code == 404
    assert not step_aside(person=case.person_id, by=viewer.actor, at=at)
    assert Entry.objects.filter(verb="recusal.made").count() == 1


def colleague(made: World) -> Any:
    case = made.cases["Ana Rivera"]
    email = made.staff["other_tracer"].email
    WayToReach.objects.create(person_id=case.person_id, kind="email", value=email, source="lab", as_of=made.at)
    return case


def test_a_colleague_in_the_register_is_proposed_once_and_somebody_decides(made: World) -> None:
    case = colleague(made)
    officer = seen_as(made, "privacy_officer")
    assert [(one.person.pk, one.user.pk) for one in colleagues(officer)] == [(case.person_id, made.staff["other_tracer"].pk)]
    assert not colleagues(seen_as(made, "auditor"))  # sees nobody
    unit = made.units["ct"].pk
    leave_open(person=case.person_id, unit=unit, why="not the same", by=officer.actor, at=made.at)
    assert not colleagues(officer)
    assert visible_to(Person.objects.filter(pk=case.person_id), seen_as(made, "tracer")).exists()
    assert not leave_open(person=case.person_id, unit=unit, why="", by=officer.actor, at=made.at)


def test_a_colleague_who_was_restricted_is_not_proposed_again(made: World) -> None:
    colleague(made)
    hidden = hide(made)
    assert not colleagues(seen_as(made, "privacy_officer"))
    lift(restriction=hidden, by=BY, at=made.at)
    assert not colleagues(seen_as(made, "privacy_officer"))


def test_restricting_twice_changes_nothing(made: World) -> None:
    first = hide(made)
    unit = made.units["ct"].pk
    assert not restrict(person=first.person_id, kind="staff", unit=unit, why="again", by=BY, at=made.at)
    lift(restriction=first, by=BY, at=made.at)
    assert not lift(restriction=first, by=BY, at=made.at)
    assert list(Entry.objects.filter(verb__startswith="restriction.").values_list("codes__kind", flat=True)) == ["staff", "staff"]
