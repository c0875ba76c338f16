"""The pages of merging: two records beside each other, merged with one button, found by either address, and taken apart again."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.urls import reverse

from tracing.base.sight import seen_as
from tracing.cases.models import Case
from tracing.desk.tests.world import BY, World, add_case, world
from tracing.intake.merging import merge_people
from tracing.journal.models import Entry
from tracing.people.actions import keep_apart
from tracing.people.merging.known import beside
from tracing.people.models import Merge, Person
from tracing.people.restricting import restrict

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db: None, now: datetime) -> World:
    return world(now)


def two(made: World) -> tuple[Case, Case]:
    return add_case(made, "Rivera", "Ana", phone="+12035550111"), add_case(made, "Ribera", "Anna", phone="+12035550112", born=date(1962, 2, 3))


def where(keep: Case, other: Case) -> str:
    return reverse("desk:person_merge", args=[keep.person_id, other.person_id])


def test_beside_each_other_merged_and_undone(made: World) -> None:
    keep, other = two(made)
    client = made.client("supervisor")
    page = client.get(where(keep, other)).content.decode()
    assert "Ribera" in page and "Rivera" in page and "holds" in page
    assert "Both have an open case of COVID-19" in page
    answer = client.post(where(keep, other))
    merge = Merge.objects.get()
    assert answer.status_code == 302 and answer["Location"].endswith(str(merge.pk))
    assert client.get(reverse("desk:person", args=[other.person_id]))["Location"] == reverse("desk:person", args=[keep.person_id])
    assert "Anna Ribera" in client.get(reverse("desk:person", args=[keep.person_id])).content.decode(), "also known as"
    timeline = client.get(reverse("desk:case_timeline", args=[keep.pk])).content.decode()
    assert timeline.count("Merged with another record of the same person") == 2, "what was said of either"
    assert timeline.count("Case opened") == 2
    assert client.get(reverse("desk:case", args=[other.pk])).status_code == 200, "the case that is worked on"
    told = client.get(answer["Location"]).content.decode()
    assert "Anna Ribera" in told and "Undo" in told and "1 cases" in told
    back = client.post(reverse("desk:person_merge_undo", args=[keep.person_id, merge.pk]))
    assert back["Location"] == reverse("desk:person", args=[other.person_id])
    assert client.get(back["Location"]).status_code == 200
    assert "Undone on" in client.get(answer["Location"]).content.decode()
    again = client.post(reverse("desk:person_merge_undo", args=[keep.person_id, merge.pk]))
    assert again.status_code == 422 and "undone already" in again.content.decode()
    verbs = Entry.objects.filter(verb__startswith="person.merge").values_list("verb", "person_id")
    assert sorted(verbs, key=str) == sorted(
        [(verb, who.person_id) for verb in ("person.merged", "person.merge_undone") for who in (keep, other)], key=str
    )


def test_the_page_of_a_merge_keeps_both_originals(made: World) -> None:
    keep, other = two(made)
    Person.objects.filter(pk=keep.person_id).update(race=["2106-3"], ethnicity="H")
    merge = merge_people(keep=keep.person, merge=other.person, why="", by=BY, at=made.at)
    page = reverse("desk:person_merged", args=[keep.person_id, merge.pk])
    told = made.client("supervisor").get(page).content.decode()
    assert "Anna Ribera was found to be Ana Rivera" in told
    assert "White" in told and "Hispanic or Latino" in told and "2106-3" not in told
    with seen_as("limited"):
        assert not {"race", "ethnicity"} & {side.field for side in beside(Person.objects.get(pk=keep.person_id), other.person, alone=True)}


def test_who_may_and_who_may_not(made: World) -> None:
    keep, other = two(made)
    away = add_case(made, "Quint", "A", born=date(1944, 4, 4), phone="+18605550113", town="hartford", unit="hartford")
    assert made.client("interface_manager").get(where(keep, other)).status_code in (403, 404)
    supervisor = made.client("supervisor")
    assert supervisor.get(where(keep, away)).status_code == supervisor.post(where(keep, away)).status_code == 404, "they do not see the other"
    assert supervisor.get(where(keep, keep)).status_code == 404
    restrict(person=other.person_id, kind="public_figure", unit=made.units["ct"].pk, why="", by=made.actor("supervisor"), at=made.at)
    assert supervisor.post(where(keep, other)).status_code == 404
    assert not Merge.objects.exists()


def test_told_apart_asks_for_a_reason(made: World) -> None:
    keep, other = two(made)
    keep_apart(one=keep.person, other=other.person, by=made.actor("supervisor"), at=made.at)
    client = made.client("supervisor")
    assert "not the same" in client.get(where(keep, other)).content.decode()
    assert client.post(where(keep, other)).status_code == 422
    assert client.post(where(keep, other), {"merge_why": "One passport, two names"}).status_code == 302
    assert Merge.objects.get().why == "One passport, two names"


def test_somebody_provisional_can_be_the_same_person(made: World) -> None:
    keep, other = two(made)
    Person.objects.filter(pk=other.person_id).update(provisional=True)
    made.client("supervisor").post(where(other, keep))
    assert Person.objects.get(pk=other.person_id).provisional is False
