"""Outgoing messages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import KEEP
from tracing.base.visibility import ThroughPerson
from tracing.people.fields import FiledOn, PersonField


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
