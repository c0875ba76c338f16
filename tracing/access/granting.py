"""What granting needs to know: who administers what, and what a rule answers for one grant. Reads under the acting role: memberships
of others are hidden from the reading one, and each question here is asked for somebody who administers users."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from tracing.access.models import Membership, Role, User
from tracing.access.rules import granting as rules
from tracing.access.rules.granting import ADMINISTER, ConflictCode, Given, Granter, Held, Place, Verdict
from tracing.access.viewer import Viewer, memberships_of
from tracing.diseases.conditions import conditions, sensitive_codes
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.jurisdictions.queries import units_below


@dataclass(frozen=True, slots=True)
class Wanted:
    """A membership as somebody asks for it."""

    user: User
    role: Role
    unit: Unit
    since: datetime
    until: datetime | None = None
    diseases: Sequence[str] = ()


@dataclass(slots=True)
class Granting:
    """What one giver may give, with what was already asked: for one grant, or for a list of hundreds."""

    viewer: Viewer
    at: datetime
    _own: list[Membership] | None = None
    _above: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    _held: dict[UUID, list[Held]] = field(default_factory=dict)
    _units: frozenset[UUID] | None = None
    _works_in: dict[UUID, list[UUID]] = field(default_factory=dict)

    def own(self) -> list[Membership]:
        """The giver's own memberships; the chosen one alone where they work as one."""
        if self._own is None:
            with role(ACTING_ROLE):
                every = memberships_of(self.viewer.user, self.at)
            self._own = [m for m in every if self.viewer.hat in (None, m.pk) and m.role.reach == Role.Reach.UNIT]
        return self._own

    def above(self, unit: UUID) -> frozenset[UUID]:
        """The unit and everything above it."""
        if unit not in self._above:
            self._above[unit] = frozenset(UnitAncestor.objects.filter(unit=unit).values_list("ancestor_id", flat=True)) | {unit}
        return self._above[unit]

    def granter(self, unit: UUID) -> Granter:
        reaching = [m for m in self.own() if m.unit_id in self.above(unit)]
        return Granter(
            user=self.viewer.user,
            holds=frozenset(permission for m in reaching for permission in m.role.permissions),
            of_the_state=self.of_the_state,
            diseases=frozenset(d for m in reaching for d in m.diseases) & sensitive_codes(),
        )

    @property
    def of_the_state(self) -> bool:
        return any(m.unit.kind == Unit.Kind.STATE and ADMINISTER in m.role.permissions for m in self.own())

    def holds(self, permission: str) -> bool:
        """Held by a membership of one's own, anywhere."""
        return any(permission in m.role.permissions for m in self.own())

    @property
    def units(self) -> frozenset[UUID] | None:
        """The units administered, without those only covered; None: the whole state."""
        if self.of_the_state:
            return None
        if self._units is None:
            tops = {m.unit_id for m in self.own() if ADMINISTER in m.role.permissions}
            self._units = frozenset(units_below(tops)) | tops if tops else frozenset()
        return self._units

    def remember(self, users: Iterable[UUID]) -> None:
        """Ask for what many hold in one question."""
        wanted = [user for user in users if user not in self._held]
        for user in wanted:
            self._held[user] = []
        with role(ACTING_ROLE):
            rows = list(going(Membership.objects.filter(user__in=wanted), self.at).select_related("role"))
        for row in rows:
            self._held[row.user_id].append(held(row, self.above(row.unit_id)))

    def note(self, row: Membership) -> None:
        """Something was given in the meantime."""
        self._held.setdefault(row.user_id, []).append(held(row, self.above(row.unit_id)))

    def verdict(self, wanted: Wanted) -> Verdict:
        """What comes of it: granted at once, proposed, or why not."""
        answer = rules.may_grant(
            self.granter(wanted.unit.pk),
            to=wanted.user.pk,
            role=given(wanted.role),
            place=place(wanted.unit, self.at),
            since=wanted.since,
            until=wanted.until,
            at=self.at,
            diseases=wanted.diseases,
            sensitive=sensitive_codes(),
            known=frozenset(conditions()),
            receiver_active=wanted.user.is_active,
        )
        if answer in ("alone", "by_two") and "overlaps" in self.conflicts(wanted):
            return "overlaps"
        return answer

    def conflicts(self, wanted: Wanted) -> list[ConflictCode]:
        """With what the person holds in the same time."""
        self.remember([wanted.user.pk])
        new = Held(
            role=wanted.role.code,
            unit=wanted.unit.pk,
            above=self.above(wanted.unit.pk) - {wanted.unit.pk},
            diseases=frozenset(wanted.diseases),
            since=wanted.since,
            until=wanted.until,
            sight=wanted.role.sight,
            in_hand=wanted.role.reach == Role.Reach.IN_HAND,
            people="people.see" in wanted.role.permissions,
        )
        return rules.conflicts(new, self._held[wanted.user.pk])

    def may_manage(self, user: User) -> bool:
        """Whether the account may be closed, reopened, or let in anew."""
        if user.pk not in self._works_in:
            self.ask_where([user.pk])
        return rules.may_manage(self.units, self._works_in[user.pk])

    def ask_where(self, users: Collection[UUID]) -> None:
        """Where each of these holds something; who holds nothing any more belongs to those who administer where they did."""
        now: dict[UUID, list[UUID]] = {user: [] for user in users}
        ever: dict[UUID, list[UUID]] = {user: [] for user in users}
        with role(ACTING_ROLE):
            rows = Membership.objects.filter(user__in=users).values_list("user_id", "unit_id", "valid_until")
            for user, unit, until in rows:
                ever[user].append(unit)
                if until is None or until > self.at:
                    now[user].append(unit)
        self._works_in |= {user: now[user] or ever[user] for user in users}


def given(role: Role) -> Given:
    return Given(frozenset(role.permissions), role.powerful, role.ended_at is not None, role.waiting, role.needs_agreement)


def place(unit: Unit, at: datetime) -> Place:
    over = unit.active_until is not None and unit.active_until <= at.date()
    return Place(whole_state=unit.kind == Unit.Kind.STATE, closed=over)


def held(row: Membership, above: frozenset[UUID]) -> Held:
    return Held(
        role=row.role.code,
        unit=row.unit_id,
        above=above - {row.unit_id},
        diseases=frozenset(row.diseases),
        since=row.valid_from,
        until=row.valid_until,
        sight=row.role.sight,
        in_hand=row.role.reach == Role.Reach.IN_HAND,
        people="people.see" in row.role.permissions,
    )


def going(rows: QuerySet[Membership], at: datetime) -> QuerySet[Membership]:
    """Memberships that are not over, those that have not begun included."""
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))


def holds_power(users: Iterable[UUID], at: datetime) -> frozenset[UUID]:
    """Which of them hold something that two people must give."""
    with role(ACTING_ROLE):
        rows = list(going(Membership.objects.filter(user__in=list(users)), at).select_related("role", "unit"))
    return frozenset(
        row.user_id for row in rows if rules.is_powerful(given(row.role), whole_state=row.unit.kind == Unit.Kind.STATE)
    )


def state_administrators(at: datetime, *, without: UUID | None = None) -> frozenset[UUID]:
    """Who administers the users of the whole state now; with `without`, by other roles than that one."""
    with role(ACTING_ROLE):
        return frozenset(
            going(Membership.objects.filter(user__is_active=True, unit__kind=Unit.Kind.STATE).exclude(role=without), at)
            .filter(role__permissions__contains=[ADMINISTER], role__ended_at__isnull=True, valid_from__lte=at)
            .values_list("user_id", flat=True)
        )


def one_at_a_time() -> None:
    """Inside an action: changes that must not pass each other take turns (the last administrator, two lists that name one address)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('contact granting'))")


def roles_by_code() -> Mapping[str, Role]:
    """Every role that can be given."""
    return {one.code: one for one in Role.objects.filter(ended_at__isnull=True, waiting=False).order_by("name")}
