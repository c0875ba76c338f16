"""Each page of the desk under each sight, with a person full of marked values: none of what is hidden stands anywhere in it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Role
from tracing.base.ids import uuid7
from tracing.base.sight import ORDER, SHOWS
from tracing.cases.models import Case, Closure, Interview
from tracing.desk.tests.world import BY, PASSWORD, World, add_case
from tracing.people.models import Address, Person, WayToReach
from tracing.tasks.models import Attempt, Task

pytestmark = pytest.mark.django_db

MAY: Final = [
    "people.see", "people.search", "people.settle_match", "people.record_death", "cases.see", "cases.detail", "cases.work", "cases.close",
    "timeline.see", "tasks.next_call", "lists.see", "lists.export", "journal.see", "cases.share", "cases.transfer", "referrals.make",
    "referrals.see", "people.break_glass", "people.restrict", "people.see_restricted", "privacy.review", "audit.see", "counts.see",
    "units.administer",
]  # fmt: skip

NAME: Final = ("Zyxofamily", "Zyxogiven", "zyxofamily", "zyxogiven")
MARKS: Final[dict[str, tuple[str, ...]]] = {
    "name": NAME,
    "birth": ("1951-02-03", "February 3", "Feb 3", "Feb. 3", "02/03/1951", "2/3/1951"),
    "reach": ("+12035557766", "(203) 555-7766", "2035557766", "zyxo@example.net"),
    "street": ("77 Zyxostreet",),
    "notes": ("zyxo-interview-note", "zyxo-close-note"),
    "sensitive": ("zyxo-interview-note", "zyxo-close-note", "Zyxo Manor"),
    "town": ("Bethany",),
}
"""What of a person → as what it would stand in a page."""


@pytest.fixture
def marked(made: World) -> Case:
    case = add_case(made, "Zyxofamily", "Zyxogiven", phone="+12035557766", street="77 Zyxostreet", born=date(1951, 2, 3), town="bethany")
    person, at = case.person_id, made.at
    WayToReach.objects.create(person_id=person, kind="email", value="zyxo@example.net", source="said", as_of=at)
    Interview.objects.create(
        case=case, person_id=person, disease=case.disease, kind="partial", note="zyxo-interview-note", setting="group_home",
        setting_name="Zyxo Manor", onset_on=case.first_positive_on - timedelta(days=1), hospitalised=True, symptoms=["fever"], at=at,
    )  # fmt: skip
    assert case.task is not None
    Attempt.objects.create(
        task=case.task, person_id=person, disease=case.disease, outcome="no_answer", at=at, note="zyxo-attempt-note",
        way=WayToReach.objects.get(person=person, kind="phone"),
    )  # fmt: skip
    closed = Closure.objects.create(
        case=case, person_id=person, disease=case.disease, reason="completed", note="zyxo-close-note", at=at, by_kind="staff"
    )
    Case.objects.filter(pk=case.pk).update(closure=closed)
    # Another one at the same number and address, so that "reached there too" and the list have two.
    add_case(made, "Zyxofamily", "Other", phone="+12035557766", street="77 Zyxostreet", town="bethany")
    return case


def eyes(made: World, sight: str) -> Client:
    """Somebody of New Haven who may do nearly everything, with that sight."""
    role = Role.objects.create(code=f"sees_{sight}", name=sight, description="", permissions=MAY, sight=sight, own=True)
    user = add_user(email=f"{sight}@example.org", name="Some Body", password=PASSWORD, by=BY, at=made.at)
    grant_membership(user=user, role=role, unit=made.units["new-haven"], since=made.at - timedelta(days=1), by=BY, at=made.at)
    client = Client()
    client.force_login(user)
    return client


def pages(case: Case) -> list[tuple[str, str, dict[str, str]]]:
    """Every page that shows people: method, address, what is sent."""
    of_case = [
        "case", "case_results", "case_contacts", "case_messages", "case_tasks", "case_timeline", "case_access", "case_interview",
        "case_questions", "case_shared",
    ]  # fmt: skip
    found: list[tuple[str, str, dict[str, str]]] = [("get", reverse(f"desk:{name}", args=[case.pk]), {}) for name in of_case]
    found += [
        ("get", reverse("desk:person", args=[case.person_id]), {}),
        ("post", reverse("desk:person_said", args=[case.person_id]), {"birth_on": "not a day"}),
        ("post", reverse("desk:case_close", args=[case.pk]), {}),
        ("get", reverse("desk:case_list"), {}),
        ("get", reverse("desk:case_list") + "?sort=name&state=closed", {}),
        ("post", reverse("desk:case_list"), {"name": "zyx"}),
        ("get", reverse("desk:task_list"), {}),
        ("post", reverse("desk:search"), {"q": "zyx"}),
        ("post", reverse("desk:search"), {"q": "203-555-7766"}),
        ("post", reverse("desk:search"), {"q": "2/3/1951"}),
        ("get", reverse("desk:my_day"), {}),
        ("get", reverse("desk:facilities"), {}),
        ("get", reverse("desk:matches"), {}),
        ("get", reverse("desk:proposals"), {}),
        ("get", reverse("desk:transfers"), {}),
        ("get", reverse("desk:referrals"), {}),
        ("get", reverse("desk:emergency"), {}),
        ("post", reverse("desk:emergency"), {"name": "Zyxogiven Zyxofamily", "reason": "short"}),
        ("get", reverse("desk:privacy"), {}),
        ("get", reverse("desk:privacy_emergencies"), {}),
        ("get", reverse("desk:privacy_disclosures"), {}),
        ("get", reverse("desk:privacy_unusual"), {}),
        ("get", reverse("desk:privacy_person", args=[case.person_id]), {}),
        ("post", reverse("desk:privacy_person_file", args=[case.person_id]), {}),
        ("get", reverse("desk:out_of_state"), {}),
        ("get", reverse("desk:audit"), {}),
        ("get", reverse("desk:places"), {}),
        ("get", reverse("desk:counts"), {}),
        ("get", reverse("desk:taken_out"), {}),
        ("get", reverse("desk:call_ended", args=[case.task_id]), {}),
        ("get", reverse("desk:call", args=[case.task_id]), {}),
    ]
    return found


@pytest.mark.parametrize("sight", ORDER)
def test_nothing_hidden_stands_in_any_page(made: World, marked: Case, sight: Any) -> None:
    client = eyes(made, sight)
    client.post(reverse("desk:call_take", args=[marked.task_id]))
    assert marked.task_id is not None
    Task.objects.filter(pk=marked.task_id).update(state="held", held_by=made_user(sight), held_until=made.at + timedelta(minutes=20))
    hidden = {words for what, those in MARKS.items() if what not in SHOWS[sight] for words in those}
    for what in SHOWS[sight]:
        hidden -= set(MARKS.get(what, ())) if what != "notes" else set()
    wrong, shown = [], ""
    for method, url, sent in pages(marked):
        answer = getattr(client, method)(url, sent)
        if answer.status_code not in (200, 302, 403, 422):
            wrong.append(f"{method} {url}: {answer.status_code}")
        text = answer.content.decode() + str(answer.headers)
        if sent.get("q"):
            text = text.replace(sent["q"], "").replace("2/3/1951", "")  # what was typed comes back to who typed it
        wrong += [f"{method} {url}: {words}" for words in hidden if words in text]
        shown += text
    assert not wrong, "\n".join(sorted(wrong))
    # Otherwise the test would pass on emptiness.
    if "name" in SHOWS[sight]:
        assert "Zyxofamily, Zyxogiven" in shown and "(203) 555-7766" in shown
    if sight == "masked":
        assert "Z. Z." in shown and "years" in shown and "Bethany" in shown
    if sight == "deidentified":
        assert "Name hidden" in shown
    if sight != "whole":
        assert "hidden" in shown


def made_user(sight: str) -> Any:
    from tracing.access.models import User

    return User.objects.get(email=f"{sight}@example.org")


@pytest.mark.parametrize("sight", ["masked", "deidentified"])
def test_nobody_is_found_or_sorted_by_what_is_hidden(made: World, marked: Case, sight: str) -> None:
    client = eyes(made, sight)
    for words in ("Zyxofamily", "203-555-7766", "2/3/1951"):
        page = client.post(reverse("desk:search"), {"q": words})
        assert page.status_code == 200 and page.context["rows"] == [] and "cannot be looked up" in page.content.decode()
    opened = [row[0].pk for row in client.get(reverse("desk:case_list")).context["rows"]]
    assert [row[0].pk for row in client.get(reverse("desk:case_list") + "?sort=name").context["rows"]] == opened
    narrowed = client.post(reverse("desk:case_list"), {"name": "nobody at all"})
    assert [row[0].pk for row in narrowed.context["rows"]] == opened
    assert "cannot be narrowed by one" in narrowed.content.decode()


@pytest.mark.parametrize("sight", ["limited", "contact", "masked", "deidentified"])
def test_what_is_hidden_survives_a_save(made: World, marked: Case, sight: str) -> None:
    """Forms that could not show a value do not empty it."""
    client = eyes(made, sight)
    before = Person.objects.filter(pk=marked.person_id).values().get()
    was = Case.objects.filter(pk=marked.pk).values("onset_on", "symptomatic", "hospitalised", "setting").get()
    Interview.objects.filter(case=marked).update(symptomatic=True)
    said = client.get(reverse("desk:person", args=[marked.person_id])).context["said_form"].initial
    sent = {name: said.get(name) or "" for name in ("given", "family", "birth_on", "language")} | {"phone": "", "email": "", "language": "pt"}
    assert client.post(reverse("desk:person_said", args=[marked.person_id]), sent).status_code == 302
    after = Person.objects.filter(pk=marked.person_id).values().get()
    assert after["language"] == "pt"
    made_anew = {"language": "", "facts": "", "keys": ""}
    assert {**before, **made_anew} == {**after, **made_anew}
    form = client.get(reverse("desk:case_interview", args=[marked.pk])).context["form"]
    typed = {name: form.get_initial_for_field(form.fields[name], name) or "" for name in form.fields} | {"note": "more was said"}
    typed = {name: value for name, value in typed.items() if value}
    typed |= {"contact-TOTAL_FORMS": "1", "contact-INITIAL_FORMS": "0"}
    answer = client.post(reverse("desk:case_interview", args=[marked.pk]), {**typed, "complete": ""})
    assert answer.status_code == 302, answer.content.decode()
    kept = Interview.objects.filter(case=marked).order_by("-at", "-id")[0]
    assert kept.note == "more was said"
    assert (kept.setting, kept.setting_name, kept.symptomatic, kept.hospitalised, kept.symptoms) == (
        "group_home", "Zyxo Manor", True, True, ["fever"],
    )  # fmt: skip
    assert kept.onset_on == marked.first_positive_on - timedelta(days=1)
    now: Any = Case.objects.filter(pk=marked.pk).values("onset_on", "symptomatic", "hospitalised", "setting").get()
    assert all(now[name] == value for name, value in was.items() if value not in (None, ""))
    assert WayToReach.objects.filter(person=marked.person_id).count() == 2 and Address.objects.filter(person=marked.person_id).count() == 1


def test_who_is_hidden_and_who_is_not_there_are_answered_alike(made: World) -> None:
    """Same words, same headers, same questions to the database, for a key that nothing has and one of another department."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    other = made.cases["Ford Hart"]
    client = made.client("tracer")
    client.get(reverse("desk:my_day"))  # once an hour the last use of the account is kept
    known = {"case": other.pk, "call": other.task_id, "person": other.person_id}
    names = [
        "case", "case_results", "case_contacts", "case_messages", "case_tasks", "case_timeline", "case_interview", "person", "call",
        "call_ended", "case_close", "case_reopen", "case_stay", "person_said", "person_death", "person_alive", "person_apart",
        "call_take", "call_release", "call_again", "call_allow",
    ]  # fmt: skip
    posts = {"case_close", "case_reopen", "case_stay", "person_said", "person_death", "person_alive", "person_apart", "call_take",
             "call_release", "call_again", "call_allow"}  # fmt: skip
    for name in names:
        told = []
        for key in (known[name.split("_")[0]], uuid7()):
            with CaptureQueriesContext(connection) as asked:
                answer = getattr(client, "post" if name in posts else "get")(reverse(f"desk:{name}", args=[key]))
            assert answer.status_code == 404, name
            words = [re.sub(r"_x\d+", "", query["sql"]).replace(str(key), "KEY") for query in asked.captured_queries]
            told.append((answer.content.replace(str(key).encode(), b"KEY"), dict(answer.headers), len(words), words[-3:]))
        assert told[0] == told[1], name
