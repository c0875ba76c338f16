"""All tries to call failed: one letter."""

from __future__ import annotations

import pytest

from tracing.journal.models import Entry
from tracing.messaging.jobs import _answer_in_vain
from tracing.messaging.models import Message
from tracing.tasks.actions import record_attempt, take
from tracing.tasks.tests.made import NOON, call, department, fresh, person, staff, tracer

pytestmark = pytest.mark.django_db


def test_one_letter_asks_them_to_call() -> None:
    unit = department("bethel")
    task = call(person(), unit)
    dana = tracer("dana", unit)
    at = NOON
    for _ in range(6):
        take(task=fresh(task), viewer=dana, by=staff(dana), at=at)
        record_attempt(task=task, outcome="no_answer", by=staff(dana), at=at)
        at = fresh(task).not_before
    entry = Entry.objects.get(verb="task.exhausted")
    _answer_in_vain(entry, at)
    _answer_in_vain(entry, at)
    letter = Message.objects.get()
    assert (letter.channel, letter.template, letter.person_id, letter.state) == ("letter", "please_call", task.person_id, "queued")
