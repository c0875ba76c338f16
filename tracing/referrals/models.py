"""Referrals."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import OwnUnit
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField


class Referral(Row):
    """An organisation is asked to help somebody. Says nothing of why they stay at home."""

    class State(models.TextChoices):
        ASKED = "asked", "asked"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined by the organisation"
        ENDED = "ended", "ended"
        WITHDRAWN = "withdrawn", "withdrawn"

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """The organisation."""
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    needs = ArrayField(models.CharField(max_length=20))
    household_size = models.SmallIntegerField(null=True)
    """Known to live at the same address when it was made, or as the person said."""
    language = models.CharField(max_length=16, blank=True)
    until_on = models.DateField()
    """Until when they stay at home: the last day for which help is asked."""
    note = models.CharField(max_length=200, blank=True)
    """Shown to the organisation."""
    agreed_by = models.CharField(max_length=120)
    """Who agreed to it: the person, or whoever speaks for them."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    outcome = models.CharField(max_length=14, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end_note = models.CharField(max_length=200, blank=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("referrals.see", also="from_unit_id", about="person_id")
    personal = {
        **dict.fromkeys(
            "id person filed_on unit from_unit needs household_size language until_on at by state answered_at answered_by outcome"
            " ended_at ended_by".split(),
            KEEP,
        ),
        "note": ERASE, "agreed_by": ERASE, "end_note": ERASE,
    }  # fmt: skip
    reachable = (
        "needs", "household_size", "language", "until_on", "note", "at", "by", "state", "answered_at", "answered_by", "outcome",
        "ended_at", "ended_by", "end_note",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit"], condition=Q(state__in=("asked", "accepted")), name="referred_once_at_a_time"
            ),
            models.CheckConstraint(name="referred_to_another", condition=~Q(unit=F("from_unit"))),
        ]
        indexes = [
            models.Index(fields=["unit", "until_on", "id"], name="referral_open", condition=Q(state__in=("asked", "accepted"))),
            models.Index(fields=["person"], name="referral_person"),
        ]
