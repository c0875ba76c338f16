"""Lists leave as files for a purpose; above a number after a second person's approval; and everything that can go wrong between."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tracing.access.actions import add_user, end_membership, exporting, grant_membership
from tracing.access.models import ExportRequest, Membership, Role, User
from tracing.access.rules.exporting import GROUNDS, may_take
from tracing.cases.models import Case
from tracing.desk.lists.forms import PURPOSES
from tracing.desk.tests.world import BY, PASSWORD, World, add_case
from tracing.journal.models import Disclosure, Entry, Look, OldValues

FOR = {"purpose": "public_health", "why": ""}


def test_every_purpose_has_its_ground() -> None:
    assert set(PURPOSES) == set(GROUNDS)


@pytest.mark.parametrize(
    ("answer", "approved", "now", "hours", "taken", "expected"),
    [
        ("", 600, 600, 1, False, "waiting"),
        ("refused", 600, 600, 1, False, "refused"),
        ("approved", 600, 600, 1, False, "take"),
        ("approved", 600, 660, 1, False, "take"),
        ("approved", 600, 661, 1, False, "grown"),
        ("approved", 600, 5, 1, False, "take"),
        ("approved", 600, 600, 0, False, "late"),
        ("approved", 600, 600, -1, False, "late"),
        ("approved", 600, 600, 1, True, "taken"),
    ],
)
def test_when_a_list_may_be_taken(answer: str, approved: int, now: int, hours: int, taken: bool, expected: str) -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert may_take(answer=answer, approved=approved, now=now, until=at + timedelta(hours=hours), taken=taken, at=at) == expected


def staff(made: World, role: str, unit: str, name: str = "") -> Client:
    user = add_user(email=f"{name or role}@example.net", name=name or role, password=PASSWORD, by=BY, at=made.at)
    grant_membership(
        user=user, role=Role.objects.get(code=role), unit=made.units[unit], since=made.at - timedelta(days=1), by=BY, at=made.at
    )
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    found: str = answer.content.decode("utf-8-sig")
    return found


@pytest.mark.django_db
def test_a_purpose_is_asked_first_and_kept(made: World) -> None:
    client = made.client("supervisor")
    url = reverse("desk:case_export") + "?state=open"
    asked = client.post(url)
    assert asked.status_code == 200 and "What is it for?" in asked.content.decode()
    assert not Disclosure.objects.exists() and not Look.objects.filter(page="case_export").exists()
    refused = client.post(url, {"purpose": "research", "why": " "})
    assert refused.status_code == 422 and "Write in a few words" in refused.content.decode()
    assert client.post(url, {"purpose": "sale"}).status_code == 422
    answer = client.post(url, {"purpose": "research", "why": "study 12"})
    assert answer["Content-Disposition"].startswith("attachment") and '"Rivera","Ana"' in text(answer)
    kept = Disclosure.objects.get()
    assert (kept.way, kept.recipient, kept.purpose, kept.ground, len(kept.persons)) == (
        "export", "own use", "research", "approved_research", 2,
    )  # fmt: skip
    assert "family" in kept.fields and "Rivera" not in str(kept.__dict__)
    entry = Entry.objects.get(verb="list.taken_out")
    assert entry.codes["people"] == 2 and OldValues.objects.get(entry_id=entry.pk).values == {"why": "study 12"}
    assert len(Look.objects.get(page="case_export").persons) == 2


@pytest.mark.django_db
def test_more_people_than_one_may_take_alone_wait_for_a_second_person(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.access.rules.exporting.ALONE", 1)
    client, director = made.client("supervisor"), staff(made, "director", "new-haven")
    answer = client.post(reverse("desk:case_export") + "?state=open", FOR | {"name": "r"})
    assert answer.status_code == 200 or answer.status_code == 302
    client.post(reverse("desk:case_export") + "?state=open", FOR)
    row = ExportRequest.objects.get(people=2)
    assert (row.unit.code, row.people, row.asked["query"], row.purpose) == ("new-haven", 2, "state=open", "public_health")
    take = reverse("desk:taken_out_take", args=[row.pk])
    assert client.post(take).status_code == 302 and not Disclosure.objects.filter(purpose="public_health", persons__len=2).exists()
    # Not by who asked, nor by who does not approve there, nor by the director of elsewhere.
    decide = reverse("desk:taken_out_answer", args=[row.pk])
    assert client.post(decide, {"answer": "approve"}).status_code == 403
    assert staff(made, "director", "hartford", "other").post(decide, {"answer": "approve"}).status_code == 404
    assert "Supervisor One" in director.get(reverse("desk:taken_out")).content.decode()
    assert director.post(decide, {"answer": "approve"}).status_code == 302
    row.refresh_from_db()
    assert row.answer == "approved" and row.until == made.at + timedelta(hours=24)
    # Another one's request is not there for anybody else.
    assert director.post(take).status_code == 404
    answer = client.post(take)
    assert answer["Content-Disposition"].startswith("attachment") and '"Rivera","Ana"' in text(answer)
    assert Disclosure.objects.filter(persons__len=2).count() == 1
    # Once.
    page = client.post(take, follow=True)
    assert "taken once already" in page.content.decode()
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"export.asked", "export.approved", "list.taken_out"} <= verbs


@pytest.mark.django_db
def test_nobody_approves_what_they_asked_for(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.access.rules.exporting.ALONE", 1)
    client = made.client("state_epidemiologist")
    client.post(reverse("desk:case_export"), FOR)
    row = ExportRequest.objects.get()
    page = client.post(reverse("desk:taken_out_answer", args=[row.pk]), {"answer": "approve"}, follow=True)
    assert "Somebody else answers" in page.content.decode()
    row.refresh_from_db()
    assert row.answer == ""
    with pytest.raises(exporting.OwnRequest):
        exporting.answer_export(request=row, approved=True, by=made.actor("state_epidemiologist"), at=made.at)


def _approved(made: World, client: Client) -> ExportRequest:
    client.post(reverse("desk:case_export"), FOR)
    row = ExportRequest.objects.get()
    exporting.answer_export(request=row, approved=True, by=made.actor("state_epidemiologist"), at=made.at)
    return row


@pytest.mark.django_db
def test_an_approval_ends(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.access.rules.exporting.ALONE", 1)
    client = made.client("supervisor")
    row = _approved(made, client)
    ExportRequest.objects.filter(pk=row.pk).update(until=made.at)
    assert "held for 24 hours" in client.post(reverse("desk:taken_out_take", args=[row.pk]), follow=True).content.decode()
    assert not Disclosure.objects.exists()


@pytest.mark.django_db
def test_a_list_that_has_grown_is_asked_for_again(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.access.rules.exporting.ALONE", 1)
    client = made.client("supervisor")
    row = _approved(made, client)
    add_case(made, "New", "One", phone="+12035550191")
    assert "grown by more than a tenth" in client.post(reverse("desk:taken_out_take", args=[row.pk]), follow=True).content.decode()
    # One that has shrunk, or changed, is read as it is now.
    Case.objects.exclude(person__family="Rivera").update(unit=made.units["hartford"])
    answer = text(client.post(reverse("desk:taken_out_take", args=[row.pk])))
    assert '"Rivera","Ana"' in answer and "Okafor" not in answer


@pytest.mark.django_db
def test_who_has_lost_the_role_takes_nothing(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.access.rules.exporting.ALONE", 1)
    client = made.client("supervisor")
    row = _approved(made, client)
    held = Membership.objects.get(user=made.staff["supervisor"])
    end_membership(membership=held, by=BY, at=made.at)
    assert client.post(reverse("desk:taken_out_take", args=[row.pk])).status_code == 403
    # Nor can it be approved for them.
    other = ExportRequest.objects.create(
        user=made.staff["supervisor"], unit=made.units["new-haven"], page="cases", people=600, purpose="quality", asked_at=made.at
    )
    with pytest.raises(exporting.AskerMayNot):
        exporting.answer_export(request=other, approved=True, by=made.actor("state_epidemiologist"), at=made.at)
    exporting.answer_export(request=other, approved=False, by=made.actor("state_epidemiologist"), at=made.at)
    assert User.objects.get(pk=other.user_id).is_active


@pytest.mark.django_db
def test_files_show_no_more_than_pages(made: World) -> None:
    case = add_case(made, "Zyxofamily", "Zyxogiven", phone="+12035557766", street="77 Zyxostreet", born=date(1951, 2, 3), town="bethany")
    client = staff(made, "analyst_deidentified", "new-haven")
    answer = text(client.post(reverse("desk:case_export"), FOR))
    for hidden in ("Zyxo", "Z.", "1951", "Bethany", f"{case.first_positive_on:%Y-%m-%d}", "5557766"):
        assert hidden not in answer, hidden
    assert f"{case.first_positive_on:%Y-%m}" in answer and '"Age"' in answer
    assert Disclosure.objects.get().fields[0] == "age"
    calls = text(client.post(reverse("desk:task_export"), FOR))
    assert "Zyxo" not in calls and "Family name" not in calls
