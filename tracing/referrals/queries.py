"""Whom an organisation is asked to help. Reads only."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.people.models import Address
from tracing.referrals.models import Referral

OPEN = ("asked", "accepted")


def people_at_home(person: UUID) -> int:
    """How many are known to live, now, where this person stays or lives; 0 where no address tells."""
    home = Address.objects.filter(person=person, until__isnull=True).exclude(street="").exclude(key="").order_by("-kind", "-as_of", "-id")
    key = home.values_list("key", flat=True).first()
    return Address.objects.filter(key=key, until__isnull=True).values("person").distinct().count() if key else 0


def referrals() -> QuerySet[Referral]:
    """Every referral: pages load one through `desk.page.load`, which asks who looks."""
    # The person beside the row and not joined to it: once it is over the organisation sees the referral without the person.
    return Referral.objects.select_related("unit", "from_unit").prefetch_related("person")


def listed(viewer: Viewer, *, over: bool = False, after: UUID | None = None, size: int = 50) -> tuple[list[Referral], bool]:
    """Open referrals, the soonest end first, or those that are over, the newest first; and whether there are more."""
    rows = visible_to(referrals(), viewer)
    start = Referral.objects.filter(pk=after).values_list("until_on", "pk").first() if after else None
    if over:
        rows = rows.exclude(state__in=OPEN).order_by("-pk")
        rows = rows.filter(pk__lt=after) if after else rows
    else:
        rows = rows.filter(state__in=OPEN).order_by("until_on", "pk")
        rows = rows.filter(Q(until_on__gt=start[0]) | Q(until_on=start[0], pk__gt=start[1])) if start else rows
    found = list(rows[: size + 1])
    return found[:size], len(found) > size


def number_asked(viewer: Viewer, *, most: int = 99) -> int:
    """How many wait for an answer of the viewer's organisations, up to one more than `most`."""
    if not viewer.may("referrals.see") or "referrals.see" in viewer.everywhere:
        return 0
    rows = visible_to(Referral.objects.filter(state="asked"), viewer)
    return rows.filter(unit__in=viewer.units.get("referrals.see", frozenset()))[: most + 1].count()


def referrals_of(person: UUID, viewer: Viewer) -> list[Referral]:
    """Those of a person that the viewer may see, the newest first."""
    return list(visible_to(referrals().filter(person=person), viewer).order_by("-at", "-id")[:50])


def ends_soon(referral: Referral, today: date) -> bool:
    """Two days are left at most."""
    return referral.state in OPEN and referral.until_on - today <= timedelta(days=2)
