"""Dial: the telephone service rings whoever sits before the page, and then the person. Where that is rung is said once, on a page of its own."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.base.phones import e164
from tracing.desk.call.dialled import dialled
from tracing.desk.call.forms import EndForm
from tracing.desk.call.sheet import sheet
from tracing.desk.call.views import PERMISSION, page_of, task_of
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.messaging import dialling
from tracing.messaging.queries import telephone_of
from tracing.tasks.lists import attempts_of
from tracing.uswds import forms
from tracing.uswds.templatetags.uswds import phone


class TelephoneForm(forms.Form):
    number = forms.TelephoneField(
        label=gettext_lazy("Your telephone"), max_length=40, required=False,
        help_text=gettext_lazy("A direct line or a mobile: you are rung there first. Nobody whom you call sees it. Empty: dial by hand."),
    )  # fmt: skip

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        if typed and not e164(typed):
            raise django_forms.ValidationError(_("Enter a number with its area code, for example 203-555-0142."))
        return typed


@require_POST
@staff(PERMISSION)
def dial(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Without script the whole page comes back, with what was typed."""
    viewer, task, at = viewer_of(request), task_of(request, pk), instant_of(request)
    if settings.VOICE is None:
        raise Http404
    drawn = sheet(task, viewer, at=at, data=None if _partly(request) else request.POST)
    way = drawn.end.ways.get(request.POST.get("dial", ""))
    code = ""
    try:
        if way is None:
            raise dialling.DialRefused("not_this_number")
        dialling.dial(task=task, way=way.pk, by=viewer.actor, at=at)
    except dialling.DialRefused as refusal:
        code = refusal.code
    told = dialled(task, viewer, drawn.attempts, code)
    if _partly(request):
        end = EndForm(None, ways=list(drawn.end.ways.values()), initial={"way": way.pk if way else ""})
        return _part(request, {"task": task, "dialled": told, "end": end if not code else None})
    return page_of(request, drawn.with_dialled(told, way), status=409 if code else 200)


@require_safe
@staff(PERMISSION)
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What became of the call since the page was drawn: 204 while nothing did. It names nobody, so that it is no look."""
    viewer, task = viewer_of(request), task_of(request, pk)
    attempts = list(attempts_of([task.person_id], task.disease).filter(task=task)[:1]) if task.person_id else []
    told = dialled(task, viewer, attempts)
    if told.row is not None and told.row.state == request.GET.get("seen", ""):
        return HttpResponse(status=204)
    return _part(request, {"task": task, "dialled": told})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def telephone(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if settings.VOICE is None:
        raise Http404
    now = telephone_of(viewer)
    form = TelephoneForm(request.POST if request.method == "POST" else None, initial={"number": phone(now.number) if now else ""})
    if request.method == "POST" and form.is_valid():
        dialling.set_telephone(number=form.cleaned_data["number"], by=viewer.actor, at=instant_of(request))
        messages.success(request, _("You are rung there from now on.") if form.cleaned_data["number"] else _("You dial by hand from now on."))
        return redirect("desk:telephone")
    status = 422 if form.is_bound else 200
    return show(request, "desk/call/telephone.html", {"form": form, "now": now, "voice": settings.VOICE}, page="telephone", status=status)


def _partly(request: HttpRequest) -> bool:
    return request.headers.get("X-Part") == "1"


def _part(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    answer = render(request, "desk/call/_dialled.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
