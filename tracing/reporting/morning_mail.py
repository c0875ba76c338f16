"""The morning's mail: the figures of the page *This morning* to those who answer for a department. Counts alone: no name, no disease."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tracing.access.models import Membership, Role, User
from tracing.access.viewer import viewer
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.actor import job
from tracing.monitoring.queries import number_to_sign
from tracing.notices.mailing import queue_morning
from tracing.notices.told import telling
from tracing.reporting.morning import Morning, morning

OVERSEE = "work.oversee"
LATE = timedelta(hours=3)
"""Not sent later than so long after its hour: then it is no morning's mail any more."""


def send_due(at: datetime) -> int:
    """Queue the mail of today when its hour has come, once. How many."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    file = telling(local.date())
    begins = local.replace(hour=file.morning_hour, minute=0, second=0, microsecond=0)
    if not begins <= local < begins + LATE:
        return 0
    sent = 0
    for user in directors(file.morning_roles, at):
        with transaction.atomic(), role(ACTING_ROLE):
            who = viewer(user, at=at)
            found = figures(morning(who, at), orders=number_to_sign(who))
        sent += queue_morning(numbers={user.pk: found}, day=local.date(), by=job("send_morning_mail"), at=at) or 0
    return sent


def directors(roles: tuple[str, ...], at: datetime) -> list[User]:
    """Active staff with one of these roles that lets them oversee the work somewhere."""
    held = Membership.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=at), valid_from__lte=at, role__code__in=roles, role__permissions__contains=[OVERSEE],
        role__ended_at=None, role__reach=Role.Reach.UNIT,
    )  # fmt: skip
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("pk"))


def figures(found: Morning, *, orders: int) -> Mapping[str, int]:
    """Name of a figure (`notices.mailing.FIGURES`) → the number."""
    return {
        "at_once": len(found.at_once), "received": sum(found.received.values()), "contacts": found.contacts, "untried": found.untried,
        "tried": found.tried, "reached": found.reached, "interviewed": found.interviewed, "waiting": found.waiting, "agreed": found.agreed,
        "transfers": found.transfers, "orders": orders, "lines": len(found.lines), "deaths": len(found.deaths),
    }  # fmt: skip
