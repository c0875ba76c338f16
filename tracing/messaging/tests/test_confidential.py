"""What goes out to somebody who is reached confidentially: by a way that they said is safe, and by no other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tracing.journal.models import Entry
from tracing.journal.sealer import seal
from tracing.messaging.actions import claim_due, queue, withhold
from tracing.messaging.jobs import follow_confidential, send_due
from tracing.messaging.models import Message
from tracing.messaging.sending import WayBarred, address_for, check_way, way_for
from tracing.messaging.tests.test_actions import ALL, BY, NOON, Carrier, person, states, text
from tracing.people.household.actions import end_confidential, keep_confidential
from tracing.people.models import Address, Person, WayToReach
from tracing.people.ways.actions import correct_way, end_way, mark_way
from tracing.tasks.actions import record_attempt
from tracing.tasks.tests.made import call, department

pytestmark = pytest.mark.django_db


def way(who: Person, value: str, kind: str = "phone", **more: Any) -> WayToReach:
    return WayToReach.objects.create(person=who, kind=kind, value=value, source="lab", as_of=NOON, **more)


@pytest.mark.parametrize(
    ("safe", "sent"),
    [((), {}), (("phone",), {"sms"}), (("email",), {"email"}), (("phone", "email"), {"sms", "email"})],
)
def test_only_channels_with_a_safe_way_are_queued_and_never_a_letter(safe: tuple[str, ...], sent: set[str]) -> None:
    who = person()
    ways = {"phone": way(who, "+12035550101"), "email": way(who, "a@example.org", "email")}
    keep_confidential(person=who.pk, kind="violence", safe=[ways[kind].pk for kind in safe], by=BY, at=NOON)
    rows = [text(who, channel) for channel in ALL]
    assert {row.channel for row in rows if row.state == Message.State.QUEUED} == set(sent)
    assert {row.stopped_by for row in rows if row.state == Message.State.STOPPED} == ({"confidential"} if len(sent) < 3 else set())


def test_what_is_in_line_is_not_claimed_and_stops_within_seconds() -> None:
    who, other = person(), person()
    way(who, "+12035550101")
    for one in (who, other):
        for channel in ("sms", "letter"):
            text(one, channel)
    flag = keep_confidential(person=who.pk, kind="own_consent", by=BY, at=NOON)
    claimed = claim_due(limit=10, channels=ALL, by=BY, at=NOON + timedelta(minutes=1))
    assert {message.person_id for message in claimed} == {other.pk}, "even before any job has run"
    seal(at=NOON)
    follow_confidential(NOON)
    assert Message.objects.filter(person=who, state="stopped", stopped_by="confidential").count() == 2
    assert flag
    end_confidential(confidential=flag, why="over", by=BY, at=NOON)
    assert text(who, "letter").state == Message.State.QUEUED


def test_a_flag_set_between_claiming_and_sending_withholds() -> None:
    who = person()
    way(who, "+12035550101")
    carrier, message = Carrier(), text(who)
    Message.objects.filter(pk=message.pk).update(state="claimed", claimed_at=NOON)
    keep_confidential(person=who.pk, kind="other", by=BY, at=NOON)
    Message.objects.filter(pk=message.pk).update(state="queued", claimed_at=None)
    send_due(carrier)
    assert not carrier.sent and states() == [("queued", "")]


@pytest.mark.parametrize("lost", ["ended", "marked", "corrected", "by_call"])
def test_what_is_in_line_stops_when_the_last_safe_way_goes(lost: str) -> None:
    who = person()
    own = way(who, "+12035550101", whose="own")
    keep_confidential(person=who.pk, kind="violence", safe=[own.pk], by=BY, at=NOON)
    message = text(who)
    assert message.state == Message.State.QUEUED
    own.refresh_from_db()
    match lost:
        case "ended":
            end_way(way=own, by=BY, at=NOON)
        case "marked":
            mark_way(way=own, works=False, by=BY, at=NOON)
        case "corrected":
            new = correct_way(way=own, typed="203-555-0102", source="said", by=BY, at=NOON)
            assert isinstance(new, WayToReach) and new.safe
            WayToReach.objects.filter(pk=new.pk).update(safe=False)  # they said so a moment later
        case "by_call":
            record_attempt(task=call(who, department("bethel")), outcome="wrong_number", way=own, by=BY, at=NOON)
    seal(at=NOON)
    follow_confidential(NOON)
    message.refresh_from_db()
    assert (message.state, message.stopped_by) == ("stopped", "confidential")
    assert Entry.objects.filter(verb="message.stopped", person_id=who.pk, codes__reason="confidential").exists()


def test_what_is_withheld_at_the_last_moment_says_why() -> None:
    who = person()
    message = text(who)
    Message.objects.filter(pk=message.pk).update(state="claimed", claimed_at=NOON)
    withhold(message=message, reason="confidential", by=BY, at=NOON)
    assert states() == [("stopped", "confidential")]
    assert Entry.objects.get(verb="message.stopped").codes["reason"] == "confidential"


def test_where_a_message_goes_and_why_it_may_not() -> None:
    who, mother = person(), person()
    shared, own, hers = way(who, "+12035550101", whose="household"), way(who, "+12035550102", whose="own", works=True), way(mother, "+12035550101")
    message, letter = text(who), text(who, "letter")
    assert way_for(message).pk == own.pk
    Address.objects.filter(person=who).update(street="1 Elm St")
    assert address_for(letter).street == "1 Elm St"
    with pytest.raises(WayBarred) as refused:
        check_way(message, hers)
    assert refused.value.code == "another_person"
    keep_confidential(person=who.pk, kind="own_consent", safe=[own.pk], by=BY, at=NOON)
    shared.refresh_from_db()
    own.refresh_from_db()
    assert check_way(message, own).pk == own.pk
    for one, code in ((shared, "not_safe"), (hers, "another_person")):
        with pytest.raises(WayBarred) as refused:
            check_way(message, one)
        assert refused.value.code == code
    with pytest.raises(WayBarred) as refused:
        address_for(letter)
    assert refused.value.code == "confidential_letter"
    own.works = False
    own.save()
    with pytest.raises(WayBarred) as refused:
        way_for(message)
    assert refused.value.code in ("not_safe", "does_not_work")


def test_nobody_else_is_touched() -> None:
    who, other = person(), person()
    keep_confidential(person=who.pk, kind="other", by=BY, at=NOON)
    assert queue(messages=[], by=BY, at=NOON) == [] and text(other, "letter").state == Message.State.QUEUED
