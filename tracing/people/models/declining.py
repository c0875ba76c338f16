"""What somebody declines, and who speaks of them after their death."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import ThroughPerson
from tracing.people.fields import FiledOn, PersonField


class Refusal(Row):
    """Somebody declines part of what is asked of them in one illness. Each scope is a row of its own, ended when they think again."""

    class Scope(models.TextChoices):
        INTERVIEW = "interview", _("the interview")
        CONTACTS = "contacts", _("naming contacts")
        TEXTS = "texts", _("text messages and e-mails")
        ALL = "all", _("everything: no calls, no messages")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    scope = models.CharField(max_length=10, choices=Scope)
    note = models.CharField(max_length=200, blank=True)
    """Why, in their words."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {**dict.fromkeys("id person filed_on disease scope at by ended_at ended_by".split(), KEEP), "note": ERASE}
    guarded = ("note",)

    class Meta:
        indexes = [models.Index(fields=["person"], name="refusal_person", condition=Q(ended_at__isnull=True))]


class NextOfKin(Row):
    """Who is spoken with after somebody has died: by name and number, because most are nobody whom the register knows."""

    class Relation(models.TextChoices):
        SPOUSE = "spouse", _("husband, wife or partner")
        CHILD = "child", _("son or daughter")
        PARENT = "parent", _("mother or father")
        SIBLING = "sibling", _("brother or sister")
        OTHER = "other", _("somebody else who was close")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    name = models.CharField(max_length=160)
    relation = models.CharField(max_length=10, choices=Relation)
    phone = models.CharField(max_length=20, blank=True)
    """+12035550142"""
    language = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson()
    personal = {
        **dict.fromkeys("id person filed_on relation language at by ended_at ended_by".split(), KEEP),
        **dict.fromkeys(("name", "phone"), ERASE),
    }  # fmt: skip
    guarded = ("name", "phone")

    class Meta:
        indexes = [models.Index(fields=["person"], name="next_of_kin_person", condition=Q(ended_at__isnull=True))]
