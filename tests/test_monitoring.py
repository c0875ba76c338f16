"""Advised, declined, ordered: what is kept, what stops at once, and what goes again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracing.access.viewer import viewer
from tracing.cases.models import Case
from tracing.contacts.interview import Ended
from tracing.desk.tests.world import BY, World, add_case, noon_of_today, world
from tracing.journal.models import Disclosure, Entry
from tracing.journal.sealer import seal
from tracing.messaging.actions import NewMessage, queue
from tracing.messaging.models import Message, OptOut
from tracing.monitoring import actions
from tracing.monitoring.call import keep_call
from tracing.monitoring.jobs import end_all_over, follow_deaths
from tracing.monitoring.models import Advice, Order
from tracing.monitoring.queries import changed_since, holding, number_to_sign, to_advise
from tracing.monitoring.wording import digest
from tracing.people.death import record_death, take_back_death
from tracing.people.declining import HOLDS
from tracing.people.kin import NobodyHasDied, name_kin
from tracing.people.models import Refusal
from tracing.tasks import actions as tasks
from tracing.tasks.actions import NewTask
from tracing.tasks.models import DoNotCall, Task
from tracing.tasks.next_call import take

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> World:
    return world(noon_of_today())


def at_home(made: World, days: int = 6) -> Case:
    """Somebody whose isolation lasts some days more."""
    case = add_case(made, "Diaz", "Ana", phone="+12035550101", language="es")
    assert case.isolation is not None
    case.isolation.ends_on = made.at.date() + timedelta(days=days)
    case.isolation.save(update_fields=["ends_on"])
    return case


def ordered(made: World, case: Case, **more: object) -> Order:
    today = made.at.date()
    given = {"starts_on": today, "ends_on": today + timedelta(days=5), "basis": "A positive test.", "place": "1 Elm St, New Haven"} | more
    return actions.draft_order(
        person=case.person, disease="covid19", unit=made.units["new-haven"], on=today, by=made.actor("tracer"), at=made.at, **given  # type: ignore[arg-type]
    )


def state_of(task: Task | None) -> tuple[str, str]:
    assert task is not None
    task.refresh_from_db()
    return task.state, task.stopped_by


# ── advice ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_call_keeps_what_was_advised_with_rule_language_and_way(made: World) -> None:
    case = at_home(made)
    tracer = viewer(made.staff["tracer"], at=made.at)
    assert case.task is not None and case.isolation is not None
    take(task=case.task, viewer=tracer, by=tracer.actor, at=made.at)
    said = to_advise(holding(case.person_id, "covid19"), on=made.at.date())
    call = keep_call(
        task=case.task, case=case, answers=None, named=(), ended=Ended("reached"), viewer=tracer, advised=said[:1], language="es",
        by=tracer.actor, at=made.at,
    )  # fmt: skip
    row = Advice.objects.get()
    assert (row.code, row.day, row.rule) == ("isolate", case.isolation.ends_on, case.isolation.rule)
    assert (row.language, row.channel, row.by, row.attempt) == ("es", "call", tracer.user, call.attempt)  # type: ignore[union-attr]
    assert Entry.objects.get(verb="advice.given").codes == {"advice": ["isolate"], "channel": "call"}


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_declining_the_interview_stops_its_calls_and_those_that_come(made: World) -> None:
    case = add_case(made, "Diaz", "Ana", phone="+12035550101")
    actions.refuse(person=case.person_id, disease="covid19", scopes=["interview"], note="no time", by=BY, at=made.at)
    assert state_of(case.task) == ("stopped", "refused")
    new = NewTask("contact_call", made.units["new-haven"].pk, case.person_id, "covid19", {}, made.at)
    other = NewTask("contact_call", made.units["new-haven"].pk, case.person_id, "measles", {}, made.at)
    review = NewTask("review", made.units["new-haven"].pk, case.person_id, "covid19", {}, made.at)
    rows = tasks.add(tasks=[new, other, review], by=BY, at=made.at)
    assert [(row.state, row.stopped_by) for row in rows] == [("stopped", "refused"), ("open", ""), ("open", "")], "of this disease, calls alone"
    later = tasks.add(tasks=[NewTask("first_call", new.unit_id, case.person_id, "covid19", {}, made.at)], by=BY, at=made.at + HOLDS)
    assert later[0].state == "open", "what was declined in one illness says nothing of the next"
    assert not OptOut.objects.exists() and not DoNotCall.objects.exists()
    refusal = Refusal.objects.get()
    actions.think_again(refusal=refusal, by=BY, at=made.at + timedelta(hours=1))
    assert state_of(case.task) == ("open", "")


@pytest.mark.parametrize(
    ("scope", "calls", "messages", "no_calls"),
    [
        ("contacts", "open", "queued", False), ("texts", "open", "stopped", False), ("interview", "stopped", "queued", False),
        ("all", "stopped", "stopped", True),
    ],
)
def test_each_scope_stops_what_it_says_and_no_more(made: World, scope: str, calls: str, messages: str, no_calls: bool) -> None:
    case = add_case(made, "Diaz", "Ana", phone="+12035550101")
    sent = [NewMessage(case.person_id, "covid19", channel, "x", made.at + timedelta(hours=1)) for channel in ("sms", "email", "letter")]
    queue(messages=sent, by=BY, at=made.at)
    assert actions.refuse(person=case.person_id, disease="covid19", scopes=[scope], by=BY, at=made.at)
    assert not actions.refuse(person=case.person_id, disease="covid19", scopes=[scope], by=BY, at=made.at), "said again it changes nothing"
    found = dict(Message.objects.filter(template="x").values_list("channel", "state"))
    assert (state_of(case.task)[0], found["sms"], found["email"]) == (calls, messages, messages)
    assert found["letter"] == "queued", "a letter still reaches them: an order must"
    assert DoNotCall.objects.filter(ended_at=None).exists() is no_calls
    actions.think_again(refusal=Refusal.objects.get(), by=BY, at=made.at + timedelta(minutes=5))
    assert state_of(case.task)[0] == "open" and not DoNotCall.objects.filter(ended_at=None).exists()
    assert not OptOut.objects.filter(taken_back_at=None).exists()


def test_of_two_refusals_the_other_still_holds(made: World) -> None:
    case = add_case(made, "Diaz", "Ana", phone="+12035550101")
    actions.refuse(person=case.person_id, disease="covid19", scopes=["interview", "all", "texts"], by=BY, at=made.at)
    actions.think_again(refusal=Refusal.objects.get(scope="all"), by=BY, at=made.at)
    assert state_of(case.task)[0] == "stopped", "the interview is declined still"
    assert OptOut.objects.filter(taken_back_at=None).count() == 2, "texts are declined still"
    actions.think_again(refusal=Refusal.objects.get(scope="interview"), by=BY, at=made.at)
    assert state_of(case.task)[0] == "open"


def test_a_call_that_ends_with_declines_declines_the_interview(made: World) -> None:
    case = add_case(made, "Diaz", "Ana", phone="+12035550101")
    tracer = viewer(made.staff["tracer"], at=made.at)
    assert case.task is not None
    take(task=case.task, viewer=tracer, by=tracer.actor, at=made.at)
    keep_call(task=case.task, case=case, answers=None, named=(), ended=Ended("refused"), viewer=tracer, by=tracer.actor, at=made.at)
    assert Refusal.objects.get().scope == "interview"


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_order_is_drafted_signed_served_and_over(made: World) -> None:
    case = at_home(made)
    order, by, at = ordered(made, case, terms="The dog is looked after."), made.actor("supervisor"), made.at
    assert (order.state, order.kind, order.isolation_id) == ("drafted", "isolation", case.isolation_id)
    with pytest.raises(actions.OrderMovedOn):
        actions.serve_order(order=order, how="in_person", by=by, at=at)
    signed = actions.sign_order(order=order, signer="  Dr. Jo   Bell ", by=by, at=at)
    assert (signed.signer, signed.signed_by, signed.digest) == ("Dr. Jo Bell", by.id, digest(signed.words))
    text = " ".join(signed.words["en"])
    assert "Ana Diaz" in text and "§ 19a-221" in text and "1 Elm St" in text and "The dog" in text and "right to a hearing" in text
    assert "A Ana Diaz" in signed.words["es"][1], "in their language beside it"
    case.person.__class__.objects.filter(pk=case.person_id).update(family="Other")
    actions.print_order(order=signed, by=by, at=at)
    assert Disclosure.objects.filter(way="letter").count() == 1
    served = actions.serve_order(order=signed, how="mail", to="her mother", by=by, at=at)
    assert (served.state, served.served_to) == ("served", "her mother")
    assert "Ana Diaz" in " ".join(Order.objects.get().words["en"]), "the words stand as they were signed"
    end_all_over(at + timedelta(days=5))
    assert Order.objects.get().state == "served", "the last day counts"
    end_all_over(at + timedelta(days=6))
    assert (Order.objects.get().state, Order.objects.get().end) == ("ended", "over")
    told = Entry.objects.filter(verb__startswith="order.").order_by("id")
    assert [entry.verb for entry in told] == ["order.drafted", "order.signed", "order.printed", "order.served", "order.ended"]
    assert "Elm" not in str([entry.codes for entry in told]), "no value of a person in the journal"


def test_a_further_order_replaces_the_one_in_force(made: World) -> None:
    case, by = at_home(made), made.actor("supervisor")
    first = actions.serve_order(order=actions.sign_order(order=ordered(made, case), signer="Jo", by=by, at=made.at), how="mail", by=by, at=made.at)
    second = ordered(made, case)
    with pytest.raises(actions.CannotOrder, match="waits"):
        ordered(made, case)
    actions.serve_order(order=actions.sign_order(order=second, signer="Jo", by=by, at=made.at), how="officer", by=by, at=made.at)
    first.refresh_from_db()
    assert (first.state, first.end) == ("ended", "changed")


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"basis": " "}, "basis"), ({"place": ""}, "place"), ({"ends_on": date(2000, 1, 1)}, "order"), ({"ends_on": date(2100, 1, 1)}, "too_long")],
)
def test_what_cannot_be_ordered(made: World, changed: dict[str, object], code: str) -> None:
    case = at_home(made)
    with pytest.raises(actions.CannotOrder, match=code):
        ordered(made, case, **changed)
    assert not Order.objects.exists()


def test_nobody_is_ordered_whom_nothing_keeps_at_home(made: World) -> None:
    case = at_home(made, days=-1)
    with pytest.raises(actions.CannotOrder, match="nothing"):
        ordered(made, case)
    with pytest.raises(actions.CannotOrder, match="nothing"):
        actions.draft_order(
            person=case.person, disease="measles", unit=made.units["new-haven"], starts_on=made.at.date(), ends_on=made.at.date(), basis="x",
            place="x", on=made.at.date(), by=BY, at=made.at,
        )  # fmt: skip


def test_a_death_ends_what_was_ordered_and_opens_the_road_to_the_next_of_kin(made: World) -> None:
    case, by = at_home(made), made.actor("supervisor")
    with pytest.raises(NobodyHasDied):
        name_kin(person=case.person_id, name="Eva", relation="child", by=by, at=made.at)
    actions.serve_order(order=actions.sign_order(order=ordered(made, case), signer="Jo", by=by, at=made.at), how="mail", by=by, at=made.at)
    waiting = ordered(made, case)
    record_death(person=case.person_id, source="staff", by=by, at=made.at)
    seal(at=made.at)
    follow_deaths(made.at)
    assert set(Order.objects.values_list("state", "end")) == {("ended", "died"), ("withdrawn", "")}
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"
    named = name_kin(person=case.person_id, name=" Eva  Diaz", relation="child", phone="+12035550199", language="es", by=by, at=made.at)
    assert named.name == "Eva Diaz"  # type: ignore[union-attr]
    assert not name_kin(person=case.person_id, name="Eva Diaz", relation="child", phone="+12035550199", language="es", by=by, at=made.at)
    take_back_death(person=case.person_id, by=by, at=made.at)


def test_whoever_need_not_stay_any_longer_is_to_be_released(made: World) -> None:
    case, by = at_home(made), made.actor("supervisor")
    assert case.isolation is not None and case.isolation.ends_on is not None
    order = ordered(made, case, ends_on=case.isolation.ends_on)
    served = actions.serve_order(order=actions.sign_order(order=order, signer="Jo", by=by, at=made.at), how="mail", by=by, at=made.at)
    assert not changed_since(served)
    case.isolation.__class__.objects.filter(pk=case.isolation.pk).update(ends_on=made.at.date())
    assert changed_since(served)


def test_only_who_signs_counts_what_waits_for_a_signature(made: World) -> None:
    ordered(made, at_home(made))
    assert number_to_sign(viewer(made.staff["state_epidemiologist"], at=made.at)) == 1
    assert number_to_sign(viewer(made.staff["tracer"], at=made.at)) == 0
