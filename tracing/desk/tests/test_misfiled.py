"""The pages of a report that is about somebody else: chosen, seen before it happens, moved, listed, taken back; and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.merging import reported
from tests.world import NOW, connecticut, file_all, order, send, somebody
from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Role
from tracing.intake.models import LabResult, Moved, Report, Source
from tracing.journal.actor import job
from tracing.jurisdictions.models import Unit
from tracing.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return connecticut()


def signed_in(role: str, unit: str = "") -> Client:
    """Somebody of the state, or of one department."""
    by = job("test")
    user = add_user(email=f"{role}{unit}@example.org", name="Dana", password=None, by=by, at=NOW)
    of = Unit.objects.get(code=unit) if unit else Unit.objects.get(kind="state")
    grant_membership(user=user, role=Role.objects.get(code=role), unit=of, since=NOW - timedelta(days=1), by=by, at=NOW)
    client = Client()
    client.force_login(user)
    return client


def test_chosen_seen_moved_and_taken_back(source: Source) -> None:
    wrong, right = reported(source, 1, phone="2035550101"), reported(source, 2, phone="2035550102")
    result = LabResult.objects.get(person=wrong)
    client = signed_in("state_epidemiologist")
    results = client.get(reverse("desk:case_results", args=[result.case_id])).content.decode()
    choose = reverse("desk:person_report", args=[wrong.pk, result.report_id])
    assert choose in results
    found = client.post(choose, {"q": right.family}).content.decode()
    to = reverse("desk:person_report_to", args=[wrong.pk, result.report_id, right.pk])
    assert to in found
    page = client.get(to).content.decode()
    assert "What will be undone" in page and "closed as not a case" in page and "(203) 555-0102" in page
    assert client.post(to, {"move_why": ""}).status_code == 422 and not Moved.objects.exists()
    answer = client.post(to, {"move_why": "The laboratory called."})
    row = Moved.objects.get()
    assert answer["Location"] == reverse("desk:person_moved", args=[wrong.pk, row.pk])
    assert client.post(to, {"move_why": "The laboratory called."})["Location"] == answer["Location"], "pressed twice"
    assert Moved.objects.count() == 1
    told = client.get(answer["Location"]).content.decode()
    assert "The laboratory called." in told and "1 call stopped" in told
    for who in (wrong, right):
        assert str(row.pk) in client.get(reverse("desk:person", args=[who.pk])).content.decode()
    assert str(row.pk) in client.get(reverse("desk:case_results", args=[result.case_id])).content.decode()
    back = client.post(reverse("desk:person_moved_undo", args=[wrong.pk, row.pk]))
    assert back.status_code == 302 and set(LabResult.objects.filter(report=result.report).values_list("person", flat=True)) == {wrong.pk}
    assert "Taken back on" in client.get(answer["Location"]).content.decode()


def test_what_others_follow_is_not_there(source: Source) -> None:
    wrong, right = reported(source, 1), reported(source, 2)
    result = LabResult.objects.get(person=wrong)
    unit = Unit.objects.filter(kind="department").exclude(pk=result.unit_id).order_by("code")[0]
    stranger = signed_in("supervisor", unit.code)
    for name, keys in (
        ("person_report", [wrong.pk, result.report_id]), ("person_report_new", [wrong.pk, result.report_id]),
        ("person_report_to", [wrong.pk, result.report_id, right.pk]),
    ):  # fmt: skip
        assert stranger.get(reverse(f"desk:{name}", args=keys)).status_code == 404
        assert stranger.post(reverse(f"desk:{name}", args=keys), {"move_why": "x"}).status_code == 404
    everywhere = signed_in("state_epidemiologist")
    other = LabResult.objects.get(person=right).report_id
    assert everywhere.get(reverse("desk:person_report", args=[wrong.pk, other])).status_code == 404, "another's report"
    assert not Moved.objects.exists()


def test_a_correction_that_names_somebody_else_is_decided_on_its_page(source: Source) -> None:
    first = order(somebody(1), on=date(2021, 1, 13), accession="A1")
    send(source, first)
    file_all()
    wrong = Person.objects.get()
    send(source, replace(first, person=somebody(2), control_id="M9", resulted=first.resulted + timedelta(hours=1)))
    file_all()
    held = Report.objects.get(state="held")
    assert held.problems == ["other_person_in_correction"]
    client = signed_in("state_epidemiologist")
    page = client.get(reverse("desk:held_report", args=[held.pk])).content.decode()
    result = LabResult.objects.get()
    new = reverse("desk:person_report_new", args=[wrong.pk, result.report_id])
    assert "Whose result is it?" in page and f"correction={held.pk}" in page
    assert client.post(new, {"move_why": "corrected", "correction": str(held.pk)}).status_code == 302
    file_all(timezone.now())
    right = Person.objects.exclude(pk=wrong.pk).get()
    assert set(LabResult.objects.values_list("person", flat=True)) == {right.pk} and LabResult.objects.count() == 2
    assert right.family == somebody(2).last
    assert not Report.objects.filter(state="held").exists()
