"""Tasks, attempts and holds."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tracing.access.models import User
from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import Hidden, OwnUnit, ThroughPerson
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField
from tracing.people.models import WayToReach
from tracing.tasks.models.teams import Team

COUNTED = ["kind", "disease", "person", "added_at", "due_at"]
"""What waiting calls are counted by, in the index itself: tens of thousands of one department are counted without being fetched."""
DUE = ["kind", "not_before", "team"]
"""What decides which of them may be made today, and by whom."""


class Task(Row):
    """One thing to do, in one unit's list."""

    class Kind(models.TextChoices):
        FIRST_CALL = "first_call", "First call"
        CALLBACK = "callback", "Call again"
        CONTACT_CALL = "contact_call", "Call to a contact"
        FOLLOW_UP = "follow_up", "Follow-up call"
        REFERRAL = "referral", "Referral"
        REVIEW = "review", "Review"
        FACILITY = "facility", "Facility line"

    class State(models.TextChoices):
        OPEN = "open", "waiting"
        HELD = "held", "in hand"
        DONE = "done", "done"
        STOPPED = "stopped", "stopped"

    kind = models.CharField(max_length=12, choices=Kind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = PersonField(on_merge="move", null=True)
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=16, blank=True, db_default="")
    """The one they prefer, where it is known and not English."""
    skill = models.CharField(max_length=40, blank=True, db_default="")
    """What whoever works on it must have been trained for; a code of the state's own."""
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    priority = models.SmallIntegerField(default=0)
    """0 to 1000, by the rule named in `rule`."""
    reasons = models.JSONField(default=list)
    """[[code, points], …]: why this priority."""
    rule = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    """The facts that the priority was computed from."""
    not_before = models.DateTimeField()
    """Not offered earlier: a callback's hour."""
    due_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    hold_keys = ArrayField(models.CharField(max_length=80), default=list)
    """What is in hand while this task is: the person, the household's address, every telephone number."""
    zones = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    """Where the person is, when it is another zone than the unit's: every one that holds in their state. Empty: the unit's."""
    no_phone = models.BooleanField(default=False, db_default=False)
    """A call to somebody of whom no number is known that works: passed over by *Next call* until somebody finds one."""
    sort_key = models.CharField(max_length=260, blank=True)
    """The person's, so that lists can be ordered by name."""
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    """Lent to a team of another unit: its calls, until they are taken back."""
    assigned_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """Kept for this one while they are there."""
    held_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=20, blank=True)
    """Code of what stopped it ("death", "closed"); the same may let it go again."""

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.see", person="person_id", disease="disease")
    personal = {
        **dict.fromkeys(
            "id kind unit person filed_on disease language skill state priority reasons rule facts not_before due_at attempts zones no_phone"
            " team assigned_to held_by"
            " held_until added_at ended_at stopped_by".split(),
            KEEP,
        ),
        "hold_keys": ERASE,
        "sort_key": ERASE,
    }

    guarded = ("reasons", "facts")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_in_hand_of_somebody",
                condition=Q(state="held", held_by__isnull=False, held_until__isnull=False)
                | (~Q(state="held") & Q(held_by__isnull=True, held_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="task_ended_when_over",
                condition=Q(state__in=("done", "stopped"), ended_at__isnull=False)
                | Q(state__in=("open", "held"), ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "-priority", "id"], include=DUE, name="task_next", condition=Q(state="open", no_phone=False)
            ),
            models.Index(
                fields=["unit", "-priority", "id"], name="task_elsewhere", condition=Q(state="open", no_phone=False) & ~Q(zones=[])
            ),
            models.Index(fields=["unit", "state", "-priority", "id"], include=COUNTED, name="task_by_unit"),
            models.Index(fields=["state", "-priority", "id"], name="task_by_state"),
            models.Index(fields=["held_until"], name="task_held", condition=Q(state="held")),
            models.Index(fields=["held_by"], name="task_held_by", condition=Q(state="held")),
            models.Index(fields=["person"], name="task_person"),
            models.Index(
                fields=["team", "-priority", "id"],
                name="task_of_team",
                condition=Q(state="open", no_phone=False, team__isnull=False),
            ),
            models.Index(fields=["assigned_to"], name="task_assigned", condition=Q(state="open", assigned_to__isnull=False)),
        ]


class Hold(models.Model):
    """A person, household or telephone number is in one pair of hands. The primary key is what keeps it from being in two."""

    key = models.CharField(max_length=80, primary_key=True)
    task = models.ForeignKey(Task, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    until = models.DateTimeField()

    visibility = Hidden("who has whom in hand is shown on the task")
    personal = {"key": ERASE, "task": KEEP, "user": KEEP, "until": KEEP}


class Attempt(Row):
    """One try to reach a person."""

    class Outcome(models.TextChoices):
        REACHED = "reached", "Reached"
        PARTIAL = "partial", "Reached, call again"
        NO_ANSWER = "no_answer", "No answer"
        VOICEMAIL = "voicemail", "Left a message"
        BUSY = "busy", "Busy"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        OUT_OF_SERVICE = "out_of_service", "Out of service"
        REFUSED = "refused", "Declined"
        DO_NOT_CALL = "do_not_call", "Asked not to be called"
        DIED = "died", "Has died"

    task = models.ForeignKey(Task, on_delete=models.PROTECT)
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40, blank=True)
    way = models.ForeignKey(WayToReach, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=16, choices=Outcome)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """The one they were in at that moment."""
    again_at = models.DateTimeField(null=True)
    """When to try again, as agreed or as proposed."""
    note = models.TextField(blank=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {**dict.fromkeys("id task person filed_on disease way outcome at by team again_at".split(), KEEP), "note": ERASE}

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], name="attempt_person"),
            models.Index(fields=["by", "-at"], name="attempt_by"),
            models.Index(fields=["team", "-at"], name="attempt_of_team", condition=Q(team__isnull=False)),
        ]


class DoNotCall(Row):
    """A person asked not to be called. It stops every call to them, whatever for, until it is ended: they may be written to."""

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson()
    personal = dict.fromkeys("id person filed_on at by ended_at ended_by".split(), KEEP)

    class Meta:
        indexes = [models.Index(fields=["person"], name="do_not_call_person", condition=Q(ended_at__isnull=True))]


class LookUp(Row):
    """One try to find, by the number that is calling, whom we tried to reach. The number itself is not kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    found = models.BooleanField()

    visibility = Hidden("counts wrong tries; what was found is in the journal and in standings")
    personal = dict.fromkeys("id user at found".split(), KEEP)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="look_up_user")]
