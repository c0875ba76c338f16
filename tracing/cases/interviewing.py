"""An interview by questionnaire: each answer is kept as it is given, and what it settles goes to the case and to the person at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from tracing.base.phones import e164
from tracing.cases.actions import Answers, record_interview
from tracing.cases.models import Case, Interview
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.people.actions import record_said
from tracing.people.facts import PersonFacts
from tracing.people.models import Person
from tracing.questionnaires import taking
from tracing.questionnaires.actions import Said, Saved
from tracing.questionnaires.document import Questionnaire
from tracing.questionnaires.models import Response
from tracing.questionnaires.rules import facts
from tracing.questionnaires.taking import Speaker, Taken

__all__ = ["Speaker", "going_on", "keep_answers", "keep_of_themselves"]

OF_THE_CASE: Final = ("symptomatic", "symptoms", "onset_on", "hospitalised", "setting", "setting_name")
OF_THE_PERSON: Final = ("language", "phone", "email", "birth_on", "sex", "race", "ethnicity")
UNTOLD: Final = "declined"


def going_on(case: Case, questionnaire: Questionnaire) -> Response | None:
    """The interview of this case that was begun and not ended, whoever began it."""
    return taking.going_on(case.person_id, questionnaire, case.opened_at)


@action
def keep_answers(
    *, case: Case, questionnaire: Questionnaire, said: Sequence[Said], speaker: Speaker, complete: bool = False, by: Actor, at: datetime
) -> tuple[Response, Saved] | Unchanged:
    """Keep what was said, in the interview that goes on or in a new one; the case's facts and its isolation dates follow, and what the
    person said about themselves. An interview counts as held in part from its first answer. `complete` ends it, unless two disagree.
    """
    # People before cases, as everywhere.
    person = Person.objects.select_for_update(no_key=True).get(pk=case.person_id)
    taken = taking.take_down(
        person=person, questionnaire=questionnaire, since=case.opened_at, said=said, speaker=speaker, complete=complete, by=by, at=at
    )
    if isinstance(taken, Unchanged):
        return UNCHANGED
    if taken.saved.kept or taken.ends:
        _take_up(case, taken, by, at)
        if taken.document.about == "case":
            keep_of_themselves(person=person, taken=taken, by=by, at=at)
    return taken.response, taken.saved


def _take_up(case: Case, taken: Taken, by: Actor, at: datetime) -> None:
    found: dict[str, Any] = facts(taken.document, taken.answers)
    said = Answers(
        symptomatic=found.get("symptomatic"), symptoms=tuple(found.get("symptoms", ())), onset_on=found.get("onset_on"),
        hospitalised=found.get("hospitalised"), setting=found.get("setting", ""), setting_name=found.get("setting_name", ""),
        complete=taken.ends, response=taken.response.pk, withdrawn=tuple(sorted(taken.withdrawn & set(OF_THE_CASE))),
    )  # fmt: skip
    last = Interview.objects.filter(case=case, response=taken.response).order_by("-at", "-id").first()
    if taken.ends or last is None or any(_plain(getattr(last, name)) != getattr(said, name) for name in OF_THE_CASE):
        record_interview(case=case, answers=said, by=by, at=at)


@action
def keep_of_themselves(*, person: Person, taken: Taken, by: Actor, at: datetime) -> Person | Unchanged:
    """What somebody said about themselves in the answers just kept goes to the person. What they would rather not say is no fact."""
    found: dict[str, Any] = facts(taken.document, taken.answers)
    items = {item.link_id: item.fact for item in taken.document.walk()}
    told = {name: found[name] for name in {items[row.link_id] for row in taken.saved.kept} if name in OF_THE_PERSON and name in found}
    told = {name: value for name, value in told.items() if value != UNTOLD}
    number, mail = e164(told.get("phone", "")), told.get("email", "").lower()
    born: date | None = told.get("birth_on")
    about = PersonFacts(
        language=told.get("language", ""), birth_on=born, birth_year=born.year if born else None, sex=told.get("sex", ""),
        race=tuple(code for code in told.get("race", ()) if code != UNTOLD), ethnicity=told.get("ethnicity", ""),
        phones=(number,) if number else (), emails=(mail,) if mail else (),
    )  # fmt: skip
    if about == PersonFacts():
        return UNCHANGED
    record_said(person=person, facts=about, by=by, at=at)
    return person


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
