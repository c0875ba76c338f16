"""Accounts as who administers them sees them: lists, one account, who has what and why, reviews. Asked under the acting role, because
memberships, sign-ins and links of others are hidden from the reading one; each question narrows to the units administered itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from tracing.access.granting import Granting, going
from tracing.access.models import GrantProposal, Invitation, Membership, Role, SignIn, User
from tracing.access.queries import staff_names
from tracing.access.rules.granting import missing
from tracing.access.rules.reviewing import is_unused
from tracing.base.text import fold, sort_key
from tracing.journal.action import ACTING_ROLE, role
from tracing.jurisdictions.models import Unit

STATES = ("active", "invited", "unused", "without_role", "closed")
SORTS = ("name", "seen", "added")
_LONG_AGO = "0000"


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the list."""

    id: UUID
    name: str
    email: str
    state: str
    """ "active", "invited" (a link that was not used), "unused", "without_role", "closed" """
    added_at: datetime | None
    last_seen_at: datetime | None
    roles: Sequence[tuple[str, str]]
    """(role, unit) of those that are not over, in units administered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is asked for. `words` match name or address."""

    words: str = ""
    unit: UUID | None = None
    role: str = ""
    state: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Account]
    count: int
    earlier: UUID | None
    later: UUID | None
    """Keys of accounts: a page begins after `later`, or ends before `earlier`."""


@dataclass(frozen=True, slots=True)
class Line:
    """One membership with everything that explains it."""

    membership: Membership
    who: str
    user: UUID
    given_by: str
    proposed_by: str
    lacks: Sequence[str]
    """Why it does not count yet: "agreement", "training"."""
    state: str
    """ "held", "later", "over", "role_ended", "lacks" """


@dataclass(frozen=True, slots=True)
class AccountView:
    """Everything about one account that its administrator may know."""

    user: User
    lines: Sequence[Line]
    elsewhere: int
    """Memberships in units that the viewer does not administer."""
    proposals: Sequence[GrantProposal]
    link: Invitation | None
    sign_ins: Sequence[SignIn] = field(default_factory=tuple)


def accounts(asking: Granting, asked: Asked, *, size: int, after: UUID | None = None, before: UUID | None = None) -> Page:
    """A page of the accounts that somebody administers. A state has thousands at most: they are read whole, as tuples, and ordered
    here, by the same folded keys as every list."""
    found = _matching(asking, asked)
    keys = [row.id for row in found]
    start = 0
    if after in keys:
        start = keys.index(after) + 1
    elif before in keys:
        start = max(0, keys.index(before) - size)
    rows = found[start : start + size]
    more = start + size < len(found)
    return Page(rows, len(found), rows[0].id if rows and start else None, rows[-1].id if rows and more else None)


def unused_accounts(asking: Granting) -> list[Account]:
    """Those that nobody used for thirty days, the longest unused first."""
    return sorted(_matching(asking, Asked(state="unused")), key=lambda row: str(row.last_seen_at or row.added_at or _LONG_AGO))


def users_of(asking: Granting, ids: Iterable[UUID]) -> list[User]:
    """Of these, the accounts that the viewer administers."""
    seen = {row.id for row in _matching(asking, Asked())}
    return list(User.accounts.filter(pk__in=[key for key in ids if key in seen]))


def _matching(asking: Granting, asked: Asked) -> list[Account]:
    at, units = asking.at, asking.units
    with role(ACTING_ROLE):
        rows = Membership.objects.all() if units is None else Membership.objects.filter(unit__in=units)
        held: dict[UUID, list[tuple[str, str, UUID, bool]]] = {}
        for user, code, unit, until in rows.order_by("valid_from", "pk").values_list("user_id", "role__code", "unit_id", "valid_until"):
            held.setdefault(user, []).append(("", code, unit, until is None or until > at))
        proposed = GrantProposal.objects.filter(answer="")
        waiting = set((proposed if units is None else proposed.filter(unit__in=units)).values_list("user_id", flat=True))
        links = set(
            Invitation.objects.filter(used_at__isnull=True, expires_at__gt=at).values_list("user_id", flat=True)
        )
        users = list(User.accounts.values_list("pk", "name", "email", "is_active", "added_at", "last_seen_at", "last_login"))
    role_names = dict(Role.objects.values_list("code", "name"))
    unit_names = dict(Unit.objects.values_list("pk", "name"))
    words = fold(asked.words).split()
    below = None if asked.unit is None else frozenset(_at_or_below(asked.unit))
    found = []
    for key, name, email, active, added, seen, signed_in in users:
        mine = held.get(key, [])
        if units is not None and not mine and key not in waiting:
            continue
        live = [(code, unit) for _n, code, unit, going_on in mine if going_on]
        if below is not None and not any(unit in below for _c, unit in live):
            continue
        if asked.role and not any(code == asked.role for code, _u in live):
            continue
        if words and not all(word in f"{fold(name)} {fold(email)} {email}" for word in words):
            continue
        last = max((moment for moment in (seen, signed_in) if moment), default=None)
        state = _state(active, bool(live), last, added, signed_in, key in links, at)
        if asked.state and asked.state != state and not (asked.state == "unused" and _unused(active, added, seen, signed_in, at)):
            continue
        roles = [(role_names.get(code, code), unit_names.get(unit, "")) for code, unit in live]
        found.append(Account(key, name, email, state, added, last, roles))
    return _ordered(found, asked.sort)


def _unused(active: bool, added: datetime | None, seen: datetime | None, signed_in: datetime | None, at: datetime) -> bool:
    return active and is_unused(added=added, last_seen=seen, last_sign_in=signed_in, at=at)


def _state(
    active: bool, holds: bool, last: datetime | None, added: datetime | None, signed_in: datetime | None, link: bool, at: datetime
) -> str:
    if not active:
        return "closed"
    if last is None and link:
        return "invited"
    if _unused(active, added, last, signed_in, at):
        return "unused"
    return "active" if holds else "without_role"


def _ordered(rows: list[Account], sort: str) -> list[Account]:
    down, code = sort.startswith("-"), sort.lstrip("-")

    def place(row: Account) -> tuple[str, str, str]:
        given, _, family = row.name.rpartition(" ")
        name = sort_key(family, given)
        moment = row.last_seen_at if code == "seen" else row.added_at if code == "added" else None
        first = (moment.isoformat() if moment else _LONG_AGO) if code in ("seen", "added") else name
        return first, name, str(row.id)

    return sorted(rows, key=place, reverse=down)


def _at_or_below(unit: UUID) -> set[UUID]:
    from tracing.jurisdictions.queries import units_below

    return units_below([unit]) | {unit}


def account(asking: Granting, key: UUID) -> AccountView | None:
    """One account, if the viewer administers it; None otherwise, whether or not there is one."""
    with role(ACTING_ROLE):
        user = User.accounts.filter(pk=key).first()
        if user is None:
            return None
        rows = list(Membership.objects.filter(user=user).select_related("role", "unit").order_by("-valid_from", "-pk"))
        proposals = list(GrantProposal.objects.filter(user=user, answer="").select_related("role", "unit").order_by("asked_at"))
        units = asking.units
        mine = rows if units is None else [row for row in rows if row.unit_id in units]
        if units is not None:
            proposals = [one for one in proposals if one.unit_id in units]
            if not mine and not proposals:
                return None
        link = Invitation.objects.filter(user=user, used_at__isnull=True, expires_at__gt=asking.at).order_by("-at").first()
        sign_ins = list(SignIn.objects.filter(user=user, at__gt=asking.at - timedelta(days=180)).order_by("-at")[:50])
    return AccountView(user, lines(mine, asking.at), len(rows) - len(mine), proposals, link, sign_ins)


def lines(rows: Sequence[Membership], at: datetime) -> list[Line]:
    """Memberships (with role and unit) with who gave them, and whether they count."""
    with role(ACTING_ROLE):
        proposed = dict(GrantProposal.objects.filter(membership__in=rows).values_list("membership_id", "asked_by"))
    names = staff_names([*(row.granted_by for row in rows), *proposed.values(), *(row.user_id for row in rows)])
    found = []
    for row in rows:
        lacks = missing(row.role.needs_agreement, row.agreement_on, row.trained_on)
        found.append(
            Line(
                row, names.get(row.user_id, ""), row.user_id, names.get(row.granted_by, ""), names.get(proposed.get(row.pk), ""),
                lacks, _line_state(row, bool(lacks), at),
            )  # fmt: skip
        )
    return found


def _line_state(row: Membership, lacks: bool, at: datetime) -> str:
    if row.valid_until is not None and row.valid_until <= at:
        return "over"
    if row.role.ended_at is not None:
        return "role_ended"
    if lacks:
        return "lacks"
    return "later" if row.valid_from > at else "held"


def who_has_what(asking: Granting, units: Sequence[UUID]) -> list[Line]:
    """Every membership that is not over in these units, of accounts that are open, by name."""
    allowed = asking.units
    wanted = [unit for unit in units if allowed is None or unit in allowed]
    with role(ACTING_ROLE):
        rows = list(
            going(Membership.objects.filter(unit__in=wanted, user__is_active=True), asking.at)
            .select_related("role", "unit")
            .order_by("valid_from", "pk")
        )
    found = lines(rows, asking.at)
    return sorted(found, key=lambda line: (fold(line.who.rpartition(" ")[2]), fold(line.who), line.membership.unit.sort_key))


def membership_of(asking: Granting, key: UUID) -> Membership | None:
    """One membership in a unit administered."""
    with role(ACTING_ROLE):
        row = Membership.objects.filter(pk=key).select_related("role", "unit", "user").first()
    return row if row is not None and (asking.units is None or row.unit_id in asking.units) else None


def live_links(asking: Granting) -> list[Invitation]:
    """Links that wait for a second person, of accounts that the viewer may manage."""
    with role(ACTING_ROLE):
        rows = list(
            Invitation.objects.filter(waiting=True, used_at__isnull=True, expires_at__gt=asking.at).select_related("user").order_by("at")
        )
    return [row for row in rows if asking.may_manage(row.user)]


def units_administered(asking: Granting) -> list[Unit]:
    """In order: the state, then regions and departments, then others; without those that are closed."""
    rows = Unit.objects.active_on(asking.at.date())
    units = asking.units
    if units is not None:
        rows = rows.filter(pk__in=units)
    order = {kind: number for number, kind in enumerate(Unit.Kind.values)}
    return sorted(rows, key=lambda unit: (order[unit.kind], unit.sort_key, unit.code))


def open_proposals(asking: Granting) -> list[GrantProposal]:
    """What waits for a second person in units administered."""
    units = asking.units
    with role(ACTING_ROLE):
        rows = GrantProposal.objects.filter(answer="").select_related("user", "role", "unit").order_by("asked_at", "pk")
        return list(rows if units is None else rows.filter(unit__in=units))


