"""What is said to a voicemail names no disease and no result, and how to call back only where that is known."""

from __future__ import annotations

import pytest

from tracing.desk.call.voicemail import script
from tracing.jurisdictions.models import Unit
from tracing.people.models import Person
from tracing.tasks.models import Task


@pytest.mark.parametrize(
    ("language", "phone", "spoken", "says"),
    [
        ("", "+18605550100", "en", "Hello, this is Dana from Bethel Health, with a message for Ana."),
        ("", "+18605550100", "en", "Please call us at (860) 555-0100"),
        ("", "", "en", "We will call again."),
        ("es", "+18605550100", "es", "Por favor, llámenos al (860) 555-0100"),
        ("es", "", "es", "Volveremos a llamarle."),
        ("vi", "", "en", "Hello, this is Dana"),
    ],
)
def test_script(language: str, phone: str, spoken: str, says: str) -> None:
    who = Person(given="Ana", family="Rivera", language=language)
    task = Task(person=who, unit=Unit(name="Bethel Health", phone=phone), disease="measles")
    found = script(task, "Dana Whitlock")
    assert found.language == spoken and says in found.words
    assert not any(word in found.words for word in ("easles", "positive", "Rivera", "Whitlock", "None"))
