"""What reports propose about cases: nothing moves silently, somebody accepts or refuses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracing.cases import review
from tracing.cases.actions import ProposalAlreadyAnswered, answer_proposal
from tracing.cases.models import Proposal
from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.desk.review import words
from tracing.desk.review.after import go, key_in, last, query
from tracing.desk.review.forms import AnswerForm
from tracing.intake import review as reports
from tracing.people.known import known
from tracing.uswds.parts import ChipGroup, Column, Link, Paging

SIZE = 50


def kinds() -> dict[str, tuple[Any, str, Any]]:
    """Kind → (words, status, its short words)."""
    return {
        "withdrawn": (_("The positive result was withdrawn"), "version.withdrawn", _("Withdrawn")),
        "moved": (_("A report gives another address"), "place.disagree", _("Moved")),
    }


def _kind_in(values: Any) -> str:
    kind = values.get("kind", "")
    return kind if kind in Proposal.Kind.values else ""


@require_safe
@staff("cases.work", lists=True)
def proposals(request: HttpRequest) -> HttpResponse:
    viewer, kind = viewer_of(request), _kind_in(request.GET)
    after = key_in(request.GET.get("after", ""))
    numbers = review.proposal_numbers(viewer)
    found, more = review.proposals_after(viewer, kind, after, size=SIZE)
    said = kinds()
    chips = [
        Link(said[code][0], f"?{query(kind='' if code == kind else code)}", current=code == kind, count=number)
        for code, number in numbers.items()
    ]
    count = numbers.get(kind, 0) if kind else sum(numbers.values())
    context = {
        "rows": [
            {
                "proposal": one,
                "words": said[one.kind][0],
                "status": said[one.kind][1],
                "short": said[one.kind][2],
                "disease": words.disease(one.disease),
            }
            for one in found
        ],
        "columns": [
            Column(_("Person")),
            Column(_("What is proposed")),
            Column(_("Disease")),
            Column(_("Department")),
            Column(_("Since")),
        ],
        "chips": [ChipGroup(_("What"), chips)] if len(chips) > 1 or kind else [],
        "count": count,
        "at": instant_of(request),
        "paging": Paging(
            first=f"?{query(kind=kind)}" if after else "",
            next=f"?{query(kind=kind, after=found[-1].pk)}" if more else "",
            count=count,
            exact=True,
            shown=len(found),
        ),
        "start": f"{reverse('desk:proposal', args=[found[0].pk])}?{query(kind=kind)}" if found else "",
        "last": last(request),
    }
    return show(
        request,
        "desk/review/proposals.html",
        context,
        page="proposals",
        persons=[one.person_id for one in found],
        purpose="review",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff("cases.work", lists=True)
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = load(review.proposals(), request, pk)
    must(request, "cases.work", found)
    viewer = viewer_of(request)
    if request.method != "POST":
        return _page(request, found)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422)
    accept = form.cleaned_data["answer"] == "accept"
    kind = _kind_in(request.POST)
    following = review.next_proposal(viewer, kind, found.pk)
    try:
        answer_proposal(proposal=found, accept=accept, by=viewer.actor, at=instant_of(request))
        did = "accepted" if accept else "refused"
    except ProposalAlreadyAnswered:
        did = "gone"
    return go("desk:proposal", "desk:proposals", following, kind=kind, did=did, last=found.pk)


def _page(request: HttpRequest, found: Proposal, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    kind = _kind_in(request.GET if request.method != "POST" else request.POST)
    following = review.next_proposal(viewer, kind, found.pk)
    case = found.case
    lab = reports.lab_report_for(found.report_id) if found.report_id and found.kind == Proposal.Kind.MOVED else None
    context = {
        "proposal": found,
        "case": case,
        "person": case.person,
        "known": known(case.person, viewer),
        "words": kinds()[found.kind][0],
        "status": kinds()[found.kind][1],
        "disease": words.disease(found.disease),
        "lab": lab,
        "kind": kind,
        "results": reports.results_of(viewer, case.pk),
        "left": sum(review.proposal_numbers(viewer).values()),
        "next": f"{reverse('desk:proposal', args=[following])}?{query(kind=kind)}" if following else "",
        "last": last(request),
        "open": not found.answer,
        "columns": [Column(_("Test")), Column(_("Result")), Column(_("Version")), Column(_("Specimen")), Column(_("Reported"))],
    }
    return show(
        request, "desk/review/proposal.html", context, page="proposal", persons=[found.person_id], purpose="review", status=status
    )
