"""The pages of ways to reach, households and people whom nothing known reaches: who may, what is refused, what is never told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from tracing.cases.models import Case
from tracing.contacts.models import Unreached
from tracing.desk.tests.world import World, add_case, noon_of_today, world
from tracing.journal.sealer import seal
from tracing.messaging.actions import NewMessage, queue
from tracing.people.household.actions import answers_for, keep_confidential, live_together
from tracing.people.models import Confidential, Guardianship, HouseholdMember, WayToReach
from tracing.tasks.models import Attempt, Task

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture
def made() -> World:
    return world(noon_of_today())


def url(name: str, *keys: object) -> str:
    return reverse(f"desk:{name}", args=keys)


def post(made: World, who: str, page: str, /, *keys: object, **sent: Any) -> Any:
    return made.client(who).post(url(page, *keys), sent)


def child(made: World, given: str, *, years: int = 9, **more: Any) -> Case:
    return add_case(made, "Rivera", given, born=made.at.date() - timedelta(days=years * 366), disease="measles", **more)


BORN = {"Ana": date(1950, 5, 5), "Ben": date(1948, 11, 23), "Marta": date(1955, 2, 9), "Rick": date(1952, 8, 30)}


def grown(made: World, given: str, **more: Any) -> Case:
    """Old enough to be called whatever the day's guidance."""
    return add_case(made, "Rivera", given, born=BORN[given], **more)


def test_a_number_is_added_corrected_marked_and_given_up_on_one_page(made: World) -> None:
    case = add_case(made, "Rivera", "Ana", phone="+12035550101")
    who = case.person_id
    wrong = post(made, "tracer", "person_way_add", who, typed="555-0142")
    assert wrong.status_code == 422 and b"area code" in wrong.content and b"555-0142" in wrong.content
    assert post(made, "tracer", "person_way_add", who, typed="203 555 0142", whose="own", hours="after 5").status_code == 302
    way = WayToReach.objects.get(person=who, value="+12035550142")
    for do, works in (("works", True), ("wrong", False), ("untried", None)):
        post(made, "tracer", "person_way", who, way.pk, do=do)
        way.refresh_from_db()
        assert way.works is works
    refused = post(made, "tracer", "person_way", who, way.pk, do="correct", typed="12")
    assert refused.status_code == 422 and b"missing digits" in refused.content
    post(made, "tracer", "person_way", who, way.pk, do="correct", typed="203-555-0143")
    assert WayToReach.objects.usable().filter(person=who, value="+12035550143", hours="after 5").exists()
    page = made.client("tracer").get(url("person_ways", who)).content.decode()
    assert "(203) 555-0143" in page and "Given up earlier" in page
    post(made, "tracer", "person_way_add", who, typed="Ana@Example.org")
    assert WayToReach.objects.filter(person=who, kind="email", value="ana@example.org").exists()


def test_somebody_elses_way_and_person_are_not_there(made: World) -> None:
    mine, other = add_case(made, "Rivera", "Ana", phone="+12035550101"), add_case(made, "Stone", "Sam", phone="+12035550102")
    theirs = add_case(made, "Away", "Amy", town="hartford", unit="hartford", phone="+12035550103")
    way = WayToReach.objects.get(person=other.person_id)
    assert post(made, "tracer", "person_way", mine.person_id, way.pk, do="end").status_code == 404
    assert made.client("tracer").get(url("person_ways", theirs.person_id)).status_code == 404
    assert post(made, "tracer", "person_household", mine.person_id, other=theirs.person_id).status_code == 404
    assert made.client("administrator").get(url("person_ways", mine.person_id)).status_code == 403


def test_who_lives_together_is_offered_and_confirmed_with_one_click(made: World) -> None:
    street = "14 Elm St"
    ana, ben = (grown(made, given, street=street, phone=phone) for given, phone in (("Ana", "+12035550101"), ("Ben", "+12035550102")))
    page = made.client("tracer").get(url("person_ways", ana.person_id)).content.decode()
    assert "same address" in page and "Ben Rivera" in page
    assert not HouseholdMember.objects.exists(), "a hint is no household"
    post(made, "tracer", "person_household", ana.person_id, other=ben.person_id)
    rows = HouseholdMember.objects.filter(until=None)
    assert {row.person_id for row in rows} == {ana.person_id, ben.person_id} and {row.source for row in rows} == {"address"}
    page = made.client("tracer").get(url("person_ways", ana.person_id)).content.decode()
    assert "Lives elsewhere" in page and "COVID-19" in page
    post(made, "tracer", "person_household_leave", ana.person_id, rows.get(person=ben.person_id).pk)
    assert not rows.all().exists()


def test_a_childs_call_asks_for_who_answers_and_dials_their_number(made: World) -> None:
    lea = child(made, "Lea", phone="+12035550105")
    mother = grown(made, "Marta", phone="+12035550101")
    father = grown(made, "Rick", phone="+12035550199")
    client = made.client("tracer")
    client.post(url("call_take", lea.task_id))
    assert "nobody is known who answers" in client.get(url("call", lea.task_id)).content.decode()
    for guardian, away in ((mother, False), (father, True)):
        answers_for(ward=lea.person_id, guardian=guardian.person_id, name="", kind="parent", keep_away=away, since=date(2026, 1, 1),
                    by=made.actor("tracer"), at=made.at)  # fmt: skip
    WayToReach.objects.create(person_id=lea.person_id, kind="phone", value="+12035550199", source="lab", as_of=made.at)
    page = client.get(url("call", lea.task_id)).content.decode()
    assert "Marta Rivera" in page and "Do not call or tell <strong>Rick Rivera</strong>" in page
    numbers = page[page.index("Number you tried"):]
    assert numbers.index("(203) 555-0101") < numbers.index("(203) 555-0105"), "the mother's first"
    assert "555-0199" not in page, "the father's number is not offered, though a report gave it as the child's"
    way = WayToReach.objects.get(person=mother.person_id)
    sent = {"outcome": "no_answer", "way": str(way.pk), "contact-TOTAL_FORMS": "0", "contact-INITIAL_FORMS": "0"}
    kept = client.post(url("call", lea.task_id), sent)
    assert kept.status_code == 302 and Attempt.objects.get(task=lea.task_id).way_id == way.pk


def test_one_call_serves_the_household_with_an_outcome_for_each(made: World) -> None:
    ana, ben = (grown(made, given, phone=phone) for given, phone in (("Ana", "+12035550101"), ("Ben", "+12035550102")))
    live_together(persons=[ana.person_id, ben.person_id], source="said", by=made.actor("tracer"), at=made.at)
    client = made.client("tracer")
    client.post(url("call_take", ana.task_id))
    assert f"along_{ben.task_id}" in client.get(url("call", ana.task_id)).content.decode()
    sent = {"outcome": "no_answer", "contact-TOTAL_FORMS": "0", "contact-INITIAL_FORMS": "0", f"along_{ben.task_id}": "reached"}
    assert client.post(url("call", ana.task_id), sent).status_code == 302
    assert {(a.task_id, a.outcome) for a in Attempt.objects.all()} == {(ana.task_id, "no_answer"), (ben.task_id, "reached")}
    assert Task.objects.get(person=ben.person_id).state == "done"


def test_speaking_with_the_next_one_takes_their_call_in_hand(made: World) -> None:
    ana, ben = (grown(made, given, phone="+12035550101") for given in ("Ana", "Ben"))
    live_together(persons=[ana.person_id, ben.person_id], source="phone", by=made.actor("tracer"), at=made.at)
    client = made.client("tracer")
    client.post(url("call_take", ana.task_id))
    sent = {"outcome": "reached", "contact-TOTAL_FORMS": "0", "contact-INITIAL_FORMS": "0", f"along_{ben.task_id}": "next"}
    assert client.post(url("call", ana.task_id), sent)["Location"] == url("call", ben.task_id)
    assert Task.objects.get(person=ben.person_id).held_by_id == made.staff["tracer"].pk


def test_a_confidential_minor_is_told_to_nobody_of_the_household(made: World) -> None:
    mother = grown(made, "Marta", phone="+12035550101", street="14 Elm St")
    teen = child(made, "Teo", years=15, phone="+12035550101", street="14 Elm St")
    live_together(persons=[mother.person_id, teen.person_id], source="address", by=made.actor("tracer"), at=made.at)
    answers_for(ward=teen.person_id, guardian=mother.person_id, name="", kind="parent", since=date(2026, 1, 1), by=made.actor("tracer"), at=made.at)
    post(made, "tracer", "person_way_add", teen.person_id, typed="203-555-0187", whose="own")
    own = WayToReach.objects.get(value="+12035550187")
    assert post(made, "tracer", "person_confidential", teen.person_id, kind="own_consent", safe=[str(own.pk)], said="after school").status_code == 302
    assert Confidential.objects.get().person_id == teen.person_id
    client = made.client("tracer")
    for page in (url("person_ways", mother.person_id), url("person", mother.person_id)):
        shown = client.get(page).content.decode()
        assert "Teo" not in shown and "onfidential" not in shown.replace("Confidential</h2>", "").replace("confidential", "")
    client.post(url("call_take", mother.task_id))
    shown = client.get(url("call", mother.task_id)).content.decode()
    assert "Teo" not in shown and "along_" not in shown
    client.post(url("call_release", mother.task_id))
    client.post(url("call_take", teen.task_id))
    shown = client.get(url("call", teen.task_id)).content.decode()
    assert "Speak with them alone" in shown and "Marta" not in shown and "after school" in shown
    assert "(203) 555-0187" in shown and "(203) 555-0101" not in shown and "Left message" not in shown
    sent = {"outcome": "voicemail", "contact-TOTAL_FORMS": "0", "contact-INITIAL_FORMS": "0"}
    assert client.post(url("call", teen.task_id), sent).status_code == 422
    flag = Confidential.objects.get()
    assert post(made, "tracer", "person_confidential_end", teen.person_id, flag.pk, why="").status_code == 422
    assert post(made, "tracer", "person_confidential_end", teen.person_id, flag.pk, why="told her mother").status_code == 302
    assert WayToReach.objects.usable().filter(person=teen.person_id).count() == 2


def test_a_message_that_was_stopped_is_seen_with_the_reason(made: World) -> None:
    case = grown(made, "Ana", phone="+12035550101", street="1 Elm St")
    keep_confidential(person=case.person_id, kind="violence", by=made.actor("tracer"), at=made.at)
    queue(messages=[NewMessage(case.person_id, "covid19", "letter", "case_advice", made.at)], by=made.actor("tracer"), at=made.at)
    seal(at=made.at)
    for page in ("case_timeline", "case_messages"):
        shown = made.client("tracer").get(url(page, case.pk)).content.decode()
        assert "topped" in shown and "reached confidentially: no way that is safe" in shown, page


def test_whoever_may_not_know_of_a_flag_sees_neither_it_nor_what_it_bars(made: World) -> None:
    from tracing.access.actions import grant_membership
    from tracing.access.models import Role

    steward = made.staff["nobody"]
    grant_membership(user=steward, role=Role.objects.get(code="data_steward"), unit=made.units["new-haven"], since=made.at - timedelta(days=1),
                     by=made.actor("administrator"), at=made.at)  # fmt: skip
    case = add_case(made, "Rivera", "Ana", phone="+12035550101")
    keep_confidential(person=case.person_id, kind="violence", by=made.actor("tracer"), at=made.at)
    shown = made.client("nobody").get(url("person_ways", case.person_id))
    if shown.status_code == 200:  # the role sees ways to reach
        assert b"555-0101" not in shown.content and b"confidentially" not in shown.content
    assert post(made, "nobody", "person_confidential", case.person_id, kind="other").status_code == 403


def test_a_guardian_is_named_and_a_wrong_form_comes_back_as_it_was(made: World) -> None:
    lea = child(made, "Lea")
    sent = {"kind": "foster", "decides": "yes", "since": "2026-05-01", "until": "2026-04-01", "name": "Jo Carer"}
    wrong = post(made, "tracer", "person_answers", lea.person_id, **sent)
    assert wrong.status_code == 422 and b"Jo Carer" in wrong.content and b"before the first" in wrong.content
    sent = {"kind": "foster", "decides": "no", "since": "2026-05-01", "name": "Jo Carer", "phone": "203-555-0111", "basis": "DCF"}
    assert post(made, "tracer", "person_answers", lea.person_id, **sent).status_code == 302
    row = Guardianship.objects.get()
    assert not row.decides and WayToReach.objects.get(person=lea.person_id).whose == "answers"
    post(made, "tracer", "person_answers_end", lea.person_id, row.pk)
    row.refresh_from_db()
    assert row.ended_at is not None


def test_an_address_elsewhere_is_kept_and_proposed(made: World) -> None:
    case = add_case(made, "Rivera", "Ana", street="14 Elm St")
    sent = {"kind": "residence", "street": "5 Main St", "city": "Hartford", "state": "CT", "zip": "06103"}
    assert post(made, "tracer", "person_address", case.person_id, **sent).status_code == 302
    assert Case.objects.get(pk=case.pk).unit.code == "new-haven" and case.proposals.get().kind == "moved"


def test_no_way_to_reach_is_worked_from_its_list(made: World) -> None:
    lost = add_case(made, "Lost", "Lea", street="14 Elm St")
    add_case(made, "Away", "Amy", town="hartford", unit="hartford")
    page = made.client("tracer").get(url("unreached")).content.decode()
    assert "Lost, Lea" in page and "Amy" not in page and "0 % can be reached" in page
    row = Unreached.objects.get(person=lost.person_id)
    assert made.client("elsewhere").get(url("unreached_one", row.pk)).status_code == 404
    nothing = {"source": "provider", "outcome": "found"}
    assert post(made, "tracer", "unreached_one", row.pk, **nothing).status_code == 422
    assert post(made, "tracer", "unreached_one", row.pk, source="provider", outcome="waiting", note="Monday").status_code == 302
    assert b"Monday" in made.client("tracer").get(url("unreached_one", row.pk)).content
    found = post(made, "tracer", "unreached_one", row.pk, source="laboratory", outcome="nothing", phone="203-555-0177")
    assert found.status_code == 302
    row.refresh_from_db()
    assert row.state == "found" and not Task.objects.get(person=lost.person_id).no_phone


def test_giving_up_needs_a_reason_and_writes_a_letter_where_it_may(made: World) -> None:
    lost, hidden = add_case(made, "Lost", "Lea"), add_case(made, "Hidden", "Hal", street="14 Elm St")
    keep_confidential(person=hidden.person_id, kind="violence", by=made.actor("tracer"), at=made.at)
    for case, words in ((lost, b"No street is known"), (hidden, b"reached confidentially")):
        row = Unreached.objects.get(person=case.person_id)
        refused = post(made, "tracer", "unreached_give_up", row.pk, reason="nothing_known", letter="on")
        assert refused.status_code == 422 and words in refused.content
    assert post(made, "tracer", "unreached_give_up", Unreached.objects.get(person=lost.person_id).pk, reason="nothing_known").status_code == 302
    assert Unreached.objects.get(person=lost.person_id).state == "given_up"
