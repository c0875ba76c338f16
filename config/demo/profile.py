"""Areas, departments, roles and rule sets of Connecticut: the real ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


def seed(*, at: datetime, say: Callable[[str], None]) -> str:
    from django.conf import settings

    from config.commands.profile import load
    from tracing.jurisdictions.models import Town, Unit

    load(settings.PROFILES / settings.PROFILE, at=at)
    return f"{Town.objects.count()} towns, {Unit.objects.filter(kind=Unit.Kind.DEPARTMENT).count()} health departments"
