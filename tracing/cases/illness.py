"""An illness of somebody who was two people in the register: one case is worked on, others rest under it (see `merging`)."""

from __future__ import annotations

from django.db.models import Q

from tracing.cases.models import Case


def of_illness(case: Case, column: str = "case") -> Q:
    """Rows of this case and of those that rest under it."""
    return Q(**{column: case.pk}) | Q(**{f"{column}__merged_into": case.pk})
