"""Who covers which part of whose calls, when: arranged, looked at, ended. What was done comes back as a hand-back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.workload.cover_form import CoverForm
from tracing.desk.workload.views import PERMISSION
from tracing.desk.workload.words import hours_of, parts_of
from tracing.jurisdictions.holidays import holidays
from tracing.reporting.handing_back import hand_backs
from tracing.tasks import workload
from tracing.tasks.covering import actions as covering
from tracing.tasks.covering import led
from tracing.uswds.parts import Column

COLUMNS = [
    Column(gettext_lazy("Calls of")), Column(gettext_lazy("Made by")), Column(gettext_lazy("Which")), Column(gettext_lazy("When")),
    Column(gettext_lazy("Now")), Column(gettext_lazy("End it"), hidden=True),
]  # fmt: skip
BACK = [
    Column(gettext_lazy("Covered")), Column(gettext_lazy("Calls of")), Column(gettext_lazy("Team")), Column(gettext_lazy("Tried"), end=True),
    Column(gettext_lazy("Reached"), end=True), Column(gettext_lazy("Interviewed"), end=True), Column(gettext_lazy("Left"), end=True),
]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION, lists=True)
def covers(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    units = workload.led(viewer)
    form = CoverForm(
        request.POST if request.method == "POST" else None, units=units, teams=led.teams_that_may_cover(units), today=at.date()
    )
    if request.method == "POST" and form.is_valid() and _arranged(request, form):
        messages.success(request, _("Arranged. Next call of the team goes by it from then on."))
        return redirect("desk:workload_covers")
    keys = [unit.pk for unit in units]
    context: dict[str, Any] = {
        "form": form, "columns": COLUMNS, "back_columns": BACK, "now": at,
        "rows": [(one, parts_of(one.cover.work), hours_of(one.cover), one.cover.unit_id in keys) for one in led.covers_led(viewer, at=at)],
        "backs": hand_backs(keys, at=at), "kept": [(day, name) for day, name in _coming(at.date())][:3], "source": holidays().source,
    }  # fmt: skip
    return show(request, "desk/workload/covers.html", context, page="workload_covers", status=422 if form.errors else 200)


@require_POST
@staff(PERMISSION, lists=True)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The department makes these calls itself again."""
    found = led.cover_of(viewer_of(request), pk)
    if found is None:
        raise Http404
    covering.end(cover=found, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Ended. What is in somebody's hand is finished there; what was done comes back within a minute."))
    return redirect("desk:workload_covers")


def _arranged(request: HttpRequest, form: CoverForm) -> bool:
    """Whether it could be arranged; otherwise the form says why not."""
    unit, team = form.unit, form.team
    if not led.may_cover(viewer_of(request), unit, team):
        said = _("This team may not make this department's calls: choose one of the region or the state, or of a department you lead.")
        form.add_error("team", said)
        return False
    try:
        covering.arrange(
            unit=unit, team=team, work=form.cleaned_data["work"], when=form.when(), above=form.cleaned_data["above"], alone=form.alone(),
            why=form.cleaned_data["why"], by=viewer_of(request).actor, at=instant_of(request),
        )  # fmt: skip
    except covering.CoversItself:
        form.add_error("team", _("This is the department's own team."))
    except covering.TeamIsOver:
        form.add_error("team", _("This team is no more: choose another one."))
    except covering.CoverOver:
        form.add_error("until_on", _("The last day comes after the first, and is not over yet."))
    except covering.CoveredAlready:
        form.add_error("team", _("This team covers these calls at that time already: end that first."))
    except covering.NotAlone:
        form.add_error("above", _("Above a load both work: leave this empty, or let the department's own people work on them too."))
    else:
        return True
    return False


def _coming(today: Any) -> list[tuple[Any, str]]:
    kept = holidays()
    return [(day, name) for year in (today.year, today.year + 1) for day, name in kept.of(year).items() if day >= today]
