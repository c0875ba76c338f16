"""Hundreds invited at once: accounts, roles and links from a list. Doing it again does only what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password

from tracing.access.actions.inviting import invite
from tracing.access.granting import Granting, Wanted, one_at_a_time
from tracing.access.models import GrantProposal, Membership, Role, User
from tracing.access.viewer import Viewer
from tracing.journal.actions import Actor, action, record
from tracing.jurisdictions.models import Unit

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewStaff:
    """One line of a list, its names understood."""

    number: int
    email: str
    name: str
    role: Role
    unit: Unit
    since: datetime
    until: datetime | None = None
    diseases: tuple[str, ...] = ()
    why: str = ""
    agreement_on: date | None = None
    trained_on: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one line: "invited" (a new account), "granted" (to one that was there), "proposed" (a second person confirms),
    "unchanged", or the code of a refusal. `key` opens the account's link, once for each account."""

    line: NewStaff
    code: str
    user: User | None = None
    key: str = ""


@action
def invite_staff(*, viewer: Viewer, lines: Sequence[NewStaff], renew: bool = False, by: Actor, at: datetime) -> list[Outcome]:
    """Up to 500 lines: an account for each address that has none, the role on each line as far as the viewer may give it, and a link
    for each account made; with `renew` also for those that were invited before and never came. A refused line makes nothing."""
    if len(lines) > AT_ONCE:
        raise ValueError(f"at most {AT_ONCE} at once")
    one_at_a_time()
    asking = Granting(viewer, at)
    known = {user.email: user for user in User.objects.filter(email__in={line.email for line in lines})}
    asking.remember([user.pk for user in known.values()])
    proposed = set(
        GrantProposal.objects.filter(answer="", user__in=known.values()).values_list("user_id", "role_id", "unit_id")
    )
    unusable = make_password(None)
    made: dict[str, User] = {}
    memberships: list[Membership] = []
    proposals: list[GrantProposal] = []
    told: list[Outcome] = []
    for line in lines:
        user = known.get(line.email) or User(email=line.email, name=line.name, password=unusable, added_at=at)
        code = _one(line, user, asking, proposed, memberships, proposals, by, at)
        if code in ("granted", "proposed") and line.email not in known:
            known[line.email] = made[line.email] = user
        told.append(Outcome(line, code, user))
    User.objects.bulk_create(made.values())
    Membership.objects.bulk_create(memberships)
    GrantProposal.objects.bulk_create(proposals)
    for user in made.values():
        record("user.added", by=by, at=at, subject=("user", user.pk))
    keys = _links(made, told, renew, asking, by, at)
    record("staff.invited_by_list", by=by, at=at, subject=("user", None), codes={"lines": len(lines), "made": len(made)})
    return _with_keys(told, made, keys)


def _one(
    line: NewStaff, user: User, asking: Granting, proposed: set[Any], memberships: list[Membership], proposals: list[GrantProposal],
    by: Actor, at: datetime,
) -> str:  # fmt: skip
    verdict = asking.verdict(Wanted(user, line.role, line.unit, line.since, line.until, line.diseases))
    if verdict == "overlaps":
        return "unchanged"
    if verdict not in ("alone", "by_two"):
        return verdict
    values: dict[str, Any] = {
        "user": user, "role": line.role, "unit": line.unit, "valid_from": line.since, "valid_until": line.until,
        "diseases": sorted(set(line.diseases)), "why": line.why, "agreement_on": line.agreement_on, "trained_on": line.trained_on,
    }  # fmt: skip
    codes = {"role": line.role.code, "unit": line.unit.code}
    if verdict == "by_two":
        key = (user.pk, line.role.pk, line.unit.pk)
        if key in proposed:
            return "unchanged"
        proposed.add(key)
        proposals.append(GrantProposal(**values, asked_by=asking.viewer.user, asked_at=at))
        record("membership.proposed", by=by, at=at, subject=("user", user.pk), codes=codes)
        return "proposed"
    row = Membership(**values, source=Membership.Source.SHEET, granted_by=by.id)
    memberships.append(row)
    asking.note(row)
    record("membership.granted", by=by, at=at, subject=("user", user.pk), codes=codes)
    return "granted"


def _links(
    made: dict[str, User], told: Sequence[Outcome], renew: bool, asking: Granting, by: Actor, at: datetime
) -> dict[str, str]:
    wanted = dict(made)
    if renew:
        for one in told:
            user = one.user
            never_came = user is not None and user.is_active and user.last_login is None and not user.has_usable_password()
            if user is not None and never_came and user.email not in wanted and asking.may_manage(user):
                wanted[user.email] = user
    return {link.row.user.email: link.key for link in invite(users=list(wanted.values()), by=by, at=at)} if wanted else {}


def _with_keys(told: Sequence[Outcome], made: dict[str, User], keys: dict[str, str]) -> list[Outcome]:
    """The link stands on the account's first line; a new account's first line says that it was made."""
    seen: set[str] = set()
    found = []
    for one in told:
        email = one.line.email
        first = email not in seen and one.code in ("granted", "proposed", "unchanged")
        seen |= {email} if first else set()
        code = "invited" if first and email in made and one.code == "granted" else one.code
        found.append(Outcome(one.line, code, one.user, keys.get(email, "") if first else ""))
    return found
