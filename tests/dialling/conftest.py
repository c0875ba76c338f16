"""A department whose tracer dials by a telephone service that stands in for Twilio."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.urls import reverse

from tests.dialling.play import HOST, OWN, THEIRS, Clock
from tests.voice import Service, telephone_service
from tracing.desk.tests.world import World, add_case, noon_of_today, world
from tracing.messaging.dialling import set_telephone
from tracing.messaging.models import Telephone
from tracing.tasks.models import Task


@pytest.fixture
def service() -> Iterator[Service]:
    with telephone_service() as made:
        yield made


@pytest.fixture
def clock() -> Iterator[Clock]:
    made = Clock(noon_of_today())
    with (
        patch("tracing.access.middleware.timezone", SimpleNamespace(now=made.now)),
        patch("tracing.messaging.jobs.timezone", SimpleNamespace(now=made.now)),
    ):
        yield made


@pytest.fixture
def made(db: None, clock: Clock, service: Service, settings: Any) -> World:
    settings.VOICE, settings.ADDRESS = service.account, HOST
    found = world(clock.at)
    add_case(found, "Rivera", "Ana", phone=THEIRS, street="14 Elm St")
    return found


@pytest.fixture
def task(made: World, clock: Clock) -> Task:
    """In the tracer's hand; their own telephone is known and was answered before."""
    made.client("tracer").post(reverse("desk:next_call"))
    set_telephone(number=OWN, by=made.actor("tracer"), at=clock.at)
    Telephone.objects.update(confirmed_at=clock.at)
    return Task.objects.select_related("unit").get(state="held")
