"""Who lives with somebody, who answers for them, and that they are reached confidentially."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracing.desk.page import instant_of, load, staff, viewer_of
from tracing.desk.reaching.forms import AnswersForm, ConfidentialForm, WhyForm
from tracing.desk.reaching.page import WORK, find, page
from tracing.desk.reaching.words import PROBLEMS, REFUSED
from tracing.desk.review.after import key_in
from tracing.people.household.actions import (
    GuardianRefused,
    answers_for,
    answers_no_more,
    end_confidential,
    keep_confidential,
    leave_household,
    live_together,
)
from tracing.people.household.queries import confidential_among, flags, guardianships, hints, household_of, members
from tracing.people.known import CONFIDENTIAL, known, persons
from tracing.people.ways.actions import WayRefused


@require_POST
@staff(WORK)
def together(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirmed with one click: this one lives with the person."""
    who, viewer = find(request, pk, WORK), viewer_of(request)
    key = key_in(request.POST.get("other", ""))
    if key is None:
        raise Http404
    other = load(persons(), request, key)
    if confidential_among([who.pk, other.pk]):  # never said in so many words: whoever asks may not be told why
        messages.info(request, _("Nothing was changed."))
        return redirect("desk:person_ways", pk=pk)
    by = next((hint.by for hint in hints(who.pk, viewer) if hint.person.pk == other.pk), "staff")
    live_together(persons=[who.pk, other.pk], source=by, by=viewer.actor, at=instant_of(request))
    messages.success(request, _("Kept: one household. One call serves them all."))
    return redirect("desk:person_ways", pk=pk)


@require_POST
@staff(WORK)
def leave(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    """Somebody of the household, or the person themselves, lives there no more or never did."""
    who = find(request, pk, WORK)
    found = load(members(), request, row)
    ours = {one.member.pk for one in household_of(who.pk, viewer_of(request))}
    if found.pk not in ours and found.person_id != who.pk:
        raise Http404
    leave_household(member=found, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Kept."))
    return redirect("desk:person_ways", pk=pk)


@require_POST
@staff(WORK)
def answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    who, viewer = find(request, pk, WORK), viewer_of(request)
    near = [one.person for one in household_of(pk, viewer)] + [hint.person for hint in hints(pk, viewer)]
    form = AnswersForm(request.POST, near=near)
    if form.is_valid():
        said = form.cleaned_data
        chosen = form.near.get(said["guardian"])
        try:
            answers_for(
                ward=pk, guardian=chosen.pk if chosen else None, name=said["name"], phone=said["phone"], kind=said["kind"],
                decides=said["decides"] == "yes", keep_away=said["decides"] == "away", basis=said["basis"], since=said["since"],
                until=said["until"], by=viewer.actor, at=instant_of(request),
            )  # fmt: skip
        except GuardianRefused as refused:
            form.add_error({"wrong_dates": "until", "no_name": "name"}.get(refused.code), REFUSED[refused.code])
        except WayRefused as refused:
            form.add_error("phone", PROBLEMS[refused.code])
        else:
            messages.success(request, _("Kept."))
            return redirect("desk:person_ways", pk=pk)
    return page(request, who, 422, answers_form=form)


@require_POST
@staff(WORK)
def answers_end(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    who = find(request, pk, WORK)
    found = load(guardianships(), request, row)
    if found.ward_id != who.pk:
        raise Http404
    answers_no_more(guardianship=found, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Kept."))
    return redirect("desk:person_ways", pk=pk)


@require_POST
@staff(CONFIDENTIAL)
def confidential(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From now on only the ways named are used, and nobody else is told or taken along."""
    who, viewer = find(request, pk, CONFIDENTIAL), viewer_of(request)
    form = ConfidentialForm(request.POST, ways=[way for way in known(who, viewer).ways if way.until is None])
    if not form.is_valid():
        return page(request, who, 422, confidential_form=form)
    said = form.cleaned_data
    keep_confidential(
        person=pk, kind=said["kind"], said=said["said"], safe=[form.ways[key].pk for key in said["safe"]], by=viewer.actor, at=instant_of(request)
    )
    messages.success(request, _("Kept. No household call, no message left, no letter; what was in line stops within seconds."))
    return redirect("desk:person_ways", pk=pk)


@require_POST
@staff(CONFIDENTIAL)
def confidential_end(request: HttpRequest, pk: UUID, row: UUID) -> HttpResponse:
    who = find(request, pk, CONFIDENTIAL)
    found = load(flags(), request, row)
    if found.person_id != who.pk:
        raise Http404
    form = WhyForm(request.POST)
    if not form.is_valid():
        return page(request, who, 422, why_form=form)
    end_confidential(confidential=found, why=form.cleaned_data["why"], by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Ended: they are reached like anybody."))
    return redirect("desk:person_ways", pk=pk)
