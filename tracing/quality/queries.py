"""What waits to be reviewed, what was found, and the facts of an interview that need no judgement. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.contacts.models import Naming
from tracing.monitoring.models import Advice
from tracing.quality.models import Feedback, InterviewReview
from tracing.questionnaires.queries import answers_of, as_answers, document_of
from tracing.questionnaires.rules import progress


@dataclass(frozen=True, slots=True)
class Facts:
    """Counted, not judged. `answered` of `asked`: None where no questionnaire was asked. `minutes` from the first answer to the last."""

    answered: int | None
    asked: int | None
    minutes: int | None
    contacts: int
    advised: int


@dataclass(frozen=True, slots=True)
class OfTracer:
    """What was found of one tracer's interviews."""

    user: UUID
    reviews: int
    score: int | None
    """Mean, of those that could be scored."""


def reviews() -> QuerySet[InterviewReview]:
    """Every review: pages load one through `desk.page.load`."""
    return InterviewReview.objects.select_related("interview__response", "interview__case", "unit").prefetch_related("person")


def to_review(viewer: Viewer, *, most: int = 100) -> list[InterviewReview]:
    """What waits, the oldest first, without one's own interviews."""
    rows = visible_to(reviews().filter(reviewed_at__isnull=True), viewer).exclude(held_by=viewer.user)
    return list(rows.order_by("pk")[:most])


def reviewed(viewer: Viewer, *, since: datetime, most: int = 500) -> list[InterviewReview]:
    """What was found since then, the newest first."""
    rows = visible_to(reviews().filter(reviewed_at__gte=since), viewer)
    return list(rows.order_by("-reviewed_at", "-pk")[:most])


def by_tracer(found: Sequence[InterviewReview]) -> list[OfTracer]:
    """The lowest mean first: whoever needs help is seen first."""
    of: dict[UUID, list[InterviewReview]] = defaultdict(list)
    for one in found:
        of[one.held_by].append(one)
    rows = []
    for user, theirs in of.items():
        scores = [one.score for one in theirs if one.score is not None]
        rows.append(OfTracer(user, len(theirs), round(sum(scores) / len(scores)) if scores else None))
    return sorted(rows, key=lambda row: (row.score is None, row.score or 0, str(row.user)))


def facts_of(review: InterviewReview, viewer: Viewer) -> Facts:
    interview = review.interview
    named = visible_to(Naming.objects.filter(source=interview.case_id, taken_back_at__isnull=True), viewer).count()
    advised = visible_to(Advice.objects.filter(person=review.person_id, disease=review.disease), viewer).count()
    response = interview.response
    if response is None:
        return Facts(None, None, None, named, advised)
    rows = list(answers_of(response))
    done = progress(document_of(response), as_answers(document_of(response), rows)).values()
    times = [row.at for row in rows]
    minutes = round((max(times) - min(times)).total_seconds() / 60) if times else None
    return Facts(sum(answered for answered, _asked in done), sum(asked for _answered, asked in done), minutes, named, advised)


def feedback(viewer: Viewer, *, most: int = 30) -> list[Feedback]:
    """What was found of the viewer's own interviews, the newest first."""
    return list(visible_to(Feedback.objects.filter(user=viewer.user), viewer).order_by("-pk")[:most])


def feedback_unread(viewer: Viewer) -> int:
    return visible_to(Feedback.objects.filter(user=viewer.user, read_at__isnull=True), viewer).count()
