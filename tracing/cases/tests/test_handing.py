"""Offered, accepted, declined, withdrawn, given back; and what nobody answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q

from tracing.access.visibility import may_act
from tracing.cases.actions import CaseAlreadyClosed, close_case, move_case
from tracing.cases.handing import (
    TransferAlreadyAnswered,
    accept_transfer,
    decline_transfer,
    escalate_transfer,
    give_back,
    offer_transfer,
    withdraw_transfer,
)
from tracing.cases.jobs import escalate_due
from tracing.cases.models import Case, Transfer
from tracing.cases.sharing import CannotShare
from tracing.cases.tests.lent import looker, place_of_work, sees
from tracing.cases.tests.made import BY, NOON, STAFF, days, fresh, open_case
from tracing.journal.actions import Unchanged
from tracing.journal.models import Entry
from tracing.jurisdictions.models import Unit
from tracing.people.models import Standing
from tracing.tasks.models import Hold, Task

pytestmark = pytest.mark.django_db


def offer(case: Case, where: Unit, kind: str = "follow_up", **more: object) -> Transfer:
    values = {"why": "Is with her parents there.", "by": STAFF, "at": NOON} | more
    return offer_transfer(case=case, unit=where, kind=kind, **values)  # type: ignore[arg-type]


def standings(case: Case, where: Unit, after: timedelta = timedelta()) -> set[str]:
    rows = Standing.objects.filter(Q(until=None) | Q(until__gt=NOON + after), person=case.person_id, unit=where)
    return set(rows.values_list("why", flat=True))


@pytest.fixture
def case() -> Case:
    home = place_of_work("bethel")
    made = open_case()
    assert made.unit == home
    return made


def test_while_it_is_offered_the_receiver_sees_and_the_sender_works(case: Case) -> None:
    there = place_of_work("danbury")
    made = offer(case, there)
    assert made.due_at == NOON + timedelta(hours=4) and made.from_unit_id == case.unit_id
    assert sees(there, case) and not may_act(looker(there), "cases.work", fresh(case))
    assert may_act(looker(case.unit), "cases.work", fresh(case)) and fresh(case).follow_unit == case.unit
    assert Task.objects.get().unit_id == case.unit_id


def test_follow_up_moves_and_the_count_stays(case: Case) -> None:
    there = place_of_work("danbury")
    made = accept_transfer(transfer=offer(case, there), by=STAFF, at=NOON)
    after = fresh(case)
    assert (after.unit, after.follow_unit, made.state) == (case.unit, there, "accepted")
    assert Task.objects.get().unit == there and may_act(looker(there), "cases.work", after)
    assert standings(case, there) == {"stay"} and standings(case, case.unit) == {"residence"}
    assert {entry.verb for entry in Entry.objects.filter(subject_id=case.pk)} >= {"transfer.offered", "transfer.accepted", "case.followed"}


def test_a_wrong_residence_moves_everything_and_the_sender_sees_it_for_a_month(case: Case) -> None:
    there = place_of_work("danbury")
    accept_transfer(transfer=offer(case, there, "residence"), by=STAFF, at=NOON)
    after = fresh(case)
    assert after.unit == after.follow_unit == there and Task.objects.get().unit == there
    assert standings(case, there) == {"residence"}
    left = Standing.objects.get(unit=case.unit, why="transfer", until__gt=NOON)
    assert left.until == NOON + days(30) and sees(case.unit, after) and not may_act(looker(case.unit), "cases.work", after)


def test_a_call_in_hand_is_laid_down(case: Case) -> None:
    there = place_of_work("danbury")
    made = offer(case, there)
    user = looker(case.unit).user
    Task.objects.update(state="held", held_by=user, held_until=NOON + days(1))
    Hold.objects.create(key="person:x", task=Task.objects.get(), user_id=user, until=NOON + days(1))
    accept_transfer(transfer=made, by=STAFF, at=NOON)
    task = Task.objects.get()
    assert (task.state, task.held_by, task.unit) == ("open", None, there) and not Hold.objects.exists()


def test_declined_with_a_reason_it_stays(case: Case) -> None:
    there = place_of_work("danbury")
    made = decline_transfer(transfer=offer(case, there), note="Went back yesterday.", by=STAFF, at=NOON)
    assert (made.state, made.answer_note) == ("declined", "Went back yesterday.") and not standings(case, there)
    assert fresh(case).follow_unit == case.unit and not sees(there, case)
    with pytest.raises(TransferAlreadyAnswered):
        accept_transfer(transfer=made, by=STAFF, at=NOON)
    offer(case, there), "and can be offered again"


def test_withdrawn(case: Case) -> None:
    there = place_of_work("danbury")
    made = withdraw_transfer(transfer=offer(case, there), by=STAFF, at=NOON)
    assert made.state == "withdrawn" and not standings(case, there)
    with pytest.raises(TransferAlreadyAnswered):
        decline_transfer(transfer=made, note="", by=STAFF, at=NOON)


@pytest.mark.parametrize("kind", ["follow_up", "residence"])
def test_given_back_everything_is_as_it_was(case: Case, kind: str) -> None:
    there = place_of_work("danbury")
    made = accept_transfer(transfer=offer(case, there, kind), by=STAFF, at=NOON)
    give_back(transfer=made, note="Not ours.", by=STAFF, at=NOON + days(2))
    after = fresh(case)
    assert after.unit == after.follow_unit == case.unit and Task.objects.get().unit == case.unit
    assert "residence" in standings(case, case.unit) and "transfer" not in standings(case, case.unit, days(2))
    assert standings(case, there, days(2)) == {"transfer"}, "who gave it back sees it for a while"
    made.refresh_from_db()
    assert made.state == "returned"
    with pytest.raises(TransferAlreadyAnswered):
        give_back(transfer=made, note="", by=STAFF, at=NOON + days(2))


def test_given_back_neither_late_nor_after_it_went_on(case: Case) -> None:
    there, third = place_of_work("danbury"), place_of_work("stamford")
    made = accept_transfer(transfer=offer(case, there, "residence"), by=STAFF, at=NOON)
    with pytest.raises(TransferAlreadyAnswered):
        give_back(transfer=made, note="", by=STAFF, at=NOON + days(30))
    move_case(case=case, unit=third.pk, town=None, by=STAFF, at=NOON)
    with pytest.raises(TransferAlreadyAnswered):
        give_back(transfer=made, note="", by=STAFF, at=NOON)


def test_what_nobody_answers_goes_to_the_state_and_stays_with_the_sender(case: Case) -> None:
    there = place_of_work("danbury")
    made = offer(case, there)
    assert escalate_due(made.due_at - timedelta(seconds=1)) == 0
    assert escalate_due(made.due_at) == 1 and escalate_due(made.due_at) == 0
    made.refresh_from_db()
    assert made.state == "escalated" and made.duty_unit == Unit.objects.get(kind="state")
    assert fresh(case).follow_unit == case.unit and sees(there, case), "who was asked may answer still"
    assert isinstance(escalate_transfer(transfer=made, by=BY, at=made.due_at), Unchanged)
    accept_transfer(transfer=made, on_duty=True, by=STAFF, at=made.due_at)
    assert fresh(case).follow_unit.kind == "state" and not standings(case, there, timedelta(hours=4))


def test_one_offer_at_a_time_and_none_of_a_closed_case(case: Case) -> None:
    there, third = place_of_work("danbury"), place_of_work("stamford")
    offer(case, there)
    with pytest.raises(CannotShare, match="offered_already"):
        offer(case, third)
    close_case(case=case, reason="refused", by=STAFF, at=NOON)
    assert Transfer.objects.get().state == "withdrawn" and not standings(case, there), "closing takes the offer back"
    with pytest.raises(CaseAlreadyClosed):
        offer(case, there)


def test_a_case_that_went_another_way_is_offered_no_longer(case: Case) -> None:
    there, third = place_of_work("danbury"), place_of_work("stamford")
    offer(case, there, "residence")
    move_case(case=case, unit=third.pk, town=None, by=STAFF, at=NOON)
    assert Transfer.objects.get().state == "withdrawn" and not standings(case, there)


REFUSED = [
    ("has_it_already", "bethel", "department", "follow_up"), ("no_such_work", "school", "school", "follow_up"),
    ("no_such_work", "campus", "college", "residence"), ("refer_instead", "helpers", "community", "follow_up"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "where", "unit_kind", "kind"), REFUSED)
def test_what_is_refused(case: Case, code: str, where: str, unit_kind: str, kind: str) -> None:
    with pytest.raises(CannotShare, match=code):
        offer(case, place_of_work(where, unit_kind), kind)


def test_a_closed_unit_names_its_successor_also_when_it_closed_meanwhile(case: Case) -> None:
    there, heir = place_of_work("danbury"), place_of_work("heir")
    made = offer(case, there)
    Unit.objects.filter(pk=there.pk).update(active_until=NOON.date(), successor=heir)
    for refused in (lambda: accept_transfer(transfer=made, by=STAFF, at=NOON), lambda: offer(case, there)):
        with pytest.raises(CannotShare, match="unit_closed") as told:
            refused()
        assert told.value.unit == heir


def test_a_college_follows_its_students(case: Case) -> None:
    campus = place_of_work("campus", "college")
    accept_transfer(transfer=offer(case, campus), by=STAFF, at=NOON)
    assert fresh(case).follow_unit == campus and fresh(case).unit == case.unit
    accept_transfer(transfer=offer(case, case.unit, at=NOON + days(1)), by=STAFF, at=NOON + days(1))
    assert fresh(case).follow_unit == case.unit and standings(case, campus, days(1)) == {"transfer"}
