"""Staff are told: by role and hour, at once and until somebody answers; mail by a real mail server, without anything personal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.urls import reverse

from config.mail import MailServer
from tracing.access.models import Role, User
from tracing.cases.handing import offer_transfer
from tracing.cases.models import Case, Isolation
from tracing.desk.tests.world import BY, World, _staff, add_case, noon_of_today, world
from tracing.journal.models import Entry
from tracing.journal.sealer import seal
from tracing.monitoring.actions import draft_order
from tracing.notices import actions
from tracing.notices.jobs import escalate_all, follow_rest, follow_urgent, send_all
from tracing.notices.mailing import claim_mail, queue_morning
from tracing.notices.models import Notice, StaffMail, Told
from tracing.people.death import record_death
from tracing.reporting.morning_mail import send_due

pytestmark = pytest.mark.django_db
NIGHT = timedelta(hours=14)
"""From noon to two in the morning."""


@pytest.fixture
def made() -> World:
    state = world(noon_of_today())
    for name, unit in (("director", "new-haven"), ("far_director", "hartford")):
        state.staff[name] = _staff(state, name, Role.objects.get(code="director"), state.units[unit], state.at)
    return state


def told(state: World) -> dict[str, int]:
    """Name of who was told → level."""
    names = {user.pk: name for name, user in state.staff.items()}
    return {names[row.user_id]: row.level for row in Told.objects.order_by("id")}


def follow(state: World, after: timedelta = timedelta()) -> None:
    seal(at=state.at)
    follow_urgent(state.at + after)
    follow_rest(state.at + after)


# ── who, when ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_case_of_measles_at_night_wakes_who_is_on_call_and_nobody_else(made: World) -> None:
    at = made.at + NIGHT
    for who, second in (("tracer", False), ("supervisor", True)):
        actions.put_on_call(unit=made.units["new-haven"].pk, users=[made.staff[who].pk], from_at=made.at, until_at=at + NIGHT, second=second,
                            by=BY, at=made.at)  # fmt: skip
    add_case(made, "Diaz", "Ana", disease="measles")
    follow(made, NIGHT)
    assert told(made) == {"tracer": 0}
    assert Told.objects.get().not_before == at, "at once, whatever the hour"
    follow(made, NIGHT)
    assert Notice.objects.count() == 1, "answered twice it is told once"
    escalate_all(at + timedelta(minutes=14))
    assert told(made) == {"tracer": 0}
    escalate_all(at + timedelta(minutes=15))
    assert told(made) == {"tracer": 0, "supervisor": 1, "director": 1}, "the second on call, and those with the role there"
    escalate_all(at + timedelta(minutes=45))
    assert told(made)["state_epidemiologist"] == 2, "then the state"
    escalate_all(at + timedelta(days=1))
    assert Notice.objects.get().level == 2, "further it is not carried"


def test_somebody_answers_and_nobody_else_is_woken(made: World) -> None:
    add_case(made, "Diaz", "Ana", disease="measles")
    follow(made)
    assert told(made) == {"director": 0, "supervisor": 0}, "nobody is on call: everybody with the role there"
    mine = Told.objects.get(user=made.staff["director"])
    assert actions.acknowledge(told=mine, by=made.actor("director"), at=made.at)
    assert not actions.acknowledge(told=Told.objects.exclude(pk=mine.pk).get(), by=made.actor("supervisor"), at=made.at), "the first counts"
    escalate_all(made.at + timedelta(days=1))
    assert told(made) == {"director": 0, "supervisor": 0}
    assert set(Told.objects.values_list("answered_by", flat=True)) == {made.staff["director"].pk}
    assert not StaffMail.objects.filter(state="queued").exists(), "no mail goes out any more for what is in hand"


def test_what_can_wait_waits_for_the_morning(made: World) -> None:
    case = add_case(made, "Diaz", "Ana")
    record_death(person=case.person_id, source="staff", by=BY, at=made.at)
    follow(made, NIGHT)
    rows = list(Told.objects.all())
    here = ZoneInfo("America/New_York")
    assert {row.not_before.astimezone(here).hour for row in rows} == {8} and {row.rule for row in rows} == {"death"}
    assert told(made).keys() == {"director", "supervisor"}, "of that department alone"
    assert not StaffMail.objects.exists(), "this rule asks for no mail"


def test_transfers_orders_and_busy_days(made: World) -> None:
    case = add_case(made, "Diaz", "Ana")
    offer_transfer(case=case, unit=made.units["hartford"], kind="residence", why="moved", by=made.actor("supervisor"), at=made.at)
    Isolation.objects.filter(case=case).update(ends_on=made.at.date() + timedelta(days=5))
    draft_order(person=case.person, disease="covid19", unit=made.units["new-haven"], starts_on=made.at.date(), ends_on=made.at.date(), basis="b",
                place="p", on=made.at.date(), by=made.actor("tracer"), at=made.at)  # fmt: skip
    follow(made)
    found = {(row.rule, row.user_id) for row in Told.objects.all()}
    assert found == {("transfer", made.staff["far_director"].pk), ("order", made.staff["director"].pk)}, "whom it concerns, not who did it"


def test_a_case_that_is_closed_again_is_told_to_nobody(made: World) -> None:
    case = add_case(made, "Diaz", "Ana", disease="measles")
    Case.objects.filter(pk=case.pk).update(merged_into=add_case(made, "Second", "Bo", disease="measles"))
    follow(made)
    assert Notice.objects.count() == 1


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_page_counts_reads_and_answers(made: World) -> None:
    case = add_case(made, "Diaz", "Ana", disease="measles")
    record_death(person=add_case(made, "Roy", "Bo").person_id, source="staff", by=BY, at=made.at)
    follow(made)
    director = made.client("director")
    page = director.get(reverse("desk:notices")).content.decode()
    assert "A disease of the first category" in page and "Measles" in page and "A death" in page and "Diaz" not in page, "no name stands here"
    assert director.post(reverse("desk:notices_read")).status_code == 302
    left = director.get(reverse("desk:notices")).content.decode()
    assert "A death" not in left and "A disease of the first category" in left, "what waits for an answer is not read away"
    mine = Told.objects.get(user=made.staff["director"], at_once=True)
    assert made.client("tracer").post(reverse("desk:notice_answer", args=[mine.pk])).status_code == 404, "each answers what they were told"
    answer = director.post(reverse("desk:notice_answer", args=[mine.pk]))
    assert answer["Location"] == reverse("desk:case", args=[case.pk])
    assert "Director One answers for it" in made.client("supervisor").get(reverse("desk:notices")).content.decode()
    assert "A death" in director.get(reverse("desk:notices") + "?show=all").content.decode()


def test_who_is_on_call_is_said_by_who_leads(made: World) -> None:
    lead, haven = made.client("supervisor"), str(made.units["new-haven"].pk)
    page = lead.get(reverse("desk:on_call")).content.decode()
    assert "Nobody is on call" in page and "Hartford" not in page
    sent = {"unit": haven, "user": str(made.staff["tracer"].pk), "from_at": "2030-01-01T20:00", "until_at": "2030-01-01T08:00"}
    wrong = lead.post(reverse("desk:on_call"), sent)
    assert wrong.status_code == 422 and "2030-01-01T20:00" in wrong.content.decode()
    assert lead.post(reverse("desk:on_call"), sent | {"unit": str(made.units["hartford"].pk), "until_at": "2030-01-02T08:00"}).status_code == 422
    assert lead.post(reverse("desk:on_call"), sent | {"until_at": "2030-01-02T08:00"}).status_code == 302
    shift = str(Entry.objects.get(verb="on_call.set").subject_id)
    assert shift == str(made.staff["tracer"].pk)
    assert made.client("tracer").get(reverse("desk:on_call")).status_code == 403
    assert "Tracer One" in lead.get(reverse("desk:on_call")).content.decode()


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
class Inbox:
    """A mail server that keeps what it is given, and refuses one address."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address.startswith("supervisor@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answer:
            return self.answer
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    box = Inbox()

    def sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"contact", b"p@ss/word"), handled=False)

    server = Controller(box, hostname="127.0.0.1", port=0, authenticator=sign_in, auth_require_tls=False)
    # The port is chosen by the system: what it is can be asked once it listens.
    server.port = _free_port()
    server.start()
    settings.MAIL = MailServer("127.0.0.1", server.port, "", "contact", "p@ss/word")
    settings.MAIL_FROM, settings.ADDRESS = "contact@health.example", "https://contact.health.example"
    yield box
    server.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_mail_says_that_something_waits_and_nothing_of_whom(made: World, inbox: Inbox) -> None:
    add_case(made, "Diaz", "Ana", disease="measles", phone="+12035550133")
    follow(made)
    assert send_all(made.at) == 1
    mail = inbox.mails[0]
    text = mail.get_content()
    assert mail["To"] == "director@example.org" and mail["From"] == "contact@health.example"
    assert "A disease of the first category: New Haven Health Department." in text and "https://contact.health.example/notices" in text
    assert not [word for word in ("Diaz", "Ana", "easles", "0133") if word in str(mail)]
    problems = dict(StaffMail.objects.values_list("user__email", "problem"))
    assert problems == {"director@example.org": "", "supervisor@example.org": "recipient_refused"}
    assert send_all(made.at) == 0, "sent once"


def test_a_server_that_has_no_time_is_asked_again_and_one_that_refuses_is_not(made: World, inbox: Inbox) -> None:
    for answer, state, problem in (("451 later", "queued", "smtp_451"), ("554 no", "failed", "smtp_554")):
        StaffMail.objects.all().delete()
        queue_morning(numbers={made.staff["director"].pk: {"received": 3}}, day=made.at.date(), by=BY, at=made.at)
        inbox.answer = answer
        assert send_all(made.at) == 0
        row = StaffMail.objects.get()
        assert (row.state, row.problem) == (state, problem)


def test_a_wrong_password_and_a_silent_server_keep_the_mail(made: World, inbox: Inbox, settings: Any) -> None:
    for server, problem in ((MailServer("127.0.0.1", settings.MAIL.port, "", "contact", "no"), "not_signed_in"),
                            (MailServer("127.0.0.1", _free_port(), ""), "not_reached")):  # fmt: skip
        StaffMail.objects.all().delete()
        queue_morning(numbers={made.staff["director"].pk: {"received": 3}}, day=made.at.date(), by=BY, at=made.at)
        settings.MAIL = server
        send_all(made.at)
        assert (StaffMail.objects.get().state, StaffMail.objects.get().problem) == ("queued", problem)


def test_mail_that_may_have_gone_out_is_not_sent_again(made: World) -> None:
    queue_morning(numbers={made.staff["director"].pk: {"received": 3}}, day=made.at.date(), by=BY, at=made.at)
    assert len(claim_mail(by=BY, at=made.at) or []) == 1
    assert not claim_mail(by=BY, at=made.at + timedelta(minutes=10)), "in somebody's hand"
    assert not claim_mail(by=BY, at=made.at + timedelta(minutes=20))
    assert StaffMail.objects.get().problem == "lost"


def test_the_morning_in_figures_goes_out_once_at_its_hour(made: World, inbox: Inbox) -> None:
    for number in range(3):
        add_case(made, f"Family{number}", "Ana", phone=f"+1203555014{number}")
    morning = made.at.astimezone(ZoneInfo("America/New_York")).replace(hour=7, minute=5) + timedelta(days=1)
    assert send_due(morning - timedelta(minutes=10)) == 0
    User.objects.filter(email="supervisor@example.org").update(is_active=False)
    number = send_due(morning)
    assert number == StaffMail.objects.count() > 0 and send_due(morning + timedelta(minutes=10)) == 0, "once a day"
    send_all(morning)
    mail = next(one for one in inbox.mails if one["To"] == "director@example.org")
    text = mail.get_content()
    assert mail["Subject"] == "ContaCT this morning" and "Calls that wait: 3" in text and "/morning" in text
    assert "Family" not in str(mail) and "covid" not in str(mail).lower()
