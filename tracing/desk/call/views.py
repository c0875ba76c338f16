"""The call: one person in one pair of hands, everything about them, the interview, how it ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.cases.dossier import case_of_task
from tracing.contacts.actions import CaseIsClosed
from tracing.contacts.interview import NEXT, Ended, NotOfTheHousehold
from tracing.desk.call.forms import AgainForm
from tracing.desk.call.sheet import OUTCOMES, Sheet, sheet
from tracing.desk.page import instant_of, load, must, show, staff, still_there, viewer_of
from tracing.desk.workload.words import team_hours
from tracing.monitoring.call import keep_call
from tracing.tasks import actions
from tracing.tasks.again import set_again
from tracing.tasks.covering.queries import team_out_of_hours
from tracing.tasks.lists import attempts_of, tasks
from tracing.tasks.models import Task
from tracing.tasks.not_calling import call_once_more, not_called

PERMISSION = "tasks.next_call"
TAKEN = gettext_lazy("Somebody else has this person, their household or their number in hand, or there is nothing left to do.")
GONE = gettext_lazy("Somebody else has this person in hand by now. What you typed is still here; nothing of it was kept.")


@require_POST
@staff(PERMISSION)
def next_call(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    task = actions.next_call(viewer=viewer, by=viewer.actor, at=_at(request))
    if task is None:
        said = _("Nobody is to be called right now: the list is empty, or it is too early or too late in the day.")
        if team := team_out_of_hours(viewer.user, _at(request)):
            said = _("Your team works %(hours)s: at other times only calls whose hour was agreed come up.") % {"hours": team_hours(team)}
        messages.info(request, said)
        return redirect("desk:my_day")
    return redirect("desk:call", pk=task.pk)


@require_POST
@staff(PERMISSION)
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call somebody who was chosen from a list."""
    viewer, task = viewer_of(request), task_of(request, pk)
    try:
        actions.take(task=task, viewer=viewer, by=viewer.actor, at=_at(request))
    except actions.TaskInOtherHands:
        messages.warning(request, TAKEN)
        return redirect("desk:call_ended", pk=pk)
    return redirect("desk:call", pk=pk)


@require_POST
@staff(PERMISSION)
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer, task = viewer_of(request), task_of(request, pk)
    try:
        actions.release(task=task, by=viewer.actor, at=_at(request))
    except actions.TaskNotInHand:
        messages.warning(request, _("It was not in your hand any more."))
    else:
        messages.success(request, _("Put back: it is on the list again as it was."))
    return redirect("desk:my_day")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def call(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer, task = viewer_of(request), task_of(request, pk)
    mine = task.held_by_id == viewer.user and task.held_until is not None and task.held_until > _at(request)
    if request.method != "POST":
        if not mine or task.person_id is None:
            return redirect("desk:call_ended", pk=pk)
        return page_of(request, sheet(task, viewer, at=_at(request)))
    return _keep(request, task)


def _keep(request: HttpRequest, task: Task) -> HttpResponse:
    """Everything typed at once. What cannot be kept comes back as it was typed."""
    viewer, at = viewer_of(request), _at(request)
    drawn = sheet(task, viewer, at=at, data=request.POST)
    if request.POST.get("outcome") == "more":
        return page_of(request, drawn)
    forms = drawn.forms
    if not all([form.is_valid() for form in forms]):
        return page_of(request, drawn, status=422)
    outcome = request.POST.get("outcome", "")
    if outcome and outcome not in {choice.code for choice in OUTCOMES}:
        drawn.end.add_error(None, _("Choose how the call ended."))
        return page_of(request, drawn, status=422)
    said = drawn.end.cleaned_data
    along = drawn.along.along()
    ended = Ended(outcome, drawn.end.chosen, said["again_at"], said["call_note"]) if outcome else None
    try:
        made = keep_call(
            task=task, case=drawn.case, answers=drawn.interview.answers() if drawn.interview else None,
            named=drawn.contacts.named() if drawn.contacts else (), ended=ended, said=drawn.interview.facts() if drawn.interview else None,
            along=along, viewer=viewer,
            advised=drawn.told.advised, declined=drawn.told.declined, language=task.language or "en", by=viewer.actor, at=at,
        )  # fmt: skip
        if not outcome:
            actions.keep(task=task, by=viewer.actor, at=at)
    except (actions.TaskNotInHand, actions.TaskInOtherHands, actions.TaskIsOver):
        drawn.end.add_error(None, GONE)
        return page_of(request, drawn, status=409)
    except NotOfTheHousehold:
        drawn.along.add_error(None, _("Somebody of the household is in other hands by now, or cannot be served in this call."))
        return page_of(request, drawn, status=409)
    except actions.NoMessageLeft:
        drawn.end.add_error(None, _("They are reached confidentially: leave no message. Choose No answer."))
        return page_of(request, drawn, status=422)
    except actions.AgainNotPossible:
        drawn.end.add_error("again_at", _("Calls are made from 8 in the morning to 9 in the evening; the hour must lie ahead."))
        return page_of(request, drawn, status=422)
    except CaseIsClosed:
        drawn.end.add_error(None, _("The case is closed: contacts cannot be added. Reopen it first."))
        return page_of(request, drawn, status=422)
    if not outcome:
        messages.success(request, _("Saved.") if made else _("There was nothing new to save."))
        return redirect("desk:call", pk=task.pk)
    following = next((one.task for one in along if one.outcome == NEXT), None)
    if following is not None and still_there(tasks(), request, following.pk):
        messages.success(request, _("Kept. Now the next one of this household."))
        return redirect("desk:call", pk=following.pk)
    return _after(request, task)


def _after(request: HttpRequest, task: Task) -> HttpResponse:
    """Still in hand when another number is left to try; else what was kept, with the next call."""
    if not still_there(tasks(), request, task.pk):  # laid down by somebody who sees only whom they have in hand
        messages.success(request, _("Kept. The call is out of your hand, and its person with it."))
        return redirect("desk:my_day")
    task.refresh_from_db()
    if task.held_by_id == viewer_of(request).user:
        messages.info(request, _("Kept. They have another number: try that one now."))
        return redirect("desk:call", pk=task.pk)
    return redirect("desk:call_ended", pk=task.pk)


@require_safe
@staff(PERMISSION)
def ended(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _ended(request, task_of(request, pk), None)


@require_POST
@staff(PERMISSION)
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change the hour of the next try."""
    viewer, task = viewer_of(request), task_of(request, pk)
    form = AgainForm(request.POST)
    if not form.is_valid():
        return _ended(request, task, form)
    try:
        set_again(task=task, again_at=form.cleaned_data["again_at"], by=viewer.actor, at=_at(request))
    except actions.AgainNotPossible:
        form.add_error("again_at", _("Calls are made from 8 in the morning to 9 in the evening; the hour must lie ahead."))
    except (actions.TaskIsOver, actions.TaskNotInHand):
        form.add_error(None, _("It is over, or in other hands by now."))
    else:
        messages.success(request, _("The hour is agreed."))
        return redirect("desk:call_ended", pk=pk) if still_there(tasks(), request, pk) else redirect("desk:my_day")
    return _ended(request, task, form)


@require_POST
@staff(PERMISSION)
def allow(request: HttpRequest, pk: UUID) -> HttpResponse:
    """They may be called again: said by mistake, or asked for anew."""
    viewer, task = viewer_of(request), task_of(request, pk)
    if task.person_id is not None:
        call_once_more(person=task.person_id, by=viewer.actor, at=_at(request))
        messages.success(request, _("They may be called again: what waited for them is on its lists."))
    return redirect("desk:call_ended", pk=pk)


def _ended(request: HttpRequest, task: Task, form: AgainForm | None) -> HttpResponse:
    viewer = viewer_of(request)
    case = case_of_task(task, viewer)
    last = attempts_of([task.person_id], task.disease).filter(task=task).first() if task.person_id else None
    mine = task.held_by_id == viewer.user and task.held_until is not None and task.held_until > _at(request)
    waits = task.state == Task.State.OPEN
    context: dict[str, Any] = {
        "task": task, "case": case, "last": last, "mine": mine, "waits": waits, "form": form, "now": _at(request),
        "again": form or AgainForm(initial={"again_at": timezone.localtime(task.not_before)}),
        "no_calls": task.person_id is not None and not_called(task.person_id),
        "later": task.not_before > _at(request),
        "elsewhere": task.state == Task.State.HELD and not mine,
    }  # fmt: skip
    return show(
        request, "desk/call/ended.html", context, page="call_ended", persons=[task.person_id] if task.person_id else [],
        purpose="call", status=422 if form is not None else 200,
    )  # fmt: skip


def page_of(request: HttpRequest, drawn: Sheet, status: int = 200) -> HttpResponse:
    persons = [drawn.known.person.pk, *(e.contact_id for e in drawn.named), *(person.pk for person, _at in drawn.sharing),
               *(task.person_id for task in drawn.along.tasks.values() if task.person_id)]  # fmt: skip
    context = {"s": drawn, "now": _at(request), "viewer": viewer_of(request), "outcomes": drawn.outcomes}
    return show(request, "desk/call/call.html", context, page="call", persons=persons, purpose="call", status=status)


def task_of(request: HttpRequest, pk: UUID) -> Task:
    task = load(tasks(), request, pk)
    must(request, PERMISSION, task)
    return task


def _at(request: HttpRequest) -> Any:
    return instant_of(request)
