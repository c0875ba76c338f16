"""A sample is drawn, read by somebody else, and told to whoever held the interview."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tracing.cases.models import Interview
from tracing.desk.tests.world import World, add_case
from tracing.journal.models import Look
from tracing.quality.models import Feedback, InterviewReview
from tracing.quality.rules import CRITERIA

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(made: World) -> World:
    """Twelve interviews of the tracer, one of the supervisor, one of Hartford."""
    for number in range(14):
        unit = "hartford" if number == 13 else "new-haven"
        case = add_case(made, f"Heard{number}", "Ana", phone=f"+12035550{number:03}", town=unit, unit=unit)
        who = {12: "supervisor", 13: "elsewhere"}.get(number, "tracer")
        Interview.objects.create(
            case=case, person_id=case.person_id, disease="covid19", kind="complete", at=made.at - timedelta(hours=number), by=made.staff[who].pk
        )
    return made


def test_drawn_reviewed_told(held: World) -> None:
    lead = held.client("supervisor")
    assert lead.post(reverse("desk:quality_draw"), {"percent": "10", "days": "7"}).status_code == 302
    assert InterviewReview.objects.count() == 3, "a tenth of the tracer's twelve, rounded up, and the supervisor's one; none of Hartford"
    lead.post(reverse("desk:quality_draw"), {"percent": "10", "days": "7"})
    assert InterviewReview.objects.count() == 3, "drawn again it adds nothing"
    page = lead.get(reverse("desk:quality"))
    assert page.status_code == 200 and len(page.context["waiting"]) == 2, "one's own is not offered"
    row = InterviewReview.objects.filter(held_by=held.staff["tracer"].pk).order_by("pk")[0]
    url = reverse("desk:quality_review", args=[row.pk])
    assert "Heard" in lead.get(url).content.decode()
    marks = {f"m_{code}": "met" for code in CRITERIA}
    missing = lead.post(url, {key: mark for key, mark in marks.items() if key != "m_advice"} | {"note": "Good."})
    assert missing.status_code == 422 and "Good." in missing.content.decode()
    done = lead.post(url, marks | {"m_contacts": "part", "m_needs": "na", "note": "Take the days one by one."})
    assert done.status_code == 302
    row.refresh_from_db()
    assert (row.score, row.reviewed_by) == (93, held.staff["supervisor"].pk)
    assert lead.post(url, marks).status_code == 302 and Feedback.objects.count() == 1, "reviewed once"
    tracer = held.client("tracer")
    assert "was reviewed: read what was found" in tracer.get(reverse("desk:my_day")).content.decode()
    told = tracer.get(reverse("desk:quality_mine")).content.decode()
    assert "93 %" in told and "Take the days one by one." in told and "Heard" not in told, "nobody is named"
    assert tracer.post(reverse("desk:quality_mine")).status_code == 302 and Feedback.objects.get().read_at is not None
    assert "93 %" in lead.get(reverse("desk:quality")).content.decode()
    assert Look.objects.filter(page="quality_review", persons__contains=[row.person_id]).exists()


def test_nobody_reviews_their_own_and_nobody_elses_department(held: World) -> None:
    lead = held.client("supervisor")
    lead.post(reverse("desk:quality_draw"), {"percent": "10", "days": "7"})
    own = InterviewReview.objects.get(held_by=held.staff["supervisor"].pk)
    answer = lead.post(reverse("desk:quality_review", args=[own.pk]), {f"m_{code}": "met" for code in CRITERIA})
    assert answer.status_code == 422 and "your own" in answer.content.decode()
    held.client("state_epidemiologist").post(reverse("desk:quality_draw"), {"percent": "10", "days": "7"})
    theirs = InterviewReview.objects.get(held_by=held.staff["elsewhere"].pk)
    assert lead.get(reverse("desk:quality_review", args=[theirs.pk])).status_code == 404
    assert held.client("tracer").get(reverse("desk:quality")).status_code == 403
    assert "Nothing yet" in held.client("elsewhere").get(reverse("desk:quality_mine")).content.decode()
