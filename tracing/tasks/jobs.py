"""What runs by itself: abandoned tasks come back, deaths stop calls, numbers that people share stay shared."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.diseases.models import Tuning
from tracing.journal.actor import job
from tracing.journal.follower import follow
from tracing.journal.models import Entry
from tracing.people.death import is_dead
from tracing.people.household.queries import with_wards
from tracing.tasks import bulk, previewing
from tracing.tasks.actions import refresh_hold_keys, reopen_for_person, return_abandoned, stop_for_person
from tracing.tasks.models import BulkWork, Task
from tracing.tasks.moving import return_in_hand
from tracing.tasks.queries import CALLS, languages_of
from tracing.tasks.rescoring import Restated, rescore_open, restate
from tracing.tasks.waiting import count_waiting


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="return_abandoned_tasks", pass_context=False)
def return_abandoned_tasks(timestamp: int) -> None:
    """Every minute; who asks for the next call does the same at that moment."""
    return_abandoned(by=job("return_abandoned_tasks"), at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="count_waiting_tasks", pass_context=False)
def count_waiting_tasks(timestamp: int) -> None:
    """Every minute, for the board, the morning page and the workload."""
    count_waiting(at=timezone.now())


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_deaths_in_tasks", pass_context=False)
def follow_deaths_in_tasks(timestamp: int) -> None:
    """A death stops every call within seconds; taken back, it lets them go again."""
    follow_deaths(timezone.now())


def follow_deaths(at: datetime) -> int:
    return follow("tasks.deaths", verbs=("person.died", "person.death_taken_back"), answer=_answer_death, at=at)


def _answer_death(entry: Entry, at: datetime) -> None:
    by = job("follow_deaths_in_tasks")
    if entry.person_id is None:
        return
    # Re-read, not believed: by now the death may have been taken back, or recorded again.
    if is_dead(entry.person_id):
        stop_for_person(person=entry.person_id, reason="death", by=by, at=at)
    else:
        reopen_for_person(person=entry.person_id, reason="death", by=by, at=at)


NUMBERS = (
    "person.changed", "way.added", "way.corrected", "way.ended", "way.marked", "address.changed", "address.ended", "guardian.named",
    "guardian.ended", "person.confidential", "person.confidential_ended", "person.merged",
    "person.merge_undone",
)  # fmt: skip
"""After these somebody is called at other numbers."""


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_numbers_in_tasks", pass_context=False)
def follow_numbers_in_tasks(timestamp: int) -> None:
    """Somebody's numbers or address changed: what is in hand together changes."""
    follow_numbers(timezone.now())


def follow_numbers(at: datetime) -> int:
    return follow("tasks.numbers", verbs=NUMBERS, answer=_answer_numbers, concerns=_changes_numbers, at=at)


def _changes_numbers(entry: Entry) -> bool:
    return entry.verb.startswith("person.merge") or not {"phone", "way_works", "addresses", "guardian"}.isdisjoint(entry.changed)


def _answer_numbers(entry: Entry, at: datetime) -> None:
    if entry.person_id is not None:
        refresh_hold_keys(persons=with_wards(entry.person_id), by=job("follow_numbers_in_tasks"), at=at)


@app.periodic(cron="0 8 * * *")
@app.task(queueing_lock="rescore_open_tasks", pass_context=False)
def rescore_open_tasks(timestamp: int) -> None:
    """Every morning at 8 UTC, before the first hour to call anywhere on the mainland: today's priorities."""
    rescore_all(timezone.now())


def rescore_all(at: datetime) -> None:
    last = rescore_open(after=None, by=job("rescore_open_tasks"), at=at)
    while last is not None:
        last = rescore_open(after=last, by=job("rescore_open_tasks"), at=at)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_leavers_in_tasks", pass_context=False)
def follow_leavers_in_tasks(timestamp: int) -> None:
    """Somebody's account was closed: what they had in hand goes back to the lists within seconds."""
    follow_leavers(timezone.now())


def follow_leavers(at: datetime) -> int:
    return follow("tasks.leavers", verbs=("user.closed",), answer=_answer_leaver, at=at)


def _answer_leaver(entry: Entry, at: datetime) -> None:
    if entry.subject_id is not None:
        return_in_hand(user=entry.subject_id, by=job("follow_leavers_in_tasks"), at=at)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="advance_bulk_works", pass_context=False)
def advance_bulk_works(timestamp: int) -> None:
    """What was asked of many tasks at once goes on, 500 a transaction; after a crash where it stopped."""
    advance_all(timezone.now())


def advance_all(at: datetime) -> int:
    """Go on with every work until it is over; how many tasks that took."""
    by, taken = job("advance_bulk_works"), 0
    for work in bulk.going():
        while isinstance(row := bulk.advance(work=work, by=by, at=at), BulkWork):
            taken += bulk.AT_ONCE
            if row.ended_at is not None:
                break
    if taken:
        count_waiting(at=at)  # whoever asked for it looks at the workload now, not in a minute
    return taken


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="follow_languages_in_tasks", pass_context=False)
def follow_languages_in_tasks(timestamp: int) -> None:
    """Somebody prefers another language: whoever speaks it calls them."""
    follow_languages(timezone.now())


def follow_languages(at: datetime) -> int:
    verbs = ("person.changed", "person.merged", "person.merge_undone")
    return follow("tasks.languages", verbs=verbs, answer=_answer_language, concerns=_changes_language, at=at)


def _changes_language(entry: Entry) -> bool:
    return entry.verb.startswith("person.merge") or "language" in entry.changed


def _answer_language(entry: Entry, at: datetime) -> None:
    if entry.person_id is None:
        return
    language = languages_of([entry.person_id]).get(entry.person_id, "")
    waiting = Task.objects.filter(person=entry.person_id, ended_at__isnull=True, kind__in=CALLS).values_list("pk", flat=True)
    restate(said=[Restated(task, language=language) for task in waiting], by=job("follow_languages_in_tasks"), at=at)


@app.periodic(cron="* * * * * */3")
@app.task(queueing_lock="advance_tunings", pass_context=False)
def advance_tunings(timestamp: int) -> None:
    """Who would move is counted, and published points are given, a step at a time; after a crash where it stopped."""
    advance_previews(timezone.now())


def advance_previews(at: datetime) -> None:
    by = job("advance_tunings")
    for draft in previewing.drafts():
        while isinstance(row := previewing.advance_preview(tuning=draft, by=by, at=at), Tuning) and row.previewed_at is None:
            pass
    for published in previewing.to_apply(at):
        while isinstance(row := previewing.advance_applying(tuning=published, by=by, at=at), Tuning) and row.applied_at is None:
            pass
