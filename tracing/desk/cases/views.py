"""The pages of one case, each its own address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracing.access.queries import staff_names, who_looked
from tracing.cases.dossier import cases_of, cases_of_many, dossier
from tracing.contacts.queries import exposed_to, named_in_words, naming_of, quarantines_of
from tracing.desk.cases.record import draw, find, needs
from tracing.desk.course import rule_words
from tracing.desk.moments import moments
from tracing.desk.page import instant_of, staff, viewer_of
from tracing.desk.people import moving
from tracing.desk.words import WHY_STOPPED, page_words, purpose_words
from tracing.diseases.labels import REASONS, SETTINGS, SYMPTOMS, label
from tracing.intake.misfiled.told import moves_about
from tracing.intake.results import by_result, results_of
from tracing.journal.queries import timeline as journal_of
from tracing.messaging.queries import messages_to
from tracing.people.known import may_on
from tracing.people.merging.joining import PERMISSION
from tracing.people.merging.known import told_before
from tracing.tasks.lists import tasks_of
from tracing.uswds.parts import ChipGroup, Link

SEE, DETAIL = "cases.see", "cases.detail"
SHOWN = 60
LOOKS_FOR = timedelta(days=365)


@require_safe
@staff(SEE)
def overview(request: HttpRequest, pk: UUID) -> HttpResponse:
    case = find(request, pk)
    return draw(request, case, "desk/cases/overview.html", "case", overview_of(request, case))


def overview_of(request: HttpRequest, case: Any) -> dict[str, Any]:
    viewer = viewer_of(request)
    file = dossier(case, viewer)
    made = case.isolation
    interviews: list[dict[str, Any]] = [
        {
            "at": one.at, "kind": one.kind, "note": one.note, "onset_on": one.onset_on, "symptomatic": one.symptomatic,
            "hospitalised": one.hospitalised, "setting_name": one.setting_name,
            "symptoms": ", ".join(label(SYMPTOMS, code) for code in one.symptoms),
            "setting": label(SETTINGS, one.setting) if one.setting else "", "by": one.by, "response": one.response_id,
        }
        for one in file.interviews
    ]  # fmt: skip
    names = staff_names([one["by"] for one in interviews])
    for one in interviews:
        one["by"] = names.get(one["by"], "")
    return {
        "file": file, "interviews": interviews,
        "isolation_rule": rule_words(made.rule) if made else "",
        "isolation_reasons": [label(REASONS, code) for code in made.reasons] if made else [],
        "class_rule": rule_words(case.classification_rule), "scope_rule": rule_words(case.scope_rule),
        "scope_reason": label(REASONS, case.scope_reason), "setting": label(SETTINGS, case.setting) if case.setting else "",
        "others": [other for other in cases_of(case.person_id, viewer) if other.pk != case.pk],
        "earlier": [(one, rule_words(one.rule)) for one in file.isolations if made is None or one.pk != made.pk],
    }  # fmt: skip


@require_safe
@staff(DETAIL)
def results(request: HttpRequest, pk: UUID) -> HttpResponse:
    case = find(request, pk)
    viewer = viewer_of(request)
    groups = by_result(results_of(case, viewer))
    return draw(request, case, "desk/cases/results.html", "case_results", {
        "groups": groups, "may_move": may_on(case.person, PERMISSION, viewer),
        "moves": moving.links(case.person, moves_about(case.person_id, viewer), viewer.may(PERMISSION)),
    })  # fmt: skip


@require_safe
@staff(DETAIL)
def contacts(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, viewer = find(request, pk), viewer_of(request)
    exposures = named_in_words(case, viewer, most=500)
    people = [exposure.contact_id for exposure in exposures]
    staying: dict[UUID, Any] = {}
    for row in quarantines_of(people, viewer):
        staying.setdefault(row.person_id, row)
    became: dict[UUID, Any] = {}
    for other in cases_of_many(people, viewer):
        if other.disease == case.disease:
            became.setdefault(other.person_id, other)
    rows = [(exposure, staying.get(exposure.contact_id), became.get(exposure.contact_id)) for exposure in exposures]
    context = {"rows": rows, "exposed": list(exposed_to(case.person_id, viewer)[:50])}
    return draw(request, case, "desk/cases/contacts.html", "case_contacts", context, persons=tuple(people))


@require_safe
@staff(DETAIL)
def messages(request: HttpRequest, pk: UUID) -> HttpResponse:
    case = find(request, pk)
    said = [(one, WHY_STOPPED.get(one.stopped_by, one.stopped_by)) for one in messages_to(case.person_id, viewer_of(request))[:200]]
    return draw(request, case, "desk/cases/messages.html", "case_messages", {"said": said})


@require_safe
@staff(DETAIL)
def tasks(request: HttpRequest, pk: UUID) -> HttpResponse:
    case = find(request, pk)
    rows = list(tasks_of(case.person_id)[:100])
    return draw(request, case, "desk/cases/tasks.html", "case_tasks", {"rows": rows})


@require_safe
@staff("timeline.see")
def timeline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who did what when; with the looks for those who may ask about them."""
    case, viewer = find(request, pk), viewer_of(request)
    before = _instant(request.GET.get("before", ""))
    of = request.GET.get("of", "")
    entries = list(journal_of([case.person_id], before=before, limit=SHOWN + 1))
    entries += told_before(case.person_id, case.disease, before=before, limit=SHOWN + 1)
    entries += naming_of(case, viewer, before=before, limit=SHOWN + 1)
    entries.sort(key=lambda entry: (entry.at, entry.id), reverse=True)
    more, entries = len(entries) > SHOWN, entries[:SHOWN]
    shown = [entry for entry in entries if not of or entry.verb.partition(".")[0] in GROUPS.get(of, ())]
    here = reverse("desk:case_timeline", args=[pk])
    chips = ChipGroup(
        _("Show"), [Link(label, here if code == of else f"{here}?of={code}", current=code == of) for code, label in _groups()]
    )
    earlier = f"{here}?before={entries[-1].at.isoformat().replace('+', '%2B')}" + (f"&of={of}" if of else "") if more else ""
    context = {"moments": moments(shown), "chips": [chips], "earlier": earlier, "of": of}
    return draw(request, case, "desk/cases/timeline.html", "case_timeline", context)


GROUPS = {
    "case": ("case", "quarantine", "facility_line"), "calls": ("task",), "contacts": ("contact", "quarantine"),
    "person": ("person", "match"), "messages": ("message",), "shared": ("share", "transfer", "affiliation", "out_of_state", "referral"),
}  # fmt: skip


def _groups() -> list[tuple[str, str]]:
    return [
        ("case", _("Case")), ("calls", _("Calls")), ("contacts", _("Contacts")), ("person", _("Person")), ("messages", _("Messages")),
        ("shared", _("Handed over")),
    ]  # fmt: skip


@require_safe
@staff("journal.see")
def access(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who has looked."""
    case = find(request, pk)
    needs(request, "journal.see", case)
    at: datetime = instant_of(request)
    looks = [
        (one.at, one.who, page_words(one.page), purpose_words(one.purpose))
        for one in who_looked(case.person_id, since=at - LOOKS_FOR)
    ]
    return draw(request, case, "desk/cases/access.html", "case_access", {"looks": looks})


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
