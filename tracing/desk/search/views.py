"""One box on every page: a name, a number, a birth date. Asked by POST, so that no address holds them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tracing.base.sight import finds_by
from tracing.cases.dossier import cases_of_many
from tracing.desk.page import instant_of, show, staff, viewer_of
from tracing.people.search.asked import understand
from tracing.people.search.finding import AT_MOST, find, not_asked_by
from tracing.people.search.reasons import REASONS


@require_http_methods(["GET", "HEAD", "POST"])
@staff("people.search", lists=True)
def search(request: HttpRequest) -> HttpResponse:
    words = " ".join(request.POST.get("q", "").split())[:120]
    viewer = viewer_of(request)
    asked = understand(words, year=instant_of(request).year)
    found = find(asked, viewer, similar=bool(request.POST.get("similar")))
    cases: dict[object, list[object]] = {}
    if found.hits and viewer.may("cases.see"):
        for case in cases_of_many([hit.person.pk for hit in found.hits], viewer):
            cases.setdefault(case.person_id, []).append(case)
    rows = [(hit.person, [REASONS[code] for code in hit.reasons], cases.get(hit.person.pk, [])) for hit in found.hits]
    context = {
        "q": words, "rows": rows, "most": AT_MOST, "found": found, "refused": not_asked_by(asked, viewer), "by": finds_by(viewer.sight),
        "offer_similar": bool(asked.names) and not found.similar,
    }  # fmt: skip
    return show(request, "desk/search/search.html", context, page="search", persons=[hit.person.pk for hit in found.hits], purpose="search")
