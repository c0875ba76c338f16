"""The interview page: kept as one types and by one button, resumed by others, two at once, another language, whoever speaks for them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tracing.cases.classifying import reclassify
from tracing.cases.models import Case, Interview
from tracing.contacts.actions import Named, name_contacts
from tracing.contacts.models import Circumstances
from tracing.desk.tests.world import BY, World, add_case
from tracing.diseases.rules import Positive
from tracing.journal.models import Disclosure
from tracing.people.facts import PersonFacts
from tracing.people.models import Person, WayToReach
from tracing.questionnaires.models import Answer, Response
from tracing.tasks.models import Task

pytestmark = pytest.mark.django_db
SPEAKER = {"language": "en", "informant": "self", "name": ""}


def the_case(made: World) -> Case:
    return Case.objects.filter(disease="covid19", unit__code="new-haven", closure=None).order_by("opened_at", "id")[0]


def fields(page: Any) -> dict[str, str]:
    """What a browser would send along with each question: its revision and what stood there."""
    found = re.findall(r'<input type="hidden" name="([ro]~[^"]+)" value="([^"]*)"', page.content.decode())
    return {name: value.replace("&quot;", '"') for name, value in found}


def send(client: Client, case: Case, page: Any, **typed: Any) -> Any:
    """Keep the page as it was drawn, with this typed: `illness__any` is the question illness.any."""
    sent = SPEAKER | fields(page)
    for name, value in typed.items():
        sent[name if name in ("do", "language", "informant", "name", "interpreter") else f"q~~{name.replace('__', '.')}"] = value
    return client.post(reverse("desk:case_questions", args=[case.pk]), sent)


def opened(client: Client, case: Case) -> Any:
    page = client.get(reverse("desk:case_questions", args=[case.pk]))
    assert page.status_code == 200, page.content.decode()[:2000]
    return page


def test_answers_are_kept_and_the_case_follows(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    onset = case.first_positive_on - timedelta(days=2)
    page = opened(client, case)
    assert not Response.objects.exists(), "to look is not to begin"
    assert send(client, case, page, illness__any="yes").status_code == 302
    page = opened(client, case)
    assert "First day of illness" in page.content.decode() and "q~~illness.onset_on" in page.content.decode()
    answer = send(client, case, page, illness__any="yes", illness__symptoms=["cough"], illness__onset_on=str(onset), work__works="no")
    assert answer.status_code == 302, answer.content.decode()[:3000]
    case.refresh_from_db()
    assert (case.symptomatic, case.onset_on) == (True, onset)
    assert case.isolation is not None and case.isolation.day_zero == onset, "isolation counts from what was said"
    interview = Interview.objects.get(case=case)
    assert (interview.kind, interview.symptoms, interview.response_id) == ("partial", ["cough"], Response.objects.get().pk)


def test_an_old_page_kept_again_changes_nothing_that_was_not_touched(made: World) -> None:
    case, one = the_case(made), made.client("supervisor")
    old = opened(one, case)
    send(one, case, old, illness__any="yes")
    assert send(one, case, old, work__works="yes").status_code == 302
    assert dict(Answer.objects.values_list("link_id", "value")) == {"illness.any": True, "work.works": True}


def test_two_at_once_lose_nothing(made: World) -> None:
    case, one = the_case(made), made.client("supervisor")
    first, second = opened(one, case), opened(one, case)
    send(one, case, first, work__works="yes", needs__any="no")
    answer = send(one, case, second, work__works="no", illness__any="yes")
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else works on this interview too" in told and "It stands; keep yours to replace it." in told
    assert dict(Answer.objects.values_list("link_id", "value")) == {"work.works": True, "needs.any": False, "illness.any": True}
    chosen = send(one, case, answer, work__works="no", illness__any="yes", needs__any="no")
    assert chosen.status_code == 302, "with both before their eyes"
    assert Answer.objects.get(link_id="work.works").value is False


def test_it_is_spoken_in_the_language_of_the_person(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    Person.objects.filter(pk=case.person_id).update(language="es")
    told = opened(client, case).content.decode()
    assert "¿Se ha sentido enfermo" in told and "Have you felt ill at all" not in told and 'lang="es"' in told
    assert "{given}" not in told and "{first}" not in told and "{tested}" not in told


def test_who_speaks_for_them_is_recorded(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    send(client, case, opened(client, case), illness__any="no", informant="parent", name="Luz Rivera", interpreter="on")
    response = Response.objects.get()
    assert (response.informant, response.informant_name, response.interpreter) == ("parent", "Luz Rivera", True)
    assert "Luz Rivera" in opened(client, case).content.decode()


@pytest.mark.parametrize(
    ("question", "typed", "says"),
    [
        ("identity__birth_on", str(date.today() + timedelta(days=400)), "has not come yet"), ("identity__birth_on", "0002-01-10", "too long ago"),
        ("identity__phone", "12", "area code"), ("identity__email", "nobody", "ana@example.org"), ("identity__language", "tlh", "Choose one"),
        ("work__works", "perhaps", "Choose one"),
    ],
)  # fmt: skip
def test_what_is_no_answer_comes_back_and_the_rest_is_kept(made: World, question: str, typed: str, says: str) -> None:
    case, client = the_case(made), made.client("supervisor")
    answer = send(client, case, opened(client, case), **{question: typed, "needs__any": "no"})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert list(Answer.objects.values_list("link_id", flat=True)) == ["needs.any"]


def test_doses_are_told_apart(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    send(client, case, opened(client, case), vaccine__any="yes")
    page = opened(client, case)
    (name,) = re.findall(r'name="q~(vaccine\.dose:[0-9a-z]+)~vaccine\.product"', page.content.decode())
    sent = SPEAKER | fields(page) | {"q~~vaccine.any": "yes", f"q~{name}~vaccine.product": "Moderna"}
    assert client.post(reverse("desk:case_questions", args=[case.pk]), sent).status_code == 302
    assert Answer.objects.get(link_id="vaccine.product").path == name
    assert opened(client, case).content.decode().count("~vaccine.product\" ") >= 2, "room for the next one"


def test_complete_ends_it_and_counts_as_such(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    send(client, case, opened(client, case), illness__any="no")
    page = opened(client, case)
    answer = send(client, case, page, illness__any="no", do="complete")
    assert answer.status_code == 302
    assert sorted(Interview.objects.filter(case=case).values_list("kind", flat=True)) == ["complete", "partial"]
    assert Response.objects.get().status == "complete"


def test_a_telephone_and_a_language_go_to_the_person(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    before = case.person.sex
    send(client, case, opened(client, case), identity__phone="203 555 0177", identity__language="pt", demographics__sex="declined")
    person = Person.objects.get(pk=case.person_id)
    assert (person.language, person.sex) == ("pt", before), "what somebody would rather not say is no fact"
    assert WayToReach.objects.filter(person=person, value="+12035550177").exists()


def test_each_answer_sent_alone_brings_the_page_back(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    page = opened(client, case)
    sent = SPEAKER | fields(page) | {"q~~illness.any": "yes"}
    answer = client.post(reverse("desk:case_questions", args=[case.pk]), sent, headers={"X-Part": "1"})
    assert answer.status_code == 200 and "q~~illness.onset_on" in answer.content.decode()


def test_whoever_may_not_work_on_the_case_sees_no_answer(made: World) -> None:
    case = the_case(made)
    for who, status in (("nobody", 403), ("elsewhere", 404), ("interface_manager", 403)):
        assert made.client(who).get(reverse("desk:case_questions", args=[case.pk])).status_code == status, who


# ── a contact's interview, reading back, what follows ────────────────────────────────────────────────────────────────
def a_contact(made: World) -> tuple[Person, Case]:
    """Somebody whom a case of New Haven named, with a call that waits."""
    source = add_case(made, "Secretname", "Vera", phone="+12035550101")
    facts = PersonFacts(family="Ruiz", given="Ana", phones=("+12035550188",))
    last = source.first_positive_on
    name_contacts(case=source, named=[Named(facts, "work", last)], by=made.actor("supervisor"), at=made.at)
    return Person.objects.get(family="Ruiz"), source


def test_a_contact_is_interviewed_and_their_quarantine_follows(made: World) -> None:
    person, _source = a_contact(made)
    client, where = made.client("supervisor"), reverse("desk:person_questions", args=[person.pk])
    page = client.get(where)
    assert page.status_code == 200 and "Secretname" not in page.content.decode(), "who the case is stands nowhere"
    assert "Never said" in page.content.decode()
    sent = SPEAKER | fields(page) | {"q~~illness.any": "yes", "q~~illness.onset_on": ""}
    assert client.post(where, sent).status_code == 302
    told = Circumstances.objects.get(person=person)
    assert told.symptomatic is True
    page = client.get(where)
    sent = SPEAKER | fields(page) | {"q~~illness.any": "no", "q~~identity.phone": "203 555 0199", "do": "complete"}
    assert client.post(where, sent)["Location"] == reverse("desk:person_contact", args=[person.pk])
    assert Circumstances.objects.filter(person=person).order_by("-at", "-id")[0].symptomatic is False
    assert WayToReach.objects.filter(person=person, value="+12035550199").exists()
    response = Response.objects.get(person=person)
    assert (response.questionnaire, response.status) == ("covid-19-contact", "complete")
    assert not Interview.objects.exists(), "it is no interview of a case"
    assert reverse("desk:interview", args=[response.pk]) in client.get(reverse("desk:person_contact", args=[person.pk])).content.decode()


def test_the_call_to_a_contact_leads_to_their_words_and_back(made: World) -> None:
    person, _source = a_contact(made)
    task = Task.objects.get(person=person, kind="contact_call")
    client = made.client("tracer")
    assert client.post(reverse("desk:call_take", args=[task.pk])).status_code == 302
    page = client.get(reverse("desk:call", args=[task.pk])).content.decode()
    where = f"{reverse('desk:person_questions', args=[person.pk])}?disease=covid19"
    assert where in page
    assert reverse("desk:call", args=[task.pk]) in client.get(where).content.decode()
    done = client.post(where, SPEAKER | fields(client.get(where)) | {"q~~illness.any": "no", "do": "complete"})
    assert done["Location"] == reverse("desk:call", args=[task.pk])


def test_who_is_no_contact_is_asked_nothing(made: World) -> None:
    case = the_case(made)
    assert made.client("supervisor").get(reverse("desk:person_questions", args=[case.person_id])).status_code == 404
    person, _source = a_contact(made)
    assert made.client("elsewhere").get(reverse("desk:person_questions", args=[person.pk])).status_code == 404


def test_an_interview_is_read_back_and_taken_out(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    send(client, case, opened(client, case), illness__any="no", work__works="yes")
    send(client, case, opened(client, case), illness__any="no", work__works="yes", work__occupation="Baker", do="complete")
    response = Response.objects.get()
    page = client.get(reverse("desk:interview", args=[response.pk])).content.decode()
    assert "Baker" in page and "Supervisor One" in page and "covid-19-case 2026-1" in page
    assert reverse("desk:interview", args=[response.pk]) in client.get(reverse("desk:case", args=[case.pk])).content.decode()
    file = client.post(reverse("desk:interview_fhir", args=[response.pk]))
    document = file.json()
    assert file["Content-Type"].startswith("application/fhir+json") and document["resourceType"] == "QuestionnaireResponse"
    assert document["status"] == "completed" and "Baker" in str(document["item"])
    kept = Disclosure.objects.get(way="file")
    assert kept.persons == [case.person_id] and "Supervisor One" in kept.recipient
    tracer = made.client("tracer")
    assert tracer.get(reverse("desk:interview", args=[response.pk])).status_code == 200
    assert tracer.post(reverse("desk:interview_fhir", args=[response.pk])).status_code == 403
    assert made.client("elsewhere").get(reverse("desk:interview", args=[response.pk])).status_code == 404


def test_what_is_taken_back_is_not_known_any_more_and_what_a_report_said_stays(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    onset = case.first_positive_on - timedelta(days=2)
    send(client, case, opened(client, case), illness__any="yes")
    send(client, case, opened(client, case), illness__any="yes", illness__onset_on=str(onset), hospital__overnight="yes")
    case.refresh_from_db()
    assert (case.onset_on, case.hospitalised) == (onset, True)
    Case.objects.filter(pk=case.pk).update(facts={**case.facts, "hospitalised": [2, made.at.isoformat(), "feed"]})
    send(client, case, opened(client, case), illness__any="yes", illness__onset_on="", hospital__overnight="")
    case.refresh_from_db()
    assert (case.onset_on, case.symptomatic) == (None, True), "the day was a mistake"
    assert case.isolation is not None and case.isolation.day_zero == case.first_positive_on, "isolation counts from the test again"
    assert case.hospitalised is True, "a report says so too"


def test_the_urgency_of_the_call_follows_what_was_said(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    assert case.task is not None
    Task.objects.filter(pk=case.task.pk).update(priority=0, reasons=[], facts={"age": 30})
    send(client, case, opened(client, case), illness__any="yes")
    task = Task.objects.get(pk=case.task.pk)
    assert task.facts["symptomatic"] is True and task.priority > 0 and task.reasons


def test_told_symptoms_make_a_probable_case_by_the_definition_of_then(made: World) -> None:
    """CSTE 20-ID-01 (April to August 2020): an antibody result counts together with signs of the illness."""
    case, then = the_case(made), date(2020, 6, 10)
    Case.objects.filter(pk=case.pk).update(first_positive_on=then, last_positive_on=then, classification="suspect", classification_rule="x")
    serology = (Positive("k", then, "antibody"),)
    assert reclassify(case=case, positives=serology, by=BY, at=made.at), "by the rules of then: no case without signs"
    case.refresh_from_db()
    assert case.classification == "not_a_case"
    Interview.objects.create(case=case, person_id=case.person_id, disease="covid19", kind="partial", symptoms=["cough"], at=made.at)
    assert reclassify(case=case, positives=serology, by=BY, at=made.at)
    case.refresh_from_db()
    assert case.classification == "probable" and "covid19/" in case.classification_rule
    assert not reclassify(case=case, positives=serology, by=BY, at=made.at), "said again it changes nothing"
    assert not reclassify(case=case, positives=(Positive("k", then, "antibody", False, False),), by=BY, at=made.at), "withdrawn: a human decides"


def test_what_is_on_record_is_an_answer_when_somebody_says_that_it_is_right(made: World) -> None:
    case, client = the_case(made), made.client("supervisor")
    Person.objects.filter(pk=case.person_id).update(birth_on=date(1950, 5, 5), language="es")
    page = opened(client, case)
    assert "On record: May 5, 1950" in page.content.decode() and not Answer.objects.exists(), "shown, and not taken for said"
    assert client.post(reverse("desk:case_questions", args=[case.pk]), SPEAKER | fields(page) | {"take": "~identity.birth_on"}).status_code == 302
    assert list(Answer.objects.values_list("link_id", "value")) == [("identity.birth_on", "1950-05-05")]
    page = opened(client, case)
    client.post(reverse("desk:case_questions", args=[case.pk]), SPEAKER | fields(page) | {"take": "~work.occupation"})
    assert Answer.objects.count() == 1, "what is not on record cannot be taken"
