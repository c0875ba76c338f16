"""The page of everything by which somebody can be reached: put together once for reading and for what was typed wrongly."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tracing.base.sight import SHOWS
from tracing.cases.review import cases_of
from tracing.contacts.queries import quarantines_of
from tracing.contacts.unreached_lists import of_person
from tracing.desk.page import instant_of, load, show, viewer_of
from tracing.desk.reaching.forms import AddressForm, AnswersForm, ConfidentialForm, WayForm, WhyForm
from tracing.desk.reaching.words import ALONE, ANSWERS, CONFIDENTIAL, HINTS, WHOSE
from tracing.desk.words import source
from tracing.jurisdictions.evidence import EVIDENCE
from tracing.people.household.queries import answering_for, flags_of, hints, household_of, own_membership, speaking_for, wards_of
from tracing.people.known import CONFIDENTIAL as SEES
from tracing.people.known import known, may_on, persons
from tracing.people.models import Person
from tracing.people.reaching import reaching
from tracing.people.rules import age_on, age_shown
from tracing.uswds.parts import Column, Link

WORK = "cases.work"


def find(request: HttpRequest, pk: UUID, needed: str = "") -> Person:
    """The person, if they may be seen; 403 where the act needs more, and for whom ways to reach are hidden."""
    who: Person = load(persons(), request, pk)
    viewer = viewer_of(request)
    if "reach" not in SHOWS[viewer.sight] or (needed and not may_on(who, needed, viewer)):
        raise PermissionDenied
    return who


def page(request: HttpRequest, who: Person, status: int = 200, **forms: Any) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    today = timezone.localdate(at)
    rule = reaching(today)
    everything = known(who, viewer)
    told = viewer.may(SEES)
    flags = flags_of(who.pk, viewer) if told else []
    age = age_on(who.birth_on, who.birth_year, today)
    speaking = speaking_for(who, viewer, age=age, grown_up=rule.grown_up, day=today)
    together = household_of(who.pk, viewer)
    near = [] if flags else hints(who.pk, viewer)
    wards = wards_of(who.pk, viewer)
    others = {one.person.pk: one.person for one in together} | {hint.person.pk: hint.person for hint in near}
    cases = cases_of(viewer, list(others)) if others and viewer.may("cases.see") else {}
    staying = {row.person_id: row for row in quarantines_of(list(others), viewer) if not row.settled} if others else {}
    sources = dict(rule.sources)
    ways = [(way, WHOSE.get(way.whose, ""), sources.get(way.source) or source(way.source)) for way in everything.ways]
    safe = [str(way.pk) for way in everything.ways if way.safe]
    alive = [way for way in everything.ways if way.until is None]
    first = flags[0] if flags else None
    context: dict[str, Any] = {
        "person": who, "age": age_shown(age, viewer.sight), "known": everything,
        "ways": [row for row in ways if row[0].until is None], "former": [row for row in ways if row[0].until is not None],
        "addresses": [(one, [EVIDENCE.get(code, code) for code in one.evidence], sources.get(one.source) or source(one.source))
                      for one in everything.addresses],
        "flags": [(flag, CONFIDENTIAL.get(flag.kind, _("asked for it"))) for flag in flags], "told": told, "speaking": speaking,
        "alone": ALONE.get(speaking.problem, ""), "child": age is not None and age < rule.grown_up,
        "answering": [(row, ANSWERS.get(row.kind, row.kind), _holds(row, today)) for row in answering_for(who.pk, viewer)],
        "wards": [(row, _seen(row.ward_id, others)) for row in wards],
        "together": [(one, [case for case in cases.get(one.person.pk, []) if not case.closure_id], staying.get(one.person.pk)) for one in together],
        "hints": [(hint, HINTS[hint.by]) for hint in near], "mine": own_membership(who.pk, viewer) if not flags else [],
        "looked_for": of_person(who.pk, viewer),
        "way_form": WayForm(confidential=bool(flags)), "address_form": AddressForm(initial={"kind": "residence", "state": "CT"}),
        "answers_form": AnswersForm(near=list(others.values()), initial={"since": today, "decides": "yes"}),
        "confidential_form": ConfidentialForm(
            ways=alive, initial={"safe": safe, "said": first.said if first else "", "kind": first.kind if first else ""}
        ),
        "why_form": WhyForm(), "correct_form": None, "correcting": None,
        "rights": {"work": may_on(who, WORK, viewer), "flag": told and may_on(who, SEES, viewer)},
        "columns": [Column(_("Way")), Column(_("Whose")), Column(_("Does it work?")), Column(_("From")), Column(_("Change"), hidden=True)],
        "crumbs": [Link(str(who), reverse("desk:person", args=[who.pk])), Link(_("Ways to reach"), current=True)],
    }  # fmt: skip
    shown = [who.pk, *others, *(row.ward_id for row in wards)]
    return show(request, "desk/reaching/ways.html", context | forms, page="person_ways", persons=shown, status=status)


def _holds(row: Any, today: Any) -> bool:
    return row.ended_at is None and row.since <= today and (row.until is None or today <= row.until)


def _seen(person: UUID, others: dict[UUID, Person]) -> Person | None:
    return others.get(person)
