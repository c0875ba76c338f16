"""The audit as FHIR R4 AuditEvent and as CSV: every entry, look and sign-in, by key."""

from __future__ import annotations

import argparse
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from fhir.resources.R4B.auditevent import AuditEvent

from tests.privacy.people import seen_as
from tracing.access.auditing import Asked, audited
from tracing.access.models import SignIn
from tracing.desk.tests.world import World
from tracing.journal.events import Event
from tracing.journal.fhir import MOST_PERSONS, audit_event

AT = datetime(2026, 11, 20, 17, 30, 1, 250_000, tzinfo=UTC)
ONE, TWO, SOME = (uuid5(UUID(int=0), name) for name in ("one", "two", "some"))


def event(**values: Any) -> Event:
    told: dict[str, Any] = {"kind": "entry", "id": SOME, "at": AT, "what": "case.closed", "actor_kind": "staff", "actor": ONE}
    return Event(**(told | values))


EVENTS = [
    # what is told → type, action, outcome
    (event(persons=(TWO,), subject_kind="case", subject=ONE), "110110", "U", "0"),
    (event(what="case.opened", persons=(TWO,), actor_kind="job", actor=None, actor_name="file"), "110110", "C", "0"),
    (event(what="membership.granted", subject_kind="user", subject=TWO), "110113", "C", "0"),
    (event(what="emergency.opened", subject_kind="emergency", subject=TWO, persons=(TWO,)), "110113", "C", "0"),
    (event(what="emergency.refused", subject_kind="user", subject=ONE), "110113", "U", "0"),
    (event(what="user.signed_in", actor_kind="machine", actor=None, actor_name="sign-in page"), "110114", "E", "0"),
    (event(what="user.sign_in_refused", refused=True), "110114", "E", "4"),
    (event(what="old_values.erased", codes={"erased": {"case": 3}}, actor=None), "110100", "D", "0"),
    (event(what="disclosure.made", persons=(TWO,), codes={"way": "export"}), "110106", "C", "0"),
    (event(kind="look", what="case", persons=(ONE, TWO), why="work", address="192.0.2.7", session="abc"), "110110", "R", "0"),
    (event(kind="look", what="my_day", why="work"), "110100", "R", "0"),
    (event(kind="look", what="audit", why="audit"), "110101", "R", "0"),
    (event(kind="look", what="case_export", why="export", persons=(ONE,)), "110106", "R", "0"),
    (event(kind="sign_in", what="password", refused=True, why="wrong", actor=None, address="2001:db8::1"), "110114", "E", "4"),
    (event(kind="sign_in", what="passkey", codes={"factor": "passkey"}), "110114", "E", "0"),
]


@pytest.mark.parametrize(("told", "code", "action", "outcome"), EVENTS)
def test_each_event_is_a_valid_resource(told: Event, code: str, action: str, outcome: str) -> None:
    made = audit_event(told)
    AuditEvent.model_validate(json.loads(json.dumps(made)))
    assert (made["type"]["code"], made["action"], made["outcome"]) == (code, action, outcome)
    assert made["recorded"] == "2026-11-20T17:30:01.250Z"
    assert [agent["requestor"] for agent in made["agent"]] == [True]
    values = {entity["what"]["identifier"]["value"] for entity in made["entity"]}
    assert values >= {str(person) for person in told.persons} | {str(told.id)}
    assert ("network" in made["agent"][0]) is bool(told.address)


def test_what_fhir_has_no_place_for_stands_with_the_row_itself() -> None:
    made = audit_event(event(number=7, session="abcdef", changed=("family", "given"), codes={"reason": "completed", "empty": ""}))
    details = {one["type"]: one["valueString"] for one in made["entity"][-1]["detail"]}
    assert details == {"number": "7", "session": "abcdef", "changed": "family given", "code:reason": "completed"}


def test_a_very_long_list_is_told_by_its_number() -> None:
    made = audit_event(event(kind="look", what="case_list", persons=tuple(UUID(int=n + 1) for n in range(MOST_PERSONS + 5))))
    assert len(made["entity"]) == MOST_PERSONS + 1
    assert {"type": "persons", "valueString": str(MOST_PERSONS + 5)} in made["entity"][-1]["detail"]


@pytest.mark.django_db
def test_the_command_tells_everything_of_a_period_and_no_name(made: World, capsys: pytest.CaptureFixture[str]) -> None:
    from config.commands import audit
    from tracing.journal.models import Entry, Look

    made.client("tracer").get(f"/cases/{made.cases['Ana Rivera'].pk}", REMOTE_ADDR="192.0.2.9")
    SignIn.objects.create(user=made.staff["tracer"], account_digest="x", at=made.at, succeeded=True, address="192.0.2.9")
    parser = argparse.ArgumentParser()
    audit.arguments(parser)
    days = ["--since", (made.at - timedelta(days=2)).date().isoformat(), "--until", (made.at + timedelta(days=2)).date().isoformat()]
    assert audit._export(parser.parse_args(["export", *days])) == 0
    text = capsys.readouterr().out
    found = [json.loads(line) for line in text.splitlines()]
    for one in found[:: max(1, len(found) // 40)]:
        AuditEvent.model_validate(one)
    assert len(found) == Entry.objects.count() + Look.objects.count() + SignIn.objects.count()
    assert [one["recorded"] for one in found] == sorted(one["recorded"] for one in found)
    assert any(agent.get("network", {}).get("address") == "192.0.2.9" for one in found for agent in one["agent"])
    assert not any(name in text for name in ("Rivera", "Okafor", "2035550142", "Elm", "tracer@", "Tracer One"))
    assert audit._export(parser.parse_args(["export", *days, "--format", "csv"])) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["id"] for row in rows} == {one["id"] for one in found}


@pytest.mark.django_db
def test_an_auditor_of_a_department_asks_about_its_own_staff(made: World) -> None:
    from tests.privacy.people import hire

    hire(made, "auditor", "new-haven", name="local")
    for who in ("tracer", "elsewhere"):
        made.client(who).get("/")
    asked = Asked(made.at - timedelta(days=1), made.at + timedelta(days=1), kind="look")
    everybody = {event.actor for event in audited(seen_as(made, "auditor"), asked)}
    own = {event.actor for event in audited(seen_as(made, "local"), asked)}
    assert everybody == {made.staff["tracer"].pk, made.staff["elsewhere"].pk} and own == {made.staff["tracer"].pk}
