"""Orders of the viewer's units: what waits for a signature, what is to be served, what is in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracing.access.queries import staff_names
from tracing.access.visibility import may_act
from tracing.desk.orders.forms import REFUSED, EndForm, ServeForm, SignForm
from tracing.desk.page import instant_of, load, show, staff, viewer_of
from tracing.desk.review.after import key_in, query
from tracing.desk.words import language as language_name
from tracing.diseases.ruleset import rule_set
from tracing.journal.actor import Actor
from tracing.monitoring import actions
from tracing.monitoring.law import law
from tracing.monitoring.models import Order
from tracing.monitoring.queries import SHOWN, changed_since, listed, orders
from tracing.monitoring.wording import words_of
from tracing.uswds.parts import ChipGroup, Column, Link

SEE, SIGN, WORK = "cases.detail", "orders.sign", "cases.work"
SIZE = 50


@require_safe
@staff(WORK, SIGN, lists=True)
def order_list(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in SHOWN else "sign" if viewer.may(SIGN) else "serve"
    after = key_in(request.GET.get("after", ""))
    found, more = listed(viewer, chosen, after=after, size=SIZE)
    names = {"sign": _("To sign"), "serve": _("To serve"), "running": _("In force"), "over": _("Over, withdrawn")}
    rows = [(one, rule_set(one.disease).label, chosen == "running" and changed_since(one)) for one in found]
    context = {
        "rows": rows, "shown": chosen,
        "columns": [Column(_("Person")), Column(_("Order")), Column(_("Days")), Column(_("State of it")), Column(_("Department"))],
        "chips": [ChipGroup(_("Show"), [Link(words, f"?show={code}", current=code == chosen) for code, words in names.items()])],
        "first": f"?{query(show=chosen)}" if after else "", "following": f"?{query(show=chosen, after=found[-1].pk)}" if more else "",
    }  # fmt: skip
    return show(request, "desk/orders/list.html", context, page="orders", persons=[one.person_id for one in found])


@require_safe
@staff(SEE)
def order(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, load(orders(), request, pk))


def _page(request: HttpRequest, found: Order, status: int = 200, **forms: Any) -> HttpResponse:
    viewer = viewer_of(request)
    words = words_of(found)
    names = staff_names([found.by, found.signed_by, found.served_by, found.ended_by])
    work = may_act(viewer, WORK, found)
    context: dict[str, Any] = {
        "order": found, "words": [(code, language_name(code), text[0], text[1:]) for code, text in words.items()],
        "disease": rule_set(found.disease).label, "law": law(found.starts_on), "changed": changed_since(found),
        "steps": [(_("Drafted"), found.at, names.get(found.by, "")), (_("Signed"), found.signed_at, found.signer),
                  (_("Served"), found.served_at, names.get(found.served_by, "")), (_("Ended"), found.ended_at, names.get(found.ended_by, ""))],
        "may_sign": found.state == Order.State.DRAFTED and may_act(viewer, SIGN, found),
        "may_withdraw": found.state in (Order.State.DRAFTED, Order.State.SIGNED) and (work or may_act(viewer, SIGN, found)),
        "may_serve": found.state == Order.State.SIGNED and (work or may_act(viewer, SIGN, found)),
        "may_end": found.state == Order.State.SERVED and (work or may_act(viewer, SIGN, found)),
        "printed": found.signed_at is not None, "sign_form": SignForm(auto_id="sign_%s"), "serve_form": ServeForm(auto_id="serve_%s"),
        "end_form": EndForm(auto_id="end_%s"), "crumbs": [Link(_("Orders"), reverse("desk:orders")), Link(found.get_kind_display(), current=True)],
    }  # fmt: skip
    return show(request, "desk/orders/order.html", context | forms, page="order", persons=[found.person_id], status=status)


@require_POST
@staff(SIGN, lists=True)
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _for(request, pk, SIGN)
    form = SignForm(request.POST, auto_id="sign_%s")
    if not form.is_valid():
        return _page(request, found, 422, sign_form=form)
    name = form.cleaned_data["signer"]
    return _done(request, found, lambda by, at: actions.sign_order(order=found, signer=name, by=by, at=at), _("Signed. It is to be served now."))


@require_POST
@staff(WORK, SIGN, lists=True)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The order to print, in the words that were signed. That a copy was made is kept."""
    found, viewer = _for(request, pk, WORK, SIGN), viewer_of(request)
    try:
        actions.print_order(order=found, by=viewer.actor, at=instant_of(request))
    except actions.OrderMovedOn:
        return _moved_on(request, found)
    context = {"order": found, "words": [(code, text[0], text[1:]) for code, text in words_of(found).items()]}
    return show(request, "desk/orders/paper.html", context, page="order_print", persons=[found.person_id])


@require_POST
@staff(WORK, SIGN, lists=True)
def serve(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _for(request, pk, WORK, SIGN)
    form = ServeForm(request.POST, auto_id="serve_%s")
    if not form.is_valid():
        return _page(request, found, 422, serve_form=form)
    said = form.cleaned_data
    return _done(
        request, found, lambda by, at: actions.serve_order(order=found, how=said["how"], to=said["to"], by=by, at=at), _("Served: it is in force.")
    )


@require_POST
@staff(WORK, SIGN, lists=True)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _for(request, pk, WORK, SIGN)
    form = EndForm(request.POST, auto_id="end_%s")
    if not form.is_valid():
        return _page(request, found, 422, end_form=form)
    why = form.cleaned_data["end"]
    return _done(request, found, lambda by, at: actions.end_order(order=found, end=why, by=by, at=at), _("Ended. Tell them in writing."))


@require_POST
@staff(WORK, SIGN, lists=True)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _for(request, pk, WORK, SIGN)
    return _done(request, found, lambda by, at: actions.withdraw_order(order=found, by=by, at=at), _("Withdrawn."))


def _for(request: HttpRequest, pk: UUID, *needed: str) -> Order:
    found: Order = load(orders(), request, pk)
    if not any(may_act(viewer_of(request), one, found) for one in needed):
        raise PermissionDenied
    return found


def _done(request: HttpRequest, found: Order, act: Callable[[Actor, datetime], Order], words: str) -> HttpResponse:
    try:
        act(viewer_of(request).actor, instant_of(request))
    except actions.OrderMovedOn:
        return _moved_on(request, found)
    except actions.CannotOrder as refused:
        messages.error(request, REFUSED[refused.code][1])
    else:
        messages.success(request, words)
    return redirect("desk:order", pk=found.pk)


def _moved_on(request: HttpRequest, found: Order) -> HttpResponse:
    messages.warning(request, _("Somebody was faster: here is how it stands now."))
    return redirect("desk:order", pk=found.pk)
