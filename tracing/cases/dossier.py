"""What belongs to one case, as its page shows it, under the reader's own row policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.cases.illness import of_illness
from tracing.cases.models import Case, Closure, Interview, Isolation, Proposal
from tracing.cases.rules import may_close
from tracing.diseases.rules import Window, infectious_window
from tracing.diseases.ruleset import rule_set
from tracing.tasks.models import Task


@dataclass(frozen=True, slots=True)
class Dossier:
    case: Case
    isolations: list[Isolation]
    """Newest first; the case names the one in force."""
    interviews: list[Interview]
    closures: list[Closure]
    proposals: list[Proposal]
    """Not yet answered."""


def dossier(case: Case, viewer: Viewer) -> Dossier:
    return Dossier(
        case,
        list(visible_to(Isolation.objects.filter(of_illness(case)), viewer).order_by("-at", "-id")),
        interviews_of(case, viewer),
        list(visible_to(Closure.objects.filter(of_illness(case)), viewer).order_by("-at", "-id")),
        list(visible_to(Proposal.objects.filter(of_illness(case), answer=""), viewer).select_related("to_unit").order_by("at")),
    )


def interviews_of(case: Case, viewer: Viewer) -> list[Interview]:
    """What was said of this illness, the newest first."""
    return list(visible_to(Interview.objects.filter(of_illness(case)), viewer).order_by("-at", "-id"))


def case_of_task(task: Task, viewer: Viewer) -> Case | None:
    """The case that a call is about."""
    keys = [rests_under or pk for pk, rests_under in Case.objects.filter(task=task).values_list("pk", "merged_into")]
    rows = Case.objects.filter(pk__in=keys, merged_into=None)
    rows = rows.select_related("person", "unit", "follow_unit", "town", "isolation", "closure")
    return next(iter(visible_to(rows, viewer)), None)


def cases_of(person: UUID, viewer: Viewer) -> QuerySet[Case]:
    """A person's cases that the viewer may see, the newest first."""
    rows = Case.objects.filter(person=person, merged_into=None).select_related("unit", "follow_unit", "isolation", "closure", "town")
    return visible_to(rows, viewer).order_by("-first_positive_on", "-id")


def cases_of_many(persons: list[Any], viewer: Viewer) -> QuerySet[Case]:
    """The cases of several people that the viewer may see, the newest first."""
    rows = Case.objects.filter(person__in=persons, merged_into=None).select_related("unit", "closure")
    return visible_to(rows, viewer).order_by("-first_positive_on", "-id")


def infectious(case: Case, today: date) -> Window:
    """When others could catch it, by the rule in force today: whom to ask about as contacts."""
    ends = case.isolation.ends_on if case.isolation else None
    return infectious_window(
        rule_set(case.disease), decision_on=today, onset_on=case.onset_on, first_positive_on=case.first_positive_on,
        isolation_ends_on=ends,
    )  # fmt: skip


def today_of(case: Case, at: datetime) -> date:
    """The day where the case is followed."""
    return at.astimezone(ZoneInfo(case.follow_unit.time_zone)).date()


def closable(case: Case, at: datetime) -> list[str]:
    """The reasons for which the case may be closed now."""
    ends = case.isolation.ends_on if case.isolation else None
    today = at.astimezone(ZoneInfo(case.unit.time_zone)).date()
    return [
        reason
        for reason in Closure.Reason.values
        if reason not in (Closure.Reason.NEW_EPISODE, Closure.Reason.MERGED)
        and may_close(reason=reason, isolation_ends_on=ends, today=today, until_well=case.isolation is not None and ends is None)
    ]
