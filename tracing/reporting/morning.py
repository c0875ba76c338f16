"""The night in one page: what came in, what is late, what others did for us, what waits for an answer. Numbers, and keys of pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q

from tracing.access.listing import own_units
from tracing.access.models import Membership
from tracing.access.viewer import Viewer
from tracing.access.visibility import own_rows, visible_to
from tracing.cases.models import Case, FacilityLine, Interview
from tracing.cases.shared import number_to_answer
from tracing.diseases.conditions import condition
from tracing.diseases.ruleset import rule_sets
from tracing.journal.action import ACTING_ROLE, role
from tracing.people.models import Death
from tracing.reporting.models import CaseMoments, ContactMoments
from tracing.tasks.models import Attempt, Task
from tracing.tasks.queries import CALLS
from tracing.tasks.waiting import waits

EVENING: Final = time(17)
"""The night begins when offices close."""
NEVER_TRIED_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Morning:
    """Since `since`, in the viewer's own units."""

    since: datetime
    received: Mapping[str, int]
    """Disease → cases that came in and count."""
    contacts: int
    out: int
    """Came in and are out of scope by rule."""
    at_once: list[Case]
    """Cases of a disease of the first category that came in."""
    untried: int
    """Received in the last week, nobody has tried to reach them within a day, and still nobody has."""
    deaths: list[Death]
    lines: list[FacilityLine]
    """Facility lines that another resident joined, or that are new."""
    transfers: int
    waiting: int
    """Calls that waited at `waited_at`."""
    waited_at: datetime
    agreed: int
    """Of these with an hour agreed for today."""
    tried: int
    reached: int
    interviewed: int
    by_others: int
    """Of the attempts those by staff of other units: the state, or a department that covers us."""


def evening_before(at: datetime) -> datetime:
    """Five in the afternoon of the day before, where the state is."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return datetime.combine(local.date() - timedelta(days=1), EVENING, local.tzinfo)


def morning(viewer: Viewer, at: datetime) -> Morning:
    since = evening_before(at)
    cases = own_rows(CaseMoments.objects.filter(received_at__gte=since, received_at__lte=at), viewer)
    received: dict[str, int] = dict(cases.filter(out="").values_list("disease").annotate(number=Count("pk")).order_by("disease"))
    late = own_rows(
        CaseMoments.objects.filter(
            out="", tried=None, received_at__lt=at - timedelta(hours=24), received_at__gte=at - timedelta(days=NEVER_TRIED_DAYS)
        ),
        viewer,
    )  # fmt: skip
    calls = waits(("today", "agreed"), Q(kind__in=CALLS), viewer=viewer, at=at)
    at_once = Case.objects.filter(opened_at__gte=since, disease__in=_first_category(at.year), merged_into=None)
    tried, reached, others = _attempts(viewer, since, at)
    return Morning(
        since=since, received=received,
        contacts=own_rows(ContactMoments.objects.filter(elicited_at__gte=since, elicited_at__lte=at, out=""), viewer).count(),
        out=cases.exclude(out="").count(),
        at_once=list(own_rows(at_once, viewer).select_related("person", "unit").order_by("-opened_at")[:20]),
        untried=late.count(),
        deaths=list(visible_to(Death.objects.filter(at__gte=since, taken_back_at=None), viewer).select_related("person").order_by("-at")[:20]),
        lines=list(own_rows(FacilityLine.objects.filter(last_case_at__gte=since), viewer).select_related("unit").order_by("-last_case_at")[:20]),
        transfers=number_to_answer(viewer), waiting=calls.numbers.total(), waited_at=calls.at, agreed=calls.numbers[True, True],
        tried=tried, reached=reached,
        interviewed=visible_to(Interview.objects.filter(at__gte=since, at__lte=at), viewer).values("case").distinct().count(), by_others=others,
    )  # fmt: skip


def _first_category(year: int) -> list[str]:
    """Diseases that are reported by telephone on the day on which they are suspected."""
    return [code for code in rule_sets() if condition(code).category(year) == 1]


def _attempts(viewer: Viewer, since: datetime, at: datetime) -> tuple[int, int, int]:
    """Tried, reached, tried by staff who have no membership in these units. Numbers alone: asked under the acting role."""
    units = own_units(Task, viewer)
    rows = Attempt.objects.filter(at__gte=since, at__lte=at)
    if units is not None:
        rows = rows.filter(task__unit__in=units)
    answered = Count("pk", filter=Q(outcome__in=("reached", "partial", "refused")))
    with role(ACTING_ROLE):
        by: dict[Any, tuple[int, int]] = {
            user: (tried, reached)
            for user, tried, reached in rows.values_list("by").annotate(tried=Count("pk"), reached=answered).order_by()
        }
        ours = _staff_of(units, by, at) if units is not None else set(by)
    return (
        sum(tried for tried, _reached in by.values()), sum(reached for _tried, reached in by.values()),
        sum(tried for user, (tried, _reached) in by.items() if user not in ours),
    )  # fmt: skip


def _staff_of(units: frozenset[UUID], users: Mapping[Any, object], at: datetime) -> set[Any]:
    held = Membership.objects.filter(user__in=[user for user in users if user], unit__in=units, valid_from__lte=at)
    return set(held.filter(Q(valid_until=None) | Q(valid_until__gt=at)).values_list("user_id", flat=True))
