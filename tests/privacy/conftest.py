from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import connection

from tests.privacy.people import hire
from tracing.desk.tests.world import World, add_case, world


@pytest.fixture
def made(db: None) -> Iterator[World]:
    """Somebody of New Haven, somebody of Hartford; a privacy officer, a director, a lead and an auditor besides the usual staff.

    Now is now: emergency access ends by the database's own clock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")  # of the test's transaction: what begins then holds for the policies as well
        now = cursor.fetchone()[0]
    found = world(now - timedelta(minutes=30))
    hire(found, "privacy_officer", "ct")
    hire(found, "auditor", "ct")
    hire(found, "director", "new-haven")
    hire(found, "lead", "new-haven")
    hire(found, "tracer", "new-haven", name="other_tracer")
    found.at = now - timedelta(minutes=20)
    add_case(found, "Rivera", "Ana", phone="+12035550142", street="14 Elm St", language="es")
    add_case(found, "Okafor", "Ngozi", phone="+12035550177", days_ago=5)
    add_case(found, "Hart", "Ford", unit="hartford", town="hartford", phone="+18605550101")
    found.at = now
    with patch("tracing.access.middleware.timezone", SimpleNamespace(now=lambda: now)):
        yield found
