"""One page a person: what they were advised and by which rule, what they decline, orders, and after a death who is spoken with."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.queries import staff_names
from tracing.cases.dossier import cases_of
from tracing.desk.advice.forms import AdviceForm, DeclinesForm, KinForm
from tracing.desk.course import rule_words
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.words import language
from tracing.diseases.ruleset import rule_set
from tracing.monitoring.actions import give_advice, refuse
from tracing.monitoring.actions import think_again as think
from tracing.monitoring.queries import WAITING, Holding, advised, declined, diseases_of, holding, orders_of, refusals, to_advise
from tracing.people.declining import HOLDS
from tracing.people.kin import NobodyHasDied, end_kin, kin_of, name_kin
from tracing.people.kin import kin as kin_rows
from tracing.people.known import known, may_on, persons
from tracing.people.models import Person

DETAIL, WORK = "cases.detail", "cases.work"


@require_http_methods(["GET", "HEAD", "POST"])
@staff(DETAIL)
def advice(request: HttpRequest, pk: UUID) -> HttpResponse:
    who, viewer, at = load(persons(), request, pk), viewer_of(request), instant_of(request)
    if request.method != "POST":
        return _page(request, who)
    _must_work(request, who)
    disease = _disease(request, who)
    form = _advice_form(request, who, disease, request.POST)
    if not form.is_valid():
        return _page(request, who, 422, advice_form=form)
    said = form.cleaned_data
    give_advice(
        person=pk, disease=disease, said=form.advised, language=said["language"], channel=said["channel"], by=viewer.actor, at=at
    )
    messages.success(request, _("Kept: what they were told, by which rule, in which language."))
    return redirect("desk:person_advice", pk=pk)


@require_POST
@staff(WORK)
def declines(request: HttpRequest, pk: UUID) -> HttpResponse:
    who = load(persons(), request, pk)
    _must_work(request, who)
    disease = _disease(request, who)
    form = DeclinesForm(request.POST)
    if not form.is_valid():
        return _page(request, who, 422, declines_form=form)
    said = form.cleaned_data
    made = refuse(
        person=pk, disease=disease, scopes=said["scopes"], note=said["note"], by=viewer_of(request).actor, at=instant_of(request)
    )
    messages.success(request, _("Kept. What they decline has stopped.") if made else _("That was known already."))
    return redirect("desk:person_advice", pk=pk)


@require_POST
@staff(WORK)
def think_again(request: HttpRequest, pk: UUID, refusal: UUID) -> HttpResponse:
    """They decline it no longer."""
    who = load(persons(), request, pk)
    _must_work(request, who)
    found = load(refusals(), request, refusal)
    if found.person_id != pk:
        raise Http404
    think(refusal=found, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Kept. What had stopped because of it goes again."))
    return redirect("desk:person_advice", pk=pk)


@require_POST
@staff(WORK)
def kin(request: HttpRequest, pk: UUID) -> HttpResponse:
    who = load(persons(), request, pk)
    _must_work(request, who)
    form = KinForm(request.POST)
    if form.is_valid():
        try:
            name_kin(person=pk, by=viewer_of(request).actor, at=instant_of(request), **form.cleaned_data)
        except NobodyHasDied:
            form.add_error(None, _("No death is recorded. For the living, say under Ways to reach who answers for them."))
        else:
            messages.success(request, _("Kept. Their interview has a script of its own."))
            return redirect("desk:person_advice", pk=pk)
    return _page(request, who, 422, kin_form=form)


@require_POST
@staff(WORK)
def kin_end(request: HttpRequest, pk: UUID, kin: UUID) -> HttpResponse:
    who = load(persons(), request, pk)
    _must_work(request, who)
    found = load(kin_rows(), request, kin)
    if found.person_id != pk:
        raise Http404
    end_kin(kin=found, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Kept: they are not called any more."))
    return redirect("desk:person_advice", pk=pk)


def _must_work(request: HttpRequest, who: Person) -> None:
    if not may_on(who, WORK, viewer_of(request)):
        raise PermissionDenied


def _disease(request: HttpRequest, who: Person) -> str:
    """The disease that is spoken of: one for which the viewer sees that they stay, or stayed, at home or are a case."""
    viewer = viewer_of(request)
    found = list(dict.fromkeys([*diseases_of(who.pk, viewer), *(case.disease for case in cases_of(who.pk, viewer))]))
    wanted = request.POST.get("disease", "") or request.GET.get("disease", "")
    if not found:
        raise Http404
    return wanted if wanted in found else found[0]


def _stays(held: Holding, today: date) -> bool:
    return held.stay is not None and (held.stay.ends_on is None or held.stay.ends_on >= today)


def _advice_form(request: HttpRequest, who: Person, disease: str, data: Any = None) -> AdviceForm:
    lines = to_advise(holding(who.pk, disease, viewer_of(request)), on=timezone.localdate(instant_of(request)))
    return AdviceForm(data, lines=lines, initial={"channel": "call", "language": who.language or "en"})


def _page(request: HttpRequest, who: Person, status: int = 200, **forms: Any) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    disease = _disease(request, who)
    said, refused, made = advised(who.pk, viewer), declined(who.pk, viewer), orders_of(who.pk, viewer)
    names = staff_names([*(one.by for one in said), *(one.by for one in refused)])
    everything = known(who, viewer)
    held = holding(who.pk, disease, viewer)
    context: dict[str, Any] = {
        "person": who, "who": everything, "disease": disease, "disease_words": rule_set(disease).label, "held": held,
        "said": [(one, rule_words(one.rule), language(one.language) if one.language else "", names.get(one.by, "")) for one in said],
        "refused": [(one, one.ended_at is None and one.at > at - HOLDS, names.get(one.by, ""), rule_set(one.disease).label) for one in refused],
        "orders": made, "may_work": may_on(who, WORK, viewer),
        "may_order": _stays(held, timezone.localdate(at)) and not any(one.state in WAITING for one in made),
        "kin": kin_of(who.pk, viewer) if everything.death else [], "advice_form": _advice_form(request, who, disease),
        "declines_form": DeclinesForm(), "kin_form": KinForm(),
        "case": next((case for case in cases_of(who.pk, viewer) if case.disease == disease and case.closure_id is None), None),
    }  # fmt: skip
    return show(request, "desk/advice/advice.html", context | forms, page="person_advice", persons=[who.pk], status=status)
