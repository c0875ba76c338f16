"""Every change to reviews of interviews: drawn, reviewed, read by whoever held them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from tracing.base.ids import uuid7
from tracing.cases.models import Interview
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record
from tracing.quality import rules
from tracing.quality.models import Feedback, InterviewReview


class NotYours(Exception):
    """Nobody reviews an interview of their own."""


class ReviewedAlready(Exception):
    """Somebody else has reviewed it meanwhile."""


class MarksWrong(Exception):
    """A criterion without a mark, or a mark that is none."""


@action
def draw_sample(
    *, units: Collection[UUID] | None, since: datetime, percent: int, seed: str, by: Actor, at: datetime, most: int = 500
) -> list[InterviewReview] | Unchanged:
    """Draw of the interviews that were finished since then in these units (None: in all). Drawn again it adds only what is missing to the share."""
    rows = Interview.objects.filter(kind=Interview.Kind.COMPLETE, at__gte=since, at__lte=at, by__isnull=False, case__merged_into=None)
    drawn = InterviewReview.objects.filter(held_at__gte=since)
    if units is not None:
        rows, drawn = rows.filter(case__follow_unit__in=units), drawn.filter(unit__in=units)
    had = Counter(drawn.values_list("held_by", flat=True))
    free = rows.exclude(pk__in=InterviewReview.objects.filter(held_at__gte=since).values("interview"))
    finished = [rules.Finished(key, who) for key, who in free.values_list("pk", "by").order_by("pk") if who is not None]
    chosen = set(rules.draw(finished, percent=percent, seed=seed, already=had)[:most])
    made = [
        InterviewReview(
            id=uuid7(), interview=one, person_id=one.person_id, disease=one.disease, unit_id=one.case.follow_unit_id, held_by=one.by,
            held_at=one.at, seed=seed[:80], at=at, by=by.id,
        )
        for one in Interview.objects.filter(pk__in=chosen).select_related("case").order_by("pk")
        if one.by is not None
    ]  # fmt: skip
    if not made:
        return UNCHANGED
    InterviewReview.objects.bulk_create(made)
    record("sample.drawn", by=by, at=at, subject=("sample", None), codes={"seed": seed[:80], "percent": percent, "interviews": len(made)})
    return made


@action
def review_interview(*, review: InterviewReview, marks: Mapping[str, str], note: str = "", by: Actor, at: datetime) -> InterviewReview:
    """Keep what was found; whoever held the interview is told. Raises NotYours, ReviewedAlready and MarksWrong."""
    row = InterviewReview.objects.select_for_update(no_key=True).get(pk=review.pk)
    if row.held_by == by.id:
        raise NotYours
    if row.reviewed_at is not None:
        raise ReviewedAlready
    if set(marks) != set(rules.CRITERIA) or not set(marks.values()) <= {*rules.MARKS, rules.NOT_APPLICABLE}:
        raise MarksWrong
    row.marks, row.score, row.note = dict(marks), rules.score(marks), note.strip()
    row.reviewed_at, row.reviewed_by = at, by.id
    row.save(update_fields=["marks", "score", "note", "reviewed_at", "reviewed_by"])
    Feedback(
        id=uuid7(), user_id=row.held_by, review=row, disease=row.disease, held_at=row.held_at, marks=row.marks, score=row.score, note=row.note, at=at
    ).save(force_insert=True)
    record("interview.reviewed", by=by, at=at, subject=("interview_review", row.pk), person=row.person_id, disease=row.disease,
           codes={"score": row.score if row.score is not None else ""})  # fmt: skip
    return row


@action
def read_feedback(*, user: UUID, by: Actor, at: datetime) -> int | Unchanged:
    """They have read what was found of their interviews."""
    number = Feedback.objects.filter(user=user, read_at__isnull=True).update(read_at=at)
    if not number:
        return UNCHANGED
    record("feedback.read", by=by, at=at, subject=("user", user), codes={"number": number})
    return number
