"""What waits for a human, one at a time: held reports by their problems and causes, and the person of a report that may be known.

Rows come through what the viewer may see. The names of senders and the report behind a possible match are read under the acting
role, after the report or the match itself was seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from tracing.access.viewer import Viewer
from tracing.diseases import codebook
from tracing.diseases.conditions import condition
from tracing.diseases.ruleset import rule_sets
from tracing.intake import corrections, queries
from tracing.intake import read as readers
from tracing.intake.models import LabResult, Report, Source
from tracing.intake.report import LabReport, Reading, Result
from tracing.journal.action import ACTING_ROLE, role

EXACT: Final = 1000
NO_RULE_SET: Final = "no_rule_set"
"""Such reports wait in a list of their own: see `unlisted`."""


@contextmanager
def _acting() -> Iterator[None]:
    with transaction.atomic(), role(ACTING_ROLE):
        yield


@dataclass(frozen=True, slots=True)
class Filter:
    """Which held reports: "" and None for all."""

    problem: str = ""
    cause: str = ""
    source: UUID | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A count that is exact up to EXACT."""

    number: int
    exact: bool


def _counted(rows: QuerySet[Report]) -> Number:
    number = rows.order_by()[: EXACT + 1].count()
    return Number(min(number, EXACT), number <= EXACT)


def held(viewer: Viewer, wanted: Filter = Filter()) -> QuerySet[Report]:
    """Held reports that the viewer sees and the filter names, oldest first."""
    rows = Report.objects.visible_to(viewer).filter(state=Report.State.HELD).exclude(problems__contains=[NO_RULE_SET])
    if wanted.problem:
        rows = rows.filter(problems__contains=[wanted.problem])
    if wanted.cause:
        rows = rows.filter(causes__contains=[wanted.cause])
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    return rows.order_by("received_at", "pk")


def held_number(viewer: Viewer, wanted: Filter = Filter()) -> Number:
    return _counted(held(viewer, wanted))


@dataclass(frozen=True, slots=True)
class Choices:
    """By what the held reports can be told apart, each with how many there are: most first."""

    problems: tuple[tuple[str, int], ...]
    causes: tuple[tuple[str, int], ...]
    sources: tuple[tuple[UUID, str, int], ...]


_CHOICES: Final = """
SELECT kind, word, count(*) FROM (
    SELECT 'problem' AS kind, unnest(problems) AS word FROM ({rows}) AS one
    UNION ALL SELECT 'cause', unnest(causes) FROM ({rows}) AS two
    UNION ALL SELECT 'source', source_id::text FROM ({rows}) AS three
) AS words GROUP BY kind, word ORDER BY kind, count(*) DESC, word
"""


def held_choices(viewer: Viewer) -> Choices:
    """One statement over what is held; a report with two problems counts under both."""
    sql, params = held(viewer).order_by().values("problems", "causes", "source_id").query.sql_with_params()
    found: dict[str, list[tuple[str, int]]] = {"problem": [], "cause": [], "source": []}
    with connection.cursor() as cursor:
        cursor.execute(_CHOICES.replace("{rows}", sql), [*params, *params, *params])
        for kind, word, number in cursor.fetchall():
            found[kind].append((word, number))
    names = source_names(UUID(word) for word, _ in found["source"])
    return Choices(
        tuple(found["problem"]),
        tuple(found["cause"]),
        tuple((UUID(word), names.get(UUID(word), ""), number) for word, number in found["source"]),
    )


def held_after(viewer: Viewer, wanted: Filter, key: UUID | None, *, size: int) -> tuple[list[Report], bool]:
    """The `size` oldest after the report of this key, without their bytes, and whether there are more."""
    rows = _beyond(held(viewer, wanted), key)
    found = list(rows.defer("content", "corrections")[: size + 1])
    return found[:size], len(found) > size


def next_held(viewer: Viewer, wanted: Filter, after: UUID | None) -> UUID | None:
    """The key of the next one; at the end it begins anew with the oldest that is left."""
    rows = held(viewer, wanted).values_list("pk", flat=True)
    found: UUID | None = _beyond(rows, after).first() or (rows.exclude(pk=after) if after else rows).first()
    return found


def _beyond(rows: QuerySet, key: UUID | None) -> QuerySet:  # type: ignore[type-arg]
    start = Report.objects.filter(pk=key).values_list("received_at", "pk").first() if key else None
    if start is None:
        return rows
    return rows.filter(received_at__gte=start[0]).filter(Q(received_at__gt=start[0]) | Q(pk__gt=start[1]))


def source_names(keys: Iterable[UUID]) -> dict[UUID, str]:
    """What senders are called, for whoever may see their reports though not the page of senders."""
    with _acting():
        return dict(Source.objects.filter(pk__in=set(keys)).values_list("pk", "name"))


def source_of(report: Report) -> Source:
    with _acting():
        return Source.objects.get(pk=report.source_id)


def same_cause(viewer: Viewer, causes: Collection[str]) -> list[tuple[str, Number]]:
    """How many held reports that the viewer sees share each cause."""
    return [(cause, held_number(viewer, Filter(cause=cause))) for cause in causes]


@dataclass(frozen=True, slots=True)
class Read:
    """A held report as the reading takes it: as it came, and with what staff put in place."""

    plain: Reading
    settled: Reading

    @property
    def report(self) -> LabReport | None:
        return self.settled.report


def read_again(report: Report) -> Read:
    """Read the message now, with the codes known now. Pure work, a few milliseconds."""
    plain = readers.read(report.format, bytes(report.content), queries.code_book(report.source_id))
    return Read(plain, corrections.settled(plain, report.corrections) if report.corrections else plain)


def report_for(key: UUID) -> Report | None:
    """The report behind a possible match or a proposal. The caller has seen that one through its own rules."""
    with _acting():
        return Report.objects.filter(pk=key).first()


def lab_report_for(key: UUID) -> LabReport | None:
    """What that report says, with what staff put in place."""
    report = report_for(key)
    return read_again(report).report if report is not None else None


def waiting_for(keys: Sequence[UUID]) -> set[UUID]:
    """Which of these reports still wait to be filed."""
    with _acting():
        return set(Report.objects.filter(pk__in=keys, state=Report.State.WAITING).values_list("pk", flat=True))


def results_of(viewer: Viewer, case: UUID) -> list[LabResult]:
    """Every version of every result of a case, the newest first."""
    rows = LabResult.objects.visible_to(viewer).filter(case=case)
    return list(rows.order_by("-version_at", "-version_rank", "pk"))


@dataclass(frozen=True, slots=True)
class Unlisted:
    """One condition without a rule set."""

    condition: str
    name: str
    number: int
    oldest_at: datetime
    newest_at: datetime
    reports: tuple[Report, ...] = ()


_UNLISTED: Final = """
SELECT word, count(*), min(received_at), max(received_at) FROM (SELECT unnest(conditions) AS word, received_at FROM ({rows}) AS waiting) AS one
GROUP BY word ORDER BY count(*) DESC, word
"""


def _without_rule_set(viewer: Viewer) -> QuerySet[Report]:
    kept = (Report.State.HELD, Report.State.FILED)  # filed: for what else the message says
    return Report.objects.visible_to(viewer).filter(state__in=kept, problems__contains=[NO_RULE_SET])


def unlisted(viewer: Viewer) -> list[Unlisted]:
    """Conditions without a rule set, the most reports first. The caller has checked `diseases.unlisted`."""
    sql, params = _without_rule_set(viewer).order_by().values("conditions", "received_at").query.sql_with_params()
    names = codebook.load().conditions
    with connection.cursor() as cursor:
        cursor.execute(_UNLISTED.replace("{rows}", sql), params)
        return [
            Unlisted(word, names[word].name if word in names else word, number, oldest, newest)
            for word, number, oldest, newest in cursor.fetchall()
        ]


def unlisted_reports(viewer: Viewer, condition: str, after: UUID | None, *, size: int) -> tuple[list[Report], bool]:
    """The reports that wait for a rule set of this condition, oldest first."""
    rows = _without_rule_set(viewer).filter(conditions__contains=[condition]).order_by("received_at", "pk")
    found = list(_beyond(rows, after).defer("content", "corrections")[: size + 1])
    return found[:size], len(found) > size


def unlisted_number(viewer: Viewer) -> int:
    return _without_rule_set(viewer).aggregate(number=Count("pk"))["number"]


def one_of(viewer: Viewer, condition: str) -> Unlisted | None:
    """None where no report waits for it, or the viewer sees none."""
    return next((replace(one) for one in unlisted(viewer) if one.condition == condition), None)


def reports() -> QuerySet[Report]:
    """Every report: pages load one through `desk.page.load`, which asks who looks."""
    return Report.objects.select_related("delivery")


def sample_of_cause(viewer: Viewer, cause: str) -> Report | None:
    """The oldest held report of a cause, to look at while saying what its code means."""
    return held(viewer, Filter(cause=cause)).first()


def lines_for_all(lab: LabReport) -> list[Result]:
    """The results that everybody may see who settles a match: of diseases followed here that are not marked as sensitive.

    One message may carry a test for HIV beside one for COVID-19.
    """
    return [
        line
        for line in lab.results
        if line.kind == "result" and line.condition in rule_sets() and not condition(line.condition).sensitive
    ]


def persons_in(report: Report) -> list[UUID]:
    """Whom a report was filed on, for the look at its message."""
    return list(LabResult.objects.filter(report=report, person__isnull=False).values_list("person_id", flat=True).distinct())
