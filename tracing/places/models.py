"""The register of settings where people live, learn, work and meet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import KEEP
from tracing.base.visibility import Open
from tracing.jurisdictions.models import Town, Unit


class Place(Row):
    """A setting: known by its name and by its address."""

    class Kind(models.TextChoices):
        SCHOOL = "school", "School"
        DAY_CARE = "day_care", "Day care"
        COLLEGE = "college", "College"
        WORKPLACE = "workplace", "Workplace"
        NURSING_HOME = "nursing_home", "Nursing home"
        ASSISTED_LIVING = "assisted_living", "Assisted living"
        GROUP_HOME = "group_home", "Group home"
        CONGREGATE = "congregate", "Other place where many live"
        MILITARY = "military", "Military quarters"
        PRISON = "prison", "Prison"
        SHELTER = "shelter", "Shelter"
        HOSPITAL = "hospital", "Hospital"
        TEAM = "team", "Team or club"
        EVENT = "event", "Event"

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    zip = models.CharField(max_length=10, blank=True)
    address_key = models.CharField(max_length=260, blank=True)
    town = models.ForeignKey(Town, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=20, blank=True)
    organisation = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    """The school, college or other organisation that works on this platform itself: its liaison sees who is affiliated to it."""

    objects = VisibleQuerySet.as_manager()

    visibility = Open()
    personal = dict.fromkeys("id kind name name_key street city zip address_key town unit phone organisation".split(), KEEP)

    class Meta:
        indexes = [
            models.Index(fields=["address_key"], name="place_address", condition=~Q(address_key="")),
            models.Index(fields=["name_key"], name="place_name"),
        ]
