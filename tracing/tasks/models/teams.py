"""Teams, who is in them and when, and what is lent to them."""

from __future__ import annotations

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tracing.access.models import User
from tracing.base.models import Row
from tracing.base.personal import KEEP
from tracing.base.visibility import Open
from tracing.jurisdictions.models import Unit


def every_day() -> list[int]:
    return [0, 1, 2, 3, 4, 5, 6]


class Team(Row):
    """People of one unit who take calls together."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    cap = models.SmallIntegerField(default=25)
    """Tries a member makes on a day, where nothing else is said of them: what a day's work is planned by."""
    opens = models.TimeField(default=time(8))
    closes = models.TimeField(default=time(20))
    days = ArrayField(models.SmallIntegerField(), default=every_day)
    """Days of the week they work, Monday 0."""
    holidays = models.BooleanField(default=True, db_default=True)
    """They work on public holidays too."""
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    visibility = Open()
    personal = dict.fromkeys("id unit name cap opens closes days holidays added_at ended_at".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], condition=Q(ended_at__isnull=True), name="team_name_once")]


class Caller(Row):
    """What somebody who takes calls can do, and where they did so last. Nobody needs one: without it they take what needs no skill."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    languages = ArrayField(models.CharField(max_length=16), default=list)
    """Beside English."""
    interpreter = models.BooleanField(default=True)
    """May call with an interpreter: then other languages come up too, once those who speak them had the time to."""
    skills = ArrayField(models.CharField(max_length=40), default=list)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    cap = models.SmallIntegerField(null=True)
    """Tries on a day, where it is not the team's."""
    days_off = ArrayField(models.SmallIntegerField(), default=list, db_default=[])
    """Days of every week on which they are not there, Monday 0: calls kept for them are anybody's then."""
    units = ArrayField(models.UUIDField(), default=list)
    """Whose calls they took last."""
    everywhere = models.BooleanField(default=False)
    last_at = models.DateTimeField(null=True)
    """When they took or kept a call last."""

    visibility = Open()
    personal = dict.fromkeys("id user languages interpreter skills team cap days_off units everywhere last_at".split(), KEEP)

    class Meta:
        indexes = [models.Index(fields=["last_at"], name="caller_at_work")]


class Absence(Row):
    """Somebody is away: calls kept for them are anybody's meanwhile."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    """The last day."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    """Taken back."""

    visibility = Open()
    personal = dict.fromkeys("id user from_on until_on at by ended_at".split(), KEEP)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until_on__gte=models.F("from_on")), name="absence_ends_after_it_begins")]
        indexes = [models.Index(fields=["until_on"], name="absence_until", condition=Q(ended_at__isnull=True))]


class Share(Row):
    """A share of a unit's calls is made by a team of a unit above it, from then on until it is taken back."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    percent = models.SmallIntegerField()
    since = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    visibility = Open()
    personal = dict.fromkeys("id unit team percent since by ended_at ended_by".split(), KEEP)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(ended_at__isnull=True), name="one_share_of_a_unit"),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="share_is_a_percentage"),
        ]


def the_evening() -> time:
    return time(17)


def the_morning() -> time:
    return time(8)


class Cover(Row):
    """A team makes a part of another unit's calls, at the times agreed: between two days, at night, on weekends and holidays, above a load.

    The calls stay their unit's: *Next call* of the team looks at them too while the cover is in force. Made once, ended once; who
    agrees on something else ends it and makes another.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Whose calls."""
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    """Who makes them."""
    work = ArrayField(models.CharField(max_length=12))
    """Which part: codes of `covering.rules.WORK`."""
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    """The last day; none: until it is ended."""
    nights = models.BooleanField(default=False)
    weekends = models.BooleanField(default=False)
    holidays = models.BooleanField(default=False)
    """Without any of the three: at all hours."""
    evening = models.TimeField(default=the_evening)
    morning = models.TimeField(default=the_morning)
    """A night begins in the one and ends in the other, by the unit's clock."""
    above = models.IntegerField(null=True)
    """Only while more calls of that part than this are due."""
    alone = models.BooleanField(default=False)
    """While it is in force the unit's own people leave these calls to the team."""
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    visibility = Open()
    personal = dict.fromkeys(
        "id unit team work from_on until_on nights weekends holidays evening morning above alone why at by ended_at ended_by".split(),
        KEEP,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("from_on")), name="cover_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(work__len__gte=1), name="cover_of_some_work"),
            models.CheckConstraint(
                condition=Q(above__isnull=True) | Q(above__gte=1, alone=False), name="cover_above_a_load_is_shared"
            ),
            models.CheckConstraint(condition=Q(evening__gt=models.F("morning")), name="cover_night_begins_in_the_evening"),
        ]
        indexes = [
            models.Index(fields=["team"], name="cover_by_team", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["unit"], name="cover_of_unit", condition=Q(ended_at__isnull=True)),
        ]
