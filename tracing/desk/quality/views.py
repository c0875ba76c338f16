"""Reviews of interviews: who leads the work draws a sample and reads it; who held an interview reads what was found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.listing import own_units
from tracing.access.queries import staff_names
from tracing.access.visibility import may_act
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.diseases.ruleset import rule_set
from tracing.quality import actions, queries
from tracing.quality.models import InterviewReview
from tracing.quality.rules import CRITERIA
from tracing.uswds import forms
from tracing.uswds.charts import Bar
from tracing.uswds.parts import Column, Link

SEE, CALLS = "work.oversee", "tasks.next_call"
SPAN = timedelta(days=7)
LOOKED_AT = timedelta(days=90)
WORDS = {
    "identity": gettext_lazy("Made sure who it is before anything was told"),
    "confidential": gettext_lazy("Said that it is confidential, and kept it so"),
    "symptoms": gettext_lazy("Symptoms with their first day"),
    "contacts": gettext_lazy("Went through the days for contacts and places"),
    "advice": gettext_lazy("Advised by the rule, with the last day"),
    "needs": gettext_lazy("Asked what they need, and referred"),
    "manner": gettext_lazy("Listened; plain words; their language"),
    "record": gettext_lazy("What is written down is complete and makes sense"),
}  # fmt: skip
SHORT = {
    "identity": gettext_lazy("Who it is"), "confidential": gettext_lazy("Confidential"), "symptoms": gettext_lazy("Symptoms"),
    "contacts": gettext_lazy("Contacts"), "advice": gettext_lazy("Advice"), "needs": gettext_lazy("Needs"),
    "manner": gettext_lazy("Manner"), "record": gettext_lazy("Record"),
}  # fmt: skip
MARK_WORDS = {
    "met": gettext_lazy("Yes"), "part": gettext_lazy("In part"), "not": gettext_lazy("No"), "na": gettext_lazy("Did not apply"),
}  # fmt: skip


class DrawForm(forms.Form):
    marks_optional = False

    percent = django_forms.IntegerField(label=gettext_lazy("Of each tracer's interviews, per cent"), min_value=1, max_value=100, initial=5)
    days = django_forms.IntegerField(label=gettext_lazy("Finished in the last days"), min_value=1, max_value=60, initial=7)


class ReviewForm(forms.Form):
    marks_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in CRITERIA:
            self.fields[f"m_{code}"] = forms.ChoiceField(label=WORDS[code], choices=list(MARK_WORDS.items()), inline=True)
        self.fields["note"] = forms.TextField(label=_("A word to whoever held it"), max_length=2000, required=False, rows=3)

    @property
    def marks(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"m_{code}"] for code in CRITERIA}


@require_http_methods(["GET", "HEAD"])
@staff(SEE, lists=True)
def overview(request: HttpRequest) -> HttpResponse:
    return _overview(request, DrawForm())


def _overview(request: HttpRequest, form: DrawForm, status: int = 200) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    waiting, done = queries.to_review(viewer), queries.reviewed(viewer, since=at - LOOKED_AT)
    tracers = queries.by_tracer(done)
    names = staff_names([*(one.held_by for one in waiting), *(one.held_by for one in done), *(one.reviewed_by for one in done)])
    scores = [one.score for one in done if one.score is not None]
    context = {
        "waiting": [(one, names.get(one.held_by, ""), rule_set(one.disease).label) for one in waiting],
        "done": [(one, names.get(one.held_by, ""), names.get(one.reviewed_by, ""), rule_set(one.disease).label) for one in done[:50]],
        "mean": round(sum(scores) / len(scores)) if scores else None, "number": len(done), "form": form,
        "bars": [Bar(names.get(one.user, _("gone"))[:24], one.score or 0, _text(one)) for one in tracers[:20]],
        "criteria": [Bar(str(SHORT[code]), share, f"{share} %") for code, share in _by_criterion(done)],
        "columns": [Column(_("Interview")), Column(_("Held by")), Column(_("Department"))],
        "done_columns": [Column(_("Interview")), Column(_("Held by")), Column(_("Score"), end=True), Column(_("Reviewed"))],
    }  # fmt: skip
    persons = [one.person_id for one in (*waiting, *done[:50])]
    return show(request, "desk/quality/overview.html", context, page="quality", persons=persons, status=status)


def _text(one: queries.OfTracer) -> str:
    return f"{one.score} % ({one.reviews})" if one.score is not None else f"({one.reviews})"


def _by_criterion(done: list[InterviewReview]) -> list[tuple[str, int]]:
    """Per cent of reviews in which each was met, a part counting half; the lowest first."""
    worth = {"met": 100, "part": 50, "not": 0}
    found = []
    for code in CRITERIA:
        marks = [worth[one.marks[code]] for one in done if one.marks.get(code) in worth]
        if marks:
            found.append((code, round(sum(marks) / len(marks))))
    return sorted(found, key=lambda row: row[1])


@require_POST
@staff(SEE, lists=True)
def draw(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    form = DrawForm(request.POST)
    if not form.is_valid():
        return _overview(request, form, 422)
    said = form.cleaned_data
    made = actions.draw_sample(
        units=own_units(InterviewReview, viewer), since=at - timedelta(days=said["days"]), percent=said["percent"],
        seed=f"{timezone.localdate(at):%G-W%V}", by=viewer.actor, at=at,
    )  # fmt: skip
    if made:
        messages.success(request, ngettext("%(number)d interview drawn.", "%(number)d interviews drawn.", len(made)) % {"number": len(made)})
    else:
        messages.info(request, _("Nothing more to draw: this share of each tracer's interviews waits or was reviewed."))
    return redirect("desk:quality")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(SEE, lists=True)
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer, found = viewer_of(request), load(queries.reviews(), request, pk)
    if not may_act(viewer, SEE, found):
        raise PermissionDenied
    form = ReviewForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.review_interview(review=found, marks=form.marks, note=form.cleaned_data["note"], by=viewer.actor, at=instant_of(request))
            except actions.NotYours:
                form.add_error(None, _("This interview is your own: somebody else reviews it."))
            except actions.ReviewedAlready:
                messages.info(request, _("Somebody has reviewed it meanwhile."))
                return redirect("desk:quality_review", pk=pk)
            else:
                messages.success(request, _("Kept, and told to whoever held it."))
                following = queries.to_review(viewer, most=1)
                return redirect("desk:quality_review", pk=following[0].pk) if following else redirect("desk:quality")
    names = staff_names([found.held_by, found.reviewed_by])
    context = {
        "review": found, "person": found.person, "disease": rule_set(found.disease).label, "form": form, "facts": queries.facts_of(found, viewer),
        "held_by": names.get(found.held_by, ""), "reviewed_by": names.get(found.reviewed_by, ""), "own": found.held_by == viewer.user,
        "marks": [(WORDS[code], MARK_WORDS.get(found.marks.get(code, ""), "")) for code in CRITERIA] if found.reviewed_at else [],
        "crumbs": [Link(_("Quality"), reverse("desk:quality")), Link(_("Review"), current=True)],
    }  # fmt: skip
    return show(request, "desk/quality/review.html", context, page="quality_review", persons=[found.person_id], status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(CALLS, SEE)
def mine(request: HttpRequest) -> HttpResponse:
    """What was found of one's own interviews."""
    viewer = viewer_of(request)
    if request.method == "POST":
        actions.read_feedback(user=viewer.user, by=viewer.actor, at=instant_of(request))
        return redirect("desk:quality_mine")
    rows = [
        (one, rule_set(one.disease).label, [(WORDS[code], MARK_WORDS.get(one.marks.get(code, ""), "")) for code in CRITERIA if code in one.marks])
        for one in queries.feedback(viewer)
    ]  # fmt: skip
    return show(request, "desk/quality/mine.html", {"rows": rows, "unread": queries.feedback_unread(viewer)}, page="quality_mine")
