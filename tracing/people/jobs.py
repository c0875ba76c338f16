"""What runs by itself: unusual looks are found, hour by hour; people known twice, week by week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from tracing.journal.actor import job
from tracing.journal.models import Follower
from tracing.people.scanning import find_duplicates
from tracing.people.search.upkeep import count_words, key_new_words
from tracing.people.watching import find_unusual_looks

HOUR: Final = timedelta(hours=1)
NAME: Final = "people.unusual_looks"
BEHIND_AT_MOST: Final = 72
"""Hours: after a longer stand-still the older ones are left out."""


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="find_unusual_looks_of_the_hour", pass_context=False)
def find_unusual_looks_of_the_hour(timestamp: int) -> None:
    """Seven minutes past: the hour before, and those that were missed while no worker ran."""
    find_unusual(timezone.now())


@app.periodic(cron="20 2 * * 0")
@app.task(queueing_lock="look_for_duplicates", pass_context=False)
def look_for_duplicates(timestamp: int | None = None) -> None:
    """Sunday at night, or when somebody asked: everybody against everybody."""
    find_duplicates(by=job("look_for_duplicates"), at=timezone.now())


def find_unusual(at: datetime) -> int:
    """Every whole hour that has ended and was not looked through yet. How many hours."""
    ended = int(at.timestamp()) // 3600
    place, _made = Follower.objects.get_or_create(name=NAME, defaults={"number": ended - 1})
    done = 0
    for hour in range(max(place.number, ended - BEHIND_AT_MOST), ended):
        since = datetime.fromtimestamp(hour * 3600, UTC)
        find_unusual_looks(
            since=since, until=since + HOUR, zone=ZoneInfo(settings.TIME_ZONE), by=job("find_unusual_looks_of_the_hour"), at=at
        )
        Follower.objects.filter(name=NAME).update(number=hour + 1)
        done += 1
    return done


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="make_new_name_words_searchable", pass_context=False)
def make_new_name_words_searchable(timestamp: int) -> None:
    """So that search finds them misspelt at once and need not compare them one by one."""
    key_new_words()


@app.periodic(cron="23 4 * * *")
@app.task(queueing_lock="count_name_words", pass_context=False)
def count_name_words(timestamp: int) -> None:
    """How common each word of names is; words that nobody has any more go."""
    count_words()
