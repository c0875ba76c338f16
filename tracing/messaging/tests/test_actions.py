from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracing.access.models import User
from tracing.journal.actor import Actor, job
from tracing.journal.models import Entry
from tracing.journal.sealer import seal
from tracing.jurisdictions.models import Unit
from tracing.messaging import actions, jobs, provider
from tracing.messaging.actions import NewMessage, claim_due, fail_lost, opt_out, queue, record_sent, take_back_opt_out
from tracing.messaging.models import Message
from tracing.people.death import record_death, take_back_death
from tracing.people.models import Address, Person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)
BY = job("test")
ALL = ("sms", "email", "letter")


def person(zone: str = "America/New_York", kind: str = "residence", who: Person | None = None) -> Person:
    who = who or Person.objects.create(family="Doe", added_at=NOON)
    unit = Unit.objects.create(code=f"{zone}-{who.pk}", name=zone, kind="state", time_zone=zone)
    Address.objects.create(person=who, kind=kind, key=zone, unit=unit, source="lab", as_of=NOON)
    return who


def text(who: Person, channel: str = "sms", at: datetime = NOON) -> Message:
    return queue(messages=[NewMessage(who.pk, "covid19", channel, "first_contact", at)], by=BY, at=at)[0]


def states() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("id").values_list("state", "stopped_by"))


def staff() -> Actor:
    return Actor("staff", User.objects.create(email="ana@example.org", name="Ana").pk)


class Carrier:
    """Stands for a provider."""

    channels = ("sms", "email")

    def __init__(self, problem: Exception | None = None) -> None:
        self.sent: list[Message] = []
        self.problem = problem

    def send(self, message: Message) -> None:
        if self.problem:
            raise self.problem
        self.sent.append(message)


def test_nothing_goes_out_because_there_is_no_provider_yet() -> None:
    text(person())
    assert jobs.send_due(provider.chosen()) == 0 and states() == [("queued", "")]


def test_what_is_due_is_claimed_once_sent_and_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.timezone, "now", lambda: NOON)
    who = person()
    text(who), text(who, "letter"), text(who, at=NOON + timedelta(hours=1))
    carrier = Carrier()
    assert jobs.send_due(carrier) == 1 and jobs.send_due(carrier) == 0
    assert states() == [("sent", ""), ("queued", ""), ("queued", "")]
    assert [entry.verb for entry in Entry.objects.filter(subject_id=carrier.sent[0].pk).order_by("at", "id")] == [
        "message.queued", "message.claimed", "message.sent",
    ]  # fmt: skip


def test_a_refusal_is_kept_and_an_accident_is_never_sent_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.timezone, "now", lambda: NOON)
    refused = text(person())
    jobs.send_due(Carrier(provider.NotSent("landline")))
    refused.refresh_from_db()
    assert (refused.state, refused.problem) == ("failed", "landline")
    lost = text(person())
    jobs.send_due(Carrier(TimeoutError()))
    assert claim_due(limit=9, channels=ALL, by=BY, at=NOON) == []
    assert fail_lost(by=BY, at=NOON + timedelta(minutes=14)) == 0 and fail_lost(by=BY, at=NOON + timedelta(minutes=15)) == 1
    lost.refresh_from_db()
    assert (lost.state, lost.problem) == ("failed", "lost")
    assert not record_sent(message=lost, by=BY, at=NOON)


def test_a_text_waits_for_the_morning_of_the_place_where_the_person_stays() -> None:
    early = NOON.replace(hour=14)  # 9 in Hartford, 6 in Los Angeles
    here, there = person(), person("America/Los_Angeles")
    visiting = person("America/Los_Angeles", "stay", person())
    for who in (here, there, visiting):
        text(who, at=early)
    text(there, "email", at=early)
    claimed = claim_due(limit=9, channels=ALL, by=BY, at=early)
    assert {(message.person_id, message.channel) for message in claimed} == {(here.pk, "sms"), (there.pk, "email")}
    waiting = Message.objects.filter(state="queued")
    assert {message.not_before for message in waiting} == {NOON.replace(hour=16)} and waiting.count() == 2


def test_the_dead_get_nothing_even_before_any_job_has_run() -> None:
    who = person()
    text(who)
    record_death(person=who.pk, source="registry", by=BY, at=NOON)
    assert claim_due(limit=9, channels=ALL, by=BY, at=NOON) == []
    assert text(who).stopped_by == "death"


def test_a_death_between_claiming_and_sending_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    who = person()
    text(who)
    claim = actions.claim_due

    def and_then_dies(**arguments: object) -> list[Message]:
        claimed = claim(**arguments)  # type: ignore[arg-type]
        if claimed:
            record_death(person=who.pk, source="registry", by=BY, at=NOON)
        return claimed

    monkeypatch.setattr(jobs.timezone, "now", lambda: NOON)
    monkeypatch.setattr(jobs, "claim_due", and_then_dies)
    carrier = Carrier()
    assert jobs.send_due(carrier) == 0 and carrier.sent == [] and states() == [("stopped", "death")]


def test_a_death_stops_what_is_in_line_and_is_reversible() -> None:
    who, by = person(), staff()
    text(who), text(who, "letter")
    sent = claim_due(limit=1, channels=("letter",), by=BY, at=NOON)[0]
    record_sent(message=sent, by=BY, at=NOON)
    record_death(person=who.pk, source="registry", by=BY, at=NOON)
    seal(at=NOON)
    assert jobs.follow_deaths(NOON) == 1
    assert states() == [("stopped", "death"), ("sent", "")]
    take_back_death(person=who.pk, by=by, at=NOON)
    seal(at=NOON)
    later = NOON + timedelta(hours=2)
    assert jobs.follow_deaths(later) == 1
    assert states() == [("queued", ""), ("sent", "")]
    assert [message.channel for message in claim_due(limit=9, channels=ALL, by=BY, at=later)] == ["sms"]


def test_an_opt_out_stops_one_channel_at_once_and_for_good() -> None:
    who = person()
    text(who), text(who, "letter")
    assert opt_out(person=who.pk, channel="sms", by=BY, at=NOON) and not opt_out(person=who.pk, channel="sms", by=BY, at=NOON)
    assert states() == [("stopped", "opt_out"), ("queued", "")]
    assert text(who).stopped_by == "opt_out"
    Message.objects.filter(stopped_by="opt_out").update(state="queued", stopped_by="", ended_at=None)
    assert claim_due(limit=9, channels=("sms",), by=BY, at=NOON) == []
    assert take_back_opt_out(person=who.pk, channel="sms", by=BY, at=NOON)
    assert not take_back_opt_out(person=who.pk, channel="sms", by=BY, at=NOON)
    assert len(claim_due(limit=9, channels=("sms",), by=BY, at=NOON)) == 2
