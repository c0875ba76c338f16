"""Who answers for a department, at which hours: the next two weeks on one line each, and the list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracing.access.queries import staff_names, staff_with
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.notices.actions import EndsBeforeItBegins, end_on_call, put_on_call
from tracing.notices.models import OnCall
from tracing.notices.queries import shift, shifts
from tracing.tasks import workload
from tracing.uswds import forms
from tracing.uswds.parts import Column

PERMISSION = "tasks.assign"
SPAN = timedelta(days=14)


class ShiftForm(forms.Form):
    unit = forms.SelectField(label=gettext_lazy("For which department"), choices=(), width="xl")
    user = forms.SelectField(label=gettext_lazy("Who"), choices=(), width="xl")
    from_at = forms.MomentField(label=gettext_lazy("From"))
    until_at = forms.MomentField(label=gettext_lazy("Until"))
    second = django_forms.BooleanField(label=gettext_lazy("Second: asked when the first does not answer"), required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], users: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["user"].choices = [("", _("Choose")), *users]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION, lists=True)
def on_call(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    if request.method != "POST":
        return _page(request, None)
    form = _form(request, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            put_on_call(
                unit=UUID(said["unit"]), users=[UUID(said["user"])], from_at=said["from_at"], until_at=said["until_at"], second=said["second"],
                by=viewer.actor, at=at,
            )  # fmt: skip
        except EndsBeforeItBegins:
            form.add_error("until_at", _("The end lies behind the beginning, and ahead of now."))
        else:
            messages.success(request, _("Kept. What must be dealt with at once comes to them first."))
            return redirect("desk:on_call")
    return _page(request, form)


@require_POST
@staff(PERMISSION, lists=True)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer, row = viewer_of(request), shift(pk)
    if row is None or row.unit_id not in {unit.pk for unit in workload.led(viewer)}:
        raise Http404 if row is None else PermissionDenied
    end_on_call(shift=row, by=viewer.actor, at=instant_of(request))
    messages.success(request, _("On call no longer."))
    return redirect("desk:on_call")


def _form(request: HttpRequest, data: Any = None) -> ShiftForm:
    viewer, at = viewer_of(request), instant_of(request)
    units = workload.led(viewer)
    users = staff_with([unit.pk for unit in units], "cases.see", at=at)
    evening = timezone.localtime(at).replace(hour=20, minute=0, second=0, microsecond=0)
    return ShiftForm(
        data, units=[(str(unit.pk), unit.name) for unit in units], users=[(str(user.pk), user.name) for user in users],
        initial={"unit": str(viewer.home) if viewer.home else "", "from_at": evening, "until_at": evening + timedelta(hours=12)},
    )  # fmt: skip


def _page(request: HttpRequest, form: ShiftForm | None) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    units = workload.led(viewer)
    rows = shifts([unit.pk for unit in units], at=at)
    names = staff_names([one.user_id for one in rows])
    context = {
        "rows": [(one, names.get(one.user_id, ""), one.from_at <= at, _line(one, at)) for one in rows], "form": form or _form(request), "now": at,
        "days": [timezone.localtime(at) + timedelta(days=number) for number in range(SPAN.days)],
        "columns": [Column(_("Who")), Column(_("Department")), Column(_("From")), Column(_("Until")), Column(_("The next two weeks")),
                    Column(_("End it"), hidden=True)],
        "nobody": [unit.name for unit in units if unit.kind != "region" and not any(one.unit_id == unit.pk for one in rows)][:12],
    }  # fmt: skip
    return show(request, "desk/notices/on_call.html", context, page="on_call", status=422 if form is not None else 200)


def _line(one: OnCall, at: datetime) -> tuple[float, float]:
    """Where the shift lies on a line of the next two weeks: beginning and length, in hundredths."""
    start = max(0.0, (one.from_at - at) / SPAN) * 100
    end = min(1.0, (one.until_at - at) / SPAN) * 100
    return round(min(start, 100.0), 1), round(max(end - start, 0.6), 1)
