"""Persons and what is known of them."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracing.access.models import User
from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import BLUR, ERASE, KEEP
from tracing.base.visibility import OwnUnit, ThroughPerson
from tracing.jurisdictions.models import Town, Unit
from tracing.people.fields import FiledOn, PersonField


class Person(Row):
    """Somebody: a case, a contact, or both over time. Belongs to no unit: seen through standings."""

    class Sex(models.TextChoices):
        FEMALE = "F", "female"
        MALE = "M", "male"
        OTHER = "O", "other"
        UNKNOWN = "", "not known"

    family = models.CharField(max_length=120, blank=True)
    given = models.CharField(max_length=120, blank=True)
    middle = models.CharField(max_length=120, blank=True)
    suffix = models.CharField(max_length=20, blank=True)
    birth_on = models.DateField(null=True)
    birth_year = models.SmallIntegerField(null=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    language = models.CharField(max_length=16, blank=True)
    """BCP 47 code; "" not known."""
    interpreter = models.BooleanField(null=True)
    race = ArrayField(models.CharField(max_length=20), default=list)
    ethnicity = models.CharField(max_length=20, blank=True)

    name_key = models.CharField(max_length=200, blank=True)
    """`base.text.name_key`: full names that are the same."""
    sort_key = models.CharField(max_length=260, blank=True)
    """`base.text.sort_key`."""
    keys = ArrayField(models.IntegerField(), default=list)
    """`linkage.keys.keys`: who shares one is compared. Also of a person merged away: former names are found."""
    middle_key = models.CharField(max_length=120, blank=True, db_default="")
    """`base.text.fold` of the middle name, by which it is found."""
    facts = models.JSONField(default=dict)
    """Field → [rank, as of, source]: which source the present value came from. See `rules.prefer`."""
    provisional = models.BooleanField(default=False)
    """Opened because nobody settled a possible match in time; whoever calls can settle it."""
    added_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    """Found to be the same as this person: always the root of its live merges, and none for a root. The row itself stays as it was."""
    own = models.JSONField(null=True, editable=False)
    """Field → [value, stamp]: what is known of this one alone, while others are merged into them and the fields show what holds of all."""

    objects = VisibleQuerySet.as_manager()

    # Somebody merged away is seen as who they are now; what was known of them alone, on the page of the merge.
    visibility = ThroughPerson(person="id", unless="merged_into_id")
    personal = {
        "id": KEEP, "family": ERASE, "given": ERASE, "middle": ERASE, "suffix": ERASE, "birth_on": BLUR, "birth_year": KEEP,
        "sex": KEEP, "language": KEEP, "interpreter": KEEP, "race": KEEP, "ethnicity": KEEP, "name_key": ERASE,
        "sort_key": ERASE, "middle_key": ERASE,
        "keys": ERASE, "facts": ERASE, "provisional": KEEP, "added_at": KEEP, "merged_into": KEEP, "own": ERASE,
    }  # fmt: skip

    guarded = ("race", "ethnicity")
    reachable = ("family", "given", "middle", "suffix", "language", "interpreter", "sort_key", "middle_key", "added_at")
    initials = ("family", "given")
    outline = ("birth_year", "provisional", "added_at")

    class Meta:
        indexes = [
            models.Index(fields=["name_key", "birth_on"], name="person_name_birth", condition=~Q(name_key="")),
            models.Index(fields=["birth_on"], name="person_birth", condition=Q(birth_on__isnull=False)),
            models.Index(fields=["sort_key", "id"], name="person_sort"),
            # Without fastupdate: a report looks its person up by what the one before has written.
            GinIndex(fields=["keys"], name="person_keys", fastupdate=False),
            models.Index(fields=["merged_into"], name="person_merged_away", condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        """As one says it: "Ana Rivera", "A. R." for masked eyes."""
        if getattr(self, "masked", "") == "deidentified":
            return str(_("Name hidden"))
        return f"{self.given} {self.family}".strip() or str(_("(no name)"))

    @property
    def listed(self) -> str:
        """As lists have it: "Rivera, Ana"; for masked eyes as anywhere else."""
        if getattr(self, "masked", "") in ("masked", "deidentified") or not (self.family and self.given):
            return str(self)
        return f"{self.family}, {self.given}"


class Standing(Row):
    """Why a unit sees a person. Written by the room that creates the reason, in the same action."""

    class Why(models.TextChoices):
        RESIDENCE = "residence", "lives there"
        STAY = "stay", "stays there at present"
        STATE = "state", "followed by the state"
        EXPOSED = "exposed", "contact of a case of the unit"
        SHARED = "shared", "shared with the unit"
        TRANSFER = "transfer", "handed over, or about to be"
        SCHOOL = "school", "affiliated to the school"
        COVERING = "covering", "in the hand of somebody who works for the unit"
        REFERRED = "referred", "referred to the organisation"
        BREAK_GLASS = "break_glass", "emergency access"

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """Seen by this user alone; none: by the whole unit."""
    why = models.CharField(max_length=12, choices=Why)
    disease = models.CharField(max_length=40, blank=True)
    """"" for any: the person may be seen, but clinical rows ask for their own disease."""
    sensitive = models.BooleanField(default=False)
    """The disease is one that a membership must name."""
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("people.see", disease="disease", user="user_id")
    personal = dict.fromkeys("id person filed_on unit user why disease sensitive since until".split(), KEEP)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "user", "why", "disease"], condition=Q(until__isnull=True),
                name="one_standing_for_a_reason", nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="standing_of_one_user_ends", condition=Q(user__isnull=True) | Q(until__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "person"], name="standing_unit_person"),
            models.Index(fields=["unit", "person"], name="standing_lent", condition=~Q(why__in=("residence", "state", "exposed"))),
            models.Index(fields=["user", "until"], name="standing_user", condition=Q(user__isnull=False)),
            models.Index(fields=["person"], name="standing_sensitive", condition=Q(sensitive=True)),
        ]


class WaysToReach(VisibleQuerySet["WayToReach"]):
    def usable(self) -> Self:
        """Not ended, not known to be wrong, and not barred by a confidential flag: `people.ways.rules.usable` in a query."""
        return self.filter(until__isnull=True).exclude(works=False).exclude(safe=False)


class WayToReach(Row):
    """A telephone number or an e-mail address of a person, as one source said."""

    class Kind(models.TextChoices):
        PHONE = "phone", "telephone"
        EMAIL = "email", "e-mail"

    class Whose(models.TextChoices):
        UNKNOWN = "", _("not known")
        OWN = "own", _("their own")
        HOUSEHOLD = "household", _("of the household")
        ANSWERS = "answers", _("of who answers for them")
        WORK = "work", _("at work")
        OTHER = "other", _("of somebody else")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    kind = models.CharField(max_length=6, choices=Kind)
    value = models.CharField(max_length=254)
    """E.164 for telephones; the address in lower case for e-mail."""
    source = models.CharField(max_length=20)
    as_of = models.DateTimeField()
    works = models.BooleanField(null=True)
    """None until somebody tried; False: wrong or out of service."""
    tried_at = models.DateTimeField(null=True)
    tried_by = models.UUIDField(null=True)
    whose = models.CharField(max_length=10, choices=Whose, blank=True, default="", db_default="")
    hours = models.CharField(max_length=60, blank=True, default="", db_default="")
    """When to call there, as they said it."""
    since = models.DateField(null=True)
    """From when on, where somebody said so."""
    until = models.DateTimeField(null=True)
    """Given up: an old number, or one typed wrongly."""
    safe = models.BooleanField(null=True)
    """Only for somebody to be reached confidentially: True, they said that this way is safe; False, it is not to be used."""

    objects = WaysToReach.as_manager()

    visibility = ThroughPerson()
    personal = {
        **dict.fromkeys("id person filed_on kind source as_of works tried_at tried_by whose since until safe".split(), KEEP),
        "value": ERASE, "hours": ERASE,
    }  # fmt: skip

    reachable = ("kind", "value", "source", "as_of", "works", "tried_at", "whose", "hours", "since", "until", "safe")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "value"], name="one_way_once")]
        indexes = [models.Index(fields=["value"], name="way_value")]


class Address(Row):
    """Where a person lives (counts) or stays at present (is followed up), as one source said, from that day on."""

    class Kind(models.TextChoices):
        RESIDENCE = "residence", "residence"
        STAY = "stay", "present stay"

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    kind = models.CharField(max_length=10, choices=Kind)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=40, blank=True)
    zip = models.CharField(max_length=10, blank=True)
    key = models.CharField(max_length=260, blank=True)
    """`places.rules.address_key`: addresses that are the same."""
    town = models.ForeignKey(Town, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """The department of the town on `as_of`; the state's own list when it is not known or lies outside."""
    out_of_state = models.BooleanField(default=False)
    evidence = ArrayField(models.CharField(max_length=40), default=list)
    source = models.CharField(max_length=20)
    as_of = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson(hides="address")
    personal = {
        "id": KEEP, "person": KEEP, "filed_on": KEEP, "kind": KEEP, "street": ERASE, "city": ERASE, "state": KEEP, "zip": BLUR,
        "key": ERASE, "town": KEEP, "unit": KEEP, "out_of_state": KEEP, "evidence": KEEP, "source": KEEP, "as_of": KEEP,
        "until": KEEP,
    }  # fmt: skip

    whereabouts = ("town",)
    reachable = ("kind", "street", "city", "state", "zip", "key", "out_of_state", "source", "as_of", "until")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="one_address_once")]
        indexes = [models.Index(fields=["key"], name="address_key", condition=~Q(key=""))]


class Match(Row):
    """Whether the person of a report is somebody already known: what was found, why, and who decided."""

    class Outcome(models.TextChoices):
        CERTAIN = "certain", "the same person"
        POSSIBLE = "possible", "perhaps the same: a human decides"
        NEW = "new", "a new person"
        PROVISIONAL = "provisional", "nobody decided in time: opened provisionally"
        SAME = "same", "a human said: the same"
        DIFFERENT = "different", "a human said: somebody else"

    report_id = models.UUIDField(unique=True)
    """The report (`intake`) whose person was looked for."""
    person = PersonField(on_merge="move", null=True)
    filed_on = FiledOn("person")
    """None while nobody has decided."""
    outcome = models.CharField(max_length=12, choices=Outcome)
    candidates = models.JSONField(default=list)
    """[{"person": id, "reasons": [codes], "score": number}], best first; "shown": whether the human saw them who said "somebody else"."""
    conditions = ArrayField(models.CharField(max_length=40), default=list)
    """Of the report: the sensitive ones among them keep it from whoever does not reach them."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """When a possible match no longer holds the report back."""
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("people.settle_match", conditions="conditions")
    personal = dict.fromkeys(
        "id report_id person filed_on outcome candidates conditions unit at due_at settled_at settled_by".split(), KEEP
    )

    class Meta:
        indexes = [
            models.Index(fields=["unit", "due_at"], name="match_open", condition=Q(settled_at__isnull=True, outcome="possible"))
        ]


class NotTheSame(Row):
    """Somebody said that two people are not one."""

    one = PersonField(on_merge="move")
    one_filed_on = FiledOn("one")
    other = PersonField(on_merge="move")
    other_filed_on = FiledOn("other")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    visibility = ThroughPerson(person="one_id")
    personal = dict.fromkeys("id one one_filed_on other other_filed_on at by".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="not_the_same_once")]


class Death(Row):
    """A person has died. Nothing goes out from the moment this stands; `taken_back_at` ends it."""

    person = PersonField(on_merge="keep_one")
    filed_on = FiledOn("person")
    died_on = models.DateField(null=True)
    source = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson()
    personal = dict.fromkeys("id person filed_on source at by taken_back_at taken_back_by".split(), KEEP) | {"died_on": BLUR}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(taken_back_at__isnull=True), name="dies_once"),
            models.CheckConstraint(
                name="death_taken_back_by_somebody",
                condition=Q(taken_back_at__isnull=True) | Q(taken_back_by__isnull=False),
            ),
        ]
