"""How many cases, where, by week: for those who need numbers and nobody's record."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tracing.cases.counts import PERMISSION, counts, diseases_counted
from tracing.cases.small_numbers import SMALL
from tracing.desk.lists import address
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.diseases.ruleset import rule_sets
from tracing.uswds.charts import Bar

WEEKS: Final = {"4": gettext_lazy("4 weeks"), "8": gettext_lazy("8 weeks"), "13": gettext_lazy("13 weeks"), "26": gettext_lazy("26 weeks")}


@require_safe
@staff(PERMISSION, lists=True)
def counts_page(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    reached = {code: rule_sets()[code].label for code in diseases_counted(viewer)}
    if not reached:
        return show(request, "desk/counts/counts.html", {"found": None}, page="counts", purpose="review")
    disease = address.choice(request, "disease", reached, next(iter(reached)))
    weeks = address.choice(request, "weeks", WEEKS, "8")
    found = counts(viewer, disease, weeks=int(weeks), at=at)
    empty = [unit for unit in found.units if all(number == 0 for number in found.row(unit.pk))]
    silent = [unit for unit in found.units if all(number is None for number in found.row(unit.pk))]
    some = [unit for unit in found.units if unit not in empty and unit not in silent]
    context: dict[str, Any] = {
        "found": found, "disease": reached[disease], "small": SMALL,
        "rows": [(unit, list(zip(found.weeks, found.row(unit.pk), strict=True))) for unit in some],
        "totals": list(zip(found.weeks, found.totals, strict=True)),
        "none": [unit.name for unit in empty], "silent": [unit.name for unit in silent],
        "groups": [
            address.group(request, _("Disease"), "disease", reached, disease, always=True),
            address.group(request, _("Time"), "weeks", WEEKS, weeks, always=True),
        ],
        "bars": [
            Bar(date_format(week, "M j"), total or 0, _("hidden") if total is None else str(total))
            for week, total in zip(found.weeks, found.totals, strict=True)
        ],
        "chart": _("Cases of %(disease)s opened, by week") % {"disease": reached[disease]},
    }  # fmt: skip
    return show(request, "desk/counts/counts.html", context, page="counts", purpose="review")
