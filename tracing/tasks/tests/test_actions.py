from __future__ import annotations

from datetime import timedelta

import pytest

from tracing.journal.models import Entry
from tracing.journal.sealer import seal
from tracing.people.death import NobodyTakesBack, record_death, take_back_death
from tracing.people.models import Death, WayToReach
from tracing.tasks.actions import (
    AgainNotPossible,
    NobodyToReach,
    TaskIsOver,
    TaskNotInHand,
    add,
    finish,
    next_call,
    record_attempt,
    release,
    reopen_stopped,
    stop,
)
from tracing.tasks.jobs import follow_deaths, follow_numbers, rescore_all
from tracing.tasks.models import Attempt, Hold, Task
from tracing.tasks.queries import hold_keys
from tracing.tasks.rescoring import rescore_open
from tracing.tasks.tests.made import FILING, NOON, call, department, fresh, lives, person, staff, tracer

pytestmark = pytest.mark.django_db


def in_hand(*phones: str):  # type: ignore[no-untyped-def]
    bethel = department("bethel")
    who = person("A", *phones)
    call(who, bethel)
    ana = tracer("ana", bethel)
    task = next_call(viewer=ana, by=staff(ana), at=NOON)
    assert task is not None
    return task, who, ana


def test_adding_a_set_writes_one_entry_each() -> None:
    assert add(tasks=[], by=FILING, at=NOON) == []
    task = call(person("A", "+12035550101"), department("bethel"))
    entry = Entry.objects.get(verb="task.added")
    assert (entry.subject_id, entry.person_id, entry.codes["kind"]) == (task.pk, task.person_id, "first_call")
    assert task.filed_on == task.person_id
    assert task.hold_keys == sorted([f"person:{task.person_id}", "phone:+12035550101"])


def test_hold_keys_leave_out_wrong_numbers_and_streets_that_are_not_known() -> None:
    bethel = department("bethel")
    who = person("A", "+12035550101", "+12035550102")
    WayToReach.objects.filter(value="+12035550101").update(works=False)
    lives(who, "1elm bethel", bethel)
    long = lives(person("B"), "x" * 200, bethel)
    unknown = lives(person("C"), "bethel", bethel)
    type(unknown).objects.filter(pk=unknown.pk).update(street="")
    keys = hold_keys([who.pk, long.person_id, unknown.person_id])
    assert keys[who.pk] == ["home:1elm bethel", f"person:{who.pk}", "phone:+12035550102"]
    assert keys[unknown.person_id] == [f"person:{unknown.person_id}"]
    assert all(len(key) <= 80 for held in keys.values() for key in held)


@pytest.mark.parametrize(
    ("outcome", "state", "kind", "hours"),
    [
        ("reached", "done", "first_call", None),
        ("refused", "done", "first_call", None),
        ("partial", "open", "callback", 2),
        ("no_answer", "open", "first_call", 6),
        ("voicemail", "open", "first_call", 6),
        ("busy", "open", "first_call", 0.5),
    ],
)
def test_what_follows_an_attempt(outcome: str, state: str, kind: str, hours: float | None) -> None:
    task, who, ana = in_hand("+12035550101")
    attempt = record_attempt(task=task, outcome=outcome, note="dog barked", by=staff(ana), at=NOON)
    task = fresh(task)
    assert (task.state, task.kind, task.attempts, task.held_by_id) == (state, kind, 1, None)
    assert Hold.objects.count() == 0
    assert (attempt.person_id, attempt.filed_on, attempt.by, attempt.disease) == (who.pk, who.pk, ana.user, "covid19")
    if hours is None:
        assert attempt.again_at is None and task.ended_at == NOON
    else:
        assert attempt.again_at == task.not_before == NOON + timedelta(hours=hours)
        assert task.rule and ["attempts", -30, 1] in task.reasons
    entry = Entry.objects.get(verb="task.attempted")
    assert entry.codes == {"outcome": outcome, "attempts": 1} and "dog" not in str(entry.__dict__)


def test_an_agreed_hour_holds_and_a_silly_one_is_refused() -> None:
    task, _, ana = in_hand()
    night, past = NOON.replace(hour=3) + timedelta(days=1), NOON - timedelta(minutes=1)
    for wrong in (night, past):
        with pytest.raises(AgainNotPossible):
            record_attempt(task=task, outcome="partial", again_at=wrong, by=staff(ana), at=NOON)
    hour = NOON + timedelta(hours=1)
    record_attempt(task=task, outcome="no_answer", again_at=hour, by=staff(ana), at=NOON)
    task = fresh(task)
    assert (task.not_before, task.due_at, task.priority, task.reasons[0][0]) == (hour, hour, 950, "agreed_hour")
    record_attempt(task=task, outcome="no_answer", by=staff(ana), at=hour)
    task = fresh(task)
    assert task.priority < 900 and task.due_at is None and "agreed_hour" not in [reason[0] for reason in task.reasons]


def test_a_wrong_number_is_let_go_and_the_next_one_tried_in_the_same_hand() -> None:
    task, who, ana = in_hand("+12035550101", "+12035550102")
    first, second = WayToReach.objects.filter(person=who).order_by("value")
    record_attempt(task=task, outcome="wrong_number", way=first, by=staff(ana), at=NOON)
    task = fresh(task)
    assert task.state == "held" and task.held_by_id == ana.user
    assert set(Hold.objects.values_list("key", flat=True)) == {f"person:{who.pk}", "phone:+12035550102"} == set(task.hold_keys)
    record_attempt(task=task, outcome="out_of_service", way=second, by=staff(ana), at=NOON)
    task = fresh(task)
    assert task.state == "open" and task.not_before.day == NOON.day + 1 and Hold.objects.count() == 0
    assert list(WayToReach.objects.filter(person=who).values_list("works", flat=True)) == [False, False]


def test_who_has_it_in_hand_is_asked_first() -> None:
    task, _, ana = in_hand()
    ben = tracer("ben", task.unit)
    for verb in (release, finish):
        with pytest.raises(TaskNotInHand):
            verb(task=task, by=staff(ben), at=NOON)
    with pytest.raises(TaskNotInHand):
        record_attempt(task=task, outcome="reached", by=staff(ben), at=NOON)
    release(task=task, by=staff(ana), at=NOON)
    assert not release(task=task, by=staff(ana), at=NOON)
    # They called in by themselves while nobody had them in hand.
    record_attempt(task=task, outcome="reached", by=staff(ben), at=NOON)
    with pytest.raises(TaskIsOver):
        record_attempt(task=task, outcome="reached", by=staff(ben), at=NOON)
    assert not finish(task=task, by=staff(ben), at=NOON)


def test_an_attempt_needs_a_person() -> None:
    task, _, ana = in_hand()
    Task.objects.filter(pk=task.pk).update(person=None)
    with pytest.raises(NobodyToReach):
        record_attempt(task=task, outcome="reached", by=staff(ana), at=NOON)


def test_told_of_a_death_on_the_telephone_everything_of_theirs_stops_at_once() -> None:
    task, who, ana = in_hand()
    other = call(who, department("danbury"), disease="measles")
    record_attempt(task=task, outcome="died", by=staff(ana), at=NOON)
    assert fresh(task).state == "done" and (fresh(other).state, fresh(other).stopped_by) == ("stopped", "death")
    death = Death.objects.get()
    assert (death.person_id, death.source, death.by) == (who.pk, "call", ana.user)
    assert Attempt.objects.get().outcome == "died"


def test_a_death_is_recorded_once_and_a_missing_day_filled_in() -> None:
    who = person("A")
    record_death(person=who.pk, source="registry", by=FILING, at=NOON)
    assert not record_death(person=who.pk, source="call", by=FILING, at=NOON)
    record_death(person=who.pk, died_on=NOON.date(), source="registry", by=FILING, at=NOON)
    assert Death.objects.get().died_on == NOON.date()
    assert Entry.objects.filter(verb="person.died").count() == 1
    with pytest.raises(NobodyTakesBack):
        take_back_death(person=who.pk, by=FILING, at=NOON)
    ana = tracer("ana")
    assert take_back_death(person=who.pk, by=staff(ana), at=NOON) and not take_back_death(person=who.pk, by=staff(ana), at=NOON)
    assert Death.objects.get().taken_back_by == ana.user


def test_a_death_stops_everything_and_is_reversible() -> None:
    task, who, ana = in_hand("+12035550101")
    done = call(who, department("danbury"), disease="measles")
    finish(task=done, by=FILING, at=NOON)
    closed = call(who, department("stamford"), disease="measles")
    stop(tasks=[closed], reason="closed", by=FILING, at=NOON)
    record_death(person=who.pk, source="registry", by=FILING, at=NOON)
    seal(at=NOON)
    assert follow_deaths(NOON) == 1 and follow_deaths(NOON) == 0
    assert [fresh(t).state for t in (task, done, closed)] == ["stopped", "done", "stopped"]
    assert fresh(task).held_by_id is None and Hold.objects.count() == 0
    take_back_death(person=who.pk, by=staff(ana), at=NOON)
    seal(at=NOON)
    later = NOON + timedelta(hours=1)
    assert follow_deaths(later) == 1
    assert [fresh(t).state for t in (task, done, closed)] == ["open", "done", "stopped"]
    assert fresh(task).not_before == later and fresh(task).stopped_by == ""
    assert next_call(viewer=ana, by=staff(ana), at=later) is not None


def test_a_death_taken_back_before_anybody_answered_stops_nothing() -> None:
    task, who, ana = in_hand()
    record_death(person=who.pk, source="registry", by=FILING, at=NOON)
    take_back_death(person=who.pk, by=staff(ana), at=NOON)
    seal(at=NOON)
    follow_deaths(NOON)
    assert fresh(task).state == "held"


def test_stopping_and_letting_go_again_keep_to_their_reason() -> None:
    task, _, _ = in_hand()
    assert stop(tasks=[task], reason="closed", by=FILING, at=NOON) and not stop(tasks=[task], reason="x", by=FILING, at=NOON)
    assert not reopen_stopped(tasks=[task], reason="death", by=FILING, at=NOON)
    assert reopen_stopped(tasks=[task], reason="closed", by=FILING, at=NOON)
    assert fresh(task).state == "open"


def test_a_changed_number_reaches_the_holds_through_the_journal() -> None:
    task, who, ana = in_hand("+12035550101", "+12035550102")
    release(task=task, by=staff(ana), at=NOON)
    WayToReach.objects.filter(value="+12035550101").update(works=False)
    assert "phone:+12035550101" in fresh(task).hold_keys
    record_attempt(task=task, outcome="wrong_number", way=WayToReach.objects.get(value="+12035550102"), by=staff(ana), at=NOON)
    other = call(who, department("danbury"), disease="measles")
    Task.objects.filter(pk=other.pk).update(hold_keys=["phone:+12035550102"])
    seal(at=NOON)
    assert follow_numbers(NOON) == 1
    assert fresh(other).hold_keys == [f"person:{who.pk}"] == fresh(task).hold_keys


def test_priorities_are_worked_out_anew_every_day_and_an_agreed_hour_keeps_its_place() -> None:
    bethel = department("bethel")
    tasks = [call(person(str(n)), bethel) for n in range(5)]
    agreed, facility = tasks[3:]
    Task.objects.filter(pk=agreed.pk).update(priority=950)
    Task.objects.filter(pk=facility.pk).update(facts={}, priority=77)
    last = rescore_open(after=None, by=FILING, at=NOON, limit=2)
    assert last == tasks[1].pk
    rescore_all(NOON)
    young = {fresh(task).priority for task in tasks[:3]}
    assert len(young) == 1 and fresh(agreed).priority == 950 and fresh(facility).priority == 77
    entries = Entry.objects.filter(verb="tasks.rescored").count()
    rescore_all(NOON)
    assert Entry.objects.filter(verb="tasks.rescored").count() == entries, "nothing to do leaves nothing behind"
    rescore_all(NOON + timedelta(days=10))
    assert fresh(tasks[0]).priority < young.pop()
