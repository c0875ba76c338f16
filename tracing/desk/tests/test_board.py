"""The board: the numbers of the tables, who stands behind each, and for whom it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tracing.cases.models import Case
from tracing.desk.tests.world import BY, World
from tracing.journal.models import Look
from tracing.reporting.models import CaseMoments
from tracing.reporting.upkeep import rebuild
from tracing.tasks.models import Attempt
from tracing.tasks.teams import add_team

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def board(made: World) -> World:
    """Ana was tried after two hours, Ngozi not within a day; Ford of Hartford was received an hour ago."""
    ana, ngozi, ford = (made.cases[name] for name in ("Ana Rivera", "Ngozi Okafor", "Ford Hart"))
    Case.objects.filter(pk__in=[ana.pk, ngozi.pk]).update(opened_at=made.at - 50 * HOUR)
    Case.objects.filter(pk=ford.pk).update(opened_at=made.at - HOUR)
    for case, hours in ((ana, 48), (ngozi, 20)):
        assert case.task is not None
        Attempt.objects.create(
            task=case.task, person_id=case.person_id, disease=case.disease, outcome="no_answer", at=made.at - hours * HOUR,
            by=made.staff["tracer"].pk,
        )  # fmt: skip
    rebuild()
    return made


def test_a_department_sees_its_own(board: World) -> None:
    page = board.client("supervisor").get(reverse("desk:board"))
    first, second = page.context["measures"][:2]
    assert (first.share.met, first.share.late, first.share.running) == (1, 1, 0)
    assert (second.share.met, second.percent) == (2, "100")
    assert [unit.code for unit, *_rest in page.context["units"]] == ["new-haven"]
    state = board.client("state_epidemiologist").get(reverse("desk:board"))
    assert state.context["measures"][0].share.running == 1 and len(state.context["units"]) == 2


def test_a_team_answers_for_whom_it_tried_first(board: World) -> None:
    client = board.client("state_epidemiologist")
    assert client.get(reverse("desk:board")).context["teams"] == [], "without teams there is nothing to compare"
    surge = add_team(unit=board.units["ct"].pk, name="Surge", cap=9, by=BY, at=board.at)
    Attempt.objects.filter(person=board.cases["Ana Rivera"].person_id).update(team=surge)
    rebuild()
    page = client.get(reverse("desk:board"))
    rows = {name: (number, [share.met for _label, share, *_rest in cells], url) for name, _where, number, cells, url in page.context["teams"]}
    assert list(rows) == ["Surge", "No team"]
    assert rows["Surge"][:2] == (1, [1, 1, 0, 0]) and rows["No team"][:2] == (2, [0, 1, 0, 0])
    assert sum(number for number, *_rest in rows.values()) == page.context["found"].number, "everybody stands in one row"
    behind = client.get(rows["Surge"][2])
    assert [row.person_id for row, *_rest in behind.context["rows"]] == [board.cases["Ana Rivera"].person_id]
    assert "By team: Surge." in behind.content.decode()
    assert {row.person_id for row, *_rest in client.get(rows["No team"][2]).context["rows"]} == {
        board.cases[name].person_id for name in ("Ngozi Okafor", "Ford Hart")
    }


def test_every_number_leads_to_its_people(board: World) -> None:
    client = board.client("supervisor")
    measure = client.get(reverse("desk:board")).context["measures"][0]
    late = client.get(measure.links["late"])
    assert [str(row.person) for row, *_rest in late.context["rows"]] == [str(board.cases["Ngozi Okafor"].person)]
    assert "Hart" not in late.content.decode().replace("Hartford", "")
    assert Look.objects.filter(page="board_people", persons=[board.cases["Ngozi Okafor"].person_id]).exists()
    assert len(client.get(measure.links["met"]).context["rows"]) == 1


def test_who_is_out_is_listed_by_its_reason(board: World) -> None:
    CaseMoments.objects.filter(case=board.cases["Ana Rivera"]).update(out="facility")
    client = board.client("supervisor")
    page = client.get(reverse("desk:board"))
    reason, number, url = page.context["out"][0]
    assert number == 1 and "facility" in str(reason)
    assert [row.out for row, *_rest in client.get(url).context["rows"]] == ["facility"]
    assert page.context["measures"][0].share.met == 0


def test_who_is_at_work(board: World) -> None:
    rows = dict(board.client("supervisor").get(reverse("desk:board")).context["staff"])
    assert rows == {} or all(one.tried == 0 for one in rows.values())
    Attempt.objects.filter(person=board.cases["Ngozi Okafor"].person_id).update(at=board.at - HOUR, outcome="reached")
    ((name, one),) = board.client("supervisor").get(reverse("desk:board")).context["staff"]
    assert (one.tried, one.reached, one.held, name) == (1, 1, 0, board.staff["tracer"].name)
    assert board.client("elsewhere").get(reverse("desk:board")).status_code == 403


def test_an_empty_board_says_what_to_do(made: World) -> None:
    CaseMoments.objects.all().delete()
    words = made.client("supervisor").get(reverse("desk:board") + "?of=contact").content.decode()
    assert "Nobody was received in this time" in words and "nothing to count yet" in words


@pytest.mark.parametrize("query", ["?days=x&of=y&clock=z&disease=no&unit=no", "?days=28&clock=result", "?of=contact&clock=result"])
def test_a_strange_address_is_no_error(board: World, query: str) -> None:
    assert board.client("supervisor").get(reverse("desk:board") + query).status_code == 200
    assert board.client("supervisor").get(reverse("desk:board_people") + query + "&share=q&is=q&day=q&after=q").status_code == 200


def test_for_whom_it_is(board: World) -> None:
    roles = ("tracer", "supervisor", "state_epidemiologist", "interface_manager", "administrator")
    assert [board.client(role).get(reverse("desk:board")).status_code for role in roles] == [403, 200, 200, 403, 403]
