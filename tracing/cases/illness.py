"""An illness of somebody who was two people in the register: one case is worked on, others rest under it (see `merging`)."""

from __future__ import annotations

from django.db.models import Q

from tracing.cases.models import Case


def of_illness(case: Case, column: str = "case") -> Q:
    """Rows of this case and of those that rest under it. Asked as a list of one or two cases: joined with all cases, an "or" across two
    tables would read every row there is."""
    illness = Case.objects.filter(Q(pk=case.pk) | Q(merged_into=case.pk))
    return Q(**{f"{column}__in": illness.values("pk")})
