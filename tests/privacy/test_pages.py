"""The pages of privacy and audit: what they show to whom, and that nothing personal stands in addresses and logs."""

from __future__ import annotations

import csv
import io
import json
import logging
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from fhir.resources.R4B.auditevent import AuditEvent

from tests.privacy.people import hire, seen_as
from tests.privacy.test_unusual import ZONE
from tracing.access.models import Membership
from tracing.desk.privacy.urls import urlpatterns as privacy_urls
from tracing.desk.tests.world import World
from tracing.journal.actions import Actor, action, disclose
from tracing.journal.models import Entry, Look
from tracing.people.models import EmergencyAccess, Recusal, Restriction, Standing, UnusualLook, WayToReach
from tracing.people.watching import find_unusual_looks

pytestmark = pytest.mark.django_db

WHY = "The hospital asks who lives with this patient tonight."
BY_NAME = {"way": "name", "given": "Ford", "family": "Hart", "birth_on": "1950-05-05", "reason": WHY}


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("typed", "opened"),
    [
        (BY_NAME, True),
        (BY_NAME | {"way": "phone", "phone": "(860) 555-0101"}, True),
        (BY_NAME | {"way": "number", "number": "case"}, True),
        (BY_NAME | {"way": "number", "number": "no such number"}, False),
        (BY_NAME | {"way": "number", "number": str(date(2026, 1, 1))}, False),
        (BY_NAME | {"family": "Hard"}, False),
        # The way chosen counts, not what else was typed.
        (BY_NAME | {"way": "phone", "phone": "203-555-0000"}, False),
    ],
)
def test_emergency_access_answers_only_after_it_was_written_down(made: World, typed: dict[str, str], opened: bool) -> None:
    case, client = made.cases["Ford Hart"], made.client("tracer")
    if typed.get("number") == "case":
        typed = typed | {"number": str(case.pk)}
    answer = client.post(reverse("desk:emergency"), typed)
    # The same answer, whoever was found; what came of it stands on the next page.
    assert (answer.status_code, answer["Location"], answer.content) == (302, reverse("desk:emergency"), b"")
    assert EmergencyAccess.objects.get().reason == WHY
    page = text(client.get(reverse("desk:emergency")))
    assert ("Ford Hart" in page) is opened and ("No single record fits" in page) is not opened
    person = reverse("desk:person", args=[case.person_id])
    assert client.get(person).status_code == (200 if opened else 404)
    assert client.get(reverse("desk:case", args=[case.pk])).status_code == (200 if opened else 404)
    if opened:
        client.post(reverse("desk:emergency_end", args=[EmergencyAccess.objects.get().pk]))
        assert client.get(person).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reason": "urgent"}, "at least 20 characters"),
        ({"reason": ""}, "This is needed"),
        ({"way": ""}, "Choose one"),
        ({"birth_on": ""}, "to find exactly one person"),
        ({"given": ""}, "to find exactly one person"),
        ({"way": "phone", "phone": "12"}, "area code"),
        ({"way": "number", "number": ""}, "to find exactly one person"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(made: World, wrong: dict[str, str], says: str) -> None:
    answer = made.client("tracer").post(reverse("desk:emergency"), BY_NAME | wrong)
    assert answer.status_code == 422 and says in text(answer) and 'value="Hart"' in text(answer)
    assert not EmergencyAccess.objects.exists()


def test_the_page_tells_beforehand_who_is_told(made: World) -> None:
    page = text(made.client("tracer").get(reverse("desk:emergency")))
    assert "are recorded, whether or not somebody is found" in page and "The privacy officer is told at once" in page
    assert "for 4 hours" in page and "5 of 5 left" in page


def test_found_and_not_found_take_the_same_road(made: World) -> None:
    """Statements asked of the database differ by the rows that are written when a record opens, and by nothing else."""
    client, asked = made.client("tracer"), []
    client.get(reverse("desk:emergency"))  # the account's last use is noted once an hour
    for typed in (BY_NAME | {"family": "Hard"}, BY_NAME | {"given": "Frod"}):
        with CaptureQueriesContext(connection) as seen:
            client.post(reverse("desk:emergency"), typed)
        asked.append([one["sql"].split()[0] for one in seen.captured_queries])
    assert asked[0] == asked[1]


def test_the_officer_is_told_at_once_and_reviews(made: World) -> None:
    made.client("tracer").post(reverse("desk:emergency"), BY_NAME)
    officer, row = made.client("privacy_officer"), EmergencyAccess.objects.get()
    page = text(officer.get(reverse("desk:privacy")))
    assert 'Privacy <span class="count">1</span>' in page and "Tracer One" in page and "Ford Hart" in page and "Open now" in page
    made.client("tracer").get(reverse("desk:person", args=[row.person_id]))
    shown = text(officer.get(reverse("desk:privacy_emergency", args=[row.pk])))
    assert WHY in shown and "127.0.0.1" in shown
    assert officer.post(reverse("desk:privacy_emergency", args=[row.pk]), {"note": "x"}).status_code == 422
    done = officer.post(reverse("desk:privacy_emergency", args=[row.pk]), {"verdict": "not_justified", "note": "Nobody asked."})
    assert done.status_code == 302
    page = text(officer.get(reverse("desk:privacy")))
    assert 'class="count"' not in page and "Nothing to review" in page
    reviewed = text(officer.get(reverse("desk:privacy_emergencies")))
    assert "Not justified" in reviewed and "Privacy Officer Two" in reviewed
    assert officer.post(reverse("desk:privacy_emergency", args=[row.pk]), {"verdict": "justified"}).status_code == 302
    row.refresh_from_db()
    assert row.verdict == "not_justified"


def test_a_departments_officer_is_told_of_their_own_staff_alone(made: World) -> None:
    hire(made, "privacy_officer", "hartford", name="hartford_officer")
    made.client("tracer").post(reverse("desk:emergency"), BY_NAME)
    other, row = made.client("hartford_officer"), EmergencyAccess.objects.get()
    assert "Nothing to review" in text(other.get(reverse("desk:privacy")))
    assert other.get(reverse("desk:privacy_emergency", args=[row.pk])).status_code == 404
    assert other.get(reverse("desk:privacy_user", args=[made.staff["tracer"].pk])).status_code == 404
    assert other.get(reverse("desk:privacy_user", args=[made.staff["elsewhere"].pk])).status_code == 200
    assert other.get(reverse("desk:privacy_person", args=[made.cases["Ana Rivera"].person_id])).status_code == 404


def test_all_looks_at_one_person_and_what_left_the_agency(made: World) -> None:
    @action
    def give(*, by: Actor, at: Any) -> None:
        disclose(
            by=by, at=at, way="transfer", recipient="State of New York", purpose="public_health", ground="law", fields=["name", "birth_on"],
            persons=[made.cases["Ana Rivera"].person_id],
        )  # fmt: skip

    case, officer = made.cases["Ana Rivera"], made.client("privacy_officer")
    made.client("tracer").get(reverse("desk:case", args=[case.pk]), REMOTE_ADDR="192.0.2.7")
    give(by=made.actor("supervisor"), at=made.at)
    url = reverse("desk:privacy_person", args=[case.person_id])
    page = text(officer.get(url))
    assert "Tracer One" in page and "192.0.2.7" in page and "State of New York" in page and "name, birth date" in page
    today, early = made.at.astimezone(ZONE).date(), {"first": "2020-01-01", "last": "2020-02-01"}
    assert "Nothing left the agency" in text(officer.post(url, early))
    assert officer.post(url, {"first": "2020-02-01", "last": "2020-01-01"}).status_code == 422
    file = officer.post(
        reverse("desk:privacy_person_file", args=[case.person_id]), {"first": str(today - timedelta(days=9)), "last": str(today)}
    )
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == 2 and rows[1][1] == "State of New York" and "Supervisor" not in text(file)
    assert "Rivera" not in file["Content-Disposition"]
    listed = text(officer.get(reverse("desk:privacy_disclosures")))
    assert "State of New York" in listed and "Supervisor One" in listed
    asked = {"first": str(today - timedelta(days=9)), "last": str(today), "recipient": "Vermont"}
    assert "State of New York" not in text(officer.post(reverse("desk:privacy_disclosures"), asked))
    # Asking is a look itself.
    assert {look.page for look in Look.objects.filter(actor_id=made.staff["privacy_officer"].pk, persons__contains=[case.person_id])} == {
        "privacy_person", "privacy_file",
    }  # fmt: skip


def test_all_looks_of_one_user_and_an_unusual_one_is_reviewed(made: World) -> None:
    Membership.objects.update(valid_from=made.at - timedelta(days=60))
    Standing.objects.update(since=made.at - timedelta(days=30))
    hire(made, "tracer", "new-haven", name="rivera", called="Luis Rivera")
    case, officer = made.cases["Ana Rivera"], made.client("privacy_officer")
    made.client("rivera").get(reverse("desk:person", args=[case.person_id]))
    hour = made.at.replace(minute=0, second=0, microsecond=0)
    look = Look.objects.filter(actor_id=made.staff["rivera"].pk).latest("at")
    since = look.at.replace(minute=0, second=0, microsecond=0)
    find_unusual_looks(since=since, until=since + timedelta(hours=1), zone=ZONE, by=made.actor("tracer"), at=hour)
    row = UnusualLook.objects.get(rule__startswith="own_name")
    assert "Luis Rivera" in text(officer.get(reverse("desk:privacy")))
    listed = reverse("desk:privacy_unusual")
    for query, there in (("", True), ("?rule=own_name", True), ("?rule=restricted", False), ("?state=reviewed", False), ("?before=x", True)):
        assert ("Luis Rivera" in text(officer.get(listed + query))) is there, query
    page = text(officer.get(reverse("desk:privacy_look", args=[row.pk])))
    assert "Somebody of their own family name" in page and "Ana Rivera" in page
    looks = text(officer.get(reverse("desk:privacy_user", args=[made.staff["rivera"].pk])))
    assert "Ana Rivera" in looks and "127.0.0.1" in looks
    assert "Luis Rivera" in text(officer.post(reverse("desk:privacy_staff"), {"words": "rivera"}))
    assert "Nobody of that name" in text(officer.post(reverse("desk:privacy_staff"), {"words": "zzz"}))
    done = officer.post(reverse("desk:privacy_look", args=[row.pk]), {"verdict": "not_explained", "note": "A cousin."})
    assert done.status_code == 302
    assert "Luis Rivera" in text(officer.get(listed + "?state=reviewed"))
    assert Entry.objects.get(verb="unusual_look.reviewed").codes["verdict"] == "not_explained"


def test_a_colleague_is_restricted_or_left_open_from_the_officers_page(made: World) -> None:
    case, officer = made.cases["Ana Rivera"], made.client("privacy_officer")
    WayToReach.objects.create(
        person_id=case.person_id, kind="email", value=made.staff["other_tracer"].email, source="lab", as_of=made.at
    )
    assert "account of Other Tracer Two" in text(officer.get(reverse("desk:privacy")))
    url = reverse("desk:privacy_colleague", args=[case.person_id])
    assert officer.post(url, {"answer": "restrict"}).status_code == 302
    assert made.client("tracer").get(reverse("desk:person", args=[case.person_id])).status_code == 404
    assert officer.post(url, {"answer": "restrict"}).status_code == 404, "decided once"
    assert officer.post(reverse("desk:privacy_colleague", args=[made.cases["Ngozi Okafor"].person_id])).status_code == 404


def test_a_record_is_restricted_and_the_restriction_lifted_on_the_persons_page(made: World) -> None:
    case = made.cases["Ana Rivera"]
    supervisor, director = made.client("supervisor"), made.client("director")
    url = reverse("desk:person_restrict", args=[case.person_id])
    assert "You are not cleared" in text(supervisor.get(url)) and "You are not cleared" not in text(director.get(url))
    assert supervisor.post(url, {"kind": "staff", "restricted_why": "works here"})["Location"] == reverse("desk:my_day")
    assert supervisor.get(url).status_code == 404
    page = text(director.get(reverse("desk:person", args=[case.person_id])))
    assert "works here" in page and "Member of staff" in page
    row = Restriction.objects.get()
    assert row.unit == made.units["new-haven"]
    lift = reverse("desk:person_lift", args=[case.person_id, row.pk])
    assert supervisor.post(lift).status_code == 404
    other = reverse("desk:person_lift", args=[made.cases["Ngozi Okafor"].person_id, row.pk])
    assert director.post(other).status_code == 404, "another person's restriction"
    assert director.post(lift).status_code == 302
    assert supervisor.get(url).status_code == 200


def test_i_know_this_person_and_the_lead_undoes_it(made: World) -> None:
    case = made.cases["Ana Rivera"]
    client, url = made.client("tracer"), reverse("desk:person_aside", args=[case.person_id])
    assert "your lead can undo it" in text(client.get(url))
    assert client.post(url).status_code == 302
    assert client.get(url).status_code == 404
    row = Recusal.objects.get()
    undo = reverse("desk:person_aside_undo", args=[case.person_id, row.pk])
    assert client.post(undo).status_code == 403
    lead = made.client("lead")
    assert "Tracer One knows this person" in text(lead.get(reverse("desk:person", args=[case.person_id])))
    other = reverse("desk:person_aside_undo", args=[made.cases["Ngozi Okafor"].person_id, row.pk])
    assert lead.post(other).status_code == 404
    assert lead.post(undo).status_code == 302 and lead.post(undo).status_code == 404
    assert client.get(url).status_code == 200


def test_the_audit_page_and_its_files_name_nobody_of_the_register(made: World) -> None:
    made.client("tracer").get(reverse("desk:case", args=[made.cases["Ana Rivera"].pk]), REMOTE_ADDR="192.0.2.7")
    auditor = made.client("auditor")
    page = text(auditor.get(reverse("desk:audit")))
    assert "192.0.2.7" in page and "Tracer One" in page and "Case opened" in page
    assert not any(name in page for name in ("Rivera", "Okafor", "Elm"))
    today = str(made.at.astimezone(ZONE).date())
    asked = {"first": today, "last": today, "kind": "look", "actor": str(made.staff["tracer"].pk), "person": "", "what": "case"}
    page = text(auditor.post(reverse("desk:audit"), asked))
    assert "Tracer One" in page and "Case opened" not in page
    assert auditor.post(reverse("desk:audit"), asked | {"actor": "Rivera"}).status_code == 422
    assert auditor.post(reverse("desk:audit"), asked | {"first": "2020-01-01"}).status_code == 422
    file = auditor.post(reverse("desk:audit_file"), asked | {"format": "fhir", "kind": ""})
    assert file["Content-Type"] == "application/fhir+ndjson"
    for line in file.content.decode().splitlines():
        AuditEvent.model_validate(json.loads(line))
    rows = list(csv.DictReader(io.StringIO(auditor.post(reverse("desk:audit_file"), asked | {"format": "csv"}).content.decode("utf-8-sig"))))
    assert {row["what"] for row in rows} == {"case"} and rows[0]["address"] == "192.0.2.7"
    assert auditor.post(reverse("desk:audit_file"), asked | {"first": ""}).status_code == 422
    assert Look.objects.filter(actor_id=made.staff["auditor"].pk, page="audit_file", purpose="audit").count() == 2
    # The auditor sees nobody's record.
    assert auditor.get(reverse("desk:person", args=[made.cases["Ana Rivera"].person_id])).status_code == 403


ONLY = ("privacy_officer", "auditor")


@pytest.mark.parametrize("who", ["privacy_officer", "auditor", "director", "lead", "tracer", "administrator", "nobody"])
def test_who_opens_the_officers_pages(made: World, who: str) -> None:
    client: Client = made.client(who)
    keys = {"pk": made.cases["Ana Rivera"].person_id}
    for pattern in privacy_urls:
        kwargs = keys if pattern.pattern.converters else {}
        code = client.get(reverse(f"desk:{pattern.name}", kwargs=kwargs)).status_code
        assert code in ((200, 404, 405) if who == "privacy_officer" else (403, 405)), (pattern.name, code)
    assert client.get(reverse("desk:audit")).status_code == (200 if who in ONLY else 403)


def test_nothing_personal_stands_in_addresses_or_logs(made: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client, officer = made.client("tracer"), made.client("privacy_officer")
    found = []
    for asked in (BY_NAME, BY_NAME | {"reason": "short"}):
        found.append(client.post(reverse("desk:emergency"), asked).get("Location", ""))
    for who, url in ((client, reverse("desk:emergency")), (officer, reverse("desk:privacy"))):
        answer = who.get(url)
        found += [part for part in text(answer).split('"') if part.startswith(("/", "?"))]
    told = " ".join(found) + " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert "/emergency" in told
    for personal in ("Hart", "Ford", "1950", "8605550101", "hospital"):
        assert personal not in told, personal
    assert seen_as(made, "tracer").user  # somebody was signed in
