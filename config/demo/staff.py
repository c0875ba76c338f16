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
    ("hartford@demo.example", "Marcus Bell", "supervisor", "hartford"),
    ("director@demo.example", "Joan Pratt", "director", "new-haven"),
    ("state@demo.example", "Helen Marsh", "state_epidemiologist", "ct"),
    ("interfaces@demo.example", "Tom Brandt", "interface_manager", "ct"),
    ("privacy@demo.example", "Miriam Vogel", "privacy_officer", "ct"),
    ("admin@demo.example", "Ana Sousa", "administrator", "ct"),
    ("admin2@demo.example", "Peter Lund", "administrator", "ct"),
    ("auditor@demo.example", "Grace Howe", "auditor", "ct"),
    ("analyst@demo.example", "Yusuf Demir", "analyst_deidentified", "new-haven"),
    ("coordinator@demo.example", "Carmen Ortiz", "community_resource_coordinator", "fair-haven-neighbors"),
    ("school@demo.example", "Paul Winter", "institution_liaison", "harbor-high-school"),
    ("contract@demo.example", "Sofia Reyes", "contract_tracer", "brightline-calls"),
)
SIGN_INS: Final = [
    ("tracer@demo.example", "contact tracer, New Haven"),
    ("supervisor@demo.example", "supervisor, New Haven"),
    ("hartford@demo.example", "supervisor, Hartford: what is shared and handed over"),
    ("director@demo.example", "health department director, New Haven"),
    ("state@demo.example", "state epidemiologist"),
    ("interfaces@demo.example", "interface manager"),
    ("privacy@demo.example", "privacy officer"),
    ("admin@demo.example", "user administrator"),
    ("auditor@demo.example", "auditor"),
    ("analyst@demo.example", "analyst without names"),
    ("coordinator@demo.example", "community resource coordinator"),
    ("school@demo.example", "school liaison"),
    ("contract@demo.example", "contract tracer: only who is in hand"),
]
ORGANISATIONS: Final = (
    ("fair-haven-neighbors", "Fair Haven Neighbors", "community"),
    ("harbor-high-school", "Harbor High School", "school"),
    ("brightline-calls", "Brightline Calls", "contractor"),
)
"""(code, name, kind): other organisations on the platform. The contractor covers New Haven's calls."""


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from tracing.access.actions import add_user, grant_membership
    from tracing.access.actions.covering import cover_unit
    from tracing.access.models import Coverage, Role, User
    from tracing.journal.actor import job
    from tracing.jurisdictions.ending import add_unit
    from tracing.jurisdictions.models import Unit

    by, since = job("demo"), at - EMPLOYED
    password = os.environ["CONTACT_DEMO_PASSWORD"]
    roles = {role.code: role for role in Role.objects.all()}
    units = {unit.code: unit for unit in Unit.objects.all()}
    state = next(unit for unit in units.values() if unit.kind == Unit.Kind.STATE)
    for code, title, kind in ORGANISATIONS:
        if code not in units:
            units[code] = add_unit(code=code, name=title, kind=kind, parent=state, by=by, at=at)
    contractor, covered = units["brightline-calls"], units["new-haven"]
    if not Coverage.objects.filter(unit=covered, by_unit=contractor).exists():
        cover_unit(unit=covered, by_unit=contractor, since=at, until=None, why="Evenings and weekends", by=by, at=at)
    for email, name, role, unit in STAFF:
        user = User.objects.filter(email=email).first() or add_user(email=email, name=name, password=password, by=by, at=at)
        agreed = since.date() if roles[role].needs_agreement else None
        grant_membership(
            user=user, role=roles[role], unit=units[unit], since=since, agreement_on=agreed, trained_on=agreed, by=by, at=at
        )
    return f"{len(STAFF)} people in {len({unit for *_, unit in STAFF})} units"
