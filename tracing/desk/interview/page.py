"""What the interview of a case and that of a contact share: who answers, the questions as they are drawn, words of days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from random import SystemRandom
from typing import Any

from django import forms as django_forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy, override

from tracing.access.queries import staff_names
from tracing.access.viewer import Viewer
from tracing.base.masking import hides
from tracing.desk.words import language as language_name
from tracing.people.models import Person
from tracing.questionnaires.actions import Conflict
from tracing.questionnaires.document import Questionnaire, Value
from tracing.questionnaires.drawing import Typed, sections
from tracing.questionnaires.models import Answer, Response
from tracing.questionnaires.queries import answers_of, as_answers
from tracing.questionnaires.rules import instance_name
from tracing.questionnaires.shipped import asked_of
from tracing.questionnaires.taking import Speaker
from tracing.uswds import forms

WORK = "cases.work"
MONTHS_OF = {"en": "{month} {day}", "es": "{day} de {month}"}
INFORMANTS = (
    ("self", gettext_lazy("The person")), ("parent", gettext_lazy("Parent")), ("guardian", gettext_lazy("Guardian")),
    ("spouse", gettext_lazy("Husband, wife or partner")), ("other", gettext_lazy("Somebody else")),
)  # fmt: skip


KIN = {"spouse": "spouse", "parent": "parent"}
"""Relation of a next of kin → who answers; the others are somebody else."""


def questions_for(viewer: Viewer, disease: str, about: str) -> Questionnaire | None:
    """What is asked word for word; None where no questionnaire is written for it, or for a viewer who is not shown the answers. Those
    have the short interview of a case."""
    return None if hides(Answer, viewer.sight) else asked_of(disease, about)


class SpeakerForm(forms.Form):
    """Who answers, and in which language it is asked."""

    marks_optional = False

    language = forms.SelectField(label=gettext_lazy("Words in"), choices=(), width="md")
    informant = forms.SelectField(label=gettext_lazy("Who answers"), choices=INFORMANTS, width="lg")
    name = forms.LineField(label=gettext_lazy("Their name, if it is somebody else"), max_length=200, required=False, width="xl")
    interpreter = django_forms.BooleanField(label=gettext_lazy("With an interpreter"), required=False)

    def __init__(self, *args: Any, languages: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, language_name(code)) for code in languages]  # type: ignore[attr-defined]

    def speaker(self) -> Speaker:
        said = self.cleaned_data
        return Speaker(said["language"], said["informant"], said["name"] if said["informant"] != "self" else "", said["interpreter"])


def speaker_form(data: Any, document: Questionnaire, response: Response | None, start: Mapping[str, Any]) -> SpeakerForm:
    """`start`: language, informant and name before anybody has begun."""
    spoken = str(start.get("language", "")).partition("-")[0]
    first: dict[str, Any] = {"informant": "self", **start, "language": spoken if spoken in document.languages else document.languages[0]}
    if response is not None:
        first = {
            "language": response.language, "informant": response.informant, "name": response.informant_name,
            "interpreter": response.interpreter,
        }  # fmt: skip
    return SpeakerForm(data, initial=first, languages=document.languages)


def on_record(person: Person, onset_on: date | None = None) -> dict[str, Value]:
    """Fact → what is known of somebody from elsewhere, as an answer would have it; what is not known is left out."""
    found = {"birth_on": person.birth_on, "language": person.language, "sex": person.sex, "onset_on": onset_on}
    return {fact: value for fact, value in found.items() if value}


def in_words(person: Person, onset_on: date | None = None) -> dict[str, str]:
    """The same, to be read."""
    return {
        "birth_on": f"{day_in('en', person.birth_on)}, {person.birth_on.year}" if person.birth_on else "",
        "language": language_name(person.language) if person.language else "", "sex": person.get_sex_display() if person.sex else "",
        "onset_on": day_in("en", onset_on) if onset_on else "",
    }  # fmt: skip


def drawn(
    document: Questionnaire, response: Response | None, form: SpeakerForm, *, words: Mapping[str, str], known: Mapping[str, str],
    was: Typed | None, conflicts: Sequence[Conflict], at: datetime,
) -> dict[str, Any]:  # fmt: skip
    """What the template draws of the questions."""
    rows = {(row.path, row.link_id): row for row in answers_of(response)} if response is not None else {}
    language = str(form["language"].value() or document.languages[0])
    new = instance_name(int(at.timestamp() * 1000), SystemRandom().randrange(1296))
    parts = sections(
        document, as_answers(document, rows.values()), rows, language=language, words=words, known=known, new=new, was=was,
        conflicts=conflicts, who=staff_names([one.theirs.by for one in conflicts]),
    )  # fmt: skip
    return {
        "document": document, "response": response, "form": form, "parts": parts, "language": language, "conflicts": conflicts,
        "failed": bool(was and was.wrong), "answered": sum(one.answered for one in parts), "asked": sum(one.asked for one in parts),
    }  # fmt: skip


def day_in(language: str, day: Any) -> str:
    """A day as it is said aloud in that language."""
    if day is None:
        return "…"
    with override(language):
        return MONTHS_OF.get(language, MONTHS_OF["en"]).format(month=MONTHS[day.month], day=day.day)
