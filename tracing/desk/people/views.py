"""A person: how to reach them, where they live and why we think so, their cases, whether they are who they seem to be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.base.sight import SHOWS
from tracing.cases.dossier import cases_of
from tracing.contacts.queries import exposed_to, quarantines_of
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.people import moving
from tracing.desk.people.forms import DeathForm, SaidForm, known_as
from tracing.desk.people.guarding import guards
from tracing.desk.people.merging import find_or_root, links
from tracing.desk.review.words import REASONS
from tracing.desk.words import language, source
from tracing.intake.misfiled.told import moves_about
from tracing.jurisdictions.evidence import EVIDENCE
from tracing.people.actions import record_said
from tracing.people.death import record_death, take_back_death
from tracing.people.household.queries import flags_of
from tracing.people.known import known, may_on, namesakes, persons, sharing
from tracing.people.merging.known import merges_of
from tracing.people.models import Person
from tracing.people.numbers import numbers_of
from tracing.people.rules import age_on, age_shown
from tracing.people.settling import settle_apart
from tracing.tasks.lists import attempts_of

SEE, WORK, DEATH, SETTLE = "people.see", "cases.work", "people.record_death", "people.settle_match"


@require_safe
@staff(SEE)
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = find_or_root(request, pk)
    return found if isinstance(found, HttpResponse) else _page(request, found)


@require_POST
@staff(WORK)
def said(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What they say about themselves beats every report."""
    who = _find(request, pk, WORK)
    form = SaidForm(request.POST, initial=known_as(who))
    if not form.is_valid():
        return _page(request, who, said_form=form)
    changed = record_said(person=who, facts=form.facts(), by=viewer_of(request).actor, at=_at(request))
    messages.success(request, _("Kept: it stands above what reports say.") if changed else _("Nothing new was said."))
    return redirect("desk:person", pk=pk)


@require_POST
@staff(DEATH)
def death(request: HttpRequest, pk: UUID) -> HttpResponse:
    who = _find(request, pk, DEATH)
    form = DeathForm(request.POST, today=timezone.localdate(_at(request)))
    if not form.is_valid():
        return _page(request, who, death_form=form)
    record_death(person=who.pk, died_on=form.cleaned_data["died_on"], source="staff", by=viewer_of(request).actor, at=_at(request))
    messages.success(request, _("Recorded. Calls, texts and letters to this person stop within seconds."))
    return _back(request, pk)


@require_POST
@staff(DEATH)
def alive(request: HttpRequest, pk: UUID) -> HttpResponse:
    who = _find(request, pk, DEATH)
    take_back_death(person=who.pk, by=viewer_of(request).actor, at=_at(request))
    messages.success(request, _("Taken back. What the death stopped goes again within seconds."))
    return _back(request, pk)


@require_POST
@staff(SETTLE)
def apart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nobody of those they were taken for."""
    viewer, who = viewer_of(request), _find(request, pk, SETTLE)
    others = [other.person for other in namesakes(who, viewer)]
    settle_apart(person=who, others=others, by=viewer.actor, at=_at(request))
    messages.success(request, _("Settled: a person of their own. This is remembered."))
    return redirect("desk:person", pk=pk)


def _page(request: HttpRequest, who: Person, said_form: SaidForm | None = None, death_form: DeathForm | None = None) -> HttpResponse:
    viewer, at = viewer_of(request), _at(request)
    today = timezone.localdate(at)
    all_known = known(who, viewer)
    alike = namesakes(who, viewer)
    near = sharing(who, viewer) if "reach" in SHOWS[viewer.sight] else []
    cases = list(cases_of(who.pk, viewer)) if viewer.may("cases.see") else []
    quarantines = list(quarantines_of([who.pk], viewer)[:20])
    addresses = [(one, [EVIDENCE.get(code, code) for code in one.evidence], source(one.source)) for one in all_known.addresses]
    context: dict[str, Any] = {
        "person": who, "who": all_known, "addresses": addresses, "ways": [(way, source(way.source)) for way in all_known.ways],
        "age": age_shown(age_on(who.birth_on, who.birth_year, today), viewer.sight), "language": language(who.language) if who.language else "",
        "cases": cases, "exposures": list(exposed_to(who.pk, viewer)[:50]), "quarantines": quarantines,
        "numbers": numbers_of(who.pk, viewer) if "reach" in SHOWS[viewer.sight] else [],
        "attempts": list(attempts_of([who.pk])[:20]), "alike": [(one, [_why(code) for code in one.reasons]) for one in alike],
        "sharing": near, "birth_source": source(str((who.facts.get("birth_on") or ["", "", ""])[2])),
        "said_form": said_form or SaidForm(initial=known_as(who)), "death_form": death_form,
        "rights": {
            "work": may_on(who, WORK, viewer), "death": may_on(who, DEATH, viewer), "settle": may_on(who, SETTLE, viewer),
            "advice": viewer.may("cases.detail") and bool(cases or quarantines),
        },
        "today": today,
        "merges": links(who, list(merges_of(who, viewer)), viewer),
        "moves": moving.links(who, moves_about(who.pk, viewer), viewer.may(SETTLE)),
        "flags": flags_of(who.pk, viewer), "guards": guards(who, viewer) | {"privacy": viewer.may("privacy.review")},
    }  # fmt: skip
    shown = [who.pk, *(one.person.pk for one in alike), *(other.pk for other, _what in near)]
    failed = said_form is not None or death_form is not None
    return show(request, "desk/people/person.html", context, page="person", persons=shown, status=422 if failed else 200)


def _why(code: str) -> str:
    return str(REASONS.get(code, code.replace("_", " ")))


def _find(request: HttpRequest, pk: UUID, needed: str = "") -> Person:
    """The person, if they may be seen; 403 where an act needs more than the viewer holds on their unit."""
    who = load(persons(), request, pk)
    if needed and not may_on(who, needed, viewer_of(request)):
        raise PermissionDenied
    return who


def _back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To the page the act was begun on, when it is one of ours."""
    wanted = request.POST.get("back", "")
    if wanted.startswith("/cases/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return HttpResponseRedirect(wanted)
    return HttpResponseRedirect(reverse("desk:person", args=[pk]))


def _at(request: HttpRequest) -> Any:
    return instant_of(request)
