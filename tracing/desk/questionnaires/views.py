"""What is asked in interviews: every version, in each language, what changed, and whether a new document can be asked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tracing.desk.lists import address
from tracing.desk.page import show, staff
from tracing.desk.questionnaires.forms import DocumentForm
from tracing.desk.words import language as language_name
from tracing.diseases.ruleset import rule_sets
from tracing.questionnaires.differences import Difference, differences
from tracing.questionnaires.document import Condition, Item, Questionnaire, Unreadable, read, say
from tracing.questionnaires.shipped import NoSuchQuestionnaire, questionnaire, questionnaires
from tracing.uswds.parts import ChipGroup, Link

KINDS: Final = {
    "boolean": gettext_lazy("yes or no"), "integer": gettext_lazy("a number"), "decimal": gettext_lazy("a number"),
    "date": gettext_lazy("a day"), "string": gettext_lazy("a line"), "text": gettext_lazy("a text"), "choice": gettext_lazy("one of these"),
}  # fmt: skip
WHAT: Final = {
    "added": gettext_lazy("new"), "removed": gettext_lazy("left out"), "moved": gettext_lazy("moved"), "changed": gettext_lazy("changed"),
}
ABOUT: Final = {"case": gettext_lazy("of cases"), "contact": gettext_lazy("of contacts"), "next_of_kin": gettext_lazy("of the next of kin")}


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as the preview shows it; `depth` is how far it is indented."""

    item: Item
    said: str
    depth: int
    kind: Any
    options: list[str]
    conditions: list[str]


@require_safe
@staff()
def list_page(request: HttpRequest) -> HttpResponse:
    by_code: dict[str, list[Questionnaire]] = defaultdict(list)
    for one in questionnaires():
        by_code[one.code].append(one)
    rows = [
        (versions[0], _disease(versions[0]), ABOUT.get(versions[0].about, ""), [language_name(code) for code in versions[0].languages],
         sum(1 for item in versions[0].walk() if item.is_question), versions)
        for versions in by_code.values()
    ]  # fmt: skip
    return show(request, "desk/questionnaires/list.html", {"rows": rows}, page="questionnaires")


@require_safe
@staff()
def preview(request: HttpRequest, code: str, version: str) -> HttpResponse:
    try:
        found = questionnaire(code, version)
    except NoSuchQuestionnaire:
        raise Http404 from None
    versions = [one for one in questionnaires() if one.code == code]
    others = {one.version: _("version %(version)s") % {"version": one.version} for one in versions if one.version != version}
    against = address.choice(request, "against", others)
    return _shown(request, found, questionnaire(code, against) if against else None, others=address.group(
        request, _("What changed since"), "against", others, against) if others else None)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def check(request: HttpRequest) -> HttpResponse:
    """A document is looked at, never kept: it comes into use as a file of the program or of the state's profile."""
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return show(
            request, "desk/questionnaires/check.html", {"form": form, "problems": []}, page="questionnaire_check",
            status=422 if request.method == "POST" else 200,
        )  # fmt: skip
    try:
        found = read(json.loads(form.document))
    except json.JSONDecodeError as error:
        form.add_error("text", _("It is no JSON: line %(line)d, column %(column)d.") % {"line": error.lineno, "column": error.colno})
        return show(request, "desk/questionnaires/check.html", {"form": form, "problems": []}, page="questionnaire_check", status=422)
    except Unreadable as unreadable:
        context = {"form": form, "problems": unreadable.problems}
        return show(request, "desk/questionnaires/check.html", context, page="questionnaire_check", status=422)
    before = next((one for one in questionnaires() if one.code == found.code), None)
    return _shown(request, found, before, checked=True)


def _shown(
    request: HttpRequest, found: Questionnaire, before: Questionnaire | None, *, others: ChipGroup | None = None, checked: bool = False
) -> HttpResponse:
    lang = address.choice(request, "lang", found.languages, found.languages[0])
    context: dict[str, Any] = {
        "q": found, "title": say(found.title, "en"), "disease": _disease(found), "about": ABOUT.get(found.about, ""), "checked": checked,
        "sections": [(top, say(top.text, lang) or top.label, list(_lines(found, top, lang))) for top in found.items],
        "before": before, "changes": [(one, WHAT[one.what]) for one in _changes(before, found)], "lang": lang,
        "groups": [] if checked else [
            address.group(request, _("Language"), "lang", {code: language_name(code) for code in found.languages}, lang, always=True),
            *([others] if others else []),
        ],
        "trail": [Link(_("Questionnaires"), reverse("desk:questionnaires")), Link(say(found.title, "en"), current=True)],
    }  # fmt: skip
    return show(request, "desk/questionnaires/preview.html", context, page="questionnaire")


def _changes(before: Questionnaire | None, after: Questionnaire) -> list[Difference]:
    return differences(before, after) if before is not None else []


def _lines(document: Questionnaire, item: Item, lang: str, depth: int = 0) -> Iterator[Shown]:
    for one in item.items:
        yield Shown(
            one, say(one.text, lang), depth, KINDS.get(one.kind, ""), [say(option.display, lang) for option in one.options],
            [_condition(document, each, lang) for each in one.conditions],
        )  # fmt: skip
        yield from _lines(document, one, lang, depth + 1)


def _condition(document: Questionnaire, condition: Condition, lang: str) -> str:
    asked = document.item(condition.question)
    label = asked.label if asked else condition.question
    value: Any = condition.value
    if asked is not None and asked.options:
        value = next((say(option.display, lang) for option in asked.options if option.code == value), value)
    if isinstance(value, bool):
        value = _("yes") if value else _("no")
    return f"{label}: {_('answered')} {value}" if condition.operator == "exists" else f"{label} {condition.operator} {value}"


def _disease(found: Questionnaire) -> str:
    rules = rule_sets().get(found.disease)
    return rules.label if rules else found.disease
