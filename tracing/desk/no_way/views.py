"""People whom nothing known reaches: the list, and one of them with the sources to ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.viewer import Viewer
from tracing.base.sight import SHOWS
from tracing.contacts.models import Enquiry, Unreached
from tracing.contacts.unreached import CannotWrite, NotOpen, ask_source, give_up
from tracing.contacts.unreached_lists import UnreachedFilter, enquiries_of, next_unreached, page, reachable, unreached
from tracing.desk.page import instant_of, load, must, show, staff, viewer_of
from tracing.desk.reaching.words import HINTS, PROBLEMS
from tracing.desk.review.after import key_in, query
from tracing.desk.words import source
from tracing.people.household.queries import hints
from tracing.people.known import known
from tracing.people.reaching import Reaching, reaching
from tracing.people.rules import age_on
from tracing.people.ways.actions import WayRefused
from tracing.people.ways.rules import email, telephone
from tracing.tasks.lists import attempts_of
from tracing.uswds import forms
from tracing.uswds.charts import Bar
from tracing.uswds.parts import ChipGroup, Column, Link, Paging

LIST, WORK = "lists.see", "cases.work"
SIZE = 50
WHY = {"call": gettext_lazy("to be called"), "message": gettext_lazy("to be written to"), "contact": gettext_lazy("exposed, to be told")}
SORTS = {"-priority": gettext_lazy("Most urgent"), "since": gettext_lazy("Longest waiting")}
CANNOT = {
    "no_address": gettext_lazy("No street is known: no letter can be sent."),
    "confidential": gettext_lazy("They are reached confidentially: no letter is sent."),
}  # fmt: skip


class AskForm(forms.Form):
    """What a source said."""

    source = forms.SelectField(label=gettext_lazy("Who was asked"), choices=(), width="xl")
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"), inline=True, initial="nothing",
        choices=[(Enquiry.Outcome.FOUND, gettext_lazy("Gave details")), (Enquiry.Outcome.NOTHING, gettext_lazy("Knows no more")),
                 (Enquiry.Outcome.WAITING, gettext_lazy("Answers later")), (Enquiry.Outcome.NO_ANSWER, gettext_lazy("Not reached"))],
    )  # fmt: skip
    phone = forms.TelephoneField(label=gettext_lazy("Telephone"), max_length=60, required=False)
    email = forms.LineField(label=gettext_lazy("E-mail"), max_length=254, required=False, width="xl", mode="email")
    note = forms.LineField(label=gettext_lazy("Note"), max_length=200, required=False, width="2xl")

    marks_optional = False

    def __init__(self, *args: Any, rule: Reaching, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = list(rule.sources.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, read in (("phone", telephone), ("email", email)):
            if cleaned.get(name) and (problem := read(cleaned[name]).problem):
                self.add_error(name, PROBLEMS[problem])
        if cleaned.get("outcome") == Enquiry.Outcome.FOUND and not (cleaned.get("phone") or cleaned.get("email")) and not self.errors:
            self.add_error("phone", _("Enter what they gave. An address is entered under Ways to reach."))
        return cleaned


class GiveUpForm(forms.Form):
    reason = forms.SelectField(label=gettext_lazy("Why"), choices=list(Unreached.Reason.choices), width="xl")
    letter = django_forms.BooleanField(label=gettext_lazy("Send a letter that asks them to call"), required=False)

    marks_optional = False


@require_safe
@staff(LIST, lists=True)
def unreached_list(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    _must_see_ways(viewer)
    why = request.GET.get("why", "") if request.GET.get("why", "") in WHY else ""
    lacks = "mail" if request.GET.get("lacks") == "mail" else ""
    sort = request.GET.get("sort", "") if request.GET.get("sort", "") in SORTS else "-priority"
    after = key_in(request.GET.get("after", ""))
    found = page(UnreachedFilter(why=why, lacks=lacks), viewer, sort=sort, size=SIZE, after=after)
    figures = reachable(viewer, at=at)
    kept = {"why": why or None, "lacks": lacks or None, "sort": sort if sort != "-priority" else None}
    context: dict[str, Any] = {
        "rows": [(row, WHY[row.why], row.not_before > at) for row in found.rows], "found": found, "now": at, "figures": figures,
        "bars": [Bar(str(WHY[code]), figures.open.get(code, 0)) for code in WHY],
        "columns": [
            Column(_("Person")), Column(_("Why")), Column(_("Lacking")), Column(_("Since")), Column(_("Asked"), end=True), Column(_("Department")),
        ],
        "chips": [
            ChipGroup(_("Show"), [
                _chip(_("All"), kept, "why", None, not why), *(_chip(words, kept, "why", code, why == code) for code, words in WHY.items()),
            ]),
            ChipGroup(_("Lacking"), [
                _chip(_("Any"), kept, "lacks", None, not lacks), _chip(_("Even a street"), kept, "lacks", "mail", bool(lacks)),
            ]),
            ChipGroup(_("First"), [
                _chip(words, kept, "sort", code if code != "-priority" else None, sort == code) for code, words in SORTS.items()
            ]),
        ],
        "paging": Paging(
            first=f"?{query(**kept)}" if after else "", next=f"?{query(**kept, after=found.rows[-1].pk)}" if found.more else "",
            count=found.count, exact=found.exact, shown=len(found.rows),
        ),
    }  # fmt: skip
    return show(request, "desk/no_way/list.html", context, page="unreached", persons=[row.person_id for row in found.rows])


def _chip(words: Any, kept: dict[str, str | None], name: str, value: str | None, current: bool) -> Link:
    return Link(words, f"?{query(**(kept | {name: value}))}", current=current)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(WORK)
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask a source; what it gave puts the call back on its list at once."""
    row, viewer, at = _row(request, pk), viewer_of(request), instant_of(request)
    rule = reaching(timezone.localdate(at))
    if request.method != "POST":
        return _page(request, row, AskForm(rule=rule, initial=_begin(row, viewer, rule)))
    form = AskForm(request.POST, rule=rule)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = ask_source(
                unreached=row, source=said["source"], outcome=said["outcome"], phone=said["phone"], email=said["email"], note=said["note"],
                by=viewer.actor, at=at,
            )  # fmt: skip
        except NotOpen:
            messages.info(request, _("A way was found meanwhile, or somebody gave it up."))
            return redirect("desk:unreached")
        except WayRefused as refused:
            form.add_error("phone", PROBLEMS[refused.code])
        else:
            if made.outcome == Enquiry.Outcome.FOUND:
                messages.success(request, _("Kept. If that is enough to reach them, the call is back on its list."))
                return _onward(request, pk)
            messages.success(request, _("Kept."))
            return redirect("desk:unreached_one", pk=pk)
    return _page(request, row, form, status=422)


@require_POST
@staff(WORK)
def given_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    row, viewer = _row(request, pk), viewer_of(request)
    form = GiveUpForm(request.POST)
    rule = reaching(timezone.localdate(instant_of(request)))
    ask = AskForm(rule=rule, initial=_begin(row, viewer, rule))
    if not form.is_valid():
        return _page(request, row, ask, form, 422)
    try:
        give_up(unreached=row, reason=form.cleaned_data["reason"], letter=form.cleaned_data["letter"], by=viewer.actor, at=instant_of(request))
    except CannotWrite as cannot:
        form.add_error("letter", CANNOT[cannot.code])
        return _page(request, row, ask, form, 422)
    except NotOpen:
        messages.info(request, _("A way was found meanwhile, or somebody gave it up."))
        return redirect("desk:unreached")
    messages.success(request, _("Given up; the letter is in line.") if form.cleaned_data["letter"] else _("Given up."))
    return _onward(request, pk)


def _page(request: HttpRequest, row: Unreached, form: AskForm, give_form: GiveUpForm | None = None, status: int = 200) -> HttpResponse:
    viewer, at = viewer_of(request), instant_of(request)
    today = timezone.localdate(at)
    sources = reaching(today).sources
    person = row.person
    who = known(person, viewer)
    asked = enquiries_of(row, viewer)
    tried = {one.source for one in asked}
    near = hints(person.pk, viewer)
    context: dict[str, Any] = {
        "row": row, "person": person, "who": who, "why": WHY[row.why], "age": age_on(person.birth_on, person.birth_year, today), "form": form,
        "give_form": give_form or GiveUpForm(), "left": [(code, name) for code, name in sources.items() if code not in tried],
        "asked": [(one, sources.get(one.source, source(one.source))) for one in asked], "near": [(hint, HINTS[hint.by]) for hint in near],
        "attempts": list(attempts_of([person.pk], row.disease)[:10]), "open": row.state == Unreached.State.OPEN, "waits": row.not_before > at,
        "crumbs": [Link(_("No way to reach"), reverse("desk:unreached")), Link(str(person), current=True)],
    }  # fmt: skip
    shown = [person.pk, *(hint.person.pk for hint in near)]
    return show(request, "desk/no_way/one.html", context, page="unreached_one", persons=shown, status=status)


def _row(request: HttpRequest, pk: UUID) -> Unreached:
    row = load(unreached(), request, pk)
    must(request, WORK, row)
    _must_see_ways(viewer_of(request))
    return row


def _begin(row: Unreached, viewer: Viewer, rule: Reaching) -> dict[str, str]:
    """The first source that nobody has asked."""
    tried = {one.source for one in enquiries_of(row, viewer)}
    return {"source": next((code for code in rule.sources if code not in tried), next(iter(rule.sources))), "outcome": "nothing"}


def _onward(request: HttpRequest, pk: UUID) -> HttpResponse:
    following = next_unreached(viewer_of(request), pk, at=instant_of(request))
    return redirect("desk:unreached_one", pk=following) if following else redirect("desk:unreached")


def _must_see_ways(viewer: Viewer) -> None:
    if "reach" not in SHOWS[viewer.sight]:
        raise PermissionDenied
