"""Two records of one person: beside each other, merged, and taken apart again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracing.access.viewer import Viewer
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.words import language
from tracing.diseases.ruleset import rule_set
from tracing.intake.merging import CannotMerge, CannotUndo, merge_people, undo_merge
from tracing.intake.merging.told import About, Both, about, both
from tracing.people.known import known, may_on, persons
from tracing.people.merging.joining import PERMISSION
from tracing.people.merging.known import Joined, Side, beside, called, merge_of, root_of, told_apart
from tracing.people.merging.refusals import WORDS
from tracing.people.models import Person
from tracing.uswds import forms

FIELDS = {
    "family": gettext_lazy("Family name"), "given": gettext_lazy("Given name"), "middle": gettext_lazy("Middle name"),
    "suffix": gettext_lazy("Suffix"), "birth_on": gettext_lazy("Birth date"), "birth_year": gettext_lazy("Year of birth"),
    "sex": gettext_lazy("Sex"), "language": gettext_lazy("Language"), "race": gettext_lazy("Race"),
    "ethnicity": gettext_lazy("Ethnicity"), "interpreter": gettext_lazy("Interpreter"),
}  # fmt: skip


RACES = {
    "1002-5": gettext_lazy("American Indian or Alaska Native"), "2028-9": gettext_lazy("Asian"),
    "2054-5": gettext_lazy("Black or African American"), "2076-8": gettext_lazy("Native Hawaiian or other Pacific Islander"),
    "2106-3": gettext_lazy("White"), "2131-1": gettext_lazy("Another race"),
}  # fmt: skip
"""CDC code → name."""
ETHNICITIES = {"H": gettext_lazy("Hispanic or Latino"), "N": gettext_lazy("not Hispanic or Latino"), "U": gettext_lazy("unknown")}


class MergeForm(forms.Form):
    """Why they are one: asked where somebody said that they are not."""

    merge_why = forms.LineField(label=gettext_lazy("Why they are the same person"), max_length=200, width="2xl", required=False)

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["merge_why"].required = needed


def find_or_root(request: HttpRequest, pk: UUID) -> Person | HttpResponse:
    """The person; for one who was merged away, the way to who they are now."""
    try:
        return load(persons(), request, pk)
    except Http404:
        root = root_of(pk)
        if root is None:
            raise
        load(persons(), request, root)
        return redirect("desk:person", pk=root)


def _may(request: HttpRequest, pk: UUID) -> Person:
    who = load(persons(), request, pk)
    if not may_on(who, PERMISSION, viewer_of(request)):
        raise PermissionDenied
    return who


@require_http_methods(["GET", "HEAD", "POST"])
@staff(PERMISSION)
def merge(request: HttpRequest, pk: UUID, other: UUID) -> HttpResponse:
    """The first is kept, the second is merged into them."""
    viewer = viewer_of(request)
    keep, away = _may(request, pk), _may(request, other)
    if keep.pk == away.pk:
        raise Http404
    form = MergeForm(request.POST if request.method == "POST" else None, needed=told_apart(keep.pk, away.pk))
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = merge_people(keep=keep, merge=away, why=form.cleaned_data["merge_why"], by=viewer.actor, at=instant_of(request))
        except CannotMerge as no:
            refused = str(WORDS[no.code])
        else:
            messages.success(request, _("Merged: one record from now on. It can be undone here at any time."))
            return redirect("desk:person_merged", pk=keep.pk, merge=made.pk)
    context = {
        "keep": {"person": keep}, "other": {"person": away}, "sides": _sides(beside(keep, away)), "form": form, "refused": refused,
        "follows": _follows(keep, away, about(away.pk, viewer), both(keep.pk, away.pk, viewer)), "apart": form.fields["merge_why"].required,
        "swap": reverse("desk:person_merge", args=[away.pk, keep.pk]),
        "reach": [(known(keep, viewer), _("is kept")), (known(away, viewer), _("is merged"))],
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return show(request, "desk/people/merge.html", context, page="person_merge", persons=[keep.pk, away.pk], status=status)


@require_safe
@staff(PERMISSION)
def merged(request: HttpRequest, pk: UUID, merge: UUID) -> HttpResponse:
    """A merge: who was merged, with what stood there, and the way back."""
    found = find_or_root(request, pk)
    if isinstance(found, HttpResponse):
        return redirect("desk:person_merged", pk=root_of(pk), merge=merge)
    return _merged(request, found, _joined(request, found, merge))


@require_POST
@staff(PERMISSION)
def undo(request: HttpRequest, pk: UUID, merge: UUID) -> HttpResponse:
    who = _may(request, pk)
    joined = _joined(request, who, merge)
    try:
        undo_merge(merge=joined.merge, by=viewer_of(request).actor, at=instant_of(request))
    except CannotUndo as no:
        return _merged(request, who, joined, refused=str(WORDS[no.code]))
    messages.success(request, _("Undone: two people again, each with what was filed on them."))
    return redirect("desk:person", pk=joined.merge.merged_id)


def _joined(request: HttpRequest, who: Person, key: UUID) -> Joined:
    found = merge_of(key, who, viewer_of(request))
    if found is None:
        raise Http404
    return found


def _merged(request: HttpRequest, who: Person, joined: Joined, refused: str = "") -> HttpResponse:
    viewer, kept = viewer_of(request), joined.into or who
    context = {
        "person": who, "joined": joined, "refused": refused, "sides": _sides(beside(kept, joined.merged, alone=True)),
        "kept": called(kept),
        "goes": _amount(about(who.pk, viewer, filed_on=[joined.merged.pk])), "may_undo": may_on(who, PERMISSION, viewer),
    }  # fmt: skip
    return show(
        request, "desk/people/merged.html", context, page="person_merged", persons=[who.pk, joined.merged.pk], status=422 if refused else 200
    )


def _sides(sides: list[Side]) -> list[tuple[Any, str, str, str]]:
    return [(FIELDS[side.field], _text(side.field, side.kept), _text(side.field, side.merged), side.wins) for side in sides]


def _text(field: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    match field:
        case "birth_on":
            return str(date_format(value, "F j, Y"))
        case "language":
            return language(value)
        case "race":
            return ", ".join(str(RACES.get(one, one)) for one in value)
        case "ethnicity":
            return str(ETHNICITIES.get(value, value))
        case "interpreter":
            return _("needed") if value else _("not needed")
        case "sex":
            return {"F": _("female"), "M": _("male"), "O": _("other")}.get(value, value)
        case _:
            return str(value)


def _amount(one: About) -> list[str]:
    """In words, what is about somebody; nothing is not said."""
    counted = [
        (one.results, lambda n: _("%(n)s current lab results") % {"n": n}), (one.cases, lambda n: _("%(n)s cases") % {"n": n}),
        (one.exposures, lambda n: _("%(n)s exposures") % {"n": n}), (one.calls, lambda n: _("%(n)s calls waiting or in hand") % {"n": n}),
        (one.messages, lambda n: _("%(n)s messages in line") % {"n": n}),
    ]  # fmt: skip
    return [words(number) for number, words in counted if number]


def _follows(keep: Person, away: Person, of_away: About, meets: Both) -> list[str]:
    """What pressing the button does, in sentences."""
    names = {"kept": keep, "merged": away}
    found = []
    if not of_away.nothing:
        found.append(_("%(amount)s of %(merged)s become %(kept)s’s.") % {"amount": ", ".join(_amount(of_away)), **names})
    for disease in meets.diseases:
        found.append(
            _("Both have an open case of %(disease)s: one is worked on, the other rests under it, with its interview and contacts.")
            % {"disease": rule_set(disease).label}
        )
        found.append(_("There is one call for %(disease)s; the other is stopped.") % {"disease": rule_set(disease).label})
    if meets.exposed:
        found.append(_("One was named as a contact of the other: that exposure no longer counts, and its quarantine ends."))
    if meets.units:
        found.append(_("Both departments see the person from then on: %(units)s.") % {"units": ", ".join(meets.units)})
    if meets.restricted:
        found.append(_("The record is restricted, because one of the two is."))
    found.append(_("Who wants no messages, has died, or is known to a member of staff: what holds of one holds of both."))
    return found


def links(person: Person, joined: list[Joined], viewer: Viewer) -> list[tuple[Joined, str]]:
    """For the person's page: each merge with its own page, for those who may open that."""
    return [(one, reverse("desk:person_merged", args=[person.pk, one.merge.pk]) if viewer.may(PERMISSION) else "") for one in joined]
