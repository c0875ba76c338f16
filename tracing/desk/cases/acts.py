"""What may be done to a case: interview again, close, reopen, say where the person is."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tracing.base.masking import hides
from tracing.base.sight import SHOWS
from tracing.cases import actions
from tracing.cases.dossier import infectious, interviews_of, today_of
from tracing.cases.models import Case, Interview
from tracing.cases.staying import stay_at
from tracing.contacts.actions import CaseIsClosed
from tracing.contacts.interview import record_call
from tracing.contacts.queries import named_in_words
from tracing.desk.call.forms import InterviewForm, beginning, contact_forms
from tracing.desk.cases.forms import StayForm
from tracing.desk.cases.record import close_form, draw, find, needs
from tracing.desk.cases.views import overview_of
from tracing.desk.interview.page import questions_for
from tracing.desk.page import instant_of, staff, viewer_of

WORK, CLOSE = "cases.work", "cases.close"


@require_http_methods(["GET", "HEAD", "POST"])
@staff(WORK)
def interview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The short interview outside of a call, where there are no questions to ask word for word."""
    case, viewer, at = find(request, pk), viewer_of(request), instant_of(request)
    needs(request, WORK, case)
    if questions_for(viewer, case.disease, "case") is not None:
        return redirect("desk:case_questions", pk=pk)
    said = interviews_of(case, viewer)
    today = today_of(case, at)
    data = None
    if request.method == "POST":
        data = request.POST.copy()
        if data.get("outcome") == "more":
            total = data.get("contact-TOTAL_FORMS", "2")
            data["contact-TOTAL_FORMS"] = str(min(40, (int(total[:4]) if total.isdecimal() else 2) + 3))
    form = InterviewForm(
        data, initial=beginning(said[0] if said else None) | {"language": case.person.language}, today=today,
        unseen=hides(Interview, viewer.sight),
    )  # fmt: skip
    people = contact_forms(data)
    status = 200
    if request.method == "POST" and request.POST.get("outcome") != "more":
        status = 422
        if all([form.is_valid(), people.is_valid()]):
            try:
                made = record_call(
                    task=None, case=case, answers=form.answers(), named=people.named(), ended=None, said=form.facts(),
                    by=viewer.actor, at=at,
                )  # fmt: skip
            except CaseIsClosed:
                form.add_error(None, _("The case is closed: contacts cannot be added. Reopen it first."))
            else:
                messages.success(request, _("Interview kept.") if made else _("There was nothing new to keep."))
                return redirect("desk:case", pk=pk)
    named = named_in_words(case, viewer, most=60)
    window = infectious(case, today) if "days" in SHOWS[viewer.sight] else None
    context = {
        "all_forms": [form, *people], "form": form, "people": people, "window": window, "named": named, "interviews": said,
        "ask_until": min(window.ends_on, today) if window else None,
    }  # fmt: skip
    return draw(
        request, case, "desk/cases/interview.html", "case_interview", context,
        persons=tuple(exposure.contact_id for exposure in named), status=status,
    )  # fmt: skip


@require_POST
@staff(CLOSE)
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, at = find(request, pk), instant_of(request)
    needs(request, CLOSE, case)
    form = close_form(case, at, request.POST)
    if form.is_valid():
        try:
            actions.close_case(
                case=case, reason=form.cleaned_data["reason"], note=form.cleaned_data["note"], well_on=form.cleaned_data["well_on"],
                by=viewer_of(request).actor, at=at,
            )  # fmt: skip
        except actions.IsolationLasts:
            form.add_error("reason", str(form.fields["reason"].hints.get(form.cleaned_data["reason"])) + ".")  # type: ignore[attr-defined]
        except actions.CaseAlreadyClosed:
            form.add_error(None, _("Somebody has closed it already."))
        else:
            messages.success(request, _("Case closed. It can be reopened here."))
            return redirect("desk:case", pk=pk)
    return _overview(request, case, {"close_form": form})


@require_POST
@staff(CLOSE)
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    case, at = find(request, pk), instant_of(request)
    needs(request, CLOSE, case)
    try:
        actions.reopen_case(case=case, by=viewer_of(request).actor, at=at)
    except actions.CaseNotClosed:
        messages.info(request, _("It is open."))
    except actions.AnotherCaseIsOpen:
        messages.warning(request, _("This person has a newer case of this disease that is open: work on that one."))
    else:
        messages.success(request, _("Case reopened."))
    return redirect("desk:case", pk=pk)


@require_POST
@staff(WORK)
def stay(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where the person is at present: the department there follows them from now on."""
    case, at = find(request, pk), instant_of(request)
    needs(request, WORK, case)
    form = StayForm(request.POST)
    if not form.is_valid():
        return _overview(request, case, {"stay_form": form})
    moved = stay_at(case=case, by=viewer_of(request).actor, at=at, **form.cleaned_data)
    messages.success(request, _("Present stay kept: followed by %(unit)s.") % {"unit": moved.follow_unit.name})
    return redirect("desk:case", pk=pk)


def _overview(request: HttpRequest, case: Case, forms: dict[str, object]) -> HttpResponse:
    return draw(request, case, "desk/cases/overview.html", "case", overview_of(request, case), forms=forms, status=422)
