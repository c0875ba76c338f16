"""What is said to a voicemail: who called and how to call back. No disease, no result, nobody else's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tracing.tasks.models import Task
from tracing.uswds.templatetags.uswds import phone

_WORDS: Final = {
    "en": "Hello, this is {caller} from {unit}, with a message for {given}. We would like to speak with you about your health. {back} Thank you.",
    "es": "Hola, le habla {caller}, de {unit}, con un mensaje para {given}. Quisiéramos hablar con usted sobre su salud. {back} Gracias.",
}
_CALL: Final = {
    "en": "Please call us at {number}, any day from 8 in the morning to 9 in the evening.",
    "es": "Por favor, llámenos al {number}, cualquier día de las 8 de la mañana a las 9 de la noche.",
}
_WE_CALL: Final = {"en": "We will call again.", "es": "Volveremos a llamarle."}
"""Where the department has told no number of its own."""


@dataclass(frozen=True, slots=True)
class Script:
    language: str
    words: str


def script(task: Task, caller: str) -> Script:
    """In their language where there is one, else in English. The caller says the first name only."""
    language = task.person.language if task.person is not None and task.person.language in _WORDS else "en"
    back = _CALL[language].format(number=phone(task.unit.phone)) if task.unit.phone else _WE_CALL[language]
    given = task.person.given if task.person is not None else ""
    words = _WORDS[language].format(caller=caller.split(" ")[0], unit=task.unit.name, given=given, back=back)
    return Script(language, words)
