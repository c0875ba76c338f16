"""The provider, set up here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.provider.coming import BACK, BY, person
from tests.provider.running import Running, running
from tracing.access.actions import load_roles
from tracing.access.models import (
    GroupMapping,
    Role,
)
from tracing.access.provider import wire
from tracing.jurisdictions.models import Unit


@pytest.fixture(scope="module")
def started() -> Iterator[Running]:
    with running(BACK) as found:
        yield found


@pytest.fixture
def there(started: Running, settings: Any) -> Iterator[Running]:
    """The provider set up here, with two groups that give roles."""
    wire.forget()
    settings.PROVIDER = started.settings()
    settings.WITHOUT_PROVIDER = "nobody"
    at = timezone.now() - timedelta(days=1)
    load_roles(roles=[
        {"code": "tracer", "name": "Tracer", "description": "calls", "permissions": ["people.see", "cases.see"]},
        {"code": "administrator", "name": "Administrator", "description": "accounts", "permissions": ["users.administer"]},
        {"code": "caller", "name": "Caller", "description": "calls", "permissions": ["people.see"]},
    ], by=BY, at=at)  # fmt: skip
    unit = Unit.objects.create(code="ct", name="State", kind="state")
    for group, role in (("tracers", "tracer"), ("admins", "administrator"), ("callers", "caller")):
        GroupMapping.objects.create(group=group, role=Role.objects.get(code=role), unit=unit, since=at)
    person(started)
    yield started
    wire.forget()
