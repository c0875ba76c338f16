"""Who sends: when each was last heard, what is wrong, how well it reports, its keys and its schedule."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.desk.page import instant_of, must, show, staff, viewer_of
from tracing.desk.sources.forms import AddForm, ExpectForm, KeyForm, TestsForm
from tracing.desk.sources.words import CHANNELS, heard, hours, told
from tracing.intake import queries, volumes
from tracing.intake.actions.sources import (
    NewKey,
    SourceCodeTaken,
    SourceCodeWrong,
    activate_source,
    add_source,
    change_source,
    close_source,
    make_key,
    revoke_key,
)
from tracing.intake.models import Source
from tracing.intake.queries import Counts, SourceView
from tracing.uswds.parts import Column, Link


def _load(request: HttpRequest, code: str) -> Source:
    """The sender of this code, if the viewer looks after it. 404 otherwise."""
    found = volumes.sources().visible_to(viewer_of(request)).filter(code=code).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    must(request, "intake.sources", found)
    return found  # type: ignore[no-any-return]


def _score(view: SourceView) -> list[tuple[Any, int | None, Any]]:
    """Label, per cent, and the sentence for who cannot see the bar."""
    score = view.score
    parts = (
        (_("Late"), score.late),
        (_("No telephone"), score.no_phone),
        (_("No address"), score.no_address),
        (_("No birth date"), score.no_birth_date),
        (_("Held"), score.held),
    )
    return [
        (
            label,
            None if part is None else round(100 * part),
            _("%(what)s: %(percent)s of 100") % {"what": label, "percent": round(100 * (part or 0))},
        )
        for label, part in parts
    ]


def _drawn(view: SourceView, days: list[Any], at: datetime) -> dict[str, Any]:
    numbers = [number for _day, number in days]
    return {
        "view": view,
        "source": view.source,
        "alarms": [told(raised) for raised in view.alarms],
        "score": _score(view),
        "every": hours(view.source.expected_every_hours),
        "heard": heard(view.figures.last_at, at),
        "numbers": numbers,
        "days": days,
        "volume": _("%(number)d reports in %(days)d days, the most on one day %(most)d")
        % {"number": sum(numbers), "days": len(numbers), "most": max(numbers, default=0)},
    }


@require_safe
@staff("intake.sources")
def sources(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    views = queries.sources_with_alarms(viewer, at)
    days = volumes.by_day(viewer, [view.source.pk for view in views], at=at)
    context = {
        "counts": sum((view.counts for view in views), Counts()),
        "senders": [_drawn(view, days[view.source.pk], at) for view in views],
        "at": at,
        "alarmed": sum(bool(view.alarms) for view in views),
    }
    return show(request, "desk/sources/sources.html", context, page="sources")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("intake.sources")
def source_new(request: HttpRequest) -> HttpResponse:
    viewer, unit = viewer_of(request), queries.state_unit()
    must(request, "intake.sources", unit.pk)
    form = AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = add_source(
                code=given["code"],
                name=given["name"],
                unit=unit,
                expected_every_hours=int(given["every"]),
                by=viewer.actor,
                at=instant_of(request),
            )
        except SourceCodeWrong:
            form.add_error("code", _("Use 1 to 60 small letters, digits and hyphens."))
        except SourceCodeTaken:
            form.add_error("code", _("There is a sender of this code already."))
        else:
            messages.success(request, _("Added. Make its key next."))
            return HttpResponseRedirect(reverse("desk:source", args=[made.code]))
    context = {"form": form, "crumbs": [Link(_("Senders"), reverse("desk:sources")), Link(_("New sender"), current=True)]}
    return show(request, "desk/sources/new.html", context, page="source_new", status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("intake.sources")
def source(request: HttpRequest, code: str) -> HttpResponse:
    found = _load(request, code)
    every, pull = found.expected_every_hours, found.pull_every_minutes if found.next_pull_at else 0
    if request.method != "POST":
        return _page(request, found, ExpectForm(initial={"name": found.name}, every=every, pull=pull))
    form = ExpectForm(request.POST, every=every, pull=pull)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    given, minutes, at = form.cleaned_data, int(form.cleaned_data["pull"]), instant_of(request)
    if minutes and not found.folder:
        form.add_error("pull", _("It has no folder to fetch from."))
        return _page(request, found, form, status=422)
    values: dict[str, Any] = {"name": given["name"].strip(), "expected_every_hours": int(given["every"])}
    if minutes != pull:
        values |= {"next_pull_at": at, "pull_every_minutes": minutes} if minutes else {"next_pull_at": None}
    changed = change_source(source=found, values=values, by=viewer_of(request).actor, at=at)
    messages.success(request, _("Kept.") if changed else _("Nothing was changed."))
    return _back(found)


def _back(found: Source) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:source", args=[found.code]))


def _page(
    request: HttpRequest, found: Source, form: ExpectForm, *, made: NewKey | None = None, status: int = 200
) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    view = next((one for one in queries.sources_with_alarms(viewer, at) if one.source.pk == found.pk), None)
    if view is None:
        raise Http404
    keys = queries.live_keys(found)
    context = {
        **_drawn(view, volumes.by_day(viewer, [found.pk], at=at)[found.pk], at),
        "form": form,
        "key_form": KeyForm(),
        "made": made,
        "keys": keys,
        "at": at,
        "counts": view.counts,
        "soon": at + timedelta(days=14),
        "crumbs": [Link(_("Senders"), reverse("desk:sources")), Link(found.name, current=True)],
        "deliveries": [(one, CHANNELS.get(one.channel, one.channel)) for one in volumes.last_deliveries(viewer, found)],
        "delivery_columns": [
            Column(_("Received")),
            Column(_("How")),
            Column(_("File")),
            Column(_("Messages"), end=True),
            Column(_("It says"), end=True),
            Column(_("State")),
        ],
        "key_columns": [
            Column(_("Key ends in")),
            Column(_("Made")),
            Column(_("Ends")),
            Column(_("State")),
            Column(_("Revoke"), hidden=True),
        ],
        "held_number": volumes.held_number(viewer, found) if viewer.may("intake.review") else 0,
    }
    return show(request, "desk/sources/source.html", context, page="source", status=status)


@never_cache
@require_POST
@staff("intake.sources")
def source_key(request: HttpRequest, code: str) -> HttpResponse:
    """Make a key. Its text is in this answer and nowhere else: there is nothing to come back to."""
    found = _load(request, code)
    form = KeyForm(request.POST)
    days = int(form.cleaned_data["lasts"]) if form.is_valid() else 365
    made = make_key(source=found, lasts=timedelta(days=days), by=viewer_of(request).actor, at=instant_of(request))
    pull = found.pull_every_minutes if found.next_pull_at else 0
    return _page(request, found, ExpectForm(initial={"name": found.name}, every=found.expected_every_hours, pull=pull), made=made)


@require_POST
@staff("intake.sources")
def source_key_revoke(request: HttpRequest, code: str, pk: Any) -> HttpResponse:
    found = _load(request, code)
    key = volumes.key_of(found, pk)
    if key is None:
        raise Http404
    revoke_key(key=key, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Key …%(hint)s was revoked: nothing comes in by it any more.") % {"hint": key.hint})
    return _back(found)


@require_POST
@staff("intake.sources")
def source_tests(request: HttpRequest, code: str) -> HttpResponse:
    """Whether test messages of this sender are filed like live ones."""
    found, form = _load(request, code), TestsForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose one."))
        return _back(found)
    on = form.cleaned_data["file"] == "yes"
    change_source(source=found, values={"tests_open_cases": on}, by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("Test messages are filed like live ones now.") if on else _("Test messages are set aside again."))
    return _back(found)


@require_POST
@staff("intake.sources")
def source_state(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm a sender, or close it."""
    found = _load(request, code)
    by, at = viewer_of(request).actor, instant_of(request)
    if request.POST.get("do") == "confirm":
        activate_source(source=found, by=by, at=at)
        messages.success(request, _("Confirmed. What it brought is being filed."))
    elif request.POST.get("do") == "close":
        close_source(source=found, by=by, at=at)
        messages.success(request, _("Closed. What it posts is refused; what lies in its folder is kept and held."))
    return _back(found)
