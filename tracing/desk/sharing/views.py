"""In whose hands a case is: with whom it is shared, to whom it is offered, where its person belongs, which state was told."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.access.viewer import Viewer
from tracing.access.visibility import reaches
from tracing.cases import affiliation as affiliating
from tracing.cases import sharing
from tracing.cases.actions import CaseAlreadyClosed
from tracing.cases.dossier import today_of
from tracing.cases.handing import offer_transfer
from tracing.cases.models import Case, Share
from tracing.cases.rules import end_of
from tracing.cases.shared import affiliations, hands, residence_state, shares
from tracing.desk.cases.record import draw, find, may, needs
from tracing.desk.out_of_state.forms import LeaveForm, beginning
from tracing.desk.page import instant_of, load, staff, viewer_of
from tracing.desk.referrals.forms import ReferForm
from tracing.desk.sharing import words
from tracing.desk.sharing.forms import AffiliationForm, OfferForm, RenewForm, ShareForm
from tracing.desk.sharing.rows import TRANSFER, rows_of
from tracing.jurisdictions.queries import town_by_id, unit_by_id
from tracing.places.queries import places
from tracing.referrals.queries import referrals_of

SEE, SHARE, WORK, REFER = "cases.see", "cases.share", "cases.work", "referrals.make"


@require_safe
@staff(SEE)
def shared(request: HttpRequest, pk: UUID) -> HttpResponse:
    return tab(request, find(request, pk))


def tab(request: HttpRequest, case: Case, status: int = 200, **forms: BaseForm) -> HttpResponse:
    """The tab; `forms` are those that were typed into and could not be kept."""
    viewer, at = viewer_of(request), instant_of(request)
    today = today_of(case, at)
    found = hands(case, viewer, at=at)
    rights = {
        "share": may(viewer, SHARE, case), "transfer": may(viewer, TRANSFER, case) and case.closure_id is None,
        "leave": may(viewer, TRANSFER, case) and may(viewer, "cases.detail", case),
        "belongs": may(viewer, WORK, case), "refer": may(viewer, REFER, case),
    }  # fmt: skip
    empty: dict[str, Any] = {
        "share_form": ShareForm(today=today, without=(case.unit_id, case.follow_unit_id)) if rights["share"] else None,
        "offer_form": OfferForm(today=today) if rights["transfer"] and found.offer is None else None,
        "belongs_form": AffiliationForm() if rights["belongs"] else None,
        "refer_form": ReferForm(today=today, initial={"until_on": _last_day(case, today)}) if rights["refer"] else None,
        "leave_form": LeaveForm(initial=beginning(residence_state(case))) if rights["leave"] else None,
    }
    context = {
        "hands": found, "may": rights, "purposes": words.PURPOSES, "how": words.HOW, "sources": words.SOURCES,
        "referrals": referrals_of(case.person_id, viewer) if viewer.may("referrals.see") else [],
        "transfers": rows_of(viewer, found.transfers, at, {}, None), "ends": [one for one in found.shares if _may_end(viewer, one)],
    }  # fmt: skip
    return draw(request, case, "desk/sharing/shared.html", "case_shared", context, status=status, forms=empty | forms)


@require_POST
@staff(SHARE)
def share(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, viewer, at = find(request, pk), viewer_of(request), instant_of(request)
    needs(request, SHARE, case)
    form = ShareForm(request.POST, today=today_of(case, at), without=(case.unit_id, case.follow_unit_id))
    if form.is_valid():
        said = form.cleaned_data
        to = unit_by_id(said["unit"])
        # Who shares it is who may end it: the department where it counts, or the one that follows it.
        own = case.unit_id if reaches(viewer, SHARE, case.unit_id, case.disease) else case.follow_unit_id
        try:
            made = sharing.share_case(
                case=case, unit=to, purpose=said["purpose"], until=_through(said["until"], case), why=said["why"], from_unit=own,
                by=viewer.actor, at=at,
            )  # fmt: skip
        except sharing.CannotShare as refused:
            form.add_error("until" if refused.code in ("past", "too_long") else "unit", words.refusal(refused))
        else:
            messages.success(request, _("Shared with %(unit)s. They see it and cannot change it.") % {"unit": made.unit.name})
            return redirect("desk:case_shared", pk=pk)
    return tab(request, case, 422, share_form=form)


@require_POST
@staff(SHARE)
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, at = _share(request, pk), instant_of(request)
    form = RenewForm(request.POST)
    if form.is_valid():
        try:
            sharing.renew_share(share=found, until=_through(form.cleaned_data["until"], found.case), by=viewer_of(request).actor, at=at)
        except sharing.CannotShare as refused:
            messages.error(request, words.refusal(refused))
        else:
            messages.success(request, _("Its end was changed."))
    else:
        messages.error(request, _("Enter a date as month/day/year, for example 3/17/2021."))
    return redirect("desk:case_shared", pk=found.case_id)


@require_POST
@staff(SHARE)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _share(request, pk)
    try:
        sharing.end_share(share=found, by=viewer_of(request).actor, at=instant_of(request))
    except sharing.CannotShare as refused:
        messages.info(request, words.refusal(refused))
    else:
        messages.success(request, _("No longer shared with %(unit)s.") % {"unit": found.unit.name})
    return redirect("desk:case_shared", pk=found.case_id)


@require_POST
@staff(TRANSFER)
def offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, viewer, at = find(request, pk), viewer_of(request), instant_of(request)
    needs(request, TRANSFER, case)
    form = OfferForm(request.POST, today=today_of(case, at))
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = offer_transfer(
                case=case, unit=unit_by_id(said["unit"]), kind=said["kind"], why=said["why"], town=town_by_id(said["town"]),
                by=viewer.actor, at=at,
            )  # fmt: skip
        except sharing.CannotShare as refused:
            form.add_error("unit", words.refusal(refused))
        except CaseAlreadyClosed:
            form.add_error(None, _("The case is closed. Reopen it before it is handed over."))
        else:
            messages.success(request, _("Offered to %(unit)s. Your department answers for it until they accept.") % {"unit": made.unit.name})
            return redirect("desk:case_shared", pk=pk)
    return tab(request, case, 422, offer_form=form)


@require_POST
@staff(WORK)
def belongs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The person attends, lives or works at a school or college."""
    case, at = find(request, pk), instant_of(request)
    needs(request, WORK, case)
    form = AffiliationForm(request.POST)
    if form.is_valid():
        place = places().get(pk=form.cleaned_data["place"])
        made = affiliating.affiliate(
            case=case, place=place, how=form.cleaned_data["how"], source="staff", by=viewer_of(request).actor, at=at
        )
        messages.success(request, _("Kept: %(place)s.") % {"place": place.name} if made else _("That is known already."))
        return redirect("desk:case_shared", pk=pk)
    return tab(request, case, 422, belongs_form=form)


@require_POST
@staff(WORK)
def belongs_no_longer(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = load(affiliations(), request, pk)
    case = find(request, found.case_id)
    needs(request, WORK, case)
    affiliating.end_affiliation(affiliation=found, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("They belong to %(place)s no longer; what followed from it has ended.") % {"place": found.place.name})
    return redirect("desk:case_shared", pk=found.case_id)


def _share(request: HttpRequest, pk: UUID) -> Share:
    """A share that the viewer may end: 403 for whom it is shared with."""


    found = load(shares(), request, pk)
    if not _may_end(viewer_of(request), found):
        raise PermissionDenied
    return found


def _may_end(viewer: Viewer, found: Share) -> bool:
    """By rule it ends when the person no longer belongs there: otherwise it would begin anew."""
    return not found.rule and reaches(viewer, SHARE, found.from_unit_id, found.disease)


def _through(day: date, case: Case) -> Any:
    """The end of a day where the case counts."""
    return end_of(day, ZoneInfo(case.unit.time_zone))


def _last_day(case: Case, today: date) -> date | None:
    """Of isolation, where it is known and has not passed."""
    ends = case.isolation.ends_on if case.isolation else None
    return ends if ends is not None and ends >= today else None
