"""Opened, interviewed, closed, reopened, moved: what stands afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import transaction

from tracing.cases.actions import (
    AnotherCaseIsOpen,
    Answers,
    CaseAlreadyClosed,
    CaseNotClosed,
    IsolationLasts,
    ProposalAlreadyAnswered,
    answer_proposal,
    close_case,
    move_case,
    record_interview,
    reopen_case,
    set_stay,
)
from tracing.cases.models import Case, Closure, Interview, Isolation, Proposal
from tracing.cases.tests.made import NOON, STAFF, TODAY, days, file, fresh, news, open_case, positive, said, somebody, unit
from tracing.journal.actions import Unchanged
from tracing.journal.models import Entry
from tracing.people.facts import AddressFacts
from tracing.people.models import Address, Standing
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db


def standing(case: Case) -> set[tuple[str, str]]:
    return set(Standing.objects.filter(person=case.person, until=None).values_list("unit__code", "why"))


def dates(case: Case) -> tuple[date, date | None]:
    isolation = fresh(case).isolation
    assert isolation is not None
    return isolation.starts_on, isolation.ends_on


# ── opened and joined ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_positive_opens_a_case_with_dates_and_a_call() -> None:
    case = open_case()
    assert (case.unit.code, case.follow_unit.code, case.classification, case.scope) == ("bethel", "bethel", "confirmed", "call")
    assert dates(case) == (TODAY - days(2), TODAY + days(8)), "ten days from the specimen"
    assert case.task is not None and (case.task.state, case.task.unit_id) == ("open", case.unit_id)
    assert standing(case) == {("bethel", "residence")}


def test_results_in_any_order_make_the_same_case() -> None:
    who = somebody()
    results = [positive(TODAY - days(n), key=str(n)) for n in (1, 4, 6)]
    facts = (said("onset_on", TODAY - days(5), "4"), said("symptomatic", True, "4"))
    ends = set()
    for order in permutations(results):
        with transaction.atomic():
            for number in range(len(order)):
                keys = {str(one.result_id) for one in order[: number + 1]}
                file(news(who, *order[: number + 1], said=tuple(one for one in facts if one.key in keys)))
            case = fresh(Case.objects.get())
            ends.add((case.first_positive_on, case.last_positive_on, case.onset_on, case.symptomatic, dates(case)))
            transaction.set_rollback(True)
    assert len(ends) == 1
    assert ends.pop()[:3] == (TODAY - days(6), TODAY - days(1), TODAY - days(5))


# ── interviewed ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_interview_sets_the_dates_anew_and_says_by_which_rule() -> None:
    case = open_case()
    answers = Answers(symptomatic=True, symptoms=("fever",), onset_on=TODAY - days(5), complete=True, note="Lives alone.")
    record_interview(case=case, answers=answers, by=STAFF, at=NOON)
    assert dates(case) == (TODAY - days(5), TODAY + days(5))
    row = fresh(case).isolation
    assert row is not None and row.day_zero_is == "onset" and row.rule.startswith("covid19/ISO-")
    assert Isolation.objects.filter(case=case).count() == 2, "what held before is kept"
    assert (Interview.objects.get().kind, Interview.objects.get().symptoms) == ("complete", ["fever"])
    entry = Entry.objects.get(verb="case.interviewed")
    assert entry.changed == ["symptomatic", "onset_on"] and "Lives alone" not in str(entry.codes)


def test_an_interview_that_asked_little_changes_little() -> None:
    case = open_case()
    before = dates(case)
    record_interview(case=case, answers=Answers(), by=STAFF, at=NOON)
    assert dates(case) == before and Isolation.objects.filter(case=case).count() == 1
    assert Interview.objects.get().kind == "partial"
    assert fresh(case).symptomatic is None, "not asked is not no"


@pytest.mark.parametrize("said_first", [True, False])
def test_what_somebody_said_beats_a_report_in_either_order(said_first: bool) -> None:
    who, on = somebody(), TODAY - days(2)
    case = open_case(on=on, person=who)
    report = news(who, positive(on), said=(said("onset_on", TODAY - days(4), f"r-{on}", at=NOON + timedelta(hours=5)),))

    def say() -> None:
        record_interview(case=case, answers=Answers(onset_on=TODAY - days(7), symptomatic=True), by=STAFF, at=NOON)

    if said_first:
        say()
        file(report, at=NOON + timedelta(hours=6))
    else:
        file(report)
        assert fresh(case).onset_on == TODAY - days(4)
        say()
    assert fresh(case).onset_on == TODAY - days(7)
    assert dates(case) == (TODAY - days(7), TODAY + days(3))


# ── closed and reopened ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_not_closed_while_isolation_lasts() -> None:
    case = open_case()
    with pytest.raises(IsolationLasts, match="January 23, 2021"):
        close_case(case=case, reason="completed", by=STAFF, at=NOON)
    with pytest.raises(IsolationLasts):
        close_case(case=case, reason="completed", by=STAFF, at=NOON + days(8))
    assert fresh(case).closure is None and not Closure.objects.exists()
    assert close_case(case=case, reason="completed", by=STAFF, at=NOON + days(9))
    with pytest.raises(CaseAlreadyClosed):
        close_case(case=case, reason="completed", by=STAFF, at=NOON + days(9))


def test_a_day_ends_where_the_department_is() -> None:
    """At three in the morning, UTC, it is still the last evening at home in Connecticut."""
    case = open_case()
    with pytest.raises(IsolationLasts):
        close_case(case=case, reason="completed", by=STAFF, at=NOON.replace(hour=3) + days(9))


def test_closing_ends_the_call_and_reopening_brings_it_back() -> None:
    case = open_case()
    close_case(case=case, reason="refused", note="Said no.", by=STAFF, at=NOON)
    closed = fresh(case)
    assert closed.task is not None and (closed.task.state, closed.task.stopped_by) == ("stopped", "case_closed")
    reopen_case(case=case, by=STAFF, at=NOON + days(1))
    opened = fresh(case)
    assert opened.closure is None and opened.task is not None and opened.task.state == "open"
    assert Closure.objects.get().reason == "refused", "that it was closed is kept"
    with pytest.raises(CaseNotClosed):
        reopen_case(case=case, by=STAFF, at=NOON + days(1))


def test_an_older_episode_is_not_reopened_beside_a_newer_one() -> None:
    who = somebody()
    file(news(who, positive(TODAY - days(120)), positive(TODAY - days(1))))
    older = Case.objects.get(closure__reason="new_episode")
    with pytest.raises(AnotherCaseIsOpen):
        reopen_case(case=older, by=STAFF, at=NOON)


# ── what reports propose ────────────────────────────────────────────────────────────────────────────────────────────


def withdrawn() -> tuple[Case, Proposal]:
    case = open_case()
    file(news(case.person, positive(case.first_positive_on, current=False)))
    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.unit_id) == ("withdrawn", case.unit_id)
    assert fresh(case).needs_review and fresh(case).closure is None
    return case, proposal


def test_a_withdrawn_result_ends_the_case_when_a_human_says_so() -> None:
    case, proposal = withdrawn()
    answer_proposal(proposal=proposal, accept=True, by=STAFF, at=NOON)
    closure = fresh(case).closure
    assert closure is not None and closure.reason == "not_a_case"
    with pytest.raises(ProposalAlreadyAnswered):
        answer_proposal(proposal=proposal, accept=False, by=STAFF, at=NOON)


def test_a_withdrawn_result_that_a_human_does_not_believe_leaves_the_case_to_be_called() -> None:
    case, proposal = withdrawn()
    assert Task.objects.get().state == "stopped"
    answer_proposal(proposal=proposal, accept=False, by=STAFF, at=NOON)
    after = fresh(case)
    assert (after.needs_review, after.closure, after.scope) == (False, None, "call")
    assert after.task is not None and after.task.state == "open"
    answered = Proposal.objects.get()
    assert (answered.answer, answered.answered_by) == ("refused", STAFF.id)


@pytest.mark.parametrize("accept", [True, False])
def test_a_report_with_another_address_moves_nothing_by_itself(accept: bool) -> None:
    case = open_case()
    more = news(case.person, positive(case.first_positive_on), positive(TODAY - days(1)), home="danbury")
    file(more)
    file(more)
    proposal = Proposal.objects.get()
    assert proposal.to_unit == unit("danbury") and fresh(case).unit.code == "bethel" and standing(case) == {("bethel", "residence")}
    answer_proposal(proposal=proposal, accept=accept, by=STAFF, at=NOON)
    home = "danbury" if accept else "bethel"
    assert fresh(case).unit.code == fresh(case).follow_unit.code == home
    assert standing(case) == {(home, "residence")} and Task.objects.get().unit.code == home


# ── moved, and away from home ───────────────────────────────────────────────────────────────────────────────────────


def test_a_case_that_moves_takes_its_call_along() -> None:
    case = open_case()
    assert isinstance(move_case(case=case, unit=case.unit_id, town=None, by=STAFF, at=NOON), Unchanged)
    move_case(case=case, unit=unit("danbury").pk, town=None, by=STAFF, at=NOON)
    assert standing(case) == {("danbury", "residence")} and Task.objects.get().unit.code == "danbury"
    assert Standing.objects.get(unit__code="bethel").until == NOON
    assert Entry.objects.get(verb="case.moved").codes == {"from": str(case.unit_id), "to": str(unit("danbury").pk)}


def stay(where: str) -> AddressFacts:
    return AddressFacts(
        "stay", "1 Campus Way", "Storrs", "CT", "06269", "1 campus way|06269", None, unit(where).pk, False, ("exact_town",)
    )


def test_a_student_counts_at_home_and_is_followed_at_college() -> None:
    case = open_case()
    set_stay(case=case, unit=unit("storrs"), town=None, address=stay("storrs"), by=STAFF, at=NOON)
    after = fresh(case)
    assert (after.unit.code, after.follow_unit.code) == ("bethel", "storrs")
    assert standing(case) == {("bethel", "residence"), ("storrs", "stay")}
    assert Task.objects.get().unit.code == "storrs"
    assert Address.objects.get(person=case.person).kind == "stay"


def test_a_student_whose_home_moves_is_followed_at_college_still() -> None:
    case = open_case()
    set_stay(case=case, unit=unit("storrs"), town=None, address=stay("storrs"), by=STAFF, at=NOON)
    move_case(case=case, unit=unit("danbury").pk, town=None, by=STAFF, at=NOON)
    assert (fresh(case).unit.code, fresh(case).follow_unit.code) == ("danbury", "storrs")
    assert standing(case) == {("danbury", "residence"), ("storrs", "stay")} and Task.objects.get().unit.code == "storrs"


def test_a_student_who_goes_home_is_followed_at_home() -> None:
    case = open_case()
    for where in ("storrs", "danbury", "bethel"):
        set_stay(case=case, unit=unit(where), town=None, address=stay(where), by=STAFF, at=NOON)
    assert fresh(case).follow_unit.code == "bethel"
    assert standing(case) == {("bethel", "residence")} and Task.objects.get().unit.code == "bethel"
