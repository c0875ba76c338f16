"""What a privacy officer asks: all looks at one person, all looks of one user, unusual looks, what left the agency.

Looks, tallies and disclosures are hidden from the reading role. Each question here is asked after the permission `privacy.review` was
checked, under the acting role for that one question, and the page that asks is recorded as a look itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from tracing.access.models import Membership, User
from tracing.access.queries import staff_names
from tracing.access.viewer import Viewer
from tracing.access.visibility import visible_to
from tracing.base.text import fold
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.actions import Actor, action, record
from tracing.journal.models import Disclosure, Look, LookTally
from tracing.people.emergency import AlreadyReviewed, NotByThemselves
from tracing.people.models import EmergencyAccess, Person, UnusualLook

PERMISSION: Final = "privacy.review"
SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """One page that was shown."""

    at: datetime
    user: UUID | None
    who: str
    page: str
    purpose: str
    address: str
    persons: tuple[UUID, ...]


def looks_at_person(person: UUID, *, since: datetime, until: datetime, most: int = SHOWN) -> list[Seen]:
    """Who looked at this person, newest first."""
    with role(ACTING_ROLE):
        found = Look.objects.filter(persons__contains=[person], at__gte=since, at__lt=until)
        return _seen(found.order_by("-at", "-id")[:most])


def looks_of_user(user: UUID, *, since: datetime, until: datetime, most: int = SHOWN) -> list[Seen]:
    """At whom this user looked, newest first."""
    with role(ACTING_ROLE):
        found = Look.objects.filter(actor_id=user, at__gte=since, at__lt=until)
        return _seen(found.order_by("-at", "-id")[:most])


def _seen(rows: Iterable[Look]) -> list[Seen]:
    found = list(rows)
    names = staff_names(row.actor_id for row in found)
    return [
        Seen(row.at, row.actor_id, names.get(row.actor_id, ""), row.page, row.purpose, row.address or "", tuple(row.persons))
        for row in found
    ]


def by_day(user: UUID, *, first: date, days: int) -> list[tuple[date, int]]:
    """Pages with people that this user was shown, day by day in UTC."""
    with role(ACTING_ROLE):
        rows = LookTally.objects.filter(actor_id=user, span=LookTally.Span.HOUR, at__gte=_start(first), at__lt=_start(first + timedelta(days)))
        counted: dict[date, int] = {}
        for at, persons in rows.values_list("at", "persons"):
            counted[at.date()] = counted.get(at.date(), 0) + persons
    return [(day, counted.get(day, 0)) for day in (first + timedelta(days=n) for n in range(days))]


def by_hour(user: UUID, *, day: datetime) -> list[int]:
    """People whom this user was shown in each of the 24 hours from an instant."""
    with role(ACTING_ROLE):
        rows = LookTally.objects.filter(actor_id=user, span=LookTally.Span.HOUR, at__gte=day, at__lt=day + timedelta(hours=24))
        counted = {int((at - day).total_seconds()) // 3600: persons for at, persons in rows.values_list("at", "persons")}
    return [counted.get(hour, 0) for hour in range(24)]


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def staff_asked_about(viewer: Viewer, words: str = "", *, most: int = 50) -> list[User]:
    """Accounts that the viewer may ask about: the state's officer about all, a department's about who holds or held a role there."""
    with role(ACTING_ROLE):
        wanted = fold(words)
        users = _overseen(viewer).order_by("name", "id")
        found = [user for user in users[:5_000] if not wanted or wanted in fold(f"{user.name} {user.email}")]
    return found[:most]


def overseen(viewer: Viewer, user: UUID) -> User | None:
    """The account, if the viewer may ask about it."""
    with role(ACTING_ROLE):
        return _overseen(viewer).filter(pk=user).first()


def _overseen(viewer: Viewer) -> QuerySet[User]:
    if PERMISSION in viewer.everywhere:
        return User.accounts.all()
    units = viewer.units.get(PERMISSION, frozenset())
    return User.accounts.filter(pk__in=Membership.objects.filter(unit__in=units).values("user_id"))


@dataclass(frozen=True, slots=True)
class GivenOut:
    """What left the agency, as the accounting shows it."""

    row: Disclosure
    who: str


@dataclass(frozen=True, slots=True)
class Period:
    since: datetime
    until: datetime


def given_out(viewer: Viewer, period: Period, *, person: UUID | None = None, recipient: str = "", most: int = SHOWN) -> list[GivenOut]:
    """Disclosures of a period, newest first: of one person, to one recipient. A department's officer sees what its own staff gave."""
    with role(ACTING_ROLE):
        rows = Disclosure.objects.filter(at__gte=period.since, at__lt=period.until)
        if person is not None:
            rows = rows.filter(persons__contains=[person])
        elif PERMISSION not in viewer.everywhere:
            rows = rows.filter(actor_id__in=_overseen(viewer).values("pk"))
        if recipient:
            rows = rows.filter(recipient__contains=recipient)
        found = list(rows.order_by("-at", "-id")[:most])
        names = staff_names(row.actor_id for row in found)
    return [GivenOut(row, names.get(row.actor_id, "") or row.actor_name) for row in found]


def visible_persons(ids: Iterable[UUID], viewer: Viewer) -> dict[UUID, Person]:
    """Of these those whom the viewer may see, under both locks."""
    wanted = set(ids)
    return visible_to(Person.objects.filter(pk__in=wanted), viewer).in_bulk() if wanted else {}


def emergencies(viewer: Viewer, *, reviewed: bool = False) -> QuerySet[EmergencyAccess]:
    """Emergency access that the viewer is told of; their own is reviewed by somebody else."""
    rows = visible_to(EmergencyAccess.objects.exclude(user=viewer.user), viewer).select_related("user", "unit").defer("user__password")
    rows = rows.exclude(verdict="") if reviewed else rows.filter(verdict="")
    return rows.order_by("-at", "-id")


def all_emergencies() -> QuerySet[EmergencyAccess]:
    """Pages load one through `desk.page.load`."""
    return EmergencyAccess.objects.select_related("user", "unit").defer("user__password")


def all_unusual() -> QuerySet[UnusualLook]:
    """Pages load one through `desk.page.load`."""
    return UnusualLook.objects.select_related("user", "unit").defer("user__password")


def unusual(
    viewer: Viewer, *, reviewed: bool | None = False, code: str = "", user: UUID | None = None, before: UUID | None = None, most: int = 50
) -> Sequence[UnusualLook]:
    """Unusual looks, newest first; `before`: the key of the last one shown."""
    rows = visible_to(all_unusual(), viewer)
    if reviewed is not None:
        rows = rows.exclude(verdict="") if reviewed else rows.filter(verdict="")
    if code:
        rows = rows.filter(rule__startswith=f"{code}/")
    if user is not None:
        rows = rows.filter(user=user)
    last = visible_to(UnusualLook.objects.filter(pk=before), viewer).values_list("last_at", flat=True).first() if before else None
    if last is not None:
        rows = rows.filter(Q(last_at__lt=last) | Q(last_at=last, id__lt=before))
    return list(rows.order_by("-last_at", "-id")[:most])


def unusual_by_day(viewer: Viewer, *, first: date, days: int) -> list[tuple[date, int]]:
    """How many were found of each day."""
    last = first + timedelta(days=days)
    found = visible_to(UnusualLook.objects.filter(day__gte=first, day__lt=last), viewer).values_list("day", flat=True)
    counted: dict[date, int] = {}
    for day in found:
        counted[day] = counted.get(day, 0) + 1
    return [(day, counted.get(day, 0)) for day in (first + timedelta(days=n) for n in range(days))]


@action
def review_unusual(*, look: UnusualLook, verdict: str, note: str, by: Actor, at: datetime) -> UnusualLook:
    """The privacy officer says whether it was part of the work."""
    row = UnusualLook.objects.select_for_update(no_key=True).get(pk=look.pk)
    if row.user_id == by.id:
        raise NotByThemselves
    if row.verdict:
        raise AlreadyReviewed
    row.verdict, row.note, row.reviewed_by, row.reviewed_at = UnusualLook.Verdict(verdict), note.strip(), by.id, at
    row.save(update_fields=["verdict", "note", "reviewed_by", "reviewed_at"])
    record(
        "unusual_look.reviewed", by=by, at=at, subject=("unusual_look", row.pk), codes={"verdict": row.verdict, "rule": row.rule}
    )
    return row
