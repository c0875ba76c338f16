"""The interview of a contact by questionnaire: what it settles about their quarantine, and about themselves, is kept at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Final

from tracing.cases.interviewing import keep_of_themselves
from tracing.contacts.models import Circumstances
from tracing.contacts.naming import OfThemselves, keep_told
from tracing.contacts.told import of_themselves
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action
from tracing.people.models import Person
from tracing.questionnaires import taking
from tracing.questionnaires.actions import Said, Saved
from tracing.questionnaires.document import Questionnaire
from tracing.questionnaires.models import Response
from tracing.questionnaires.rules import facts
from tracing.questionnaires.taking import Speaker

GOES_ON: Final = timedelta(days=30)
"""An interview of longer ago is about another exposure."""


def going_on(person: Person, questionnaire: Questionnaire, at: datetime) -> Response | None:
    """The interview of this contact that was begun lately and not ended, whoever began it."""
    return taking.going_on(person.pk, questionnaire, at - GOES_ON)


@action
def keep_contact_answers(
    *, person: Person, questionnaire: Questionnaire, said: Sequence[Said], speaker: Speaker, complete: bool = False, by: Actor, at: datetime
) -> tuple[Response, Saved] | Unchanged:
    """As `cases.interviewing.keep_answers`, of a contact: their quarantine and the urgency of their call follow."""
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    taken = taking.take_down(
        person=locked, questionnaire=questionnaire, since=at - GOES_ON, said=said, speaker=speaker, complete=complete, by=by, at=at
    )
    if isinstance(taken, Unchanged):
        return UNCHANGED
    if taken.saved.kept:
        disease = questionnaire.disease
        newest = Circumstances.objects.filter(person=locked, disease=disease).order_by("-at", "-pk").first()
        before = OfThemselves(**{one.name: getattr(newest, one.name) for one in fields(OfThemselves)}) if newest else OfThemselves()
        keep_told(person=locked, disease=disease, said=of_themselves(before, facts(taken.document, taken.answers), taken.withdrawn), by=by, at=at)
        keep_of_themselves(person=locked, taken=taken, by=by, at=at)
    return taken.response, taken.saved
