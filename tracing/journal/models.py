"""Tables of the journal. Entries and looks are partitioned by month and append-only by trigger (see `sql.py`)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tracing.base.ids import uuid7
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import Hidden, Open, ThroughPerson


class Entry(models.Model):
    """One thing that happened to one subject. `number` is given later, once, by the sealer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    disease = models.CharField(max_length=40, blank=True)
    codes = models.JSONField(default=dict)
    changed = ArrayField(models.CharField(max_length=60), default=list)
    old_digest = models.BinaryField(null=True)
    number = models.BigIntegerField(null=True)
    address = models.GenericIPAddressField(null=True)
    """Of the network it was done from: staff's or a sender's, never that of somebody who is followed. Chained, so it stays."""
    session = models.CharField(max_length=16, null=True)
    """The same for all that one session did: see `origin`."""

    visibility = ThroughPerson("timeline.see", disease="disease")
    personal = dict.fromkeys(
        "id at verb actor_kind actor_id actor_name subject_kind subject_id person_id disease codes changed old_digest number"
        " address session".split(),
        KEEP,
    )

    class Meta:
        managed = False
        db_table = "journal_entry"
        ordering = ["number"]


class OldValues(models.Model):
    """What the changed fields held before. Erasable: the entry keeps only the salted digest, so purging leaves the chain whole."""

    entry_id = models.UUIDField(primary_key=True)
    person_id = models.UUIDField(null=True)
    disease = models.CharField(max_length=40, blank=True)
    salt = models.BinaryField()
    values = models.JSONField()

    visibility = ThroughPerson("timeline.see", disease="disease")
    personal = {"entry_id": KEEP, "person_id": KEEP, "disease": KEEP, "salt": ERASE, "values": ERASE}

    class Meta:
        indexes = [models.Index(fields=["person_id"], name="old_values_person")]


class Look(models.Model):
    """One page shown: who looked, at whom, why. A page whose look cannot be recorded is not shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    page = models.CharField(max_length=40)
    purpose = models.CharField(max_length=20)
    persons = ArrayField(models.UUIDField(), default=list)
    address = models.GenericIPAddressField(null=True)
    session = models.CharField(max_length=16, null=True)
    number = models.BigIntegerField(null=True)

    visibility = Hidden("read by the access page through journal.queries.looks_at, which asks for a permission of its own")
    personal = dict.fromkeys("id at actor_id page purpose persons address session number".split(), KEEP)

    class Meta:
        managed = False
        db_table = "journal_look"


class Disclosure(models.Model):
    """Something about people left the agency: what, to whom, for what purpose, on what ground. Append-only, like looks."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=60, blank=True)
    way = models.CharField(max_length=20)
    """"export", "transfer", "api", "letter", …"""
    recipient = models.CharField(max_length=200)
    """An agency or organisation, or "own use" for a file that a member of staff took."""
    purpose = models.CharField(max_length=20)
    ground = models.CharField(max_length=40)
    """Code of the law or the consent that allows it."""
    disease = models.CharField(max_length=40, blank=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    """Names of what went out, never a value."""
    persons = ArrayField(models.UUIDField(), default=list)

    visibility = Hidden("read by the privacy officer's page through journal.queries, which asks for a permission of its own")
    personal = dict.fromkeys(
        "id at actor_kind actor_id actor_name way recipient purpose ground disease fields persons".split(), KEEP
    )

    class Meta:
        indexes = [models.Index(fields=["-at"], name="disclosure_at")]


class Seal(models.Model):
    """A run of numbered entries, chained: digest = SHA-256 over the previous digest and each entry in order."""

    first = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    previous = models.BinaryField()
    digest = models.BinaryField()

    visibility = Open()
    personal = dict.fromkeys("first last at previous digest".split(), KEEP)


class LookSeal(models.Model):
    """A run of numbered looks, chained as `Seal` chains entries. A chain of its own, so that neither waits for the other."""

    first = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    previous = models.BinaryField()
    digest = models.BinaryField()

    visibility = Open()
    personal = dict.fromkeys("first last at previous digest".split(), KEEP)


class LookTally(models.Model):
    """How many pages and people one member of staff looked at in an hour or a day: what "unusually many" is measured by."""

    class Span(models.TextChoices):
        HOUR = "hour", "hour"
        DAY = "day", "day"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor_id = models.UUIDField()
    span = models.CharField(max_length=4, choices=Span)
    at = models.DateTimeField()
    """When the hour or the day began."""
    persons = models.IntegerField()
    looks = models.IntegerField()

    visibility = Hidden("read by the privacy officer's page through journal.queries, which asks for a permission of its own")
    personal = dict.fromkeys("id actor_id span at persons looks".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "span", "at"], name="one_tally_of_a_span")]
        indexes = [models.Index(fields=["span", "at"], name="look_tally_at")]


class Follower(models.Model):
    """How far a room has read the sealed journal."""

    name = models.CharField(max_length=60, primary_key=True)
    number = models.BigIntegerField(default=0)

    visibility = Hidden("a cursor of a job")
    personal = {"name": KEEP, "number": KEEP}
