"""Areas, departments, organisations, and the facts that lead from an address to one of them. No personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from tracing.base.models import Row
from tracing.base.personal import KEEP, Treatment
from tracing.base.visibility import Open, Visibility


class UnitQuerySet(models.QuerySet["Unit"]):
    def at_or_below(self, unit_ids: Iterable[UUID]) -> Self:
        """The units named and everything under them."""
        return self.filter(ancestor_rows__ancestor__in=list(unit_ids)).distinct()

    def active_on(self, day: date) -> Self:
        started = Q(active_from__isnull=True) | Q(active_from__lte=day)
        lasts = Q(active_until__isnull=True) | Q(active_until__gt=day)
        return self.filter(started & lasts)

    def in_order(self) -> Self:
        return self.order_by("sort_key", "code")


class Unit(Row):
    """Whom people and work may belong to: the state, a region, a health department, a team, an organisation."""

    class Kind(models.TextChoices):
        STATE = "state", "State"
        REGION = "region", "Region"
        DEPARTMENT = "department", "Health department"
        TEAM = "team", "Team"
        COLLEGE = "college", "College or university"
        SCHOOL = "school", "School"
        COMMUNITY = "community", "Community organisation"
        LABORATORY = "laboratory", "Laboratory"
        CONTRACTOR = "contractor", "Contractor"

    visibility: ClassVar[Visibility] = Open()
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(
        ("id", "code", "name", "kind", "parent", "time_zone", "active_from", "active_until", "successor", "phone", "sort_key", "own"), KEEP
    )

    code = models.CharField(max_length=80, unique=True)
    """Stable short name, e.g. `ledge-light-health-district`; a state's own list is its unit of kind `state`."""
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    time_zone = models.CharField(max_length=64)
    active_from = models.DateField(null=True, blank=True)
    active_until = models.DateField(null=True, blank=True)
    """The first day on which the unit no longer works; null: still does."""
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """Who took over its work when it ended; null: its parent."""
    phone = models.CharField(max_length=20, blank=True, default="")
    """E.164; what an outgoing call may show."""
    sort_key = models.CharField(max_length=200, default="")
    own = models.BooleanField(default=False)
    """Made here by staff and not by the profile, which leaves it alone."""

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_is_not_its_own_parent"),
            models.CheckConstraint(condition=Q(kind="state") | Q(parent__isnull=False), name="unit_below_a_state_has_a_parent"),
            models.CheckConstraint(
                condition=Q(active_from__isnull=True) | Q(active_until__isnull=True) | Q(active_from__lt=F("active_until")),
                name="unit_active_from_before_until",
            ),
        ]
        indexes = [models.Index(fields=["kind", "sort_key"], name="unit_kind_sort")]

    def __str__(self) -> str:
        return self.name


class UnitAncestor(Row):
    """Each unit with itself and every unit above it, so that "this unit and all below" is one join. Kept by actions."""

    visibility: ClassVar[Visibility] = Open()
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(("id", "unit", "ancestor", "depth"), KEEP)

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="ancestor_rows")
    ancestor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="descendant_rows", db_index=False)
    depth = models.PositiveSmallIntegerField()
    """Steps from the unit up to the ancestor; 0 for the unit itself."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ancestor", "unit"], name="unit_ancestor_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} under {self.ancestor_id}"


class Closing(Row):
    """A unit stops working on a day, and others take over its work. What is open is handed over by jobs, set by set."""

    visibility: ClassVar[Visibility] = Open()
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(
        ("id", "unit", "successor", "on", "towns", "found", "at", "by_kind", "by", "finished_at"), KEEP
    )

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="closing")
    successor = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    """The first day on which it no longer works."""
    towns = models.JSONField(default=dict)
    """Code of a town → code of the unit that takes over its people, where that is another than the successor."""
    found = models.JSONField(default=dict)
    """What was open when it was decided: kind → number."""
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=12)
    by = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    """When nothing open was left."""

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(successor=F("unit")), name="closing_has_another_successor")]


class Town(Row):
    """A town, the unit of residence by which a case is counted and routed."""

    visibility: ClassVar[Visibility] = Open()
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(
        ("id", "code", "name", "state", "county", "region", "census_code", "population", "latitude", "longitude"), KEEP
    )

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=2)
    county = models.CharField(max_length=80, blank=True, default="")
    """The historic county, only to tell places of one name apart: it has no government and routes nothing."""
    region = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="towns_of_region")
    census_code = models.CharField(max_length=10, blank=True, default="")
    """County subdivision GEOID of the 2020 census."""
    population = models.PositiveIntegerField(null=True, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "code"], name="town_state_code")]

    def __str__(self) -> str:
        return self.name


class TownDepartment(Row):
    """Which health department serves a town, and when. A case keeps the department of its date."""

    class Confidence(models.TextChoices):
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    visibility: ClassVar[Visibility] = Open()
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(
        ("id", "town", "department", "valid_from", "valid_to", "source", "confidence"), KEEP
    )

    town = models.ForeignKey(Town, on_delete=models.CASCADE, related_name="department_rows")
    department = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="town_rows")
    valid_from = models.DateField(null=True, blank=True)
    """First day; null: as long as is known."""
    valid_to = models.DateField(null=True, blank=True)
    """First day on which it no longer holds; null: still does."""
    source = models.CharField(max_length=300, blank=True, default="")
    confidence = models.CharField(max_length=8, choices=Confidence, default=Confidence.MEDIUM)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="town_has_one_department_a_day",
                expressions=[
                    (F("town"), RangeOperators.EQUAL),
                    (Func(F("valid_from"), F("valid_to"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
            # An empty range overlaps nothing, so the constraint above would let it in.
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")),
                name="town_department_from_before_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.town_id} in {self.department_id}"


class PlaceName(Row):
    """A name that people write instead of the town's: a village, a post office, an abbreviation."""

    class Kind(models.TextChoices):
        VILLAGE = "village", "Village or post office"
        SHORT = "short", "Short form of the town's name"

    visibility: ClassVar[Visibility] = Open()
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(
        ("id", "name", "name_key", "town", "kind", "ambiguous", "share"), KEEP
    )

    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120)
    """`tracing.base.text.fold` of the name."""
    town = models.ForeignKey(Town, on_delete=models.CASCADE, related_name="place_names")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.VILLAGE)
    ambiguous = models.BooleanField(default=False)
    """The name lies in more than one town; there is one row for each."""
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    """Which part of the place's people live in this town, 0 to 1; null: not known."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name_key", "town"], name="place_name_once_a_town"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1), name="place_name_share_is_a_part"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ZipTown(Row):
    """Which towns a ZIP code reaches, and how many of its people live in each."""

    visibility: ClassVar[Visibility] = Open()
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(("id", "zip", "town", "share", "is_main"), KEEP)

    zip = models.CharField(max_length=5)
    town = models.ForeignKey(Town, on_delete=models.CASCADE, related_name="zip_rows")
    share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    """Which part of the ZIP code's people live in this town, 0 to 1; null: a ZIP code without residents of its own."""
    is_main = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["zip", "town"], name="zip_town_once"),
            models.UniqueConstraint(fields=["zip"], condition=Q(is_main=True), name="zip_has_one_main_town"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1), name="zip_town_share_is_a_part"
            ),
        ]

    def __str__(self) -> str:
        return self.zip


class Profile(Row):
    """The state's folder of facts as last loaded; a new fingerprint tells every process to read the facts again."""

    visibility: ClassVar[Visibility] = Open()
    personal: ClassVar[Mapping[str, Treatment]] = dict.fromkeys(
        (
            "id",
            "code",
            "name",
            "state",
            "state_names",
            "time_zone",
            "unit",
            "zip_prefixes",
            "zips_elsewhere",
            "version",
            "fingerprint",
            "loaded_at",
        ),
        KEEP,
    )

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=2)
    state_names = models.JSONField(default=list)
    """Every way to write the state besides its code."""
    time_zone = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="profiles")
    """The state's own unit: whoever belongs to no department is on its list."""
    zip_prefixes = models.JSONField(default=list)
    zips_elsewhere = models.JSONField(default=dict)
    """ZIP codes that begin like the state's and lie in another: ZIP to state code."""
    version = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 over the folder's files, in hexadecimal."""
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
