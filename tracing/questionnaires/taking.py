"""An interview taken down: begun with its first answer, resumed by whoever comes next, ended when everything was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.people.models import Person
from tracing.questionnaires.actions import Said, Saved, begin_response, finish_response, save_answers, say_who_answers
from tracing.questionnaires.document import Questionnaire
from tracing.questionnaires.models import Response
from tracing.questionnaires.queries import answers_of, as_answers, document_of, responses_of
from tracing.questionnaires.rules import Answers, facts


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who answers for the person, and in which language they are asked."""

    language: str
    informant: str = "self"
    name: str = ""
    interpreter: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it. `ends`: everything was asked, and nobody disagrees."""

    response: Response
    saved: Saved
    ends: bool

    @property
    def document(self) -> Questionnaire:
        return document_of(self.response)

    @property
    def answers(self) -> Answers:
        return as_answers(self.document, answers_of(self.response))

    @property
    def withdrawn(self) -> set[str]:
        """Facts whose answer was taken back and that no other answer settles."""
        items = {item.link_id: item.fact for item in self.document.walk() if item.fact}
        gone = {items[row.link_id] for row in self.saved.kept if row.value is None and row.link_id in items}
        return gone - set(facts(self.document, self.answers)) if gone else gone


def going_on(person: UUID, questionnaire: Questionnaire, since: datetime) -> Response | None:
    """The interview that was begun since then and not ended, whoever began it."""
    rows = responses_of(person, questionnaire.disease).filter(questionnaire=questionnaire.code, status=Response.Status.IN_PROGRESS)
    return next(iter(rows.filter(begun_at__gte=since)), None)


@action
def take_down(
    *, person: Person, questionnaire: Questionnaire, since: datetime, said: Sequence[Said], speaker: Speaker, complete: bool, by: Actor,
    at: datetime,
) -> Taken | Unchanged:  # fmt: skip
    """Keep what was said, in the interview that goes on since then or in a new one. `complete` ends it, unless two disagree. The caller has
    the person's row locked, which keeps two from beginning the same interview at once."""
    response = going_on(person.pk, questionnaire, since)
    changed: object = UNCHANGED
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
    if ends:
        finish_response(response=response, complete=True, by=by, at=at)
    if not saved.kept and not saved.conflicts and not ends and isinstance(changed, Unchanged):
        return UNCHANGED
    return Taken(response, saved, ends)
