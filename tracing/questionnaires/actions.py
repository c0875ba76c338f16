"""Beginning an interview, keeping answers so that two who write at once lose nothing, ending it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.people.models import Person
from tracing.questionnaires.document import Item, Questionnaire, Value
from tracing.questionnaires.models import Answer, Response
from tracing.questionnaires.queries import document_of
from tracing.questionnaires.rules import Key, NotAnAnswer, fits, restored, stored

INSTANCE: Final = re.compile(r"[^:/ ]+:[a-z0-9]{1,12}")


class ResponseIsOver(Exception):
    """The interview has ended; a further one is begun instead."""


class NoSuchQuestion(Exception):
    """The questionnaire does not ask this, or not there."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and the revision of it that whoever writes has before them; 0: none yet. None takes the answer back."""

    path: str
    link_id: str
    value: Value | None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Conflict:
    """Meanwhile somebody else kept another answer. Theirs stays; ours is given back, to choose."""

    said: Said
    theirs: Answer


@dataclass(frozen=True, slots=True)
class Saved:
    kept: list[Answer]
    conflicts: list[Conflict]

    def __bool__(self) -> bool:
        return bool(self.kept)


@action
def begin_response(
    *, person: Person, questionnaire: Questionnaire, language: str, informant: str = "self", informant_name: str = "",
    interpreter: bool = False, by: Actor, at: datetime,
) -> Response:  # fmt: skip
    """Begin an interview, in the newest version and in a language that the questionnaire speaks."""
    row = Response(
        person=person, disease=questionnaire.disease, questionnaire=questionnaire.code, version=questionnaire.version,
        language=language, informant=Response.Informant(informant), informant_name=informant_name, interpreter=interpreter, begun_at=at,
        begun_by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    record("response.begun", by=by, at=at, subject=("response", row.pk), person=row.person_id, disease=row.disease,
           codes={"questionnaire": row.questionnaire, "version": row.version, "language": language})  # fmt: skip
    return row


@action
def say_who_answers(
    *,
    response: Response,
    language: str,
    informant: str,
    informant_name: str = "",
    interpreter: bool = False,
    by: Actor,
    at: datetime,
) -> Response | Unchanged:
    """Who is on the line for the person, and in which language the rest is asked."""
    row = _locked(response)
    new: dict[str, Any] = {
        "language": language, "informant": Response.Informant(informant).value, "informant_name": informant_name, "interpreter": interpreter,
    }  # fmt: skip
    changed = [name for name, value in new.items() if getattr(row, name) != value]
    if not changed:
        return UNCHANGED
    old = {name: str(getattr(row, name)) for name in changed}
    for name in changed:
        setattr(row, name, new[name])
    row.save(update_fields=changed)
    record("response.speaker_changed", by=by, at=at, subject=("response", row.pk), person=row.person_id, disease=row.disease,
           changed=changed, old=old)  # fmt: skip
    return row


@action
def save_answers(*, response: Response, said: Sequence[Said], by: Actor, at: datetime) -> Saved | Unchanged:
    """Keep what was said. Where somebody else changed the same answer meanwhile to something else, theirs stays and it is a conflict; the
    rest is kept. Raises NoSuchQuestion, NotAnAnswer and ResponseIsOver."""
    row = _locked(response)
    document = document_of(row)
    items = {item.link_id: item for item in document.walk()}
    inside = document.repeating()
    for one in said:
        _judge(items.get(one.link_id), inside.get(one.link_id, ()), one)
    now: dict[Key, Answer] = {(each.path, each.link_id): each for each in Answer.objects.filter(response=row)}
    kept: list[Answer] = []
    conflicts: list[Conflict] = []
    old: dict[str, str] = {}
    for one in said:
        before = now.get((one.path, one.link_id))
        if before is None:
            if one.value is None:
                continue
            before = Answer(response=row, person_id=row.person_id, disease=row.disease, path=one.path, link_id=one.link_id,
                            value=stored(one.value), at=at, by=by.id)  # fmt: skip
            before.save(force_insert=True)
            now[one.path, one.link_id] = before
        elif restored(items[one.link_id], before.value) == one.value:
            continue
        elif before.revision != one.revision:
            conflicts.append(Conflict(one, before))
            continue
        else:
            if before.value is not None:
                old[_named(one)] = str(before.value)
            before.value, before.revision, before.at, before.by = stored(one.value), before.revision + 1, at, by.id
            before.save(update_fields=["value", "revision", "at", "by"])
        kept.append(before)
    if kept:
        record("response.answered", by=by, at=at, subject=("response", row.pk), person=row.person_id, disease=row.disease,
               changed=[_named(each) for each in kept], old=old)  # fmt: skip
    return Saved(kept, conflicts) if kept or conflicts else UNCHANGED


@action
def finish_response(*, response: Response, complete: bool, by: Actor, at: datetime) -> Response:
    """Everything was asked, or it will not be: they decline, or cannot be reached again."""
    row = _locked(response)
    row.status = Response.Status.COMPLETE if complete else Response.Status.STOPPED
    row.ended_at, row.ended_by = at, by.id
    row.save(update_fields=["status", "ended_at", "ended_by"])
    record("response.finished", by=by, at=at, subject=("response", row.pk), person=row.person_id, disease=row.disease,
           codes={"status": row.status})  # fmt: skip
    return row


def _locked(response: Response) -> Response:
    row = Response.objects.select_for_update(no_key=True).get(pk=response.pk)
    if row.status != Response.Status.IN_PROGRESS:
        raise ResponseIsOver(str(row.pk))
    return row


def _judge(item: Item | None, inside: tuple[str, ...], said: Said) -> None:
    instances = said.path.split("/") if said.path else []
    right = [each.partition(":")[0] for each in instances] == list(inside) and len(said.path) <= 200
    if item is None or not item.is_question or item.counts or not right or not all(map(INSTANCE.fullmatch, instances)):
        raise NoSuchQuestion(said.link_id)
    if said.value is not None and not fits(item, said.value):
        raise NotAnAnswer(item.kind)


def _named(one: Said | Answer) -> str:
    return f"{one.path}/{one.link_id}" if one.path else one.link_id
