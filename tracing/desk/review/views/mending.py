"""Mending a cause: what a code means, whether a sender is ours. Everything that was held for it is filed then."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracing.desk.page import instant_of, must, show, staff, viewer_of
from tracing.desk.review import words
from tracing.desk.review.forms import MeaningForm
from tracing.intake import queries, review
from tracing.intake.actions.reviewing import KINDS, mend_code
from tracing.intake.actions.sources import MeaningWrong, activate_source
from tracing.intake.layout import lay_out
from tracing.intake.review import Filter


@require_http_methods(["GET", "HEAD", "POST"])
@staff("intake.sources")
def held_mend(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    cause = (request.POST if request.method == "POST" else request.GET).get("cause", "")[:120]
    kind, _colon, code = cause.partition(":")
    sample = review.sample_of_cause(viewer, cause)
    if sample is None or kind not in (*KINDS, "sender"):
        raise Http404
    source = queries.source_by_code(code) if kind == "sender" else review.source_of(sample)
    if source is None:
        raise Http404
    must(request, "intake.sources", source)
    by, at = viewer.actor, instant_of(request)
    form = None if kind == "sender" else MeaningForm(request.POST or None, kind=KINDS[kind])
    done = HttpResponseRedirect(reverse("desk:held"))
    if request.method == "POST" and form is None:
        activate_source(source=source, by=by, at=at)
        messages.success(request, _("Confirmed. What this sender brought is being filed."))
        return done
    if request.method == "POST" and form is not None and form.is_valid():
        own = form.cleaned_data["reach"] == "source"
        if not own and "intake.sources" not in viewer.everywhere:
            raise PermissionDenied
        try:
            mend_code(cause=cause, meaning=form.cleaned_data["meaning"], source=source if own else None, by=by, at=at)
        except MeaningWrong:
            form.add_error("meaning", _("A code of this kind cannot mean that."))
        else:
            messages.success(request, _("Noted. The reports that waited for it are being filed."))
            return done
    content = bytes(sample.content)
    context = {
        "cause": cause,
        "words": words.cause(cause),
        "code": code.rpartition("|")[2],
        "kind": kind,
        "source": source,
        "form": form,
        "number": review.held_number(viewer, Filter(cause=cause)),
        "sample": sample,
        "parts": [part for part in lay_out(sample.format, content, sample.problems, sample.causes) if part.marked],
    }
    return show(
        request,
        "desk/review/held_mend.html",
        context,
        page="held_mend",
        purpose="review",
        status=422 if form is not None and form.errors else 200,
    )
