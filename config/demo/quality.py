"""Who is on call tonight, and a sample of yesterday's interviews: one reviewed, the others waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from tracing.access.models import User
    from tracing.journal.actor import Actor
    from tracing.jurisdictions.models import Unit
    from tracing.notices.actions import put_on_call
    from tracing.notices.models import OnCall
    from tracing.quality.actions import draw_sample, review_interview
    from tracing.quality.models import InterviewReview
    from tracing.quality.rules import CRITERIA

    if OnCall.objects.exists():
        return "nothing new"
    home = Unit.objects.get(code="new-haven")
    users = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    lead, director = users["supervisor@demo.example"], users["director@demo.example"]
    evening = at.astimezone(ZoneInfo(home.time_zone)).replace(hour=20, minute=0, second=0, microsecond=0)
    for night in range(3):
        for who, second in ((lead, night % 2 == 1), (director, night % 2 == 0)):
            put_on_call(unit=home.pk, users=[who.pk], from_at=evening + timedelta(days=night), until_at=evening + timedelta(days=night, hours=12),
                        second=second, by=Actor("staff", lead.pk), at=at)  # fmt: skip
    drawn = draw_sample(units=None, since=at - timedelta(days=7), percent=20, seed=f"{at:%G-W%V}", by=Actor("staff", lead.pk), at=at) or []
    others = InterviewReview.objects.exclude(held_by=director.pk).order_by("pk")
    for number, row in enumerate(others[:2]):
        marks = dict.fromkeys(CRITERIA, "met") | {"needs": "part", "contacts": "met" if number else "part"}
        review_interview(review=row, marks=marks, note="Warm and clear. Take the days one by one when you ask for contacts.",
                         by=Actor("staff", director.pk), at=at)  # fmt: skip
    return f"{len(drawn)} interviews drawn"
