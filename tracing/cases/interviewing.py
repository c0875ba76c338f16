"""An interview by questionnaire: each answer is kept as it is given, and what it settles goes to the case and to the person at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from tracing.base.phones import e164
from tracing.cases.actions import Answers, record_interview
from tracing.cases.models import Case, Interview
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.people.actions import record_said
from tracing.people.facts import PersonFacts
from tracing.people.models import Person
from tracing.questionnaires.actions import Said, Saved, begin_response, finish_response, save_answers, say_who_answers
from tracing.questionnaires.document import Questionnaire
from tracing.questionnaires.models import Response
from tracing.questionnaires.queries import answers_of, as_answers, document_of, responses_of
from tracing.questionnaires.rules import Key, Value, facts

OF_THE_CASE: Final = ("symptomatic", "symptoms", "onset_on", "hospitalised", "setting", "setting_name")
OF_THE_PERSON: Final = ("language", "phone", "email", "birth_on", "sex", "race", "ethnicity")
UNTOLD: Final = "declined"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who answers for the person, and in which language they are asked."""

    language: str
    informant: str = "self"
    name: str = ""
    interpreter: bool = False


def going_on(case: Case, questionnaire: Questionnaire) -> Response | None:
    """The interview of this case that was begun and not ended, whoever began it."""
    rows = responses_of(case.person_id, case.disease).filter(questionnaire=questionnaire.code, status=Response.Status.IN_PROGRESS)
    return next(iter(rows.filter(begun_at__gte=case.opened_at)), None)


@action
def keep_answers(
    *, case: Case, questionnaire: Questionnaire, said: Sequence[Said], speaker: Speaker, complete: bool = False, by: Actor, at: datetime
) -> tuple[Response, Saved] | Unchanged:
    """Keep what was said, in the interview that goes on or in a new one; the case's facts and its isolation dates follow, and what the
    person said about themselves. An interview counts as held in part from its first answer. `complete` ends it, unless two disagree.
    """
    # People before cases, as everywhere; it also keeps two from beginning the same interview at once.
    person = Person.objects.select_for_update().get(pk=case.person_id)
    response = going_on(case, questionnaire)
    changed: Any = UNCHANGED
    if response is None:
        if not complete and not any(one.value is not None for one in said):
            return UNCHANGED
        response = begin_response(
            person=person, questionnaire=questionnaire, language=speaker.language, informant=speaker.informant,
            informant_name=speaker.name, interpreter=speaker.interpreter, by=by, at=at,
        )  # fmt: skip
    else:
        changed = say_who_answers(
            response=response, language=speaker.language, informant=speaker.informant, informant_name=speaker.name,
            interpreter=speaker.interpreter, by=by, at=at,
        )  # fmt: skip
    made = save_answers(response=response, said=said, by=by, at=at)
    saved = Saved([], []) if isinstance(made, Unchanged) else made
    ends = complete and not saved.conflicts
    if saved.kept or ends:
        answers = as_answers(document_of(response), answers_of(response))
        _take_up(case, person, document_of(response), response, answers, saved, ends, by, at)
    if ends:
        finish_response(response=response, complete=True, by=by, at=at)
    if not saved.kept and not saved.conflicts and not ends and isinstance(changed, Unchanged):
        return UNCHANGED
    return response, saved


def _take_up(
    case: Case, person: Person, document: Questionnaire, response: Response, answers: dict[Key, Value], saved: Saved, complete: bool,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    found: dict[str, Any] = facts(document, answers)
    said = Answers(
        symptomatic=found.get("symptomatic"), symptoms=tuple(found.get("symptoms", ())), onset_on=found.get("onset_on"),
        hospitalised=found.get("hospitalised"), setting=found.get("setting", ""), setting_name=found.get("setting_name", ""),
        complete=complete, response=response.pk,
    )  # fmt: skip
    last = Interview.objects.filter(case=case, response=response).order_by("-at", "-id").first()
    if complete or last is None or any(_plain(getattr(last, name)) != getattr(said, name) for name in OF_THE_CASE):
        record_interview(case=case, answers=said, by=by, at=at)
    items = {item.link_id: item.fact for item in document.walk()}
    told = {name: found[name] for name in {items[row.link_id] for row in saved.kept} if name in OF_THE_PERSON and name in found}
    about = _about_themselves(told)
    if about != PersonFacts():
        record_said(person=person, facts=about, by=by, at=at)


def _about_themselves(told: dict[str, Any]) -> PersonFacts:
    """What somebody would rather not say is no fact."""
    told = {name: value for name, value in told.items() if value != UNTOLD}
    number, mail = e164(told.get("phone", "")), told.get("email", "").lower()
    born: date | None = told.get("birth_on")
    return PersonFacts(
        language=told.get("language", ""), birth_on=born, birth_year=born.year if born else None, sex=told.get("sex", ""),
        race=tuple(code for code in told.get("race", ()) if code != UNTOLD), ethnicity=told.get("ethnicity", ""),
        phones=(number,) if number else (), emails=(mail,) if mail else (),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
