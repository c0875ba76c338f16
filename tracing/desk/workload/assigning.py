"""Who makes which calls: kept for somebody, spread over a team, a share lent to a team of the state and taken back, undone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tracing.desk.lists.tasks import KINDS, why
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.words import LANGUAGES
from tracing.desk.workload.forms import AssignForm, ShareForm
from tracing.desk.workload.views import PERMISSION, led_team
from tracing.jurisdictions.models import Unit
from tracing.tasks import bulk, loads, workload
from tracing.uswds.parts import Column

AT_MOST = 100
COLUMNS = [
    Column(gettext_lazy("Choose"), hidden=True), Column(gettext_lazy("Person")), Column(gettext_lazy("What")),
    Column(gettext_lazy("Priority"), end=True), Column(gettext_lazy("Why")), Column(gettext_lazy("Needs")),
]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION, lists=True)
def unit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The most urgent calls of a unit that are kept for nobody, to be kept for somebody; the share that is lent."""
    viewer, at, here = viewer_of(request), instant_of(request), _led(request, pk)
    form = AssignForm(request.POST if request.method == "POST" else None, people=workload.callers_of([pk], at=at))
    rows = workload.unassigned_page(here.pk, viewer, at=at, most=AT_MOST)
    chosen = set(request.POST.getlist("task"))
    if request.method == "POST" and form.is_valid():
        keys = [task.pk for task in rows if str(task.pk) in chosen]
        if keys:
            to = form.people.get(form.cleaned_data["to"])
            work = bulk.assign(tasks=keys, to=to.pk if to else None, unit=pk, by=viewer.actor, at=at)
            bulk.advance(work=work, by=viewer.actor, at=at)
            messages.success(request, ngettext("%(n)d call is kept.", "%(n)d calls are kept.", len(keys)) % {"n": len(keys)})
            return redirect("desk:workload_unit", pk=pk)
        form.add_error(None, _("Choose at least one call."))
    return _unit(request, here, form, None)


@require_POST
@staff(PERMISSION, lists=True)
def share(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lend a share of this unit's calls."""
    here = _led(request, pk)
    form = ShareForm(request.POST, teams=workload.teams_above(here))
    if not form.is_valid():
        return _unit(request, here, None, form)
    try:
        bulk.lend(unit=pk, team=form.teams[form.cleaned_data["team"]], percent=form.cleaned_data["percent"], by=viewer_of(request).actor,
                  at=instant_of(request))  # fmt: skip
    except bulk.AlreadyShared:
        form.add_error(None, _("A share of these calls is lent already: take it back first."))
        return _unit(request, here, None, form)
    messages.success(request, _("Lent, with the calls to come. Those that wait go over within seconds."))
    return redirect("desk:workload")


@require_POST
@staff(PERMISSION, lists=True)
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = workload.share_of(viewer_of(request), pk)
    if found is None:
        raise Http404
    try:
        bulk.take_back(share=found, by=viewer_of(request).actor, at=instant_of(request))
    except bulk.NotUndoable:
        messages.info(request, _("It was taken back before."))
    else:
        messages.success(request, _("Taken back. What is in somebody's hand is finished there."))
    return redirect("desk:workload")


@require_POST
@staff(PERMISSION, lists=True)
def spread(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what waits for nobody for the least loaded of a team."""
    team, at = led_team(request, pk), instant_of(request)
    given = loads.spread(workload.to_spread(team, at=at), [one.hands for one in workload.team_loads([team], at=at)[0].members])
    if not given:
        messages.info(request, _("There is nothing to spread, or nobody with room for it."))
        return redirect("desk:workload")
    bulk.assign_each(given=given, unit=team.unit_id, by=viewer_of(request).actor, at=at)
    messages.success(request, ngettext("%(n)d call is kept for the least loaded.", "%(n)d calls are kept for the least loaded.", len(given))
                     % {"n": len(given)})  # fmt: skip
    return redirect("desk:workload")


@require_POST
@staff(PERMISSION, lists=True)
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = workload.work_of(viewer_of(request), pk)
    if found is None:
        raise Http404
    try:
        bulk.undo(work=found, by=viewer_of(request).actor, at=instant_of(request))
    except bulk.NotUndoable:
        messages.info(request, _("It is undone already."))
    except bulk.AlreadyShared:
        messages.warning(request, _("Another share is lent by now: take that back first."))
    else:
        messages.success(request, _("It is being undone. What was changed again since stays as it is."))
    return redirect("desk:workload")


def _led(request: HttpRequest, pk: UUID) -> Unit:
    found = next((one for one in workload.led(viewer_of(request)) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _unit(request: HttpRequest, here: Unit, assign: AssignForm | None, share: ShareForm | None) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    rows = workload.unassigned_page(here.pk, viewer, at=at, most=AT_MOST)
    above = list(workload.teams_above(here))
    context: dict[str, Any] = {
        "unit": here, "rows": [(task, KINDS[task.kind], why(task), _needs(task.language, task.skill)) for task in rows], "columns": COLUMNS,
        "assign": assign or AssignForm(people=workload.callers_of([here.pk], at=at)), "share": share or ShareForm(teams=above), "above": above,
        "lent": workload.share_from(here.pk), "chosen": set(request.POST.getlist("task")), "most": AT_MOST,
    }  # fmt: skip
    bad = bool((assign and assign.errors) or (share and share.errors))
    return show(request, "desk/workload/unit.html", context, page="workload_unit", status=422 if bad else 200,
                persons=[task.person_id for task in rows if task.person_id])  # fmt: skip


def _needs(language: str, skill: str) -> str:
    return ", ".join(str(one) for one in (LANGUAGES.get(language, language), skill) if one)
