"""Staff for the tests of privacy, and who they are for the program."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Role, User
from tracing.access.viewer import Viewer, viewer
from tracing.desk.tests.world import BY, PASSWORD, World


def hire(made: World, role: str, unit: str, *, name: str = "", **more: Any) -> User:
    """Somebody with a role, under that key in the world's staff."""
    key = name or role
    user = add_user(
        email=f"{key}@privacy.example", name=more.pop("called", f"{key.replace('_', ' ').title()} Two"), password=PASSWORD, by=BY, at=made.at
    )
    grant_membership(
        user=user, role=Role.objects.get(code=role), unit=made.units[unit], since=made.at - timedelta(days=60), by=BY, at=made.at, **more
    )
    made.staff[key] = user
    return user


def seen_as(made: World, who: str) -> Viewer:
    return viewer(made.staff[who], at=made.at)
