"""Every component on one page, with invented content: for who builds pages, and for the accessibility test."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracing.desk.page import staff
from tracing.uswds.gallery import samples


@require_safe
@staff()
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "uswds/gallery.html", samples())
