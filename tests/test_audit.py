"""`contact audit verify`: said in words and in an exit code."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection

from config.commands import audit
from tracing.journal.actor import job
from tracing.journal.jobs import seal_all
from tracing.people.death import record_death
from tracing.people.models import Person

AT = datetime(2026, 11, 20, 17, tzinfo=UTC)


@pytest.fixture
def verify(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setattr(audit, "ready", lambda process: None)
    parser = argparse.ArgumentParser()
    audit.arguments(parser)
    return lambda *words: audit.run(parser.parse_args(["verify", *words]))


@pytest.mark.django_db
def test_a_whole_journal_and_an_altered_one(verify: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    for family in ("Doe", "Roe"):
        person = Person.objects.create(family=family, added_at=AT)
        record_death(person=person.pk, source="registry", by=job("test"), at=AT)
    assert seal_all() == 2 and seal_all() == 0
    record_death(person=Person.objects.create(added_at=AT).pk, source="registry", by=job("test"), at=AT)
    assert verify() == 0
    told = "The journal is whole: 2 entries sealed, 1 waiting for the sealer.\nLooks are whole: 0 sealed, 0 waiting for the sealer.\n"
    assert capsys.readouterr().out == told
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE journal_entry SET verb = 'person.changed' WHERE number = 2")
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
    assert verify() == 1
    assert "an entry between 1 and 2 was altered" in capsys.readouterr().err
    assert verify("--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["whole"], said["sealed"], said["waiting"], len(said["faults"])) == (False, 2, 1, 1)
