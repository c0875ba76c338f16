"""The application with the clock of requests set: it runs on from `CONTACT_BENCH_NOON` (ISO 8601), so that people may be called."""

from __future__ import annotations

import os
from datetime import datetime
from types import SimpleNamespace

from django.utils import timezone

from config.wsgi import application as _application
from tracing.access import middleware

_AHEAD = datetime.fromisoformat(os.environ["CONTACT_BENCH_NOON"]) - timezone.now()
middleware.timezone = SimpleNamespace(now=lambda: timezone.now() + _AHEAD)  # type: ignore[assignment]

application = _application
