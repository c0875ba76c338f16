"""A small state with administrators of every kind, for the tests of granting."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from tracing.access.actions import add_user, grant_membership, load_roles
from tracing.access.models import Membership, Role, User
from tracing.access.viewer import Viewer, viewer
from tracing.journal.actions import Unchanged
from tracing.journal.actor import Actor, job
from tracing.jurisdictions.models import Unit, UnitAncestor

NOON = datetime(2026, 11, 2, 17, tzinfo=UTC)
BY = job("test")
PASSWORD = "a long enough password"


@dataclass
class Staffed:
    units: dict[str, Unit] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def who(self, name: str, at: datetime = NOON) -> Viewer:
        return viewer(User.objects.get(pk=self.users[name].pk), at=at)

    def by(self, name: str) -> Actor:
        return Actor("staff", self.users[name].pk)

    def add(self, name: str, role: str = "", unit: str = "", days: int = 9, diseases: tuple[str, ...] = ()) -> User:
        user = add_user(email=f"{name}@example.org", name=f"{name.title()} One", password=PASSWORD, by=BY, at=NOON - timedelta(days=90))
        self.users[name] = user
        if role:
            self.hold(name, role, unit, days, diseases)
        return user

    def hold(self, name: str, role: str, unit: str, days: int = 9, diseases: tuple[str, ...] = ()) -> Membership:
        made = grant_membership(
            user=self.users[name], role=self.roles[role], unit=self.units[unit], since=NOON - timedelta(days=days), diseases=diseases,
            by=BY, at=NOON - timedelta(days=days),
        )  # fmt: skip
        assert not isinstance(made, Unchanged)
        return made


def staffed() -> Staffed:
    """Two administrators of the state, two of New Haven, a tracer there, somebody without a role."""
    made = Staffed()
    for code, kind, above in (
        ("ct", "state", ""), ("new-haven", "department", "ct"), ("team", "team", "new-haven"), ("hartford", "department", "ct"),
    ):  # fmt: skip
        parent = made.units.get(above)
        made.units[code] = Unit.objects.create(
            code=code, name=code.title(), kind=kind, parent=parent, time_zone="America/New_York", sort_key=code
        )
        one, depth = made.units[code], 0
        while one is not None:
            UnitAncestor.objects.create(unit=made.units[code], ancestor=one, depth=depth)
            one, depth = one.parent, depth + 1  # type: ignore[assignment]
    profile = Path(settings.PROFILES) / "connecticut" / "roles.toml"
    load_roles(roles=tomllib.loads(profile.read_text())["role"], by=BY, at=NOON - timedelta(days=99))
    made.roles = {role.code: role for role in Role.objects.all()}
    made.add("ana", "administrator", "ct")
    made.add("ben", "administrator", "ct")
    made.add("dora", "department_administrator", "new-haven")
    made.add("emil", "department_administrator", "new-haven")
    made.add("tess", "tracer", "new-haven")
    made.add("nils")
    return made
