"""What a reviewer decides about several reports at once, takes back, or mends the cause of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tracing.intake.actions.holding import NotHeld, refile_by_cause, set_aside
from tracing.intake.actions.sources import CAUSES, add_local_meaning
from tracing.intake.models import LocalMeaning, Report, Source
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, record

SET: Final = 500
TAKEN_BACK: Final = "taken_back"
KINDS: Final = {"code": "test", "value": "value", "word": "word"}
"""First word of a cause → the kind of meaning that mends it."""


class NoLongerWaiting(Exception):
    """The report was taken up meanwhile: what was decided has happened."""


@action
def set_aside_several(*, reports: Sequence[Report], reason: str, by: Actor, at: datetime) -> int | Unchanged:
    """Set up to 500 held reports aside for one reason; those no longer held are left alone. Returns how many were."""
    done = 0
    for report in sorted(reports[:SET], key=lambda report: report.pk):
        try:
            done += bool(set_aside(report=report, reason=reason, by=by, at=at))
        except NotHeld:
            continue
    return done or UNCHANGED


@action
def hold_again(*, report: Report, by: Actor, at: datetime) -> Report:
    """Take back that a held report is filed, while no worker has taken it up: it is held, with the corrections it has."""
    row = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    if row.state != Report.State.WAITING:
        raise NoLongerWaiting(row.state)
    row.state, row.problems = Report.State.HELD, [TAKEN_BACK]
    row.save(update_fields=["state", "problems"])
    record("report.taken_back", by=by, at=at, subject=("report", row.pk), codes={"reason": "reviewer"})
    return row


@action
def mend_code(*, cause: str, meaning: str, source: Source | None, by: Actor, at: datetime) -> LocalMeaning | Unchanged:
    """Say what the code or word that a cause names means, and take up again every report that it held."""
    kind, _, code = cause.partition(":")
    said = add_local_meaning(source=source, kind=KINDS[kind], code=code, meaning=meaning, by=by, at=at)
    if said and KINDS[kind] not in CAUSES:
        refile_by_cause(cause=cause, by=by, at=at)
    return said
