from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from tracing.desk.tests.world import World, add_case, noon_of_today, world
from tracing.questionnaires import shipped


@pytest.fixture
def now() -> Iterator[datetime]:
    """Pages see noon of today, whatever the hour of the test: calls are made by day."""
    at = noon_of_today()
    with patch("tracing.access.middleware.timezone", SimpleNamespace(now=lambda: at)):
        yield at


@pytest.fixture
def made(db: None, now: datetime) -> World:
    """Two people of New Haven and one of Hartford, each with an open case to be called."""
    found = world(now)
    add_case(found, "Rivera", "Ana", phone="+12035550142", street="14 Elm St", language="es")
    add_case(found, "Okafor", "Ngozi", phone="+12035550177", days_ago=5)
    add_case(found, "Hart", "Ford", unit="hartford", town="hartford", phone="+18605550101")
    return found


@pytest.fixture
def no_questions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nobody has written a questionnaire: a case has the short interview."""
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    shipped.questionnaires.cache_clear()
    yield
    shipped.questionnaires.cache_clear()
