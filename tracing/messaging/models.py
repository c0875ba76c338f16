"""Outgoing messages, and calls that a telephone service dials."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.models import User
from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import OwnRow, ThroughPerson
from tracing.people.fields import FiledOn, PersonField
from tracing.people.models import WayToReach
from tracing.tasks.models import Task


class Message(Row):
    """Something to be said to a person. The queue carries its id; the truth is this row."""

    class Channel(models.TextChoices):
        SMS = "sms", "text message"
        EMAIL = "email", "e-mail"
        LETTER = "letter", "letter"

    class State(models.TextChoices):
        QUEUED = "queued", "waiting"
        CLAIMED = "claimed", "being sent"
        SENT = "sent", "sent"
        STOPPED = "stopped", "stopped"
        FAILED = "failed", "failed"

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=6, choices=Channel)
    template = models.CharField(max_length=40)
    """Which words; they are rendered when it is sent, in the person's language."""
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    stopped_by = models.CharField(max_length=20, blank=True)
    """"death", "opt_out", "confidential", "closed"; what stopped it may let it go again."""
    not_before = models.DateTimeField()
    added_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    """When it was given to a provider; one that never answered is failed and told, never sent a second time."""
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True)
    """A provider's code of why it failed."""

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = dict.fromkeys(
        "id person filed_on disease channel template state stopped_by not_before added_at claimed_at ended_at problem".split(), KEEP
    )

    class Meta:
        indexes = [
            models.Index(fields=["not_before", "id"], name="message_due", condition=Q(state="queued")),
            models.Index(fields=["claimed_at"], name="message_claimed", condition=Q(state="claimed")),
            models.Index(fields=["person"], name="message_person"),
        ]


class OptOut(Row):
    """A person wants no more messages of a channel. `taken_back_at` ends it: they asked for them again."""

    person = PersonField(on_merge="keep_one")
    filed_on = FiledOn("person")
    channel = models.CharField(max_length=6, choices=Message.Channel)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.UUIDField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson()
    personal = dict.fromkeys("id person filed_on channel at by_kind by taken_back_at".split(), KEEP)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel"], condition=Q(taken_back_at__isnull=True), name="opts_out_once")
        ]


class Telephone(Row):
    """Where a member of staff is rung first when they dial from a page. One at a time; another one ends it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=16)
    """E.164."""
    since = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    """When whoever answered there typed the digits that stood on the page: it is the telephone of who sits before it."""
    until = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnRow()
    personal = {"number": ERASE, **dict.fromkeys("id user since confirmed_at until".split(), KEEP)}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(until__isnull=True), name="one_telephone_each"),
        ]


class Dial(Row):
    """One call that a telephone service was asked to make: it rings the member of staff, and then the person. What came of the call is
    proposed on the page, and kept as an attempt by nobody but who made it."""

    class State(models.TextChoices):
        ASKED = "asked", "asked for"
        PLACING = "placing", "being handed to the service"
        RINGING = "ringing", "the caller's own telephone rings"
        CONNECTING = "connecting", "the person is being rung"
        TALKING = "talking", "answered"
        ENDED = "ended", "over"
        FAILED = "failed", "not made"

    class Result(models.TextChoices):
        ANSWERED = "answered", "answered"
        BUSY = "busy", "busy"
        NO_ANSWER = "no_answer", "no answer"
        FAILED = "failed", "could not be connected"
        CANCELLED = "cancelled", "hung up before anybody answered"
        NOT_TAKEN = "not_taken", "the caller's own telephone was not answered"
        UNKNOWN = "unknown", "not known"

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40, blank=True)
    way = models.ForeignKey(WayToReach, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    telephone = models.ForeignKey(Telephone, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    result = models.CharField(max_length=10, choices=Result, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    """Code of why it was not made, or not to its end."""
    digits = models.CharField(max_length=4, blank=True)
    """What the page asks to be typed on a telephone that is not confirmed yet."""
    call = models.CharField(max_length=40, blank=True)
    """The service's key of the call."""
    asked_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    """When its state changed last."""
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    """How long the person was on the line."""

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {
        **dict.fromkeys(
            "id task person filed_on disease way user telephone state result problem digits asked_at heard_at answered_at ended_at"
            " seconds".split(),
            KEEP,
        ),
        "call": ERASE,  # leads to the number, at the service
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=~Q(state__in=("ended", "failed")), name="dials_one_at_a_time"),
            models.CheckConstraint(
                name="dial_ended_when_over",
                condition=Q(state__in=("ended", "failed"), ended_at__isnull=False)
                | (~Q(state__in=("ended", "failed")) & Q(ended_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["heard_at"], name="dial_under_way", condition=~Q(state__in=("ended", "failed"))),
            models.Index(fields=["task", "-asked_at"], name="dial_of_task"),
            models.Index(fields=["person"], name="dial_person"),
        ]
