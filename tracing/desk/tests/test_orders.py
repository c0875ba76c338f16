"""Advice, refusals and orders in the browser: who may, what is asked, what comes back when it cannot be kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tracing.access.models import Role
from tracing.cases.models import Case
from tracing.desk.tests.world import BY, World, _staff, add_case
from tracing.journal.models import Look
from tracing.monitoring.models import Advice, Order
from tracing.people.death import record_death
from tracing.people.models import NextOfKin, Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(made: World) -> Case:
    """Somebody of New Haven whose isolation lasts some days more, and the director there."""
    found = add_case(made, "Ordered", "Ana", phone="+12035550177", language="es", street="1 Elm St")
    assert found.isolation is not None
    found.isolation.ends_on = made.at.date() + timedelta(days=6)
    found.isolation.save(update_fields=["ends_on"])
    made.staff["director"] = _staff(made, "director", Role.objects.get(code="director"), made.units["new-haven"], made.at)
    made.staff["far_director"] = _staff(made, "far_director", Role.objects.get(code="director"), made.units["hartford"], made.at)
    return found


def drafted(made: World, case: Case) -> Order:
    page = made.client("tracer").get(reverse("desk:person_order", args=[case.person_id]))
    assert page.status_code == 200 and "1 Elm St" in page.content.decode(), "the place is known already"
    form = page.context["form"]
    sent = {name: str(form.initial[name]) for name in ("starts_on", "ends_on", "place")} | {"basis": "Positive, and seen at work.", "terms": ""}
    answer = made.client("tracer").post(reverse("desk:person_order", args=[case.person_id]), sent)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Order.objects.get(state="drafted")


def test_an_order_goes_from_the_investigator_to_the_director_and_out(made: World, case: Case) -> None:
    order = drafted(made, case)
    tracer, director, far = made.client("tracer"), made.client("director"), made.client("far_director")
    page = tracer.get(reverse("desk:order", args=[order.pk])).content.decode()
    assert "Ana Ordered" in page and "Orden de aislamiento" in page and "Sign this order" not in page
    sign = reverse("desk:order_sign", args=[order.pk])
    assert tracer.post(sign, {"signer": "T", "read": "on"}).status_code == 403
    assert far.get(reverse("desk:order", args=[order.pk])).status_code == 404, "another department's order is nobody's business"
    assert far.post(sign, {"signer": "F", "read": "on"}).status_code == 404
    assert "Ana Ordered" in director.get(reverse("desk:orders")).content.decode(), "it waits on the director's list"
    unread = director.post(sign, {"signer": "Dr. Jo Bell"})
    assert unread.status_code == 422 and "Dr. Jo Bell" in unread.content.decode(), "what was typed stands there still"
    assert director.post(sign, {"signer": "Dr. Jo Bell", "read": "on"}).status_code == 302
    paper = tracer.post(reverse("desk:order_print", args=[order.pk]))
    assert paper.status_code == 200 and "Dr. Jo Bell" in paper.content.decode() and "19a-221" in paper.content.decode()
    assert tracer.post(reverse("desk:order_serve", args=[order.pk]), {"how": ""}).status_code == 422
    assert tracer.post(reverse("desk:order_serve", args=[order.pk]), {"how": "in_person"}).status_code == 302
    again = tracer.post(reverse("desk:order_serve", args=[order.pk]), {"how": "in_person"}, follow=True)
    assert "Somebody was faster" in again.content.decode()
    assert "Ana Ordered" in tracer.get(reverse("desk:orders") + "?show=running").content.decode()
    assert director.post(reverse("desk:order_end", args=[order.pk]), {"end": "released"}).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.end, order.signer) == ("ended", "released", "Dr. Jo Bell")
    assert Look.objects.filter(page="order", persons__contains=[case.person_id]).exists()


def test_days_the_law_does_not_allow_come_back_with_what_was_typed(made: World, case: Case) -> None:
    today = made.at.date()
    sent = {"starts_on": str(today), "ends_on": str(today + timedelta(days=30)), "place": "A hotel", "basis": "b", "terms": ""}
    answer = made.client("tracer").post(reverse("desk:person_order", args=[case.person_id]), sent)
    assert answer.status_code == 422 and "no order that is this long" in answer.content.decode() and "A hotel" in answer.content.decode()
    assert not Order.objects.exists()


def test_what_was_advised_and_declined_is_kept_and_shown(made: World, case: Case) -> None:
    tracer, where = made.client("tracer"), reverse("desk:person_advice", args=[case.person_id])
    page = tracer.get(where)
    keys = [key for key, _words in page.context["advice_form"].fields["told"].choices]
    assert len(keys) == 2
    assert tracer.post(where, {"told": [keys[0]], "channel": "letter", "language": "es"}).status_code == 302
    row = Advice.objects.get()
    assert (row.code, row.channel, row.language) == ("isolate", "letter", "es")
    assert tracer.post(where, {"told": ["isolate:2000-01-01:made-up"], "channel": "call", "language": "en"}).status_code == 422
    declines = reverse("desk:person_declines", args=[case.person_id])
    assert tracer.post(declines, {"scopes": []}).status_code == 422
    assert tracer.post(declines, {"scopes": ["texts"], "note": "too many"}).status_code == 302
    shown = tracer.get(where).content.decode()
    assert "by letter" in shown and "too many" in shown and "Spanish" in shown
    end = reverse("desk:person_declines_end", args=[case.person_id, Refusal.objects.get().pk])
    assert made.client("elsewhere").post(end).status_code == 404
    assert tracer.post(end).status_code == 302 and Refusal.objects.get().ended_at is not None


def test_a_call_keeps_advice_and_what_is_declined(made: World, case: Case) -> None:
    tracer = made.client("tracer")
    assert tracer.post(reverse("desk:call_take", args=[case.task_id])).status_code == 302
    page = tracer.get(reverse("desk:call", args=[case.task_id]))
    told = page.context["s"].told
    key = told.fields["told"].choices[0][0]
    sent = {"outcome": "reached", "contact-TOTAL_FORMS": "0", "contact-INITIAL_FORMS": "0", "told": [key], "declines": ["contacts"]}
    assert tracer.post(reverse("desk:call", args=[case.task_id]), sent).status_code == 302
    assert (Advice.objects.get().channel, Advice.objects.get().language) == ("call", "es")
    assert Refusal.objects.get().scope == "contacts"


def test_after_a_death_the_next_of_kin_have_words_of_their_own(made: World, case: Case) -> None:
    tracer, where = made.client("tracer"), reverse("desk:person_kin", args=[case.person_id])
    early = tracer.post(where, {"name": "Eva", "relation": "child"})
    assert early.status_code == 422 and "No death is recorded" in early.content.decode()
    record_death(person=case.person_id, source="staff", by=BY, at=made.at)
    wrong = tracer.post(where, {"name": "Eva Diaz", "relation": "child", "phone": "12"})
    assert wrong.status_code == 422 and "Eva Diaz" in wrong.content.decode()
    assert tracer.post(where, {"name": "Eva Diaz", "relation": "child", "phone": "203-555-0199", "language": "es"}).status_code == 302
    page = tracer.get(reverse("desk:case_questions", args=[case.pk])).content.decode()
    assert "Eva Diaz" in page and "Siento mucho su pérdida" in page, "in the language of whoever is left"
    assert "Your test of" not in page and "Su prueba del" not in page
    kin = NextOfKin.objects.get()
    assert kin.phone == "+12035550199"
    assert tracer.post(reverse("desk:person_kin_end", args=[case.person_id, kin.pk])).status_code == 302
    assert "+12035550199" not in tracer.get(reverse("desk:person_advice", args=[case.person_id])).content.decode()


def test_who_only_sees_that_there_is_a_case_sees_no_advice(made: World, case: Case) -> None:
    for who, status in (("tracer", 200), ("administrator", 403), ("elsewhere", 404)):
        assert made.client(who).get(reverse("desk:person_advice", args=[case.person_id])).status_code == status, who
