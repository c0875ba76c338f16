"""Who sends, what came, what it said."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import BLUR, ERASE, KEEP
from tracing.base.visibility import Hidden, Open, OwnUnit, ThroughPerson
from tracing.cases.models import Case
from tracing.jurisdictions.models import Town, Unit
from tracing.people.fields import FiledOn, PersonField


class Source(Row):
    """A sender: a laboratory, an aggregator, a folder."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Whose staff settle what this sender's reports leave open: the state's, as a rule."""
    expected_every_hours = models.SmallIntegerField(default=24)
    """Longer silence raises an alarm."""
    tests_open_cases = models.BooleanField(default=False)
    """Whether messages marked T or D (HL7 table 0103) are filed like live ones. Off unless somebody says so."""
    surveillance = models.BooleanField(default=False)
    """The surveillance system: its numbers are its own, and what it says of them (two are one, one is another) is followed."""
    folder = models.CharField(max_length=500, blank=True)
    """Watched: files put here are received, then moved to `done` inside it."""
    pull_every_minutes = models.IntegerField(default=60)
    next_pull_at = models.DateTimeField(null=True)
    """None: not pulled. The schedule is this row, not a cron table on somebody's machine."""
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("intake.sources")
    personal = dict.fromkeys(
        "id code name unit expected_every_hours tests_open_cases surveillance folder pull_every_minutes next_pull_at active added_at".split(),
        KEEP,
    )

    class Meta:
        indexes = [models.Index(fields=["next_pull_at"], name="source_due", condition=Q(next_pull_at__isnull=False))]


class SourceKey(Row):
    """A key with which a sender posts. Only its SHA-256 is kept."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    """The last characters, so that people can tell keys apart."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    visibility = Hidden("digests of keys; the page of sources shows their hint and expiry through a query of its own")
    personal = dict.fromkeys("id source digest hint made_at expires_at revoked_at".split(), KEEP)


class Delivery(Row):
    """Bytes as they came. The fingerprint is unique: the same bytes twice are one delivery."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting to be read"
        READ = "read", "read"

    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8)
    """post, folder, command, pull, desk."""
    name = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    """SHA-256 of the bytes, in hexadecimal."""
    size = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    format = models.CharField(max_length=6, blank=True)
    messages = models.IntegerField(default=0)
    """How many reports the reading made of it."""
    declared = models.IntegerField(null=True)
    """How many messages its envelope says it holds."""
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("intake.review")
    personal = dict.fromkeys(
        "id source unit channel name fingerprint size state format messages declared received_at read_at".split(), KEEP
    )

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["source", "-received_at"], name="delivery_source"),
        ]


class DeliveryPart(Row):
    """A piece of a delivery's bytes, at most one mebibyte, so that a large one never has to be in memory whole."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="parts")
    no = models.IntegerField()
    content = models.BinaryField()

    visibility = Hidden("the bytes are read by jobs; staff see a report's own message")
    personal = {"id": KEEP, "delivery": KEEP, "no": KEEP, "content": ERASE}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "no"], name="one_part_once")]


class Report(Row):
    """One message of a delivery: waiting, filed, held or set aside, always exactly one of them."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        FILED = "filed", "filed"
        HELD = "held", "held"
        SET_ASIDE = "set_aside", "set aside"

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="reports")
    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    message_no = models.IntegerField()
    format = models.CharField(max_length=6)
    content = models.BinaryField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    problems = ArrayField(models.CharField(max_length=60), default=list)
    causes = ArrayField(models.CharField(max_length=120), default=list)
    """What would mend it, one key per cause: reports that share one are refiled together."""
    corrections = models.JSONField(default=dict)
    """Field → value that staff put in place of what the message says; who and when is in the journal."""
    control_id = models.CharField(max_length=200, blank=True)
    conditions = ArrayField(models.CharField(max_length=40), default=list)
    sensitive = models.BooleanField(default=False)
    """A condition without a rule set, or one marked sensitive: seen with `diseases.unlisted` only."""
    not_before = models.DateTimeField()
    """A held-back report (a possible match) is taken up again at this time."""
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    set_aside_reason = models.CharField(max_length=40, blank=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("intake.review", conditions="conditions", sensitive="sensitive")
    personal = {
        **dict.fromkeys(
            "id delivery source unit message_no format state problems causes control_id conditions sensitive not_before"
            " received_at filed_at set_aside_reason".split(),
            KEEP,
        ),
        "content": ERASE,
        "corrections": ERASE,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "message_no"], name="one_report_once"),
            models.CheckConstraint(
                name="report_held_with_a_reason", condition=~Q(state="held") | ~Q(problems=[])
            ),
            models.CheckConstraint(
                name="report_set_aside_with_a_reason", condition=~Q(state="set_aside") | ~Q(set_aside_reason="")
            ),
            models.CheckConstraint(
                name="report_filed_at_some_time", condition=~Q(state="filed") | Q(filed_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], name="report_waiting", condition=Q(state="waiting")),
            models.Index(fields=["unit", "received_at", "id"], name="report_held", condition=Q(state="held")),
            models.Index(fields=["source", "state"], name="report_source_state"),
        ]


class LabResult(Row):
    """One version of one test result. The newest version is current; older ones stay."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="results")
    line = models.SmallIntegerField()
    """Which OBX of the report, from 1."""
    key = models.CharField(max_length=64)
    """What makes it the same result in every version: laboratory, accession, test, specimen, part; digest of these."""
    version_at = models.DateTimeField()
    version_rank = models.SmallIntegerField()
    current = models.BooleanField()
    person = PersonField(on_merge="move", null=True)
    filed_on = FiledOn("person")
    """None: counted without a person."""
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="results")
    disease = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    town = models.ForeignKey(Town, on_delete=models.PROTECT, null=True, related_name="+")
    loinc = models.CharField(max_length=20, blank=True)
    local_code = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=14)
    """Class: positive, negative, …"""
    presumptive = models.BooleanField(default=False)
    analyte = models.CharField(max_length=20, blank=True)
    self_test = models.BooleanField(default=False, db_default=False)
    value = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=4)
    """HL7 table 0085."""
    specimen_on = models.DateField(null=True)
    accession = models.CharField(max_length=80, blank=True)
    laboratory = models.CharField(max_length=120, blank=True)
    facility = models.CharField(max_length=120, blank=True)
    """Who ordered it."""
    answers = models.JSONField(default=dict)
    """What was answered when the test was ordered: onset_on, symptomatic, hospitalised, setting."""
    at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {
        **dict.fromkeys(
            "id report line version_at version_rank current person filed_on case disease unit town loinc local_code name"
            " result presumptive analyte self_test status at".split(),
            KEEP,
        ),
        "key": ERASE, "value": ERASE, "specimen_on": BLUR, "accession": ERASE, "laboratory": KEEP, "facility": ERASE,
        "answers": ERASE,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "line"], name="one_line_once"),
            models.UniqueConstraint(fields=["key"], condition=Q(current=True), name="one_current_version"),
        ]
        indexes = [
            models.Index(fields=["key"], name="lab_result_key"),
            models.Index(fields=["person", "disease"], name="lab_result_person", condition=Q(person__isnull=False)),
            models.Index(fields=["case"], name="lab_result_case", condition=Q(case__isnull=False)),
            models.Index(fields=["accession"], name="lab_result_accession", condition=Q(person__isnull=False) & ~Q(accession="")),
        ]


class Moved(Row):
    """Somebody said that a report was filed on the wrong person. Kept with all that is needed to take it back."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="moves")
    was = PersonField(on_merge="move")
    """On whom it had been filed."""
    was_filed_on = FiledOn("was")
    person = PersonField(on_merge="move")
    """Whom it is about."""
    filed_on = FiledOn("person")
    made = models.BooleanField(default=False)
    """Whether the person was made of the report's own facts."""
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.UUIDField(null=True)
    undone = models.JSONField(default=dict)
    """What the report had caused and the move undid, as it was: what is put back when the move is taken back."""
    listed = models.JSONField(default=list)
    """[code, number, case]: what cannot be undone and rested on the report."""
    back_at = models.DateTimeField(null=True)
    back_by_kind = models.CharField(max_length=12, blank=True)
    back_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson()
    personal = {
        **dict.fromkeys("id report was was_filed_on person filed_on made at by_kind by listed back_at back_by_kind back_by".split(), KEEP),
        "why": ERASE, "undone": ERASE,
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="moved_report")]


class SourceDay(Row):
    """One sender's day in figures: volume, and what was missing. Written by the filing in the same transaction."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="days")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    reports = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    """Specimen more than 72 hours before receipt."""
    no_phone = models.IntegerField(default=0)
    no_address = models.IntegerField(default=0)
    no_birth_date = models.IntegerField(default=0)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("intake.sources")
    personal = dict.fromkeys("id source unit day reports held late no_phone no_address no_birth_date".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="one_day_of_a_source")]


class LocalMeaning(Row):
    """What a code or a word of a sender means, said by staff because no table of ours knows it. It ends, it is never altered."""

    class Kind(models.TextChoices):
        TEST = "test", "code of a test"
        VALUE = "value", "code of a result"
        WORD = "word", "result in words"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="meanings")
    """None: whoever sends it."""
    kind = models.CharField(max_length=6, choices=Kind)
    code = models.CharField(max_length=120)
    """As in the cause of the reports it held: "SCT|8405", "L|COVPCR"; words are folded."""
    meaning = models.CharField(max_length=40)
    """Of a test: its LOINC or the code of a condition. Of a result: its class."""
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    visibility = Open()
    personal = dict.fromkeys("id source kind code meaning added_at ended_at".split(), KEEP)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "code"], condition=Q(ended_at=None), nulls_distinct=False, name="one_meaning_at_a_time"
            )
        ]


class Trouble(Row):
    """Something keeps a sender's files from coming in, from one instant until it was mended. Told on the page of sources."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="troubles")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    """Of the file, where it is about one."""
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("intake.sources")
    personal = {**dict.fromkeys("id source unit code since ended_at".split(), KEEP), "name": ERASE}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "code", "name"], condition=Q(ended_at=None), name="one_trouble_at_a_time")
        ]


from tracing.intake.imports.models import ImportMapping, ImportRow, TableImport  # noqa: E402, F401  they name reports
