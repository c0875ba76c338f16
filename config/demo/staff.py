"""Demo staff: one of each role, in departments of different sizes. Nobody of them exists."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

EMPLOYED: Final = timedelta(days=30)
"""How long they have worked here: yesterday's calls are theirs."""
# (address, name, role, unit): the first is whom a newcomer should sign in as.
STAFF: Final = (
    ("tracer@demo.example", "Dana Whitlock", "tracer", "new-haven"),
    ("tracer2@demo.example", "Luis Ferrante", "tracer", "new-haven"),
    ("valley@demo.example", "Priya Anand", "tracer", "naugatuck-valley"),
    ("supervisor@demo.example", "Ruth Okafor", "supervisor", "new-haven"),
    ("state@demo.example", "Helen Marsh", "state_epidemiologist", "ct"),
    ("interfaces@demo.example", "Tom Brandt", "interface_manager", "ct"),
    ("admin@demo.example", "Ana Sousa", "administrator", "ct"),
)
SIGN_INS: Final = [
    ("tracer@demo.example", "contact tracer, New Haven"),
    ("supervisor@demo.example", "supervisor, New Haven"),
    ("state@demo.example", "state epidemiologist"),
    ("interfaces@demo.example", "interface manager"),
    ("admin@demo.example", "administrator"),
]


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from tracing.access.actions import add_user, grant_membership
    from tracing.access.models import Role, User
    from tracing.journal.actor import job
    from tracing.jurisdictions.models import Unit

    by = job("demo")
    password = os.environ["CONTACT_DEMO_PASSWORD"]
    roles = {role.code: role for role in Role.objects.all()}
    units = {unit.code: unit for unit in Unit.objects.all()}
    for email, name, role, unit in STAFF:
        user = User.objects.filter(email=email).first() or add_user(email=email, name=name, password=password, by=by, at=at)
        grant_membership(user=user, role=roles[role], unit=units[unit], since=at - EMPLOYED, by=by, at=at)
    return f"{len(STAFF)} people in {len({unit for *_, unit in STAFF})} units"
