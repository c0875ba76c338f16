"""Points of priority: a state sets its own, and sees who would move before anything moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.queries import staff_names
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.priorities.forms import PointsForm, condition
from tracing.diseases import tuning
from tracing.diseases.labels import PRIORITIES, label
from tracing.diseases.models import Tuning
from tracing.diseases.ruleset import rule_set, rule_sets
from tracing.diseases.ruleset.shapes import PriorityRule
from tracing.jurisdictions.queries import names_of_units
from tracing.tasks import previewing
from tracing.tasks.moves import STEP, restored
from tracing.uswds.charts import Bar
from tracing.uswds.parts import Column, Link

PUBLISH, SEE = "priorities.publish", "work.oversee"
OF = {"case": gettext_lazy("Calls to cases"), "contact": gettext_lazy("Calls to contacts")}
INLINE = 1
"""Steps of a preview that are counted while the page waits; the rest is a job's."""


def _today(request: HttpRequest) -> Any:
    return instant_of(request).astimezone(ZoneInfo(settings.TIME_ZONE)).date()


@require_safe
@staff(PUBLISH, SEE)
def overview(request: HttpRequest) -> HttpResponse:
    today, rules = _today(request), tuning.rules_in_force()
    lines = []
    for disease in rule_sets():
        for of, words in OF.items():
            if of not in rules[disease].priority:
                continue
            rule, _early = rules[disease].priority[of].at(today)
            made = tuning.tunings(disease, of)
            draft = next((one for one in made if one.state == Tuning.State.DRAFT), None)
            lines.append((rule_set(disease).label, words, rule, _chart(rule), reverse("desk:priorities_points", args=[disease, of]), draft))
    return show(request, "desk/priorities/overview.html", {"lines": lines}, page="priorities")


def _chart(rule: PriorityRule) -> list[Bar]:
    heaviest = sorted(rule.weights, key=lambda weight: -abs(weight.points))[:8]
    return [Bar(Truncator(_words(rule, one.code)).chars(24), abs(one.points), f"{one.points:+d}") for one in heaviest]


def _words(rule: PriorityRule, code: str) -> str:
    weight = next(one for one in rule.weights if one.code == code)
    words = label(PRIORITIES, code)
    return condition(weight).capitalize() if words == code else words


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PUBLISH, SEE)
def points(request: HttpRequest, disease: str, of: str) -> HttpResponse:
    rule = _rule(request, disease, of)
    if request.method != "POST":
        return _page(request, disease, of, rule)
    viewer = viewer_of(request)
    if not viewer.may(PUBLISH):
        return _page(request, disease, of, rule, status=403)
    form = PointsForm(request.POST, rule=rule)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = tuning.draft_tuning(
                disease=disease, of=of, base=said["base"], points=form.points, from_on=said["from_on"], note=said["note"],
                today=_today(request), by=viewer.actor, at=instant_of(request),
            )  # fmt: skip
        except tuning.TuningWrong as wrong:
            form.refuse(wrong)
        else:
            for _step in range(INLINE):
                previewing.advance_preview(tuning=made, by=viewer.actor, at=instant_of(request))
            messages.success(request, _("Drafted. Nothing has moved yet: look at who would."))
            return redirect("desk:priorities_points", disease=disease, of=of)
    return _page(request, disease, of, rule, form, status=422)


@require_POST
@staff(PUBLISH)
def publish(request: HttpRequest, disease: str, of: str) -> HttpResponse:
    draft, viewer = _draft(request, disease, of), viewer_of(request)
    try:
        tuning.publish_tuning(tuning=draft, by=viewer.actor, at=instant_of(request))
    except tuning.NotPreviewed:
        messages.warning(request, _("It is still counted who would move: wait until that is done."))
    except tuning.TuningMovedOn:
        messages.warning(request, _("Somebody was faster: here is how it stands now."))
    else:
        messages.success(request, _("Published. From its day on, calls are scored by it; those that wait follow within a minute."))
    return redirect("desk:priorities_points", disease=disease, of=of)


@require_POST
@staff(PUBLISH)
def drop(request: HttpRequest, disease: str, of: str) -> HttpResponse:
    draft, viewer = _draft(request, disease, of), viewer_of(request)
    try:
        tuning.drop_tuning(tuning=draft, by=viewer.actor, at=instant_of(request))
    except tuning.TuningMovedOn:
        messages.warning(request, _("Somebody was faster: here is how it stands now."))
    else:
        messages.success(request, _("Dropped: nothing has moved."))
    return redirect("desk:priorities_points", disease=disease, of=of)


def _rule(request: HttpRequest, disease: str, of: str) -> PriorityRule:
    found = tuning.rules_in_force().get(disease)
    if found is None or of not in found.priority:
        raise Http404
    return found.priority[of].at(_today(request))[0]


def _draft(request: HttpRequest, disease: str, of: str) -> Tuning:
    _rule(request, disease, of)
    key = request.POST.get("draft", "")
    draft = next((one for one in tuning.tunings(disease, of) if one.state == Tuning.State.DRAFT and str(one.pk) == key), None)
    if draft is None:
        raise Http404
    return draft


def _page(request: HttpRequest, disease: str, of: str, rule: PriorityRule, form: PointsForm | None = None, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    made = tuning.tunings(disease, of)
    draft = next((one for one in made if one.state == Tuning.State.DRAFT), None)
    given: dict[str, Any] = {"base": rule.base, **{f"w_{weight.code}": weight.points for weight in rule.weights}, "from_on": _today(request)}
    if draft is not None:
        given |= {"base": draft.base, "from_on": draft.from_on, "note": draft.note, **{f"w_{code}": points for code, points in draft.points.items()}}
    names = staff_names([one.by for one in made] + [one.published_by for one in made])
    context: dict[str, Any] = {
        "disease": disease, "of": of, "rule": rule, "title": f"{rule_set(disease).label}: {OF[of]}", "may": viewer.may(PUBLISH),
        "form": form or PointsForm(rule=rule, initial=given), "draft": draft, "weights": rule.weights,
        "made": [(one, names.get(one.published_by or one.by, "")) for one in made],
        "changes": _changes(rule, draft) if draft is not None else [],
        "crumbs": [Link(_("Priorities"), reverse("desk:priorities")), Link(rule_set(disease).label, current=True)],
        "columns": [Column(_("From")), Column(_("Why")), Column(_("State of it")), Column(_("By whom"))],
        "change_columns": [Column(_("What counts")), Column(_("Now"), end=True), Column(_("Then"), end=True)],
    }  # fmt: skip
    persons: list[UUID] = []
    if draft is not None:
        moved, persons = _moved(draft, viewer)
        context |= moved
    return show(request, "desk/priorities/points.html", context, page="priorities_points", persons=persons, status=status)


def _changes(rule: PriorityRule, draft: Tuning) -> list[tuple[str, int, int]]:
    rows = [(_words(rule, one.code), one.points, int(draft.points.get(one.code, one.points))) for one in rule.weights]
    rows.insert(0, (_("Score before anything counts"), rule.base, draft.base))
    return [row for row in rows if row[1] != row[2]]


def _moved(draft: Tuning, viewer: Any) -> tuple[dict[str, Any], list[UUID]]:
    """What a preview has counted so far, and the first of those whom this viewer may see."""
    moves = restored(draft.preview)
    entering, leaving = (previewing.calls_shown(keys, viewer) for keys in (moves.entering, moves.leaving))
    units = names_of_units([UUID(key) for key in moves.units])
    steps = sorted(moves.bars.items(), key=lambda item: int(item[0]))
    order = sorted(moves.units.items(), key=lambda item: -(item[1][0] + item[1][1]))
    rows = [(units.get(UUID(key), ""), *counted) for key, counted in order]
    return {
        "moves": moves, "share": round(100 * draft.seen / draft.total) if draft.total else 0, "entering": entering, "leaving": leaving,
        "entering_number": len(moves.entering), "leaving_number": len(moves.leaving),
        "bars": [Bar(f"{int(low):+d} … {int(low) + STEP:+d}", number, f"{number:,}") for low, number in steps],
        "unit_rows": rows[:20],
        "unit_columns": [Column(_("Department")), Column(_("Rise"), end=True), Column(_("Fall"), end=True), Column(_("Stay"), end=True)],
    }, [row.person_id for row in (*entering, *leaving) if row.person_id]  # fmt: skip
