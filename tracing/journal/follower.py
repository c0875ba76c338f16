"""Answering news: a room follows the sealed journal by its number and calls its own action, once per entry.

Calls go down, facts go up: a room below cannot call one above it, but the one above can read what happened. Entries come in the
order of their numbers, which only the sealer gives; so nothing that committed late is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from tracing.journal import queries
from tracing.journal.models import Entry, Follower

log = logging.getLogger(__name__)


def follow(
    name: str,
    *,
    verbs: Sequence[str],
    answer: Callable[[Entry, datetime], object],
    at: datetime,
    concerns: Callable[[Entry], bool] | None = None,
    limit: int = 500,
) -> int:
    """Answer the entries of these verbs (those that it `concerns`) that `name` has not answered yet; returns how many.

    Each answer is one transaction together with the follower's new place, so that it is given once. An answer that fails is tried
    again the next time, and nothing behind it is answered before: order is kept, and the log says so. Two who follow under one
    name take turns.
    """
    Follower.objects.get_or_create(name=name)
    sealed = queries.last_sealed()
    number = Follower.objects.values_list("number", flat=True).get(name=name)
    if number >= sealed:
        return 0
    entries = [entry for entry in queries.after(number, verbs=verbs, limit=limit) if (entry.number or 0) <= sealed]
    answered = 0
    for entry in entries:
        if concerns is not None and not concerns(entry):
            continue
        with transaction.atomic():
            # The place first: an action may give its role back at the end, and with it the right to write here.
            if not _move(name, entry.number or 0):
                return answered  # another worker follows under this name at this moment
            try:
                answer(entry, at)
            except Exception:
                log.exception("%s could not answer entry %s (%s); it is tried again", name, entry.number, entry.verb)
                transaction.set_rollback(True)
                return answered
        answered += 1
    with transaction.atomic():
        _move(name, sealed if len(entries) < limit else entries[-1].number or 0)
    return answered


def follow_in_sets(
    name: str, *, verbs: Sequence[str], answer: Callable[[Sequence[Entry], datetime], object], at: datetime, limit: int = 500
) -> int:
    """As `follow`, with one answer for up to `limit` entries: for copies made anew from the tables, where twice is as good as once."""
    Follower.objects.get_or_create(name=name)
    sealed = queries.last_sealed()
    number = Follower.objects.values_list("number", flat=True).get(name=name)
    if number >= sealed:
        return 0
    entries = [entry for entry in queries.after(number, verbs=verbs, limit=limit) if (entry.number or 0) <= sealed]
    with transaction.atomic():
        if not _move(name, sealed if len(entries) < limit else entries[-1].number or 0):
            return 0
        if entries:
            answer(entries, at)
    return len(entries)


def behind(name: str) -> int:
    """How many sealed entries this follower has not looked at: what `contact doctor` asks."""
    number = Follower.objects.filter(name=name).values_list("number", flat=True).first() or 0
    return max(0, queries.last_sealed() - number)


def _move(name: str, number: int) -> bool:
    """Move the place forward; False when somebody else holds it or is further already."""
    place = Follower.objects.select_for_update(no_key=True, skip_locked=True).filter(name=name, number__lt=number).first()
    if place is None:
        return False
    place.number = number
    place.save(update_fields=["number"])
    return True
