"""A case in more than one hand: shared, handed over, sent to another state; and where its person belongs besides."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import OwnUnit, ThroughPerson
from tracing.cases.models.case import Case
from tracing.jurisdictions.models import Town, Unit
from tracing.people.fields import FiledOn, PersonField
from tracing.places.models import Place


class Share(Row):
    """A case is seen by another unit as well, for a purpose, until a day. The unit's standing is owned by this row."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="shares")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """With whom."""
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20)
    why = models.CharField(max_length=200, blank=True)
    rule = models.CharField(max_length=40, blank=True)
    """Code of the rule that shared it; "" a person did."""
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.UUIDField(null=True)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.see", also="from_unit_id", about="person_id", disease="disease")
    personal = {
        **dict.fromkeys(
            "id case person filed_on disease unit from_unit purpose rule at by_kind by until ended_at ended_by".split(), KEEP
        ),
        "why": ERASE,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "unit"], condition=Q(ended_at__isnull=True), name="shared_once_at_a_time"),
            models.CheckConstraint(name="share_ends_after_it_begins", condition=Q(until__gt=models.F("at"))),
            models.CheckConstraint(name="shared_with_another", condition=~Q(unit=models.F("from_unit"))),
        ]
        indexes = [models.Index(fields=["until"], name="share_open", condition=Q(ended_at__isnull=True))]


class Transfer(Row):
    """A case is handed over: offered by one unit, taken by another. The sender stays responsible until it is accepted."""

    class State(models.TextChoices):
        OFFERED = "offered", "offered"
        ESCALATED = "escalated", "not answered in time: with the state's duty list"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "taken back by the sender"
        RETURNED = "returned", "given back after it was accepted"

    class Kind(models.TextChoices):
        FOLLOW_UP = "follow_up", "followed there from now on, counted where it was"
        RESIDENCE = "residence", "lives there: counted and followed there"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FOLLOW_UP)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """To whom."""
    duty_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    """The state's list that it went to because nobody answered."""
    town = models.ForeignKey(Town, on_delete=models.PROTECT, null=True, related_name="+")
    """Of residence, as the sender says; only where the residence was wrong."""
    from_town = models.ForeignKey(Town, on_delete=models.PROTECT, null=True, related_name="+")
    """Of residence before, so that it can be turned back."""
    why = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    """Four working hours later: `cases.rules.answer_due`."""
    escalated_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answer_note = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    """When neither side can turn it back any more, or it was turned back."""

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.see", also="from_unit_id", about="person_id", disease="disease")
    personal = {
        **dict.fromkeys(
            "id kind case person filed_on disease from_unit unit duty_unit town from_town state offered_at offered_by due_at"
            " escalated_at answered_at answered_by ended_at".split(),
            KEEP,
        ),
        "why": ERASE, "answer_note": ERASE,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=("offered", "escalated")), name="one_transfer_at_a_time"
            ),
            models.CheckConstraint(name="transferred_to_another", condition=~Q(unit=models.F("from_unit"))),
        ]
        indexes = [
            models.Index(fields=["unit", "due_at"], name="transfer_waiting", condition=Q(state__in=("offered", "escalated"))),
            models.Index(fields=["due_at"], name="transfer_due", condition=Q(state="offered")),
        ]


class OutOfState(Row):
    """A case that another state is to follow: a package for it, and what became of it."""

    class State(models.TextChoices):
        PREPARED = "prepared", "prepared"
        SENT = "sent", "sent"
        ACKNOWLEDGED = "acknowledged", "acknowledged"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_state = models.CharField(max_length=40)
    """Two letters of a state or territory; else a country in words."""
    recipient = models.CharField(max_length=200)
    why = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State, default=State.PREPARED)
    package = models.JSONField(default=dict)
    """What was prepared, word for word: what was sent is what stands here."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answer_note = models.CharField(max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    # It holds results: not for who sees only that there is a case.
    visibility = OwnUnit("cases.detail", person="person_id", disease="disease")
    personal = {
        **dict.fromkeys(
            "id case person filed_on disease unit to_state state at by sent_at sent_by answered_at answered_by".split(), KEEP
        ),
        "recipient": KEEP, "why": ERASE, "package": ERASE, "answer_note": ERASE,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "to_state"], condition=Q(state__in=("prepared", "sent")), name="one_package_for_a_state"
            )
        ]
        indexes = [models.Index(fields=["unit", "-at"], name="out_of_state_unit")]


class Affiliation(Row):
    """A person attends, lives or works at a setting of the register, as somebody said or an address shows."""

    class How(models.TextChoices):
        ATTENDS = "attends", "attends it"
        LIVES = "lives", "lives there"
        WORKS = "works", "works there"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="affiliations")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=8, choices=How)
    source = models.CharField(max_length=20)
    """"interview", "report", "staff"."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    # A school's liaison is not told of the other school.
    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = dict.fromkeys("id case person filed_on disease place how source at by ended_at ended_by".split(), KEEP)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "place"], condition=Q(ended_at__isnull=True), name="affiliated_once")
        ]
        indexes = [models.Index(fields=["place"], name="affiliation_place", condition=Q(ended_at__isnull=True))]
