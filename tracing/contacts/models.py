"""Exposures and quarantine."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import BLUR, ERASE, KEEP
from tracing.base.visibility import OwnUnit, ThroughPerson
from tracing.cases.models import Case
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField
from tracing.people.models import Merge


class Exposure(Row):
    """A person was exposed to a case: named in an interview."""

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", "Lives in the same household"
        SOCIAL = "social", "Friends, family elsewhere"
        WORK = "work", "Work"
        SCHOOL = "school", "School or day care"
        CARE = "care", "Health care"
        OTHER = "other", "Other"

    contact = PersonField(on_merge="move")
    contact_filed_on = FiledOn("contact")
    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exposures")
    disease = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    last_on = models.DateField(null=True)
    named_at = models.DateTimeField()
    by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", person="contact_id", disease="disease")
    personal = {
        **dict.fromkeys("id contact contact_filed_on source disease kind named_at by".split(), KEEP),
        "last_on": BLUR,
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "source"], name="exposed_to_a_case_once")]
        indexes = [models.Index(fields=["source"], name="exposure_source")]


class Quarantine(Row):
    """From when until when a contact stays at home, by which rule; settled when it ends or they become a case."""

    class Settled(models.TextChoices):
        COMPLETED = "completed", "completed"
        BECAME_CASE = "became_case", "became a case"
        NOT_NEEDED = "not_needed", "not needed"

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, related_name="quarantines")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    rule = models.CharField(max_length=60)
    at = models.DateTimeField()
    settled = models.CharField(max_length=12, choices=Settled, blank=True)
    settled_at = models.DateTimeField(null=True)
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    """The merge that settled it: undone, it runs again."""

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.see", disease="disease")
    personal = {
        **dict.fromkeys("id person filed_on disease exposure rule at settled settled_at merge".split(), KEEP),
        "starts_on": BLUR, "ends_on": BLUR,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quarantine_settled_at_some_time",
                condition=Q(settled="", settled_at__isnull=True) | (~Q(settled="") & Q(settled_at__isnull=False)),
            )
        ]
        indexes = [models.Index(fields=["person", "disease"], name="quarantine_open", condition=Q(settled=""))]


class Unreached(Row):
    """Somebody who is to be called or written to, and of whom nothing is known by which that could be done. Worked until a way is found,
    until it is given up with a reason, or until nobody needs to reach them any more."""

    class Why(models.TextChoices):
        CALL = "call", _("to be called about their own illness")
        MESSAGE = "message", _("to be written to")
        CONTACT = "contact", _("exposed, to be told")

    class State(models.TextChoices):
        OPEN = "open", _("looked for")
        FOUND = "found", _("a way was found")
        GIVEN_UP = "given_up", _("given up")
        OVER = "over", _("no longer needed")

    class Reason(models.TextChoices):
        NOTHING_KNOWN = "nothing_known", _("no source knows more")
        TOO_LATE = "too_late", _("it would come too late")
        NOT_A_PERSON = "not_a_person", _("no real person: a test or a mistake")
        OTHER = "other", _("another reason")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    why = models.CharField(max_length=8, choices=Why)
    lacks = ArrayField(models.CharField(max_length=8), default=list)
    """"phone", "email", "mail": what is not known, or known to be of no use."""
    priority = models.SmallIntegerField(default=0)
    """Of the call that nobody can make, as when this began."""
    since = models.DateTimeField()
    """From when on they were to be reached."""
    tries = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField()
    """When to look again: a source that was asked takes a while to answer."""
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=14, choices=Reason, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.see", person="person_id", disease="disease")
    personal = dict.fromkeys(
        "id person filed_on unit disease why lacks priority since tries not_before state reason ended_at ended_by".split(), KEEP
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unreached_ends_when_over", condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False))
            ),
            models.UniqueConstraint(fields=["person", "disease"], condition=Q(state="open"), name="looked_for_once"),
        ]
        indexes = [
            models.Index(fields=["unit", "-priority", "id"], name="unreached_unit", condition=Q(state="open")),
            models.Index(fields=["unit", "since", "id"], name="unreached_unit_since", condition=Q(state="open")),
            models.Index(fields=["-priority", "id"], name="unreached_all", condition=Q(state="open")),
            models.Index(fields=["since", "id"], name="unreached_since", condition=Q(state="open")),
            models.Index(fields=["person"], name="unreached_person"),
        ]


class Enquiry(Row):
    """One source asked for the details of somebody who cannot be reached, and what it knew."""

    class Outcome(models.TextChoices):
        FOUND = "found", _("gave a number or an address")
        NOTHING = "nothing", _("knows no more")
        WAITING = "waiting", _("will answer later")
        NO_ANSWER = "no_answer", _("was not reached")

    about = models.ForeignKey(Unreached, on_delete=models.PROTECT, related_name="enquiries")
    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    source = models.CharField(max_length=20)
    """A code of `reaching.toml`."""
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.see", disease="disease")
    personal = {**dict.fromkeys("id about person filed_on disease source outcome at by".split(), KEEP), "note": ERASE}
    guarded = ("note",)

    class Meta:
        indexes = [models.Index(fields=["about", "-at"], name="enquiry_about")]
