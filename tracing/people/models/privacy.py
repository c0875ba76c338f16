"""Records that few may open, that one may not open, or that somebody opened all the same; and looks worth a question."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracing.access.models import User
from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import OwnRow, OwnUnit
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField


class Restriction(Row):
    """A record that few may open: a colleague's, a public figure's; or an address that is kept confidential by law."""

    class Kind(models.TextChoices):
        STAFF = "staff", "member of staff"
        PUBLIC_FIGURE = "public_figure", "public figure"
        ADDRESS = "address", "confidential address"

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    kind = models.CharField(max_length=14, choices=Kind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Whose people with `people.see_restricted` may open it all the same."""
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("people.see_restricted")
    personal = {**dict.fromkeys("id person filed_on kind unit at by ended_at ended_by".split(), KEEP), "why": ERASE}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], condition=Q(ended_at__isnull=True), name="one_restriction_of_a_kind")
        ]


class Recusal(Row):
    """A member of staff knows the person, and neither sees nor calls them."""

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    visibility = OwnRow()
    personal = dict.fromkeys("id person filed_on user at ended_at ended_by".split(), KEEP)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "user"], condition=Q(ended_at__isnull=True), name="recused_once")
        ]
        indexes = [models.Index(fields=["user"], name="recusal_user", condition=Q(ended_at__isnull=True))]


class EmergencyAccess(Row):
    """Somebody opened, or tried to open, a record that was not theirs, with a written reason. Told to the privacy officer."""

    class Verdict(models.TextChoices):
        JUSTIFIED = "justified", "justified"
        NOT_JUSTIFIED = "not_justified", "not justified"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Of the user at that time: its privacy officer is told."""
    person = PersonField(on_merge="move", null=True)
    filed_on = FiledOn("person")
    """None: nobody was found."""
    reason = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=14, choices=Verdict, blank=True)
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("privacy.review")
    personal = {
        **dict.fromkeys("id user unit person filed_on at until ended_at verdict reviewed_by reviewed_at".split(), KEEP),
        "reason": ERASE, "note": ERASE,
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["unit", "at"], name="emergency_unreviewed", condition=Q(verdict=""))]


class UnusualLook(Row):
    """A rule of `journal.rules` found that somebody's looks are worth a question: at one person, or at unusually many, on one day."""

    class Verdict(models.TextChoices):
        EXPLAINED = "explained", _("part of the work")
        NOT_EXPLAINED = "not_explained", _("not part of the work")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Of the user at that time: its privacy officer is told."""
    person = PersonField(on_merge="move", null=True)
    filed_on = FiledOn("person")
    """None: it is about how many, not about whom."""
    rule = models.CharField(max_length=40)
    """Code and date of the rule: "own_name/2020-01-01"."""
    day = models.DateField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    looks = models.IntegerField()
    persons = models.IntegerField()
    at = models.DateTimeField()
    verdict = models.CharField(max_length=14, choices=Verdict, blank=True)
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("privacy.review")
    personal = {
        **dict.fromkeys(
            "id user unit person filed_on rule day first_at last_at looks persons at verdict reviewed_by reviewed_at".split(), KEEP
        ),
        "note": ERASE,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "person", "rule", "day"], name="found_once_a_day", nulls_distinct=False)
        ]
        indexes = [
            models.Index(fields=["unit", "-last_at"], name="unusual_open", condition=Q(verdict="")),
            models.Index(fields=["-last_at", "-id"], name="unusual_last"),
        ]

    @property
    def code(self) -> str:
        return self.rule.partition("/")[0]
