"""The review pages, without script: held reports, their causes, possible matches, proposals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.reports import Lab, lab, nameless, somebody, unknown_code
from tracing.cases.models import Case
from tracing.desk.tests.world import BY, world
from tracing.intake import queries
from tracing.intake.merging import merge_people
from tracing.intake.models import LocalMeaning, Report
from tracing.journal.models import Look
from tracing.people.actions import NewStanding, give_standings
from tracing.people.models import Match, NotTheSame, Person, Restriction

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(db: None, now: object) -> Lab:
    return lab(world(now))  # type: ignore[arg-type]


def agree() -> None:
    assert queries.status().total.agree


def test_nothing_held_says_so(found: Lab) -> None:
    page = found.world.client("interface_manager").get(reverse("desk:held"))
    assert page.status_code == 200
    assert "No report is held." in page.content.decode()


def test_the_list_names_the_problem_and_filters(found: Lab) -> None:
    report, other = nameless(found), unknown_code(found)
    client = found.world.client("interface_manager")
    page = client.get(reverse("desk:held")).content.decode()
    assert "The name is missing" in page
    assert "2 in all" in page
    narrowed = client.get(reverse("desk:held"), {"problem": report.problems[0]}).content.decode()
    assert str(report.pk) in narrowed
    assert str(other.pk) not in narrowed
    by_cause = client.get(reverse("desk:held"), {"cause": other.causes[0]}).content.decode()
    assert "COVPCR7" in by_cause
    assert str(report.pk) not in by_cause


def test_one_report_marks_the_field_and_shows_the_bytes(found: Lab) -> None:
    report = nameless(found)
    page = found.world.client("state_epidemiologist").get(reverse("desk:held_report", args=[report.pk]))
    words = page.content.decode()
    assert page.status_code == 200
    assert "segment__cell--marked" in words
    assert "The bytes as they came" in words
    assert "MSH|^~" in words
    assert Look.objects.filter(page="held_report").count() == 1


def test_correct_and_file(found: Lab) -> None:
    report, other = nameless(found), nameless(found, 7)
    client = found.world.client("state_epidemiologist")
    address = reverse("desk:held_report", args=[report.pk])
    wrong = client.post(address, {"do": "correct", "last": "Okafor", "first": "Ngozi", "birth_on": "2099-01-01"})
    assert wrong.status_code == 422
    assert 'value="Okafor"' in wrong.content.decode()
    assert "This day has not come yet." in wrong.content.decode()
    nothing = client.post(address, {"do": "correct"})
    assert nothing.status_code == 422
    done = client.post(address, {"do": "correct", "last": "Okafor", "first": "Ngozi"})
    assert done.status_code == 302
    assert str(other.pk) in done["Location"]
    assert "did=corrected" in done["Location"]
    agree()
    found.file()
    report.refresh_from_db()
    assert report.state == "filed"
    assert Person.objects.get().family == "Okafor"
    agree()


def test_a_result_marked_as_a_question_is_filed_as_what_somebody_says(found: Lab) -> None:
    lines = found.text(somebody(3)).split("\r")
    number = next(place for place, line in enumerate(lines) if line.startswith("OBX|"))
    cells = lines[number].split("|")
    lines[number] = "|".join([*cells, *[""] * (29 - len(cells)), "QST"])
    report = found.held("\r".join(lines))
    assert set(report.problems) == {"result_marked_as_question", "no_result"}
    client = found.world.client("interface_manager")  # it may be anything: only who is cleared sees it
    address = reverse("desk:held_report", args=[report.pk])
    assert 'name="line.1.class"' in client.get(address).content.decode()
    done = client.post(address, {"do": "correct", "line.1.class": "positive", "line.1.condition": "covid19"})
    assert done.status_code == 302
    found.file()
    report.refresh_from_db()
    assert report.state == "filed"
    assert Case.objects.get().disease == "covid19"
    agree()


def test_set_aside_and_undo(found: Lab) -> None:
    report = nameless(found)
    client = found.world.client("state_epidemiologist")
    done = client.post(reverse("desk:held_report", args=[report.pk]), {"do": "aside:duplicate"})
    assert done["Location"].startswith(reverse("desk:held"))
    report.refresh_from_db()
    assert (report.state, report.set_aside_reason) == ("set_aside", "duplicate")
    agree()
    page = client.get(done["Location"]).content.decode()
    assert reverse("desk:held_undo", args=[report.pk]) in page
    back = client.post(reverse("desk:held_undo", args=[report.pk]))
    assert "did=back" in back["Location"]
    report.refresh_from_db()
    assert report.state == "held"
    agree()


def test_file_again_can_be_undone_until_a_worker_takes_it(found: Lab) -> None:
    report = nameless(found)
    client = found.world.client("state_epidemiologist")
    client.post(reverse("desk:held_report", args=[report.pk]), {"do": "again"})
    report.refresh_from_db()
    assert report.state == "waiting"
    client.post(reverse("desk:held_undo", args=[report.pk]))
    report.refresh_from_db()
    assert (report.state, report.problems) == ("held", ["taken_back"])
    agree()


def test_somebody_else_was_faster(found: Lab) -> None:
    report = nameless(found)
    client = found.world.client("state_epidemiologist")
    address = reverse("desk:held_report", args=[report.pk])
    client.post(address, {"do": "aside:other"})
    again = client.post(address, {"do": "aside:duplicate"})
    assert "did=gone" in again["Location"]
    assert client.post(address, {"do": "nonsense"}).status_code == 422


def test_together(found: Lab) -> None:
    reports = [nameless(found, seed) for seed in (11, 12, 13)]
    client = found.world.client("state_epidemiologist")
    client.post(
        reverse("desk:held_bulk"), {"do": "aside", "reason": "test_message", "report": [str(reports[0].pk), str(reports[1].pk)]}
    )
    assert Report.objects.filter(state="set_aside").count() == 2
    client.post(reverse("desk:held_bulk"), {"do": "again", "which": "all", "problem": reports[2].problems[0]})
    assert Report.objects.filter(state="waiting").count() == 1
    agree()


def test_mending_a_code_files_everything_that_waited_for_it(found: Lab) -> None:
    report, other = unknown_code(found), unknown_code(found, 3)
    client = found.world.client("interface_manager")
    address = reverse("desk:held_mend")
    page = client.get(address, {"cause": report.causes[0]})
    assert page.status_code == 200
    assert "2 held reports wait for this" in page.content.decode()
    done = client.post(address, {"cause": report.causes[0], "meaning": "covid19", "reach": "source"})
    assert done.status_code == 302
    assert LocalMeaning.objects.get().meaning == "covid19"
    found.file()
    assert set(Report.objects.filter(pk__in=[report.pk, other.pk]).values_list("state", flat=True)) == {"filed"}
    agree()


def test_confirming_a_sender(found: Lab) -> None:
    from tracing.desk.tests.world import BY
    from tracing.intake.actions.sources import add_unknown_sender

    stranger = add_unknown_sender(code="stranger", by=BY, at=found.world.at)
    held = Lab(found.world, stranger).send(found.text(somebody(21)))
    assert held.problems == ["sender_unknown"]
    client = found.world.client("interface_manager")
    page = client.get(reverse("desk:held_report", args=[held.pk])).content.decode()
    assert "Sender stranger is not confirmed" in page
    client.post(reverse("desk:held_mend"), {"cause": "sender:stranger"})
    found.file()
    held.refresh_from_db()
    assert held.state == "filed"


def possible(found: Lab) -> Match:
    """One person known, and a report of one whose day and month of birth are swapped, with a slip in the first name."""
    who = somebody(31)
    who = replace(who, birth=who.birth.replace(month=3, day=7) if who.birth else None)
    found.send(found.text(who))
    found.file()
    moved = replace(who, first="Kxthleen", number="0000998")
    found.send(found.text(replace(moved, birth=who.birth.replace(month=7, day=3) if who.birth else None)))
    found.file()
    return Match.objects.get(outcome="possible")


def test_a_match_is_decided_and_filed_at_once(found: Lab) -> None:
    match = possible(found)
    client = found.world.client("state_epidemiologist")
    page = client.get(reverse("desk:matches"))
    assert "Day and month of birth swapped" in page.content.decode()
    known = Person.objects.get()
    address = reverse("desk:match", args=[match.pk])
    words = client.get(address).content.decode()
    assert "differs" in words
    assert Look.objects.filter(page="match", persons__contains=[known.pk]).exists()
    assert client.post(address, {"who": "nobody"}).status_code == 422
    done = client.post(address, {"who": str(known.pk)})
    assert "did=same" in done["Location"]
    found.file()
    assert not Report.objects.filter(state="waiting").exists()
    assert Person.objects.count() == 1
    agree()
    late = client.post(reverse("desk:match_undo", args=[match.pk]))
    assert "did=late_back" in late["Location"]


def test_the_page_of_a_match_marks_letters_weighs_and_offers_keys(found: Lab) -> None:
    match = possible(found)
    client = found.world.client("state_epidemiologist")
    address = reverse("desk:match", args=[match.pk])
    page = client.get(address).content.decode()
    assert 'K<strong class="letters">x</strong>thleen' in page and 'K<strong class="letters">a</strong>thleen' in page
    assert "weights__bar" in page and "Score " in page
    assert all(f'data-key="{key}"' in page for key in "sdx")
    left = client.post(address, {"who": "unsure"})
    assert "did=left" in left["Location"]
    match.refresh_from_db()
    assert match.outcome == "possible"
    assert "Could not say" in client.get(address).content.decode()
    assert "1 of 1 <span" in client.get(address).content.decode()
    client.post(address, {"who": "different"})
    assert "This one is decided." in client.get(address).content.decode()
    assert "did=gone" in client.post(address, {"who": "unsure"})["Location"]


def test_a_candidate_merged_away_is_shown_as_who_they_are_now(found: Lab) -> None:
    match = possible(found)
    candidate = Person.objects.get()
    root = Person.objects.create(family="Zielinski", given="Kath", added_at=found.world.at, facts={})
    give_standings(
        standings=[NewStanding(root.pk, found.world.units["ct"].pk, "state", "covid19")], by=BY, at=found.world.at - timedelta(days=1)
    )
    merge_people(keep=root, merge=candidate, why="", by=BY, at=found.world.at)
    client = found.world.client("state_epidemiologist")
    address = reverse("desk:match", args=[match.pk])
    assert str(candidate.pk) not in client.get(address).content.decode()
    assert client.post(address, {"who": str(candidate.pk)}).status_code == 422
    assert "did=same" in client.post(address, {"who": str(root.pk)})["Location"]
    found.file()
    assert Person.objects.filter(merged_into=None).count() == 1


@pytest.mark.parametrize("hidden", ["masked", "unseen"])
def test_somebody_else_is_remembered_of_those_shown_alone(found: Lab, hidden: str) -> None:
    match = possible(found)
    seen = Person.objects.get()
    given = (found.world.units["new-haven"], found.world.units["hartford"])
    other = Person.objects.create(family="Okafor", given="Ada", added_at=found.world.at, facts={})
    standings = [NewStanding(seen.pk, given[0].pk, "residence", "covid19"), NewStanding(other.pk, given[1].pk, "residence", "covid19")]
    give_standings(standings=standings, by=BY, at=found.world.at - timedelta(days=1))
    if hidden == "unseen":
        Restriction.objects.create(person=other, kind="staff", unit=given[1], at=found.world.at)
    match.candidates = [*match.candidates, {"person": str(other.pk), "reasons": ["given_sound"], "score": 7.0}]
    match.unit = given[0]
    match.save()
    client = found.world.client("supervisor")
    page = client.get(reverse("desk:match", args=[match.pk])).content.decode()
    assert ("A. O." in page) is (hidden == "masked") and "Okafor" not in page
    client.post(reverse("desk:match", args=[match.pk]), {"who": "different"})
    found.file()
    apart = {frozenset((row.one_id, row.other_id)) for row in NotTheSame.objects.all()}
    new = Match.objects.get(pk=match.pk).person_id
    assert apart == {frozenset((new, seen.pk))} | ({frozenset((new, other.pk))} if hidden == "masked" else set())


def test_a_match_is_taken_back(found: Lab) -> None:
    match = possible(found)
    client = found.world.client("state_epidemiologist")
    client.post(reverse("desk:match", args=[match.pk]), {"who": "different"})
    client.post(reverse("desk:match_undo", args=[match.pk]))
    match.refresh_from_db()
    assert match.outcome == "possible"
    found.file()
    assert Report.objects.filter(state="waiting").count() == 1


def test_a_withdrawn_positive_is_proposed_and_answered(found: Lab) -> None:
    from tracing.cases.models import Proposal

    who = somebody(41)
    found.send(found.text(who, accession="A1"))
    found.file()
    later = found.world.at - timedelta(hours=1)
    found.send(found.text(who, accession="A1", status="W", sent=later))
    found.file()
    proposal = Proposal.objects.get()
    client = found.world.client("state_epidemiologist")
    assert "withdrawn" in client.get(reverse("desk:proposals")).content.decode()
    page = client.get(reverse("desk:proposal", args=[proposal.pk]))
    assert page.status_code == 200
    assert Look.objects.filter(page="proposal", persons__contains=[proposal.person_id]).exists()
    done = client.post(reverse("desk:proposal", args=[proposal.pk]), {"answer": "accept"})
    assert "did=accepted" in done["Location"]
    proposal.case.refresh_from_db()
    assert proposal.case.closure_id is not None


def test_who_may_not(found: Lab) -> None:
    report = nameless(found)
    for name in ("held", "proposals", "matches"):
        assert found.world.client("administrator").get(reverse(f"desk:{name}")).status_code == 403
    assert found.world.client("tracer").get(reverse("desk:held")).status_code == 403
    # A supervisor of a department reviews that department's reports: the state's are not there.
    supervisor = found.world.client("supervisor")
    assert supervisor.get(reverse("desk:held")).status_code == 200
    assert supervisor.get(reverse("desk:held_report", args=[report.pk])).status_code == 404
    assert supervisor.get(reverse("desk:held_mend"), {"cause": "code:x"}).status_code == 403


def test_another_address_is_proposed_and_moves_the_case_only_when_accepted(found: Lab) -> None:
    from tracing.cases.models import Proposal

    who = replace(somebody(43), street="14 Elm St", city="New Haven", zip="06511", second_address=None)
    found.send(found.text(who, days_ago=4))
    found.file()
    found.send(found.text(replace(who, street="2 Main St", city="Hartford", zip="06103"), days_ago=1))
    found.file()
    proposal = Proposal.objects.get(kind="moved")
    supervisor = found.world.client("supervisor")
    words = supervisor.get(reverse("desk:proposal", args=[proposal.pk])).content.decode()
    assert "2 Main St, Hartford" in words
    assert "14 Elm St, New Haven" in words
    assert found.world.client("elsewhere").get(reverse("desk:proposal", args=[proposal.pk])).status_code == 404
    supervisor.post(reverse("desk:proposal", args=[proposal.pk]), {"answer": "accept"})
    proposal.case.refresh_from_db()
    assert proposal.case.unit == found.world.units["hartford"]
