"""Filing sets of reports so that one that cannot be filed spoils no other."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime
from typing import Final

from django.db import Error

from tracing.intake.actions.filing import SET, file_waiting, hold_failed
from tracing.intake.models import Report
from tracing.journal.actor import Actor

log: Final = logging.getLogger(__name__)


def file_some(*, limit: int = SET, by: Actor, at: datetime) -> int:
    """File a set; returns how many reports were taken up, 0 when none waits.

    When a set fails, its reports are filed alone, and the one that fails again is held with a reason.
    """
    try:
        return file_waiting(limit=limit, by=by, at=at) or 0
    except Exception as fault:
        log.warning("a set of reports could not be filed and is filed one by one: %s", type(fault).__name__)
    reports = list(Report.objects.filter(state=Report.State.WAITING, not_before__lte=at).order_by("not_before", "id")[:limit])
    for report in reports:
        try:
            file_waiting(only=[report.pk], by=by, at=at)
        except Exception as fault:
            # A lock not had or a connection lost is the machine's fault, not the report's: it waits for the next round.
            if isinstance(fault, Error) and getattr(fault.__cause__, "sqlstate", None) in ("40001", "40P01", "55P03", "57014", None):
                raise
            # Where it broke, not what it said: a message may quote what is in the report.
            where = "".join(traceback.format_tb(fault.__traceback__)[-3:])
            log.error("report %s cannot be filed: %s\n%s", report.pk, type(fault).__name__, where)
            hold_failed(report=report, problem="filing_failed", by=by, at=at)
    return len(reports)
