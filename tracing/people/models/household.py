"""Who lives with whom, who answers for whom, and who is to be reached without anybody else's knowing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import Hidden, ThroughPerson
from tracing.people.fields import FiledOn, PersonField


class Household(Row):
    """People who live together, as somebody confirmed. A shared number or street alone is only a hint."""

    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    visibility = Hidden("empty by itself: who belongs to it stands in its members")
    personal = dict.fromkeys("id at by".split(), KEEP)


class HouseholdMember(Row):
    """Somebody belongs to a household, from when until when. A child of separated parents belongs to two."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    source = models.CharField(max_length=20)
    """What made somebody think so: "address", "phone", "said", "staff"."""
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson()
    personal = dict.fromkeys("id household person filed_on source since until by ended_by".split(), KEEP)
    reachable = ("source", "since", "until")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "person"], condition=Q(until__isnull=True), name="belongs_to_it_once")
        ]
        indexes = [
            models.Index(fields=["household"], name="household_members", condition=Q(until__isnull=True)),
            models.Index(fields=["person"], name="household_of", condition=Q(until__isnull=True)),
        ]


class Guardianship(Row):
    """Who answers for a child, or for an adult who does not answer for themselves."""

    class Kind(models.TextChoices):
        PARENT = "parent", _("parent")
        FOSTER = "foster", _("foster parent")
        AGENCY = "agency", _("child welfare agency")
        RELATIVE = "relative", _("relative who looks after them")
        COURT = "court", _("guardian or conservator appointed by a court")
        AGENT = "agent", _("health care representative or power of attorney")
        FACILITY = "facility", _("facility where they live")

    ward = PersonField(on_merge="move")
    ward_filed_on = FiledOn("ward")
    guardian = PersonField(on_merge="move", null=True)
    guardian_filed_on = FiledOn("guardian")
    """None: not somebody on record, known by name and number only; the number is one of the ward's own ways to reach."""
    name = models.CharField(max_length=160)
    """As it is said on the telephone."""
    kind = models.CharField(max_length=10, choices=Kind)
    decides = models.BooleanField(default=True)
    """May agree to something for the ward; otherwise looks after them only."""
    keep_away = models.BooleanField(default=False)
    """Not to be called or written to about the ward: the other parent, where a court says so."""
    basis = models.CharField(max_length=200, blank=True)
    """Where that is written, or who said so: "order of the Superior Court, 2026-03-02"."""
    since = models.DateField()
    until = models.DateField(null=True)
    """The last day."""
    source = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson(person="ward_id")
    personal = {
        **dict.fromkeys(
            "id ward ward_filed_on guardian guardian_filed_on kind decides keep_away since until source at by ended_at ended_by".split(), KEEP
        ),
        "name": ERASE, "basis": ERASE,
    }  # fmt: skip
    reachable = ("name", "kind", "decides", "keep_away", "since", "until")

    class Meta:
        constraints = [
            models.CheckConstraint(name="guardianship_in_order", condition=Q(until__isnull=True) | Q(until__gte=models.F("since"))),
            models.CheckConstraint(name="nobody_answers_for_themselves", condition=~Q(ward=models.F("guardian"))),
        ]
        indexes = [
            models.Index(fields=["ward"], name="guardians_of", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["guardian"], name="wards_of", condition=Q(ended_at__isnull=True, guardian__isnull=False)),
        ]


class Confidential(Row):
    """To be reached by nobody's knowing but their own: no household call, no guardian, no message left, no letter, safe ways only."""

    class Kind(models.TextChoices):
        OWN_CONSENT = "own_consent", _("a minor who agreed to the test or treatment themselves")
        VIOLENCE = "violence", _("violence or control at home")
        OTHER = "other", _("asked for it")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    kind = models.CharField(max_length=12, choices=Kind)
    said = models.CharField(max_length=200, blank=True)
    """How to reach them safely, in their words."""
    since = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    why_ended = models.CharField(max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("people.confidential")
    personal = {
        **dict.fromkeys("id person filed_on kind since by ended_at ended_by".split(), KEEP), "said": ERASE, "why_ended": ERASE,
    }  # fmt: skip
    guarded = ("kind",)
    reachable = ("said", "since", "ended_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], condition=Q(ended_at__isnull=True), name="confidential_once_for_a_reason")
        ]
