"""Whom an organisation is asked to help. These pages know nothing of a disease, and ask for nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.access.viewer import Viewer
from tracing.cases.dossier import today_of
from tracing.desk.cases.record import find, needs
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.referrals.forms import NEEDS, OUTCOMES, REFUSALS, DeclineForm, EndForm, ReferForm
from tracing.desk.review.after import key_in, query
from tracing.desk.sharing.views import tab
from tracing.desk.words import language
from tracing.jurisdictions.queries import unit_by_id
from tracing.people.known import known, persons
from tracing.referrals import actions
from tracing.referrals.models import Referral
from tracing.referrals.queries import OPEN, ends_soon, listed, referrals
from tracing.uswds.parts import ChipGroup, Column, Link

SEE, MAKE = "referrals.see", "referrals.make"
SIZE = 50


@require_POST
@staff(MAKE)
def refer_from_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, viewer, at = find(request, pk), viewer_of(request), instant_of(request)
    needs(request, MAKE, case)
    form = ReferForm(request.POST, today=today_of(case, at))
    if form.is_valid():
        said = form.cleaned_data
        own = case.follow_unit_id if viewer.may(MAKE, case.follow_unit_id) else case.unit_id
        try:
            made = actions.refer(
                person=case.person, unit=unit_by_id(said["unit"]), from_unit=own, needs=said["needs"], until_on=said["until_on"],
                agreed_by=said["agreed_by"], household_size=said["household_size"], note=said["note"], by=viewer.actor, at=at,
            )  # fmt: skip
        except actions.CannotRefer as refused:
            form.add_error(*REFUSALS[refused.code])
        else:
            messages.success(request, _("Referred to %(unit)s. They are told nothing of an illness.") % {"unit": made.unit.name})
            return redirect("desk:case_shared", pk=pk)
    return tab(request, case, 422, refer_form=form)


@require_safe
@staff(SEE, lists=True)
def referral_list(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    over, after = request.GET.get("show") == "over", key_in(request.GET.get("after", ""))
    found, more = listed(viewer, over=over, after=after, size=SIZE)
    today = timezone.localdate(at)
    shown = {"over": "over"} if over else {}
    chips = [Link(_("Open"), "?", current=not over), Link(_("Done, declined, withdrawn"), "?show=over", current=over)]
    context = {
        "rows": [(one, [NEEDS[need] for need in one.needs], ends_soon(one, today)) for one in found], "over": over,
        "columns": [
            Column(_("Person")), Column(_("Needs")), Column(_("Household")), Column(_("Until")), Column(_("State of it")), Column(_("Asked by")),
        ],
        "chips": [ChipGroup(_("Show"), chips)], "outcomes": OUTCOMES,
        "first": f"?{query(show=shown.get('over'))}" if after else "",
        "following": f"?{query(show=shown.get('over'), after=found[-1].pk)}" if more else "",
    }  # fmt: skip
    return show(request, "desk/referrals/list.html", context, page="referrals", persons=[one.person_id for one in found])


@require_safe
@staff(SEE)
def referral(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, load(referrals(), request, pk))


def _page(request: HttpRequest, found: Referral, status: int = 200, **forms: Any) -> HttpResponse:
    viewer = viewer_of(request)
    # Once it is over the organisation sees the person no longer: the referral says what it was, without who.
    seen = persons().visible_to(viewer).filter(pk=found.person_id).first()  # type: ignore[attr-defined]
    who = known(seen, viewer) if seen is not None else None
    context: dict[str, Any] = {
        "referral": found, "who": who, "needs": [NEEDS[need] for need in found.needs], "outcome": OUTCOMES.get(found.outcome, ""),
        "language": language(found.language) if found.language else "", "ours": _ours(viewer, found), "asked_by_us": _asks(viewer, found),
        "open": found.state in OPEN, "decline_form": DeclineForm(auto_id="decline_%s"), "end_form": EndForm(auto_id="end_%s"),
        "crumbs": [Link(_("Referrals"), reverse("desk:referrals")), Link(found.unit.name, current=True)],
    }  # fmt: skip
    return show(request, "desk/referrals/referral.html", context | forms, page="referral", persons=[found.person_id], status=status)


@require_POST
@staff(SEE)
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _theirs(request, pk)
    return _done(request, found, lambda by, at: actions.accept_referral(referral=found, by=by, at=at), _("Taken on."))


@require_POST
@staff(SEE)
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _theirs(request, pk)
    form = DeclineForm(request.POST, auto_id="decline_%s")
    if not form.is_valid():
        return _page(request, found, 422, decline_form=form)
    note = form.cleaned_data["note"]
    return _done(
        request, found, lambda by, at: actions.decline_referral(referral=found, note=note, by=by, at=at),
        _("Declined. Whoever asked is told why."),
    )  # fmt: skip


@require_POST
@staff(SEE)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _theirs(request, pk)
    form = EndForm(request.POST, auto_id="end_%s")
    if not form.is_valid():
        return _page(request, found, 422, end_form=form)
    said = form.cleaned_data
    return _done(
        request, found, lambda by, at: actions.end_referral(referral=found, outcome=said["outcome"], note=said["note"], by=by, at=at),
        _("Kept. You see this person no longer."),
    )  # fmt: skip


@require_POST
@staff(MAKE)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = load(referrals(), request, pk)
    if not _asks(viewer_of(request), found):
        raise PermissionDenied
    return _done(request, found, lambda by, at: actions.withdraw_referral(referral=found, by=by, at=at), _("Withdrawn."))


def _ours(viewer: Viewer, found: Referral) -> bool:
    return viewer.may(SEE, found.unit_id)


def _asks(viewer: Viewer, found: Referral) -> bool:
    return viewer.may(MAKE, found.from_unit_id)


def _theirs(request: HttpRequest, pk: UUID) -> Referral:
    """403 for who asked: the organisation answers."""
    found = load(referrals(), request, pk)
    if not _ours(viewer_of(request), found):
        raise PermissionDenied
    return found


def _done(request: HttpRequest, found: Referral, act: Callable[[Any, Any], object], words: str) -> HttpResponse:
    try:
        act(viewer_of(request).actor, instant_of(request))
    except actions.ReferralAnswered:
        messages.info(request, _("Somebody has answered, ended or withdrawn it meanwhile."))
    else:
        messages.success(request, words)
    return redirect("desk:referral", pk=found.pk)
