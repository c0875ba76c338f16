"""The moments that the board counts are those of the tables, however they came about, and the database counts them as the rules do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.utils import timezone

from tests.scene import staff
from tests.world import BY, NOW, connecticut, file_all, order, send, somebody
from tracing.access.viewer import viewer
from tracing.base.ids import uuid7
from tracing.cases.actions import Answers, close_case
from tracing.cases.models import Case
from tracing.contacts.actions import Named
from tracing.contacts.interview import Ended, record_call
from tracing.journal.actor import Actor
from tracing.journal.sealer import seal
from tracing.people.death import record_death, take_back_death
from tracing.people.facts import PersonFacts
from tracing.people.models import WayToReach
from tracing.people.recusing import recuse
from tracing.reporting.board import SHOWN, Asked, backlog, board, people, timely
from tracing.reporting.courses import CaseCourse
from tracing.reporting.jobs import follow_events
from tracing.reporting.metrics import hours_class, share
from tracing.reporting.models import CaseMoments, ContactMoments
from tracing.reporting.upkeep import rebuild
from tracing.tasks.models import Attempt, Task
from tracing.tasks.teams import add_team

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HOUR = timedelta(hours=1)
SENT = NOW - 20 * HOUR
FILED = NOW - 19 * HOUR


@pytest.fixture
def case() -> Case:
    """Received yesterday afternoon, filed an hour later."""
    source = connecticut()
    send(source, order(somebody(3, phone="(203) 555-0143", city="New Haven", zip="06511", county="New Haven")), at=SENT)
    file_all(at=FILED)
    return Case.objects.get()


def followed(at: datetime = NOW) -> None:
    while seal(at=at):
        pass
    while follow_events(at):
        pass


def moments(case: Case) -> CaseMoments:
    followed()
    return CaseMoments.objects.get(case=case)


def called(case: Case, outcome: str, at: datetime, *named: str, complete: bool = False) -> None:
    way = WayToReach.objects.filter(person=case.person_id, kind="phone").first()
    talked = Answers(symptomatic=True, onset_on=date(2021, 1, 11), complete=complete) if outcome in ("reached", "partial") else None
    people = [Named(PersonFacts(family="Otero", given=one, phones=("+12035550191",)), "household", date(2021, 1, 13)) for one in named]
    record_call(task=case.task, case=case, answers=talked, named=people, ended=Ended(outcome, way), by=BY, at=at)


def test_the_clock_runs_from_the_receipt(case: Case) -> None:
    found = moments(case)
    assert (found.received_at, found.attempted_at, found.out) == (SENT, None, "")
    assert found.result_at is not None and found.result_at <= SENT
    assert (found.unit_id, found.person_id, found.has_way) == (case.follow_unit_id, case.person_id, True)


def test_each_moment_is_the_first_of_its_kind(case: Case) -> None:
    called(case, "no_answer", FILED + HOUR)
    called(case, "partial", FILED + 2 * HOUR)
    called(case, "partial", FILED + 3 * HOUR, "Rosa")
    found = moments(case)
    assert (found.attempted_at, found.reached_at, found.spoken_at) == (FILED + HOUR, FILED + 2 * HOUR, FILED + 2 * HOUR)
    assert (found.interviewed_at, found.contacts) == (None, 1)
    called(case, "reached", FILED + 4 * HOUR, complete=True)
    found = moments(case)
    assert found.interviewed_at == FILED + 4 * HOUR
    assert (found.tried, found.ended, found.received_on) == (24, 24, date(2021, 1, 14))
    assert found.tried_of_result == hours_class(found.result_at, found.attempted_at)
    assert found.ended_of_result == hours_class(found.result_at, found.interviewed_at)


def test_a_declined_call_reached_somebody_and_interviewed_nobody(case: Case) -> None:
    called(case, "refused", FILED + HOUR)
    found = moments(case)
    assert (found.reached_at, found.spoken_at) == (FILED + HOUR, None)


def test_who_died_before_the_report_is_out_and_comes_back_when_it_was_a_mistake(case: Case) -> None:
    record_death(person=case.person_id, died_on=date(2021, 1, 10), source="test", by=BY, at=FILED + HOUR)
    assert moments(case).out == "died_before"
    take_back_death(person=case.person_id, by=Actor("staff", uuid7()), at=FILED + 2 * HOUR)
    assert moments(case).out == ""


def test_found_not_to_be_a_case(case: Case) -> None:
    close_case(case=case, reason="not_a_case", by=BY, at=FILED + HOUR)
    assert moments(case).out == "not_a_case"


def test_a_contact_begins_with_the_exposure_named_first(case: Case) -> None:
    called(case, "partial", FILED + HOUR, "Rosa", "Luz")
    called(case, "partial", FILED + 2 * HOUR, "Rosa")
    followed()
    assert ContactMoments.objects.count() == 2
    rosa = ContactMoments.objects.get(person__given="Rosa")
    assert (rosa.elicited_at, rosa.notified_at, rosa.exposed_on) == (FILED + HOUR, None, date(2021, 1, 13))
    assert rosa.source_result_at == CaseMoments.objects.get().result_at and rosa.source_onset_on == date(2021, 1, 11)


def test_the_team_is_that_of_who_tried_first(case: Case) -> None:
    called(case, "partial", FILED + HOUR, "Rosa")
    assert moments(case).team_id is None
    days, nights = (add_team(unit=case.follow_unit_id, name=name, cap=9, by=BY, at=FILED) for name in ("Days", "Nights"))
    Attempt.objects.update(team=days)
    called(case, "partial", FILED + 2 * HOUR)
    Attempt.objects.filter(at=FILED + 2 * HOUR).update(team=nights)
    rosa = ContactMoments.objects.get()
    task = Task.objects.get(person=rosa.person_id, kind="contact_call")
    for team, hours in ((nights, 3), (days, 4)):
        Attempt.objects.create(
            task=task, person_id=rosa.person_id, disease=rosa.disease, outcome="no_answer", at=FILED + hours * HOUR, team=team
        )  # fmt: skip
    rebuild()
    assert (moments(case).team_id, ContactMoments.objects.get().team_id) == (days.pk, nights.pk)


def test_built_anew_they_are_the_same(case: Case) -> None:
    called(case, "partial", FILED + HOUR, "Rosa", "Luz")
    called(case, "reached", FILED + 3 * HOUR, complete=True)
    followed()
    columns = [field.attname for field in CaseMoments._meta.concrete_fields if field.name != "id"]
    kept = [list(CaseMoments.objects.values(*columns)), set(ContactMoments.objects.values_list("person", "elicited_at", "unit"))]
    CaseMoments.objects.all().delete()
    ContactMoments.objects.all().delete()
    assert rebuild() == 1
    assert kept == [list(CaseMoments.objects.values(*columns)), set(ContactMoments.objects.values_list("person", "elicited_at", "unit"))]


def test_what_was_answered_once_is_not_answered_twice(case: Case) -> None:
    followed()
    assert follow_events(NOW) == 0


def test_the_database_counts_as_the_rules_do() -> None:
    source = connecticut()
    for number in range(40):
        send(source, order(somebody(100 + number, city="New Haven", zip="06511", county="New Haven")), at=SENT)
    file_all(at=FILED)
    followed()
    rng = Random(5)
    rows = list(CaseMoments.objects.order_by("pk"))
    assert len(rows) >= 30

    def some(start: datetime, most: float) -> datetime | None:
        return start + timedelta(hours=rng.uniform(0, most)) if rng.random() < 0.7 else None

    for row in rows:
        row.received_at = NOW - timedelta(hours=rng.uniform(0, 140))
        row.result_at = None if rng.random() < 0.2 else row.received_at - timedelta(hours=rng.uniform(0, 30))
        row.attempted_at = some(row.received_at, 60)
        row.interviewed_at = some(row.received_at, 90)
        row.out = rng.choice(("", "", "", "", "not_a_case", "facility"))
        for name in ("attempted_at", "interviewed_at"):
            if getattr(row, name) is not None and getattr(row, name) > NOW:
                setattr(row, name, None)
        row.tried, row.ended = hours_class(row.received_at, row.attempted_at), hours_class(row.received_at, row.interviewed_at)
        row.tried_of_result = hours_class(row.result_at, row.attempted_at)
        row.ended_of_result = hours_class(row.result_at, row.interviewed_at)
        row.received_on = timezone.localdate(row.received_at)
    CaseMoments.objects.bulk_update(
        rows, ["received_at", "received_on", "result_at", "attempted_at", "interviewed_at", "out", "tried", "ended", "tried_of_result",
               "ended_of_result"],
    )  # fmt: skip
    user = staff().staff["state_epidemiologist"]
    for clock in ("received", "result"):
        asked = Asked(days=7, clock=clock)
        found = board(asked, viewer(user, at=NOW), NOW)
        for code in SHOWN["case"]:
            courses = [
                CaseCourse(received_at=row.received_at, result_at=row.result_at, attempted_at=row.attempted_at,
                           interviewed_at=row.interviewed_at, out=row.out)
                for row in rows
            ]  # fmt: skip
            wanted = share(timely(code, clock), courses, at=NOW)
            assert found.whole[code] == wanted and wanted.late and (wanted.met or code == "interviewed_24h")
            for state, number in (("met", wanted.met), ("late", wanted.late), ("running", wanted.running), ("facility", wanted.out["facility"])):
                assert people(asked, code, state, viewer(user, at=NOW), NOW, size=100).count == number
        assert sum(found.out.values()) == sum(1 for row in rows if row.out) and found.number == len(rows)
        assert len(found.days) == 7 and sum(share["attempted_24h"].met for share in found.days.values()) == found.whole["attempted_24h"].met


def test_what_waits_by_how_long() -> None:
    source = connecticut()
    waited = (1, 23, 30, 60, 100, 200, 300)
    for number in range(len(waited)):
        send(source, order(somebody(200 + number, city="New Haven", zip="06511", county="New Haven")), at=SENT)
    file_all(at=FILED)
    for task, hours in zip(Task.objects.all(), waited, strict=True):
        Task.objects.filter(pk=task.pk).update(added_at=NOW - hours * HOUR)
    user = staff().staff["state_epidemiologist"]
    found = backlog(Asked(), viewer(user, at=NOW), NOW)
    assert dict(found.ages) == {"day": 2, "two_days": 1, "three_days": 1, "week": 1, "older": 2} and found.number == 7
    assert backlog(Asked(of="contact"), viewer(user, at=NOW), NOW).number == 0


def test_what_waits_counts_nothing_that_the_viewer_does_not_see() -> None:
    """Counted under the acting role: the program's own condition is the only lock of these numbers."""
    source = connecticut()
    for number in range(4):
        send(source, order(somebody(300 + number, city="New Haven", zip="06511", county="New Haven")), at=SENT)
    file_all(at=FILED)
    made = staff()
    user, sees_no_cases = made.staff["state_epidemiologist"], made.staff["interface_manager"]
    sensitive, own, *_others = Task.objects.order_by("pk")
    Task.objects.filter(pk=sensitive.pk).update(disease="hiv")
    assert own.person_id is not None
    recuse(person=own.person_id, user=user.pk, by=BY, at=NOW)
    assert backlog(Asked(), viewer(user, at=NOW), NOW).number == 2
    assert backlog(Asked(), viewer(sees_no_cases, at=NOW), NOW).number == 0
