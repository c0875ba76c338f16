"""Answers are kept one by one; who writes at the same time as somebody else loses nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tracing.base.ids import uuid7
from tracing.journal.actions import UNCHANGED, Unchanged
from tracing.journal.actor import Actor
from tracing.journal.models import Entry
from tracing.people.models import Person
from tracing.questionnaires.actions import (
    NoSuchQuestion,
    ResponseIsOver,
    Said,
    Saved,
    begin_response,
    finish_response,
    save_answers,
    say_who_answers,
)
from tracing.questionnaires.models import Answer, Response
from tracing.questionnaires.queries import answers_of, as_answers, document_of
from tracing.questionnaires.rules import NotAnAnswer
from tracing.questionnaires.shipped import questionnaire

NOW = datetime(2026, 3, 14, 15, tzinfo=UTC)
ONE, OTHER = Actor("staff", uuid7()), Actor("staff", uuid7())

pytestmark = pytest.mark.django_db


@pytest.fixture
def response() -> Response:
    person = Person.objects.create(family="Rivera", given="Ana", added_at=NOW)
    return begin_response(person=person, questionnaire=questionnaire("covid-19-case"), language="es", by=ONE, at=NOW)


def save(response: Response, *said: Said, by: Actor = ONE, minutes: int = 1) -> Saved:
    made = save_answers(response=response, said=said, by=by, at=NOW + timedelta(minutes=minutes))
    assert not isinstance(made, Unchanged)
    return made


def standing(response: Response) -> dict[tuple[str, str], object]:
    return dict(as_answers(document_of(response), answers_of(response)))


def test_answers_are_rows_with_a_revision(response: Response) -> None:
    save(response, Said("", "illness.any", True), Said("", "illness.onset_on", date(2026, 3, 9)))
    save(response, Said("", "illness.onset_on", date(2026, 3, 10), revision=1))
    assert standing(response) == {("", "illness.any"): True, ("", "illness.onset_on"): date(2026, 3, 10)}
    assert dict(Answer.objects.values_list("link_id", "revision")) == {"illness.any": 1, "illness.onset_on": 2}
    assert Answer.objects.filter(person=response.person_id, disease="covid19").count() == 2


def test_the_journal_names_questions_and_no_answer(response: Response) -> None:
    save(response, Said("", "work.employer", "Harbor Mill"))
    entry = Entry.objects.get(verb="response.answered")
    assert entry.changed == ["work.employer"] and "Harbor" not in str(entry.codes)


def test_the_same_answer_again_changes_nothing(response: Response) -> None:
    save(response, Said("", "illness.any", True))
    assert save_answers(response=response, said=[Said("", "illness.any", True)], by=OTHER, at=NOW) is UNCHANGED
    assert save_answers(response=response, said=[Said("", "work.employer", None)], by=OTHER, at=NOW) is UNCHANGED


def test_two_at_once_lose_nothing(response: Response) -> None:
    save(response, Said("", "illness.onset_on", date(2026, 3, 9)), by=ONE)
    made = save(response, Said("", "illness.onset_on", date(2026, 3, 7)), Said("", "illness.any", True), by=OTHER)
    assert [row.link_id for row in made.kept] == ["illness.any"], "what is not in dispute is kept"
    (conflict,) = made.conflicts
    assert (conflict.said.value, conflict.theirs.value, conflict.theirs.by) == (date(2026, 3, 7), "2026-03-09", ONE.id)
    assert standing(response)["", "illness.onset_on"] == date(2026, 3, 9)
    save(response, Said("", "illness.onset_on", date(2026, 3, 7), revision=conflict.theirs.revision), by=OTHER)
    assert standing(response)["", "illness.onset_on"] == date(2026, 3, 7), "decided with both before one's eyes"


def test_an_answer_is_taken_back(response: Response) -> None:
    save(response, Said("", "work.employer", "Harbor Mill"))
    save(response, Said("", "work.employer", None, revision=1))
    assert standing(response) == {} and Answer.objects.get().revision == 2


def test_instances_of_a_group_are_told_apart_by_name(response: Response) -> None:
    save(response, Said("vaccine.dose:k3f9", "vaccine.product", "Moderna"), by=ONE)
    save(response, Said("vaccine.dose:p0aa", "vaccine.product", "Novavax"), by=OTHER)
    assert len(standing(response)) == 2


@pytest.mark.parametrize(
    "said",
    [
        Said("", "no.such", "x"), Said("", "illness", "x"), Said("", "vaccine.count", 3), Said("", "vaccine.product", "Moderna"),
        Said("vaccine.dose:k3f9", "illness.any", True), Said("vaccine.dose:K!", "vaccine.product", "x"), 
        Said("x:a/vaccine.dose:a", "vaccine.on", None),
    ],
)  # fmt: skip
def test_what_is_not_asked_there_is_refused(response: Response, said: Said) -> None:
    with pytest.raises(NoSuchQuestion):
        save_answers(response=response, said=[said], by=ONE, at=NOW)
    assert not Answer.objects.exists()


def test_a_value_of_another_kind_is_refused(response: Response) -> None:
    with pytest.raises(NotAnAnswer):
        save_answers(response=response, said=[Said("", "illness.any", "yes")], by=ONE, at=NOW)


def test_who_answers_is_recorded_and_may_change(response: Response) -> None:
    made = say_who_answers(
        response=response, language="es", informant="parent", informant_name="Luz Rivera", interpreter=True, by=ONE, at=NOW
    )
    assert isinstance(made, Response) and (made.informant, made.informant_name, made.interpreter) == ("parent", "Luz Rivera", True)
    again = say_who_answers(
        response=response, language="es", informant="parent", informant_name="Luz Rivera", interpreter=True, by=ONE, at=NOW
    )
    assert again is UNCHANGED


def test_what_has_ended_stays_as_it_was(response: Response) -> None:
    done = finish_response(response=response, complete=True, by=ONE, at=NOW)
    assert (done.status, done.ended_by) == ("complete", ONE.id)
    with pytest.raises(ResponseIsOver):
        save_answers(response=response, said=[Said("", "illness.any", True)], by=ONE, at=NOW)
    with pytest.raises(ResponseIsOver):
        finish_response(response=response, complete=False, by=ONE, at=NOW)


def test_the_database_knows_one_answer_to_a_question(response: Response) -> None:
    save(response, Said("", "illness.any", True))
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(
            response=response, person_id=response.person_id, disease="covid19", link_id="illness.any", value=False, at=NOW
        )
