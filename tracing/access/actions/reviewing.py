"""The review of every quarter: for each membership of a unit somebody says keep or end, and the record stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tracing.access.actions.granting import end_grant
from tracing.access.granting import Granting, going
from tracing.access.models import AccessReview, Membership, ReviewLine
from tracing.access.rules.granting import ADMINISTER
from tracing.access.rules.reviewing import due_on, quarter_of
from tracing.access.viewer import Viewer
from tracing.access.words import Refused
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record


@action
def open_reviews(*, by: Actor, at: datetime) -> list[AccessReview] | Unchanged:
    """A review of this quarter for every unit in which somebody holds something and that has none yet. Repeating opens no second one."""
    quarter = quarter_of(at.date())
    live = list(
        going(Membership.objects.filter(user__is_active=True, valid_from__lte=at, role__ended_at__isnull=True), at)
        .exclude(unit__in=AccessReview.objects.filter(quarter=quarter).values("unit"))
        .order_by("unit_id", "pk")
    )
    reviews: dict[UUID, AccessReview] = {}
    for membership in live:
        if membership.unit_id not in reviews:
            review = AccessReview(unit_id=membership.unit_id, quarter=quarter, opened_at=at, due_on=due_on(at.date()))
            reviews[membership.unit_id] = review
            record("review.opened", by=by, at=at, subject=("review", review.pk), codes={"quarter": quarter})
    if not reviews:
        return UNCHANGED
    AccessReview.objects.bulk_create(reviews.values())
    ReviewLine.objects.bulk_create(
        ReviewLine(review=reviews[m.unit_id], unit_id=m.unit_id, membership=m) for m in live
    )
    return list(reviews.values())


@action
def decide_review(
    *, viewer: Viewer, review: AccessReview, decisions: Mapping[UUID, str], by: Actor, at: datetime
) -> dict[UUID, str] | Unchanged:
    """Say keep or end for lines of a review; "end" ends the role now. Returns line → code of why it was not done.

    Nobody decides on what they hold themselves: the administrators of the state do.
    """
    _mine(viewer, review, at)
    if review.closed_at is not None:
        raise Refused("answered")
    refused: dict[UUID, str] = {}
    decided = 0
    rows = ReviewLine.objects.select_for_update(no_key=True, of=("self",)).filter(review=review, pk__in=list(decisions), decision="")
    for line in rows.select_related("membership__role", "membership__unit").order_by("pk"):
        decision = decisions[line.pk]
        if line.membership.user_id == viewer.user:
            refused[line.pk] = "to_oneself"
            continue
        if decision == ReviewLine.Decision.END:
            try:
                end_grant(viewer=viewer, membership=line.membership, by=by, at=at)
            except Refused as why:
                refused[line.pk] = why.code
                continue
        line.decision, line.at, line.by = decision, at, by.id
        line.save(update_fields=["decision", "at", "by"])
        record("review.decided", by=by, at=at, subject=("user", line.membership.user_id), codes={"decision": decision})
        decided += 1
    return refused if decided or refused else UNCHANGED


@action
def close_review(*, viewer: Viewer, review: AccessReview, by: Actor, at: datetime) -> AccessReview | Unchanged:
    """Close it when everything is decided; what ended by itself meanwhile needs no decision. Raises Refused("undecided")."""
    _mine(viewer, review, at)
    row = AccessReview.objects.select_for_update(no_key=True).get(pk=review.pk)
    if row.closed_at is not None:
        return UNCHANGED
    open_lines = ReviewLine.objects.filter(review=row, decision="")
    if open_lines.filter(membership__in=going(Membership.objects.filter(user__is_active=True), at)).exists():
        raise Refused("undecided")
    row.closed_at, row.closed_by = at, by.id
    row.save(update_fields=["closed_at", "closed_by"])
    record("review.closed", by=by, at=at, subject=("review", row.pk), codes={"quarter": row.quarter})
    return row


@action
def take_out_review(*, viewer: Viewer, review: AccessReview, by: Actor, at: datetime) -> AccessReview:
    """Write down that the record of a review was taken out as a file."""
    _mine(viewer, review, at)
    record("review.taken_out", by=by, at=at, subject=("review", review.pk), codes={"quarter": review.quarter})
    return review


@action
def take_out_roles(*, viewer: Viewer, units: Sequence[UUID], by: Actor, at: datetime) -> Sequence[UUID]:
    """Write down that the list of who has which role was taken out as a file."""
    asking = Granting(viewer, at)
    if not all(ADMINISTER in asking.granter(unit).holds for unit in units[:1]):
        raise Refused("not_administered")
    record("staff.listed", by=by, at=at, subject=("unit", units[0] if units else None), codes={"units": len(units)})
    return units


def _mine(viewer: Viewer, review: AccessReview, at: datetime) -> None:
    if ADMINISTER not in Granting(viewer, at).granter(review.unit_id).holds:
        raise Refused("not_administered")
