"""Who has looked at somebody, and the names of staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tracing.access.models import Membership, Role, User
from tracing.diseases.conditions import sensitive_codes
from tracing.journal.action import ACTING_ROLE, role
from tracing.journal.queries import looks_at
from tracing.jurisdictions.models import Unit


@dataclass(frozen=True, slots=True)
class Looked:
    """One page that showed a person."""

    at: datetime
    who: str
    page: str
    purpose: str


def who_looked(person: UUID, *, since: datetime, limit: int = 200) -> list[Looked]:
    """Looks at a person, newest first. The caller has checked `journal.see` on a unit that follows the person.

    Looks are hidden from the reading role; they are read under the acting one, for this one question.
    """
    with role(ACTING_ROLE):
        looks = list(looks_at(person, since=since, limit=limit))
    names = staff_names(look.actor_id for look in looks)
    return [Looked(look.at, names.get(look.actor_id, ""), look.page, look.purpose) for look in looks]


def somebody_there(unit: Unit, permission: str, disease: str, *, at: datetime) -> bool:
    """Whether anybody of the unit itself, or of a region above it, holds the permission for this disease now. The state does not
    count: it sees without being asked."""
    rows = _there(unit, disease, at).filter(role__permissions__contains=[permission])
    return rows.exists()


def _there(unit: Unit, disease: str, at: datetime) -> QuerySet[Membership]:
    """Memberships that count now in the unit itself or a region above it, for this disease ("" for any)."""
    rows = Membership.objects.filter(
        role__reach=Role.Reach.UNIT, role__ended_at__isnull=True, user__is_active=True, unit__descendant_rows__unit=unit, valid_from__lte=at
    ).exclude(valid_until__lte=at)
    rows = rows.filter(Q(role__needs_agreement=False) | Q(agreement_on__isnull=False, trained_on__isnull=False))
    if unit.kind != Unit.Kind.STATE:
        rows = rows.exclude(unit__kind=Unit.Kind.STATE)
    if not disease:
        return rows
    named = Q(diseases__contains=[disease])
    return rows.filter(named if disease in sensitive_codes() else named | Q(diseases=[]))


def staff_names(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Names by key; who has gone and was erased is left out."""
    wanted = {key for key in ids if key is not None}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def staff_in_roles(unit: Unit, roles: Collection[str], disease: str, *, at: datetime) -> list[UUID]:
    """Active staff with one of these roles in the unit itself or a region above it, for this disease ("" for any), in order of name. The
    state's staff are those of the state alone: they are named with the state's own unit."""
    rows = _there(unit, disease, at).filter(role__code__in=roles)
    return list(dict.fromkeys(rows.order_by("user__name", "user_id").values_list("user_id", flat=True)))


def staff_with(units: Collection[UUID], permission: str, *, at: datetime) -> list[User]:
    """Active staff who hold the permission by a role in one of these units themselves, in order of name."""
    held = Membership.objects.filter(
        role__permissions__contains=[permission], role__reach=Role.Reach.UNIT, role__ended_at__isnull=True, unit__in=units, valid_from__lte=at
    ).exclude(valid_until__lte=at)
    with role(ACTING_ROLE):  # who has which role is on nobody's page; whom one may put on call is what a lead must know
        return list(User.objects.filter(pk__in=held.values("user"), is_active=True).only("id", "name").order_by("name", "pk")[:500])
