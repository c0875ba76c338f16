"""Two people already known, side by side: decided with one key, put off, taken back, sent to who sees both."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.reports import Lab, lab
from tracing.desk.review.compare import marked
from tracing.desk.tests.world import BY, World, world
from tracing.journal.models import Look
from tracing.people.actions import NewStanding, give_standings
from tracing.people.duplicates import FoundPair, propose_duplicates
from tracing.people.models import Duplicate, NotTheSame, Person, Restriction, ReviewStep
from tracing.people.tests.made import add, maria

WHO = "state_epidemiologist"


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("Jon", "John", ("Jon", "Jo[h]n")),
        ("03/04/1980", "04/03/1980", None),
        ("Rivera", "Rivera-Diaz", ("Rivera", "Rivera[-Diaz]")),
        ("Okafor", "Chen", ("[Okafor]", "[Chen]")),
    ],
)
def test_letters_that_differ_are_marked(left: str, right: str, shown: tuple[str, str] | None) -> None:
    parts = marked(left, right)
    told = tuple("".join(f"[{text}]" if other else text for text, other in side) for side in parts)
    assert "".join(text for text, _other in parts[0]) == left
    assert shown is None or told == shown


@pytest.fixture
def found(db: None, now: object) -> Lab:
    return lab(world(now))  # type: ignore[arg-type]


def pair(made: World, *units: str) -> Duplicate:
    """Two people, the first of the first unit, the second of the last."""
    one = add(maria(given="Jon"))
    other = add(maria(family="Okafor", given="John", birth_on=date(1955, 7, 9), phones=()))
    standings = [
        NewStanding(who.pk, made.units[unit].pk, "residence", "covid19") for who, unit in ((one, units[0]), (other, units[-1]))
    ]
    give_standings(standings=standings, by=BY, at=made.at)
    told = FoundPair(one.pk, other.pk, 9.5, "possible", ("given_exact", "birth_other", "too_common"), "v")
    propose_duplicates(pairs=[told], by=BY, at=made.at)
    return Duplicate.objects.get()


pytestmark = pytest.mark.django_db


def test_nothing_waits(found: Lab) -> None:
    page = found.world.client(WHO).get(reverse("desk:pairs"))
    assert page.status_code == 200
    assert "No pair waits." in page.content.decode()


def test_the_list_and_the_page_show_both(found: Lab) -> None:
    row = pair(found.world, "new-haven")
    client = found.world.client(WHO)
    listed = client.get(reverse("desk:pairs")).content.decode()
    assert "Jon Rivera" in listed and "John Okafor" in listed
    page = client.get(reverse("desk:pair", args=[row.pk])).content.decode()
    assert 'Jo<strong class="letters">h</strong>n' in page
    assert 'data-key="s"' in page and 'data-key="d"' in page and 'data-key="x"' in page
    assert set(Look.objects.get(page="pair").persons) == {row.one_id, row.other_id}


def test_the_same_are_merged_and_parted_by_undo(found: Lab) -> None:
    row = pair(found.world, "new-haven")
    client = found.world.client(WHO)
    done = client.post(reverse("desk:pair", args=[row.pk]), {"do": "same"})
    assert "did=one" in done["Location"]
    assert Person.objects.get(pk=row.other_id).merged_into_id == row.one_id
    step = ReviewStep.objects.get()
    assert reverse("desk:pair_undo", args=[step.pk]) in client.get(done["Location"]).content.decode()
    back = client.post(reverse("desk:pair_undo", args=[step.pk]))
    assert back["Location"].startswith(reverse("desk:pair", args=[row.pk]))
    assert Person.objects.get(pk=row.other_id).merged_into_id is None
    assert "did=not_back" in client.post(reverse("desk:pair_undo", args=[step.pk]))["Location"]


def test_two_people_are_remembered(found: Lab) -> None:
    row = pair(found.world, "new-haven")
    client = found.world.client(WHO)
    assert "did=two" in client.post(reverse("desk:pair", args=[row.pk]), {"do": "different"})["Location"]
    assert NotTheSame.objects.count() == 1
    assert "did=gone" in client.post(reverse("desk:pair", args=[row.pk]), {"do": "same"})["Location"]
    assert "100 %" not in client.get(reverse("desk:pairs")).content.decode()


def test_nonsense_is_refused(found: Lab) -> None:
    row = pair(found.world, "new-haven")
    assert found.world.client(WHO).post(reverse("desk:pair", args=[row.pk]), {"do": "nonsense"}).status_code == 422


def test_another_departments_person_is_masked_and_the_decision_is_sent(found: Lab) -> None:
    row = pair(found.world, "new-haven", "hartford")
    client = found.world.client("supervisor")
    page = client.get(reverse("desk:pair", args=[row.pk])).content.decode()
    assert "Okafor" not in page and "1955" not in page
    assert "J. O." in page
    assert 'data-key="s"' not in page
    assert client.post(reverse("desk:pair", args=[row.pk]), {"do": "same"}).status_code == 403
    assert client.post(reverse("desk:pair", args=[row.pk]), {"do": "different"}).status_code == 403
    sent = client.post(reverse("desk:pair_send", args=[row.pk]), {"to": "ct", "why": "You see both"})
    assert "did=sent" in sent["Location"]
    row.refresh_from_db()
    assert (row.unit.code, row.also_unit and row.also_unit.code) == ("ct", "new-haven")
    assert "sent by" in found.world.client(WHO).get(reverse("desk:pairs")).content.decode()
    listed = client.get(sent["Location"]).content.decode()
    assert "It stands in their list now, and in yours" in listed and "J. O." in listed
    assert "Nobody has decided yet" in listed
    found.world.client(WHO).post(reverse("desk:pair", args=[row.pk]), {"do": "different"})
    assert "Not the same person" in client.get(reverse("desk:pairs")).content.decode()


def test_how_far_the_reviewer_has_come(found: Lab) -> None:
    row = pair(found.world, "new-haven")
    client = found.world.client(WHO)
    assert "done today" not in client.get(reverse("desk:pair", args=[row.pk])).content.decode()
    client.post(reverse("desk:pair", args=[row.pk]), {"do": "unsure"})
    assert "1 of 1 <span" in client.get(reverse("desk:pair", args=[row.pk])).content.decode()  # it waits still, and is not counted twice
    done = client.post(reverse("desk:pair", args=[row.pk]), {"do": "different"})
    page = client.get(reverse("desk:pair", args=[row.pk])).content.decode()
    assert "1 of 1 <span" in page and 'data-key="s"' not in page
    assert "0 %" in client.get(done["Location"]).content.decode()
    client.post(reverse("desk:pair_undo", args=[ReviewStep.objects.get(what="different").pk]))
    listed = client.get(reverse("desk:pairs")).content.decode()
    assert "Decided in 90 days" not in listed  # taken back


def test_who_is_restricted_or_known_for_a_sensitive_disease_is_not_told_of(found: Lab) -> None:
    row = pair(found.world, "new-haven", "hartford")
    client = found.world.client("supervisor")
    restriction = Restriction.objects.create(
        person_id=row.other_id, kind="address", unit=found.world.units["hartford"], at=found.world.at
    )
    assert client.get(reverse("desk:pair", args=[row.pk])).status_code == 404
    assert "Jon Rivera" not in client.get(reverse("desk:pairs")).content.decode()
    restriction.ended_at = found.world.at
    restriction.save()
    assert client.get(reverse("desk:pair", args=[row.pk])).status_code == 200
    sensitive = NewStanding(row.other_id, found.world.units["hartford"].pk, "residence", "hiv")
    give_standings(standings=[sensitive], by=BY, at=found.world.at + timedelta(minutes=1))
    assert client.get(reverse("desk:pair", args=[row.pk])).status_code == 404
    assert client.post(reverse("desk:pair_send", args=[row.pk]), {"to": "ct"}).status_code == 404
