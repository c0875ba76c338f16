"""Workload: what is due today, who is there to do it, and what nobody will get to. Teams, their members, absences."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.models import User
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.desk.words import LANGUAGES
from tracing.desk.workload.forms import AwayForm, MemberForm, TeamForm, TeamHoursForm
from tracing.desk.workload.words import hours_of, parts_of, team_hours
from tracing.tasks import teams, workload
from tracing.tasks.covering.led import covers_by
from tracing.tasks.models import Team
from tracing.uswds.parts import Column

PERMISSION = "tasks.assign"
UNITS = [
    Column(gettext_lazy("Department")), Column(gettext_lazy("Due today"), end=True), Column(gettext_lazy("Hour agreed"), end=True),
    Column(gettext_lazy("In hand"), end=True), Column(gettext_lazy("Room"), end=True), Column(gettext_lazy("Will not be done"), end=True),
    Column(gettext_lazy("Lent or covered")), Column(gettext_lazy("Work on it"), hidden=True),
]  # fmt: skip
MEMBERS = [
    Column(gettext_lazy("Name")), Column(gettext_lazy("Today")), Column(gettext_lazy("Tried"), end=True),
    Column(gettext_lazy("Reached"), end=True), Column(gettext_lazy("Kept for them"), end=True), Column(gettext_lazy("Room"), end=True),
]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION, lists=True)
def workload_page(request: HttpRequest) -> HttpResponse:
    """By POST somebody in no team is looked for: their name stands in no address of a page."""
    return _page(request, None, request.POST.get("words", "").strip()[:120])


@require_POST
@staff(PERMISSION, lists=True)
def team_new(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    form = TeamForm(request.POST, units=workload.led(viewer))
    if not form.is_valid():
        return _page(request, form)
    said = form.cleaned_data
    try:
        teams.add_team(unit=UUID(said["unit"]), name=said["name"], cap=said["cap"], hours=form.hours(), by=viewer.actor, at=instant_of(request))
    except teams.TeamNameTaken:
        form.add_error("name", _("This department has a team of this name."))
        return _page(request, form)
    messages.success(request, _("The team is there. Now say who is in it."))
    return redirect("desk:workload")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION, lists=True)
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a team is called, when it works, how much it does."""
    found = led_team(request, pk)
    start: dict[str, Any] = {
        "name": found.name, "cap": str(found.cap), "opens": f"{found.opens:%H:%M}", "closes": f"{found.closes:%H:%M}",
        "days": [str(day) for day in found.days], "holidays": "yes" if found.holidays else "no",
    }  # fmt: skip
    form = TeamHoursForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            teams.change_team(team=found, name=said["name"], cap=said["cap"], hours=form.hours(), by=viewer_of(request).actor,
                              at=instant_of(request))  # fmt: skip
        except teams.TeamNameTaken:
            form.add_error("name", _("This department has a team of this name."))
        else:
            messages.success(request, _("Kept. Next call and the plan of the day go by it from now on."))
            return redirect("desk:workload")
    context = {"team": found, "form": form, "covers": covers_by(found, at=instant_of(request))}
    return show(request, "desk/workload/team.html", context, page="workload_team", status=422 if form.errors else 200)


@require_POST
@staff(PERMISSION, lists=True)
def team_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    team = led_team(request, pk)
    try:
        teams.end_team(team=team, by=viewer_of(request).actor, at=instant_of(request))
    except teams.TeamHasWork:
        messages.warning(request, _("Calls are lent to this team: take them back first."))
    except teams.TeamCovers:
        messages.warning(request, _("This team covers calls of other departments: end that first."))
    else:
        messages.success(request, _("The team is no more. Who was in it takes calls of all their departments."))
    return redirect("desk:workload")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION, lists=True)
def member(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What somebody can do, and their team."""
    user, (row, today) = led_user(request, pk), (workload.caller_of(pk), _today(request, pk))
    start: dict[str, Any] = {"interpreter": "yes"}
    if row is not None:
        start = {
            "team": str(row.team_id or ""), "languages": row.languages, "interpreter": "yes" if row.interpreter else "no",
            "skills": " ".join(row.skills), "cap": "" if row.cap is None else str(row.cap),
            "days_off": [str(day) for day in row.days_off],
        }  # fmt: skip
    known = teams.teams_of([unit.pk for unit in workload.led(viewer_of(request))])
    form = MemberForm(request.POST if request.method == "POST" else None, initial=start, teams=known)
    if request.method == "POST" and form.is_valid():
        teams.describe(user=pk, can=form.can(), by=viewer_of(request).actor, at=instant_of(request))
        messages.success(request, _("Kept."))
        return redirect("desk:workload")
    return _member(request, user, form, AwayForm(initial={"from_on": today, "until_on": today}), 422 if form.errors else 200)


@require_POST
@staff(PERMISSION, lists=True)
def away(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, today = led_user(request, pk), _today(request, pk)
    form = AwayForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            teams.be_away(user=pk, from_on=said["from_on"], until_on=said["until_on"], today=today, by=viewer_of(request).actor,
                          at=instant_of(request))  # fmt: skip
        except teams.EndsBeforeItBegins:
            form.add_error("until_on", _("The last day comes after the first, and is not over yet."))
        else:
            messages.success(request, _("Noted. Calls kept for them are anybody's meanwhile."))
            return redirect("desk:workload")
    known = teams.teams_of([unit.pk for unit in workload.led(viewer_of(request))])
    return _member(request, user, MemberForm(initial={"interpreter": "yes"}, teams=known), form, 422)


@require_POST
@staff(PERMISSION, lists=True)
def back(request: HttpRequest, pk: UUID) -> HttpResponse:
    led_user(request, pk)
    teams.be_back(user=pk, today=_today(request, pk), by=viewer_of(request).actor, at=instant_of(request))
    messages.success(request, _("They are there again."))
    return redirect("desk:workload")


def led_team(request: HttpRequest, pk: UUID) -> Team:
    """A team whose work the viewer leads; 404 otherwise."""
    units = [unit.pk for unit in workload.led(viewer_of(request))]
    found = next((team for team in teams.teams_of(units) if team.pk == pk), None)
    if found is None:
        raise Http404
    return found


def led_user(request: HttpRequest, pk: UUID) -> User:
    """Somebody who takes calls of the viewer's units; 404 otherwise."""
    units = [unit.pk for unit in workload.led(viewer_of(request))]
    found = next((one for one in workload.callers_of(units, at=instant_of(request)) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _today(request: HttpRequest, user: UUID) -> date:
    row = workload.caller_of(user)
    here = row.team.unit.time_zone if row is not None and row.team is not None else workload.led(viewer_of(request))[0].time_zone
    return instant_of(request).astimezone(ZoneInfo(here)).date()


def _page(request: HttpRequest, form: TeamForm | None, words: str = "") -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    found = workload.workload(viewer, at=at)
    units = workload.led(viewer)
    here = {one.user for team in found.teams for one in team.members}
    context: dict[str, Any] = {
        "found": found, "units": UNITS, "members": MEMBERS, "now": at, "form": form or TeamForm(units=units), "languages": LANGUAGES,
        "open": form is not None, "outside": workload.outside_teams([unit.pk for unit in units], here, words, at=at), "words": words,
        "left": sum(one.left for one in found.units if one.staffed), "due": sum(one.due for one in found.units),
        "unstaffed": [one for one in found.units if one.due and not one.staffed],
        "hours": {one.team.pk: team_hours(one.team) for one in found.teams},
        "covered": {
            cover.pk: f"{parts_of(cover.work)}: {', '.join(hours_of(cover))}"
            for covers in ([one.covers for one in found.units] + [one.covers for one in found.teams]) for cover in covers
        },
    }  # fmt: skip
    return show(request, "desk/workload/workload.html", context, page="workload", status=422 if form is not None else 200)


def _member(request: HttpRequest, user: User, form: MemberForm, away: AwayForm, status: int) -> HttpResponse:
    context = {"user": user, "form": form, "away": away, "absences": workload.absences_of(user.pk, from_on=_today(request, user.pk))}
    return show(request, "desk/workload/member.html", context, page="workload_member", status=status)
