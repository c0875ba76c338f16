"""The privacy officer's pages: emergency access, unusual looks, colleagues in the register, all looks of one member of staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.queries import staff_names
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.privacy import words
from tracing.desk.privacy.forms import EXPLAINED, JUSTIFIED, StaffForm, VerdictForm
from tracing.desk.words import page_words, purpose_words
from tracing.journal.rules import RULES
from tracing.people import overseeing
from tracing.people.emergency import AlreadyReviewed, NotByThemselves, review_emergency
from tracing.people.known import may_on, persons
from tracing.people.models import EmergencyAccess, Person, UnusualLook
from tracing.people.overseeing import PERMISSION, Seen
from tracing.people.restricting import PERMISSION as RESTRICT
from tracing.people.restricting import colleagues, leave_open, restrict, unit_for
from tracing.uswds.charts import Bar
from tracing.uswds.parts import ChipGroup, Column, Link

PURPOSE: Final = "privacy"
DAYS: Final = 14
MONTH: Final = 30


@require_safe
@staff(PERMISSION)
def overview(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    opened = list(overseeing.emergencies(viewer)[:50])
    unusual = list(overseeing.unusual(viewer, most=10))
    proposed = list(colleagues(viewer)) if viewer.may(RESTRICT) else []
    people = overseeing.visible_persons([key for key in [row.person_id for row in opened] + [row.person_id for row in unusual] if key], viewer)
    days = overseeing.unusual_by_day(viewer, first=localdate(at) - timedelta(days=DAYS - 1), days=DAYS)
    context = {
        "opened": [(row, people.get(row.person_id) if row.person_id else None) for row in opened],
        "unusual": _told(unusual, people), "proposed": proposed, "staff_form": StaffForm(), "now": at,
        "bars": [Bar(date_format(day, "D, N j"), number, str(number)) for day, number in days],
        "columns": _columns(),
    }  # fmt: skip
    shown = [*people, *(one.person.pk for one in proposed)]
    return show(request, "desk/privacy/overview.html", context, page="privacy", persons=shown, purpose=PURPOSE)


def _columns() -> list[Column]:
    return [Column(_("Who")), Column(_("What")), Column(_("At whom")), Column(_("When")), Column(_("State"))]


def _told(rows: Sequence[UnusualLook], people: dict[UUID, Person]) -> list[dict[str, Any]]:
    return [
        {
            "row": row, "rule": words.rule(row.code), "person": people.get(row.person_id) if row.person_id else None,
            "state": f"privacy.{row.verdict or 'open'}",
        }
        for row in rows
    ]  # fmt: skip


@require_safe
@staff(PERMISSION)
def emergencies_reviewed(request: HttpRequest) -> HttpResponse:
    """Those that were reviewed, newest first."""
    viewer = viewer_of(request)
    rows = list(overseeing.emergencies(viewer, reviewed=True)[:200])
    people = overseeing.visible_persons([row.person_id for row in rows if row.person_id], viewer)
    names = staff_names(row.reviewed_by for row in rows)
    told = [(row, people.get(row.person_id) if row.person_id else None, names.get(row.reviewed_by, "")) for row in rows]
    context = {"rows": told, "crumbs": _crumbs(_("Emergency access that was reviewed"))}
    return show(request, "desk/privacy/emergencies.html", context, page="privacy_emergencies", persons=list(people), purpose=PURPOSE)


def _crumbs(here: str) -> list[Link]:
    return [Link(_("Privacy"), reverse("desk:privacy")), Link(here, current=True)]


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def emergency(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    row: EmergencyAccess = load(overseeing.all_emergencies(), request, pk)
    form = VerdictForm(request.POST if request.method == "POST" else None, choices=JUSTIFIED)
    if request.method == "POST" and form.is_valid():
        try:
            review_emergency(
                access=row, verdict=form.cleaned_data["verdict"], note=form.cleaned_data["note"], by=viewer.actor, at=at
            )
        except AlreadyReviewed:
            messages.info(request, _("Somebody else has reviewed it meanwhile."))
        except NotByThemselves:
            raise PermissionDenied from None
        else:
            messages.success(request, _("Reviewed. This is recorded."))
        return redirect("desk:privacy")
    person = overseeing.visible_persons([row.person_id], viewer).get(row.person_id) if row.person_id else None
    looks = overseeing.looks_of_user(row.user_id, since=row.at, until=(row.ended_at or row.until or row.at) + timedelta(minutes=1))
    at_them = [one for one in looks if row.person_id in one.persons]
    context = {
        "row": row, "person": person, "form": form if not row.verdict and row.user_id != viewer.user else None,
        "looks": [(one, page_words(one.page), purpose_words(one.purpose)) for one in at_them],
        "reviewer": staff_names([row.reviewed_by]).get(row.reviewed_by, ""), "state": f"privacy.{row.verdict or 'open'}",
        "crumbs": _crumbs(_("Emergency access")), "now": at,
    }  # fmt: skip
    shown = [person.pk] if person else []
    return show(
        request, "desk/privacy/emergency.html", context, page="privacy_emergency", persons=shown, purpose=PURPOSE,
        status=422 if form.is_bound else 200,
    )  # fmt: skip


@require_safe
@staff(PERMISSION)
def unusual_looks(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    code, state = request.GET.get("rule", ""), request.GET.get("state", "open")
    before = _key(request.GET.get("before", ""))
    reviewed = {"open": False, "reviewed": True}.get(state)
    rows = list(overseeing.unusual(viewer, reviewed=reviewed, code=code if code in words.RULES else "", before=before, most=51))
    more, rows = len(rows) > 50, rows[:50]
    people = overseeing.visible_persons([row.person_id for row in rows if row.person_id], viewer)
    here = reverse("desk:privacy_unusual")
    kinds = [
        Link(words.rule(one.code), f"{here}?state={state}" + ("" if one.code == code else f"&rule={one.code}"), one.code == code)
        for one in RULES
    ]
    states = [("open", _("To be reviewed")), ("reviewed", _("Reviewed")), ("all", _("All"))]
    chips = [
        ChipGroup(_("State"), [Link(label, f"{here}?state={one}" + (f"&rule={code}" if code else ""), one == state) for one, label in states]),
        ChipGroup(_("Rule"), kinds),
    ]
    following = f"{here}?state={state}" + (f"&rule={code}" if code else "") + f"&before={rows[-1].pk}" if more else ""
    context = {
        "rows": _told(rows, people), "chips": chips, "columns": _columns(), "following": following,
        "crumbs": _crumbs(_("Unusual looks")),
    }  # fmt: skip
    return show(request, "desk/privacy/unusual.html", context, page="privacy_unusual", persons=list(people), purpose=PURPOSE)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def unusual_look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them, with all that its user looked at around it."""
    viewer, at = viewer_of(request), instant_of(request)
    row: UnusualLook = load(overseeing.all_unusual(), request, pk)
    form = VerdictForm(request.POST if request.method == "POST" else None, choices=EXPLAINED)
    if request.method == "POST" and form.is_valid():
        try:
            overseeing.review_unusual(
                look=row, verdict=form.cleaned_data["verdict"], note=form.cleaned_data["note"], by=viewer.actor, at=at
            )
        except AlreadyReviewed:
            messages.info(request, _("Somebody else has reviewed it meanwhile."))
        except NotByThemselves:
            raise PermissionDenied from None
        else:
            messages.success(request, _("Reviewed. This is recorded."))
        return redirect("desk:privacy_unusual")
    looks = overseeing.looks_of_user(row.user_id, since=row.first_at, until=row.last_at + timedelta(seconds=1), most=100)
    if row.person_id is not None:
        looks = [one for one in looks if row.person_id in one.persons]
    people = overseeing.visible_persons([row.person_id] if row.person_id else [], viewer)
    begins = localtime(row.first_at).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = overseeing.by_hour(row.user_id, day=begins)
    told = _told([row], people)[0]
    context = {
        **told, "form": form if not row.verdict and row.user_id != viewer.user else None, "looks": _lines(looks),
        "reviewer": staff_names([row.reviewed_by]).get(row.reviewed_by, ""), "crumbs": _unusual_crumbs(),
        "hours": [Bar(_hour(begins, hour), number, str(number)) for hour, number in enumerate(hours) if number],
    }  # fmt: skip
    return show(
        request, "desk/privacy/look.html", context, page="privacy_look", persons=list(people), purpose=PURPOSE,
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def _unusual_crumbs() -> list[Link]:
    return [Link(_("Privacy"), reverse("desk:privacy")), Link(_("Unusual looks"), reverse("desk:privacy_unusual")), Link(_("One look"), current=True)]


def _hour(begins: datetime, hour: int) -> str:
    return date_format(localtime(begins + timedelta(hours=hour)), "g A")


def _lines(looks: Sequence[Seen]) -> list[tuple[Seen, str, str]]:
    return [(one, page_words(one.page), purpose_words(one.purpose)) for one in looks]


@require_POST
@staff(PERMISSION)
def colleague(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A colleague in the register: restrict the record, or leave it open. Either is remembered."""
    viewer, at = viewer_of(request), instant_of(request)
    who: Person = load(persons(), request, pk)
    if not may_on(who, RESTRICT, viewer):
        raise PermissionDenied
    if pk not in {one.person.pk for one in colleagues(viewer)}:
        raise Http404
    unit = unit_for(who.pk, viewer)
    if unit is None:
        raise PermissionDenied
    if request.POST.get("answer") == "restrict":
        restrict(person=who.pk, kind="staff", unit=unit, why="e-mail address of an account", by=viewer.actor, at=at)
        messages.success(request, _("Restricted."))
    else:
        leave_open(person=who.pk, unit=unit, why="", by=viewer.actor, at=at)
        messages.success(request, _("Left open. It is not proposed again."))
    return redirect("desk:privacy")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def staff_list(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    form = StaffForm(request.POST if request.method == "POST" else None)
    asked = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    context = {"form": form, "users": overseeing.staff_asked_about(viewer, asked), "crumbs": _crumbs(_("Members of staff"))}
    return show(request, "desk/privacy/staff.html", context, page="privacy_staff", purpose=PURPOSE)


@require_safe
@staff(PERMISSION)
def member_of_staff(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All looks of one user of the last month, with those found unusual."""
    viewer, at = viewer_of(request), instant_of(request)
    user = overseeing.overseen(viewer, pk)
    if user is None:
        raise Http404
    first = (at - timedelta(days=MONTH - 1)).date()
    looks = overseeing.looks_of_user(pk, since=at - timedelta(days=MONTH), until=at + timedelta(seconds=1))
    found = list(overseeing.unusual(viewer, reviewed=None, user=pk, most=50))
    single = {person for one in looks if len(one.persons) <= FEW for person in one.persons}
    people = overseeing.visible_persons({*single, *(row.person_id for row in found if row.person_id)}, viewer)
    days = overseeing.by_day(pk, first=first, days=MONTH)
    context = {
        "user": user, "found": _told(found, people), "columns": _columns(),
        "looks": [(one, page, purpose, _few(one, people)) for one, page, purpose in _lines(looks)],
        "bars": [Bar(date_format(day, "D, N j"), number, str(number)) for day, number in days if number],
        "total": sum(number for _day, number in days), "crumbs": _staff_crumbs(user.name),
    }  # fmt: skip
    return show(request, "desk/privacy/user.html", context, page="privacy_user", persons=list(people), purpose=PURPOSE)


FEW: Final = 3
"""A page that shows more people than this is told by their number."""


def _few(one: Seen, people: dict[UUID, Person]) -> list[Person]:
    return [people[person] for person in one.persons if person in people] if len(one.persons) <= FEW else []


def _staff_crumbs(name: str) -> list[Link]:
    return [Link(_("Privacy"), reverse("desk:privacy")), Link(_("Members of staff"), reverse("desk:privacy_staff")), Link(name, current=True)]
