"""Notices, who was told, who is on call, and mail to staff."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tracing.access.models import User
from tracing.base.models import Row
from tracing.base.personal import KEEP
from tracing.base.visibility import Hidden, Open, OwnRow
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField


class OnCall(Row):
    """Somebody of a unit answers for it from one hour to another; `second` is asked when the first does not answer."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    second = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    visibility = Open()
    personal = dict.fromkeys("id unit user second from_at until_at at by ended_at".split(), KEEP)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="on_call_ends_after_it_begins")]
        indexes = [models.Index(fields=["unit", "until_at"], name="on_call_unit", condition=Q(ended_at__isnull=True))]


class Notice(Row):
    """Something happened of which staff are told. Its words are drawn from its rule and its subject; it holds none."""

    rule = models.CharField(max_length=40)
    """Code of the rule, and the version of the state's file it stood in."""
    version = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = PersonField(on_merge="move", null=True)
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    entry = models.UUIDField()
    """The journal entry it tells of: one notice for each of a unit, however often the entry is answered."""
    at = models.DateTimeField()
    at_once = models.BooleanField(default=False)
    """At any hour, until somebody answers for it."""
    level = models.SmallIntegerField(default=0)
    """How far it was carried: 0 to whom it is for, then further each time nobody answered."""
    escalates_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.UUIDField(null=True)

    visibility = Hidden("seen by those who were told, on rows of their own")
    personal = dict.fromkeys(
        "id rule version unit person filed_on disease subject_kind subject_id entry at at_once level escalates_at acknowledged_at"
        " acknowledged_by".split(),
        KEEP,
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "rule", "unit"], name="told_once_of_what_happened")]
        indexes = [
            models.Index(fields=["escalates_at"], name="notice_escalates", condition=Q(acknowledged_at__isnull=True)),
            models.Index(fields=["unit", "-at"], name="notice_unit"),
            models.Index(fields=["person"], name="notice_person"),
        ]


class Told(Row):
    """One member of staff is told of one notice, from some hour on; read when they said so. It says what kind of thing happened where, and
    leads to a page that asks again who may see it."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="told")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    at = models.DateTimeField()
    """When it happened, as far as anybody could know."""
    at_once = models.BooleanField(default=False)
    level = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    """Who answered for what was to be dealt with at once."""

    visibility = OwnRow()
    personal = dict.fromkeys(
        "id notice user rule unit disease subject_kind subject_id at at_once level not_before read_at answered_at answered_by".split(), KEEP
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="told_once")]
        indexes = [
            models.Index(fields=["user", "not_before"], name="told_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["user", "-id"], name="told_user"),
        ]


class StaffMail(Row):
    """A mail to a member of staff: that something waits, or the numbers of the morning. The queue carries its id; it holds counts alone."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "a notice waits"
        MORNING = "morning", "the morning in numbers"

    class State(models.TextChoices):
        QUEUED = "queued", "waiting"
        CLAIMED = "claimed", "being sent"
        SENT = "sent", "sent"
        FAILED = "failed", "failed"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    told = models.OneToOneField(Told, on_delete=models.CASCADE, null=True, related_name="+")
    day = models.DateField(null=True)
    numbers = models.JSONField(default=dict)
    """Name of a figure → a whole number."""
    not_before = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    tries = models.SmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True)

    visibility = Hidden("a queue; what it tells of is seen on its page")
    personal = dict.fromkeys("id user kind told day numbers not_before state tries claimed_at ended_at problem".split(), KEEP)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "day"], condition=Q(day__isnull=False), name="one_morning_mail_a_day")
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], name="staff_mail_due", condition=Q(state="queued")),
            models.Index(fields=["claimed_at"], name="staff_mail_claimed", condition=Q(state="claimed")),
        ]
