"""What was advised, and orders of isolation and quarantine."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import BLUR, ERASE, KEEP
from tracing.base.visibility import OwnUnit, ThroughPerson
from tracing.cases.models import Isolation
from tracing.contacts.models import Quarantine
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField
from tracing.tasks.models import Attempt


class Advice(Row):
    """One thing that somebody was advised to do: by which rule, until when, in which language, by which way. Never changed: advised
    anew, it is a new row."""

    class Code(models.TextChoices):
        ISOLATE = "isolate", _("stay at home, apart from others")
        QUARANTINE = "quarantine", _("stay at home after an exposure")
        TEST = "test", _("have a test")
        WATCH = "watch", _("watch for symptoms")
        SEEK_CARE = "seek_care", _("when to seek care at once")

    class Channel(models.TextChoices):
        CALL = "call", _("by telephone")
        VISIT = "visit", _("face to face")
        LETTER = "letter", _("by letter")
        TEXT = "text", _("by text message")
        EMAIL = "email", _("by e-mail")
        WEB = "web", _("on the web page")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    code = models.CharField(max_length=12, choices=Code)
    day = models.DateField(null=True)
    """Until when, or from which day a test counts; None: as long as it lasts."""
    rule = models.CharField(max_length=60)
    """The version of the rule that the advice follows from."""
    language = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {**dict.fromkeys("id person filed_on disease code rule language channel attempt at by".split(), KEEP), "day": BLUR}
    guarded = ("code",)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="advice_person")]


class Order(Row):
    """An order of isolation or quarantine: drafted by an investigator, signed by a director, served, ended. Once signed, its words stand
    as they were signed."""

    class Kind(models.TextChoices):
        ISOLATION = "isolation", _("Isolation")
        QUARANTINE = "quarantine", _("Quarantine")

    class State(models.TextChoices):
        DRAFTED = "drafted", _("waiting for signature")
        SIGNED = "signed", _("signed, to be served")
        SERVED = "served", _("served")
        ENDED = "ended", _("ended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class How(models.TextChoices):
        IN_PERSON = "in_person", _("handed over in person")
        OFFICER = "officer", _("by an officer of the law")
        MAIL = "mail", _("by registered mail")
        EMAIL = "email", _("by e-mail, receipt confirmed")
        TELEPHONE = "telephone", _("read out by telephone, copy sent")

    class End(models.TextChoices):
        OVER = "over", _("its last day is over")
        RELEASED = "released", _("released earlier: not infectious any more")
        CHANGED = "changed", _("replaced by a newer order")
        COURT = "court", _("ended by a court")
        DIED = "died", _("the person has died")
        MISTAKE = "mistake", _("made by mistake")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Whose director signs: of where they are."""
    kind = models.CharField(max_length=10, choices=Kind)
    isolation = models.ForeignKey(Isolation, on_delete=models.PROTECT, null=True, related_name="+")
    quarantine = models.ForeignKey(Quarantine, on_delete=models.PROTECT, null=True, related_name="+")
    law = models.CharField(max_length=40)
    """Version of the state's own file of orders."""
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The last day."""
    basis = models.TextField()
    """Why the director believes that they are infected or were exposed."""
    place = models.CharField(max_length=300)
    """Where they are to stay."""
    terms = models.TextField(blank=True)
    """What else holds: food brought, whom to call, animals looked after."""
    words = models.JSONField(default=dict)
    """As signed: {"en": [title, paragraph, …], …}."""
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the words as canonical JSON, in hexadecimal."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFTED)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.UUIDField(null=True)
    signer = models.CharField(max_length=160, blank=True)
    """The director's name, typed as the signature."""
    served_at = models.DateTimeField(null=True)
    served_by = models.UUIDField(null=True)
    served_how = models.CharField(max_length=10, choices=How, blank=True)
    served_to = models.CharField(max_length=160, blank=True)
    """Into whose hands, when not their own: a parent, a guardian."""
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end = models.CharField(max_length=10, choices=End, blank=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.detail", person="person_id", disease="disease")
    personal = {
        **dict.fromkeys(
            "id person filed_on disease unit kind isolation quarantine law digest state at by signed_at signed_by signer served_at"
            " served_by served_how ended_at ended_by end".split(),
            KEEP,
        ),
        **dict.fromkeys("basis place terms words served_to".split(), ERASE), "starts_on": BLUR, "ends_on": BLUR,
    }  # fmt: skip
    guarded = ("basis", "place", "terms", "words", "served_to")

    class Meta:
        constraints = [
            models.CheckConstraint(name="order_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="order_signed_before_it_is_served", condition=Q(served_at__isnull=True) | Q(signed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="order_signed_by_somebody", condition=Q(signed_at__isnull=True) | (Q(signed_by__isnull=False) & ~Q(signer="") & ~Q(digest=""))
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "-at", "-id"], name="order_unit_state"),
            models.Index(fields=["state", "-at", "-id"], name="order_state"),
            models.Index(fields=["ends_on"], name="order_running", condition=Q(state="served")),
            models.Index(fields=["person", "-at"], name="order_person"),
        ]
