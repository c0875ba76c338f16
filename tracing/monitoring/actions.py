"""Every change to what was advised, declined and ordered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from tracing.base.ids import uuid7
from tracing.journal.actions import UNCHANGED, Actor, Unchanged, action, disclose, record
from tracing.jurisdictions.models import Unit
from tracing.messaging.actions import opt_out, take_back_opt_out
from tracing.monitoring.law import law
from tracing.monitoring.models import Advice, Order
from tracing.monitoring.queries import GOING, WAITING, holding
from tracing.monitoring.rules import Advised, order_wrong
from tracing.monitoring.wording import digest, words_of
from tracing.people.declining import CALLS as NO_CALLS
from tracing.people.declining import end_refusal, in_force, keep_refusal
from tracing.people.models import Person, Refusal
from tracing.tasks import actions as tasks
from tracing.tasks.models import Attempt, Task
from tracing.tasks.not_calling import call_no_more, call_once_more
from tracing.tasks.queries import CALLS

WRITTEN = ("sms", "email")
"""Channels that somebody declines with "texts"."""


class CannotOrder(Exception):
    """An order that is refused; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OrderMovedOn(Exception):
    """It was signed, served, ended or withdrawn meanwhile."""


# ── advice and refusals ──────────────────────────────────────────────────────────────────────────────────────────────
@action
def give_advice(
    *, person: UUID, disease: str, said: Sequence[Advised], language: str, channel: str, attempt: Attempt | None = None, by: Actor, at: datetime
) -> list[Advice] | Unchanged:
    """Keep what somebody was advised, a row for each thing, whatever was advised before."""
    rows = [
        Advice(id=uuid7(), person_id=person, disease=disease, code=Advice.Code(one.code), day=one.day, rule=one.rule, language=language,
               channel=Advice.Channel(channel), attempt=attempt, at=at, by=by.id)
        for one in said
    ]  # fmt: skip
    if not rows:
        return UNCHANGED
    Advice.objects.bulk_create(rows)
    record("advice.given", by=by, at=at, subject=("person", person), person=person, disease=disease,
           codes={"advice": [str(row.code) for row in rows], "channel": channel})  # fmt: skip
    return rows


@action
def refuse(*, person: UUID, disease: str, scopes: Sequence[str], note: str = "", by: Actor, at: datetime) -> list[Refusal] | Unchanged:
    """Keep what somebody declines, and stop what it declines at once.

    "interview": calls about this disease. "contacts": stops nothing, nobody asks again. "texts": text messages and e-mails of every kind.
    "all": every call and every message; letters remain, because an order must reach them.
    """
    made = [row for scope in scopes if (row := keep_refusal(person=person, disease=disease, scope=scope, note=note, by=by, at=at))]
    kept = [row for row in made if isinstance(row, Refusal)]
    wanted = {row.scope for row in kept}
    if wanted & set(NO_CALLS):
        going = Task.objects.filter(person=person, disease=disease, kind__in=CALLS, ended_at__isnull=True)
        tasks.stop(tasks=list(going), reason=tasks.REFUSED, by=by, at=at)
    if Refusal.Scope.ALL in wanted:
        call_no_more(person=person, by=by, at=at)
    if wanted & {Refusal.Scope.ALL, Refusal.Scope.TEXTS}:
        for channel in WRITTEN:
            opt_out(person=person, channel=channel, by=by, at=at)
    return kept or UNCHANGED


@action
def think_again(*, refusal: Refusal, by: Actor, at: datetime) -> Refusal | Unchanged:
    """They decline it no longer: what it stopped goes again, as far as nothing else stops it. Messages of then stay unsent."""
    Person.objects.select_for_update(no_key=True).values_list("id").get(pk=refusal.person_id)
    ended = end_refusal(refusal=refusal, by=by, at=at)
    if isinstance(ended, Unchanged):
        return UNCHANGED
    left = set(in_force(ended.person_id, at).values_list("disease", "scope"))
    scopes = {scope for _disease, scope in left}
    if ended.scope == Refusal.Scope.ALL and Refusal.Scope.ALL not in scopes:
        call_once_more(person=ended.person_id, by=by, at=at)
    if ended.scope in NO_CALLS and not any((ended.disease, scope) in left for scope in NO_CALLS):
        stopped = Task.objects.filter(person=ended.person_id, disease=ended.disease, stopped_by=tasks.REFUSED)
        tasks.reopen_stopped(tasks=list(stopped), reason=tasks.REFUSED, by=by, at=at)
    if ended.scope != Refusal.Scope.INTERVIEW and not scopes & {Refusal.Scope.ALL, Refusal.Scope.TEXTS}:
        for channel in WRITTEN:
            take_back_opt_out(person=ended.person_id, channel=channel, by=by, at=at)
    return ended


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@action
def draft_order(
    *, person: Person, disease: str, unit: Unit, starts_on: date, ends_on: date, basis: str, place: str, terms: str = "", on: date,
    by: Actor, at: datetime,
) -> Order:  # fmt: skip
    """Put an order before the director of `unit`. `on`: the day there.

    Refuses (CannotOrder): when nothing keeps them at home ("nothing"), a draft or a signed order waits already ("waits"), without
    grounds or place, and for days that the law does not allow ("order", "past", "too_long").
    """
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    held = holding(locked.pk, disease)
    if held.stay is None or (held.stay.ends_on is not None and held.stay.ends_on < on):
        raise CannotOrder("nothing")
    if Order.objects.filter(person=locked, disease=disease, state__in=WAITING).exists():
        raise CannotOrder("waits")
    for name, text in (("basis", basis), ("place", place)):
        if not text.strip():
            raise CannotOrder(name)
    rules = law(on)
    if wrong := order_wrong(starts_on, ends_on, on=on, longest=rules.longest):
        raise CannotOrder(wrong)
    row = Order(
        id=uuid7(), person=locked, disease=disease, unit=unit, kind="isolation" if held.isolation else "quarantine",
        isolation=held.isolation, quarantine=None if held.isolation else held.quarantine, law=rules.code, starts_on=starts_on, ends_on=ends_on,
        basis=basis.strip(), place=place.strip()[:300], terms=terms.strip(), at=at, by=by.id,
    )  # fmt: skip
    row.save(force_insert=True)
    _say("order.drafted", row, by, at)
    return row


@action
def withdraw_order(*, order: Order, by: Actor, at: datetime) -> Order:
    """It is not needed after all. Once served it is not withdrawn: it is ended, with a reason."""
    row = _locked(order, *WAITING)
    row.state, row.ended_at, row.ended_by = Order.State.WITHDRAWN, at, by.id
    row.save(update_fields=["state", "ended_at", "ended_by"])
    _say("order.withdrawn", row, by, at)
    return row


@action
def sign_order(*, order: Order, signer: str, by: Actor, at: datetime) -> Order:
    """The director signs, with their name typed: from now on the words stand as they were read. Whoever drafted it may sign it too,
    where one person is the whole department. Refuses (CannotOrder) without a name."""
    if not signer.strip() or by.id is None:
        raise CannotOrder("signer")
    row = _locked(order, Order.State.DRAFTED)
    row.words = words_of(row)
    row.digest, row.signer = digest(row.words), " ".join(signer.split())[:160]
    row.state, row.signed_at, row.signed_by = Order.State.SIGNED, at, by.id
    row.save(update_fields=["state", "signed_at", "signed_by", "signer", "words", "digest"])
    _say("order.signed", row, by, at, digest=row.digest[:12])
    return row


@action
def print_order(*, order: Order, by: Actor, at: datetime) -> Order:
    """A copy leaves on paper, to be served: told to the one it names, so a disclosure is kept only of that it was made."""
    row = _locked(order, Order.State.SIGNED, Order.State.SERVED, Order.State.ENDED)
    disclose(by=by, at=at, way="letter", recipient="the person ordered", purpose="public_health", ground="own order",
             persons=[row.person_id], fields=("name", "birth_on", "address", "disease"), disease=row.disease)  # fmt: skip
    _say("order.printed", row, by, at)
    return row


@action
def serve_order(*, order: Order, how: str, to: str = "", by: Actor, at: datetime) -> Order:
    """It has reached them. One that was in force before is replaced. What it says they were advised, too."""
    row = _locked(order, Order.State.SIGNED)
    served = Order.objects.filter(person=row.person_id, disease=row.disease, state=Order.State.SERVED)
    for former in served.select_for_update(no_key=True).order_by("pk"):
        _over(former, Order.End.CHANGED, by, at)
    row.state, row.served_at, row.served_by = Order.State.SERVED, at, by.id
    row.served_how, row.served_to = Order.How(how), " ".join(to.split())[:160]
    row.save(update_fields=["state", "served_at", "served_by", "served_how", "served_to"])
    _say("order.served", row, by, at, how=how)
    return row


@action
def end_order(*, order: Order, end: str, by: Actor, at: datetime) -> Order:
    """It holds no longer."""
    return _over(_locked(order, Order.State.SERVED), Order.End(end), by, at)


@action
def end_orders_over(*, on: date, by: Actor, at: datetime, limit: int = 500) -> list[Order] | Unchanged:
    """Orders whose last day was before `on` are over. Up to `limit` at once."""
    rows = Order.objects.select_for_update(no_key=True, skip_locked=True).filter(state=Order.State.SERVED, ends_on__lt=on).order_by("ends_on", "pk")
    return [_over(row, Order.End.OVER, by, at) for row in rows[:limit]] or UNCHANGED


@action
def end_orders_of_the_dead(*, person: UUID, by: Actor, at: datetime) -> list[Order] | Unchanged:
    """Nothing is ordered any more of somebody who has died: drafts are withdrawn, what was served is ended."""
    rows = list(Order.objects.select_for_update(no_key=True).filter(person=person, state__in=GOING).order_by("pk"))
    for row in rows:
        if row.state == Order.State.SERVED:
            _over(row, Order.End.DIED, by, at)
        else:
            withdraw_order(order=row, by=by, at=at)
    return rows or UNCHANGED


def _locked(order: Order, *states: str) -> Order:
    row = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("unit", "person").get(pk=order.pk)
    if row.state not in states:
        raise OrderMovedOn(row.state)
    return row


def _over(row: Order, end: Order.End, by: Actor, at: datetime) -> Order:
    row.state, row.end, row.ended_at, row.ended_by = Order.State.ENDED, end, at, by.id
    row.save(update_fields=["state", "end", "ended_at", "ended_by"])
    _say("order.ended", row, by, at, end=str(end))
    return row


def _say(verb: str, row: Order, by: Actor, at: datetime, **codes: str) -> None:
    record(verb, by=by, at=at, subject=("order", row.pk), person=row.person_id, disease=row.disease,
           codes={"kind": str(row.kind), "unit": str(row.unit_id), "law": row.law, **codes})  # fmt: skip
