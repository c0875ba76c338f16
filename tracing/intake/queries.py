"""What came in, what became of it, and how each sender is doing.

Counts run under the acting role, after the units have been checked: a page that may not see a report of a sensitive condition still
has to show that nothing is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Greatest

from tracing.access.viewer import Viewer
from tracing.diseases import codebook
from tracing.diseases.codebook import CodeBook
from tracing.intake import hand, rules
from tracing.intake.meanings import Said, extended
from tracing.intake.models import Delivery, LocalMeaning, Report, Source, SourceDay, SourceKey, Trouble
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Profile, Unit

SCORED_DAYS: Final = 7
TOTALS_DAYS: Final = 7


class NoProfile(Exception):
    """No state's profile is loaded: there is no unit that a sender could belong to."""


@contextmanager
def _counting() -> Iterator[None]:
    with transaction.atomic(), role(ACTING_ROLE):
        yield


@dataclass(frozen=True, slots=True)
class Counts:
    """in_ = waiting + filed + held + set_aside, always. A delivery that nobody has read yet counts as one that waits."""

    in_: int = 0
    waiting: int = 0
    filed: int = 0
    held: int = 0
    set_aside: int = 0

    @property
    def agree(self) -> bool:
        return self.in_ == self.waiting + self.filed + self.held + self.set_aside

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Status:
    total: Counts
    unread: int
    """Deliveries of the waiting that nobody has read yet."""
    oldest_waiting_at: datetime | None
    sources: tuple[tuple[str, Counts], ...]
    """By code of the sender."""


# `came` is counted from the deliveries and the states from the reports, in one statement and so at one instant: were a report lost
# between the two, the counts would not agree.
_STATUS: Final = """
WITH came AS (
    SELECT source_id, sum(CASE state WHEN 'read' THEN messages ELSE 1 END) AS messages,
           count(*) FILTER (WHERE state = 'waiting') AS unread, min(received_at) FILTER (WHERE state = 'waiting') AS oldest
    FROM intake_delivery GROUP BY source_id
), became AS (
    SELECT source_id, count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'filed') AS filed,
           count(*) FILTER (WHERE state = 'held') AS held, count(*) FILTER (WHERE state = 'set_aside') AS set_aside,
           min(received_at) FILTER (WHERE state = 'waiting') AS oldest
    FROM intake_report GROUP BY source_id
)
SELECT s.code, coalesce(c.messages, 0), coalesce(c.unread, 0), coalesce(b.waiting, 0), coalesce(b.filed, 0), coalesce(b.held, 0),
       coalesce(b.set_aside, 0), least(c.oldest, b.oldest)
FROM intake_source s LEFT JOIN came c ON c.source_id = s.id LEFT JOIN became b ON b.source_id = s.id
WHERE %s OR s.unit_id = ANY (%s::uuid[]) ORDER BY s.code
"""


def status(viewer: Viewer | None = None) -> Status:
    """Everything, or what belongs to the units of which the viewer reviews reports."""
    everything = viewer is None or "intake.review" in viewer.everywhere
    units = list(viewer.units.get("intake.review", ())) if viewer is not None else []
    with _counting(), connection.cursor() as cursor:
        cursor.execute(_STATUS, [everything, units])
        rows = cursor.fetchall()
    total, unread, oldest, sources = Counts(), 0, list[datetime](), list[tuple[str, Counts]]()
    for code, came, not_read, waiting, filed, held, set_aside, since in rows:
        counts = Counts(int(came), waiting + not_read, filed, held, set_aside)
        total, unread = total + counts, unread + not_read
        sources.append((code, counts))
        oldest += [since] if since else []
    return Status(total, unread, min(oldest, default=None), tuple(sources))


@dataclass(frozen=True, slots=True)
class ReceiptState:
    """What became of a delivery, for the sender who holds its receipt: figures only."""

    delivery: Delivery
    counts: Counts


def receipt_state(*, source: Source, receipt: UUID) -> ReceiptState | None:
    """None when this sender has no such receipt."""
    with _counting():
        delivery = Delivery.objects.filter(pk=receipt, source=source).first()
        if delivery is None:
            return None
        states = dict(Report.objects.filter(delivery=delivery).values_list("state").annotate(number=Count("pk")))
    unread = delivery.state == Delivery.State.WAITING
    return ReceiptState(
        delivery,
        Counts(
            1 if unread else delivery.messages, states.get("waiting", 0) + unread, states.get("filed", 0),
            states.get("held", 0), states.get("set_aside", 0),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who holds a key; `refused` is "" where it may be used, else expired, revoked or closed."""

    source: Source
    key: SourceKey
    refused: str


def key_holder(digest: str, *, at: datetime) -> KeyHolder | None:
    """None: no such key was ever made."""
    with _counting():
        key = SourceKey.objects.select_related("source").filter(digest=digest).first()
    if key is None:
        return None
    refused = "revoked" if key.revoked_at else "expired" if key.expires_at <= at else "" if key.source.active else "closed"
    return KeyHolder(key.source, key, refused)


def live_keys(source: Source, *, hint: str = "") -> list[SourceKey]:
    """Keys that were not revoked, the one that ends last first; `hint`: only those that end in it."""
    with _counting():
        keys = SourceKey.objects.filter(source=source, revoked_at=None).order_by("-expires_at")
        return list(keys.filter(hint=hint) if hint else keys)


def state_unit() -> Unit:
    """The unit of the state whose profile is loaded. NoProfile where none is."""
    profile = Profile.objects.select_related("unit").order_by("loaded_at").first()
    if profile is None:
        raise NoProfile
    return profile.unit


def source_by_code(code: str) -> Source | None:
    return Source.objects.filter(code=code).first()


def known_delivery(fingerprint: str) -> Delivery | None:
    """The delivery of these bytes, if they came before."""
    return Delivery.objects.filter(fingerprint=fingerprint).first()


def unread_deliveries(*, before: datetime, limit: int) -> list[Delivery]:
    """Received before then and not read yet, oldest first."""
    return list(Delivery.objects.filter(state=Delivery.State.WAITING, received_at__lt=before).order_by("received_at")[:limit])


def anything_waits(*, at: datetime) -> bool:
    """Whether a report may be filed now."""
    return Report.objects.filter(state=Report.State.WAITING, not_before__lte=at).exists()


def waiting_reports(*, at: datetime, limit: int) -> list[Report]:
    """Keys and states of what may be filed now, in the order of filing."""
    rows = Report.objects.filter(state=Report.State.WAITING, not_before__lte=at)
    return list(rows.only("pk", "state").order_by("not_before", "id")[:limit])


def code_book(source: UUID) -> CodeBook:
    """What codes mean when this sender uses them."""
    rows = LocalMeaning.objects.filter(Q(source=source) | Q(source=None), ended_at=None)
    said = [
        Said(owner is not None, kind, code, meaning)
        for owner, kind, code, meaning in rows.values_list("source_id", "kind", "code", "meaning")
    ]
    return extended(codebook.load(), said)


def held_causes(viewer: Viewer) -> list[tuple[str, int]]:
    """What keeps reports held, with how many of those the viewer sees, most first."""
    counted: dict[str, int] = defaultdict(int)
    rows = Report.objects.visible_to(viewer).filter(state=Report.State.HELD).exclude(causes=[])
    for causes, number in rows.values_list("causes").annotate(number=Count("pk")):
        for cause in causes:
            counted[cause] += number
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


@dataclass(frozen=True, slots=True)
class SourceView:
    """One line of the page of senders."""

    source: Source
    counts: Counts
    figures: rules.Figures
    alarms: tuple[rules.Raised, ...]
    score: rules.Score
    troubles: tuple[Trouble, ...]


def sources_with_alarms(viewer: Viewer, at: datetime) -> list[SourceView]:
    """Every sender that the viewer looks after: those with alarms first, then by code."""
    return _views(list(Source.objects.visible_to(viewer).order_by("code")), at)


def all_sources_with_alarms(at: datetime) -> list[SourceView]:
    """The same for whoever has the machine itself: the command line."""
    return _views(list(Source.objects.order_by("code")), at)


def _views(sources: list[Source], at: datetime) -> list[SourceView]:
    keys = [source.pk for source in sources]
    with _counting():
        figures, troubles = _figures(sources, at), _troubles(keys)
        scores, counts = _scores(keys, at), dict(status().sources)
    views = [
        SourceView(
            source, counts.get(source.code, Counts()), figures[source.pk],
            () if source.code == hand.SOURCE else rules.alarms(figures[source.pk], at=at),
            scores.get(source.pk, rules.score(reports=0, held=0, late=0, no_phone=0, no_address=0, no_birth_date=0)),
            tuple(troubles[source.pk]),
        )
        for source in sources
    ]  # fmt: skip
    return sorted(views, key=lambda view: (not view.alarms, view.source.code))


def _troubles(sources: Collection[UUID]) -> dict[UUID, list[Trouble]]:
    found: dict[UUID, list[Trouble]] = defaultdict(list)
    for trouble in Trouble.objects.filter(source__in=sources, ended_at=None).order_by("since"):
        found[trouble.source_id].append(trouble)
    return found


def _scores(sources: Collection[UUID], at: datetime) -> dict[UUID, rules.Score]:
    names = ("reports", "held", "late", "no_phone", "no_address", "no_birth_date")
    days = SourceDay.objects.filter(source__in=sources, day__gt=(at - timedelta(days=SCORED_DAYS)).date())
    rows = days.values_list("source_id").annotate(**{f"sum_{name}": Sum(name) for name in names})
    return {source: rules.score(**dict(zip(names, sums, strict=True))) for source, *sums in rows}


def _figures(sources: Collection[Source], at: datetime) -> dict[UUID, rules.Figures]:
    keys = [source.pk for source in sources]
    deliveries = Delivery.objects.filter(source__in=keys)
    last = dict(deliveries.values_list("source_id").annotate(last=Max("received_at")))
    weeks = range(rules.USUAL_WEEKS + 1)
    windows = {
        f"week_{week}": Sum(
            Greatest(F("messages"), 1),
            filter=Q(received_at__gt=at - timedelta(days=7 * week + 1), received_at__lte=at - timedelta(days=7 * week)),
        )
        for week in weeks
    }
    recent = deliveries.filter(received_at__gt=at - timedelta(days=7 * rules.USUAL_WEEKS + 1))
    volumes: dict[UUID, list[int | None]] = {
        source: sums for source, *sums in recent.values_list("source_id").annotate(**windows)
    }  # fmt: skip
    posted: dict[UUID, list[rules.Key]] = defaultdict(list)
    for row in SourceKey.objects.filter(source__in=keys, revoked_at=None).order_by("expires_at"):
        posted[row.source_id].append(rules.Key(row.hint, row.expires_at))
    disagreeing: dict[UUID, list[rules.Totals]] = defaultdict(list)
    wrong = deliveries.filter(declared__isnull=False, received_at__gt=at - timedelta(days=TOTALS_DAYS), state=Delivery.State.READ)
    for one in wrong.exclude(declared=F("messages")).order_by("-received_at")[:200]:
        disagreeing[one.source_id].append(rules.Totals(str(one.pk), one.declared or 0, one.messages))
    troubles = _troubles(keys)

    def figures(source: Source) -> rules.Figures:
        volume = volumes.get(source.pk) or [0 for _ in weeks]
        # Only weeks that the sender was here for: before, nothing came because nothing could.
        usual = [volume[w] or 0 for w in weeks if w and source.added_at <= at - timedelta(days=7 * w + 1)]
        return rules.Figures(
            active=source.active, added_at=source.added_at, expected_every=timedelta(hours=source.expected_every_hours),
            last_at=last.get(source.pk), has_folder=bool(source.folder), keys=tuple(posted[source.pk]),
            disagreeing=tuple(disagreeing[source.pk]), last_day=volume[0] or 0, usual=tuple(usual),
            troubles=tuple(dict.fromkeys(one.code for one in troubles[source.pk])),
        )  # fmt: skip

    return {source.pk: figures(source) for source in sources}
