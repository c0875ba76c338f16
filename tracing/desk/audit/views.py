"""The audit: who did or saw what, when, from where, why. Keys and codes only; nobody's record, no name of a person."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import get_current_timezone, localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.auditing import AT_MOST, PERMISSION, Asked, audited
from tracing.access.queries import staff_names
from tracing.desk.audit.forms import AuditForm
from tracing.desk.lists.export import csv_file
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.words import page_words, purpose_words, said
from tracing.journal.actions import look
from tracing.journal.events import HEADS, Event, csv_row
from tracing.journal.fhir import ndjson
from tracing.uswds.parts import Column

SHOWN: Final = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def audit(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    asked = _asked(request, form)
    events = audited(viewer_of(request), asked, most=SHOWN + 1)
    more, events = len(events) > SHOWN, events[:SHOWN]
    names = staff_names(event.actor for event in events if event.actor_kind == "staff")
    context = {
        "form": form, "rows": [_row(event, names) for event in events], "more": more, "shown": SHOWN, "most": AT_MOST,
        "columns": [Column(_("When")), Column(_("Who")), Column(_("What")), Column(_("Of whom")), Column(_("From where")), Column(_("Why"))],
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return show(request, "desk/audit/audit.html", context, page="audit", purpose="audit", status=status)


@require_POST
@staff(PERMISSION)
def audit_file(request: HttpRequest) -> HttpResponse:
    """The same as a file: FHIR AuditEvents, one in a line, or CSV. At most 10,000; more with the command."""
    viewer, at, form = viewer_of(request), instant_of(request), AuditForm(request.POST)
    if not form.is_valid():
        return audit(request)
    events = audited(viewer, _asked(request, form))
    look(actor=viewer.user, at=at, page="audit_file", purpose="audit", persons=())
    if request.POST.get("format") == "csv":
        return csv_file(f"audit-{at:%Y%m%d}.csv", HEADS, [csv_row(event) for event in events])
    return HttpResponse(
        "".join(ndjson(events)), content_type="application/fhir+ndjson",
        headers={"Content-Disposition": f'attachment; filename="audit-{at:%Y%m%d}.ndjson"', "Cache-Control": "no-store"},
    )  # fmt: skip


def _form(request: HttpRequest) -> AuditForm:
    today = localdate(instant_of(request))
    initial = {"first": today - timedelta(days=1), "last": today}
    return AuditForm(request.POST, initial=initial) if request.method == "POST" else AuditForm(initial=initial)


def _asked(request: HttpRequest, form: AuditForm) -> Asked:
    zone, today = get_current_timezone(), localdate(instant_of(request))
    said_by: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    first, last = said_by.get("first") or today - timedelta(days=1), said_by.get("last") or today
    return Asked(
        since=datetime.combine(first, time(), zone), until=datetime.combine(last + timedelta(days=1), time(), zone),
        kind=said_by.get("kind", ""), actor=said_by.get("actor"), person=said_by.get("person"), what=said_by.get("what", "").strip(),
    )  # fmt: skip


def _row(event: Event, names: dict[Any, str]) -> dict[str, Any]:
    if event.kind == "look":
        what, why = page_words(event.what), purpose_words(event.why)
    else:
        what, why = said(event.what) if event.kind == "entry" else _("Sign-in"), event.why.replace("_", " ")
    if event.kind == "sign_in":
        what = _("Sign-in refused") if event.refused else _("Signed in")
    who = names.get(event.actor, "") or event.actor_name or (_("Staff who have left") if event.actor else "")
    return {"event": event, "what": what, "why": why, "who": who}
