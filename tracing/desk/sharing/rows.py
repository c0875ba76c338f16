"""Transfers as pages show them: what they say, and what this viewer may do with each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from tracing.access.viewer import Viewer
from tracing.access.visibility import may_act, reaches
from tracing.cases.handing import returnable
from tracing.cases.models import Transfer
from tracing.cases.shared import case_of
from tracing.cases.sharing import OPEN
from tracing.desk.review import words as diseases
from tracing.desk.sharing import words
from tracing.desk.sharing.forms import NoteForm

TRANSFER = "cases.transfer"


def rows_of(
    viewer: Viewer, found: Iterable[Transfer], at: datetime, names: dict[Any, str], wrong: tuple[UUID, NoteForm] | None
) -> list[dict[str, Any]]:
    return [
        {
            "transfer": one, "kind": words.KINDS[one.kind], "disease": diseases.disease(one.disease), "late": one.due_at <= at,
            "by": names.get(one.offered_by, ""), "may_answer": may_act(viewer, TRANSFER, one),
            "may_withdraw": one.state in OPEN and reaches(viewer, TRANSFER, one.from_unit_id, one.disease),
            "on_duty": one.state == "escalated" and one.duty_unit_id != one.from_unit_id
            and reaches(viewer, TRANSFER, one.duty_unit_id, one.disease),
            "case": case_of(one),
            "returnable": (case := case_of(one)) is not None and returnable(one, case, at) and may_act(viewer, TRANSFER, one),
            "form": wrong[1] if wrong and wrong[0] == one.pk else NoteForm(auto_id=f"note-{one.pk}-%s"),
            "open": bool(wrong and wrong[0] == one.pk),
        }
        for one in found
    ]  # fmt: skip
