"""One box on every page: a name, a number, a birth date. Asked by POST, so that no address holds them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tracing.base.sight import finds_by
from tracing.cases.dossier import cases_of_many
from tracing.desk.page import show, staff, viewer_of
from tracing.people.search import AT_MOST, find, not_asked_by, understand

WHY = {"phone": _("this number"), "birth_date": _("this birth date"), "name": _("this name"), "name_begins": _("name begins so")}


@require_http_methods(["GET", "HEAD", "POST"])
@staff("people.search", lists=True)
def search(request: HttpRequest) -> HttpResponse:
    words = request.POST.get("q", "").strip()[:120]
    viewer = viewer_of(request)
    asked = understand(words)
    hits = find(asked, viewer) if words else []
    cases: dict[object, list[object]] = {}
    if hits and viewer.may("cases.see"):
        for case in cases_of_many([hit.person.pk for hit in hits], viewer):
            cases.setdefault(case.person_id, []).append(case)
    rows = [(hit.person, [WHY[code] for code in hit.reasons], cases.get(hit.person.pk, [])) for hit in hits]
    context = {
        "q": words, "asked": asked, "rows": rows, "most": AT_MOST, "full": len(hits) >= AT_MOST,
        "refused": not_asked_by(asked, viewer), "by": finds_by(viewer.sight),
    }  # fmt: skip
    return show(request, "desk/search/search.html", context, page="search", persons=[hit.person.pk for hit in hits], purpose="search")
