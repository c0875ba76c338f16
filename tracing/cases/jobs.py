"""What runs by itself: shares end, offers that nobody answered go to the state's duty list, schools are shown who belongs to them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.cases.affiliation import recognise, settle_affiliated
from tracing.cases.counts import count_cases
from tracing.cases.handing import escalate_transfer
from tracing.cases.models import Affiliation, Case, Transfer
from tracing.cases.sharing import end_shares_due
from tracing.cases.taking_over import SET, hand_over_cases, hand_over_papers, hand_over_tasks
from tracing.journal.actor import job
from tracing.journal.follower import follow
from tracing.journal.models import Entry
from tracing.jurisdictions.units import endings
from tracing.people.models import Address
from tracing.people.taking_over import hand_over_people
from tracing.places.models import Place
from tracing.tasks.bulk import end_shares_of_closed
from tracing.tasks.covering.actions import end_of_closed

OPENS = ("case.opened", "case.interviewed", "case.reopened", "case.stay_set")
CHANGES = ("case.isolation_set", "case.closed")
CONNECTS = ("place.connected", "place.disconnected")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="escalate_transfers", pass_context=False)
def escalate_transfers(timestamp: int) -> None:
    """Every minute: nobody belongs to nobody."""
    escalate_due(timezone.now())


def escalate_due(at: datetime) -> int:
    """Offers whose hours have passed."""
    rows = list(Transfer.objects.filter(state=Transfer.State.OFFERED, due_at__lte=at).order_by("due_at")[:500])
    return sum(1 for row in rows if escalate_transfer(transfer=row, by=job("escalate_transfers"), at=at))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="end_shares", pass_context=False)
def end_shares(timestamp: int) -> None:
    """Every five minutes; nobody sees anything by a share once its day has passed, whether or not this has run."""
    end_shares_due(by=job("end_shares"), at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="count_cases_by_week", pass_context=False)
def count_cases_by_week(timestamp: int) -> None:
    """Every five minutes, for the page of counts."""
    count_cases(at=timezone.now())


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_affiliations", pass_context=False)
def follow_affiliations(timestamp: int) -> None:
    """A case was opened, an interview held, an isolation changed: what schools and colleges see follows within seconds."""
    follow_changes(timezone.now())


def follow_changes(at: datetime) -> int:
    connected = Place.objects.filter(organisation__isnull=False).exists()

    def concerns(entry: Entry) -> bool:
        if entry.verb in CONNECTS:
            return True
        return connected if entry.verb in OPENS else entry.subject_kind == "case"

    return follow("cases.affiliations", verbs=(*OPENS, *CHANGES, *CONNECTS), answer=_answer, concerns=concerns, at=at)


def _answer(entry: Entry, at: datetime) -> None:
    by = job("follow_affiliations")
    if entry.verb in CONNECTS:
        _connected(entry, at)
        return
    case = Case.objects.filter(pk=entry.subject_id).first() if entry.subject_id else None
    if case is None:
        return
    if entry.verb in OPENS:
        recognise(case=case, by=by, at=at)
    if Affiliation.objects.filter(case=case).exists():
        settle_affiliated(case=case, by=by, at=at)


def _connected(entry: Entry, at: datetime) -> None:
    """A setting got an organisation, or lost it: open cases that belong there, or live at its address."""
    by = job("follow_affiliations")
    place = Place.objects.filter(pk=entry.subject_id).first() if entry.subject_id else None
    if place is None:
        return
    if place.organisation_id is not None and place.address_key:
        living = Address.objects.filter(key=place.address_key, until__isnull=True).values("person")
        for case in Case.objects.filter(closure__isnull=True, person__in=living).order_by("pk")[:2000]:
            recognise(case=case, by=by, at=at)
    for row in Affiliation.objects.filter(place=place, ended_at__isnull=True).select_related("case").order_by("pk")[:2000]:
        settle_affiliated(case=row.case, by=by, at=at)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="hand_over_work_of_closed_units", lock="hand_over_work_of_closed_units", pass_context=False)
def hand_over_work_of_closed_units(timestamp: int) -> None:
    """Every minute: from the day on which a unit ends, and also what still comes in for it afterwards."""
    hand_over_all(timezone.now())


def hand_over_all(at: datetime, most: int = SET) -> int:
    """Set by set, until nothing is left; how many things went over."""
    over = endings(at)
    done = 0
    if over:
        by = job("hand_over_work_of_closed_units")
        end_of_closed(units=list(over), by=by, at=at)
        end_shares_of_closed(units=list(over), by=by, at=at)
        for verb in (hand_over_cases, hand_over_tasks, hand_over_papers, hand_over_people):
            while number := verb(endings=over, most=most, by=by, at=at):
                done += int(number)  # type: ignore[call-overload]
    return done
