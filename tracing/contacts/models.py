"""Exposures and quarantine."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import BLUR, ERASE, KEEP
from tracing.base.visibility import OwnUnit, ThroughPerson
from tracing.cases.models import Case
from tracing.jurisdictions.models import Unit
from tracing.people.fields import FiledOn, PersonField
from tracing.people.models import Merge
from tracing.places.models import Place


class Exposure(Row):
    """A person was exposed to a case: one row for each source, way of meeting and place."""

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", _("Lives in the same household")
        SOCIAL = "social", _("Friends, family elsewhere")
        WORK = "work", _("Work")
        SCHOOL = "school", _("School or day care")
        CARE = "care", _("Health care")
        OTHER = "other", _("Other")

    class Outside(models.TextChoices):
        """How somebody is known to have been exposed where the case is not known here."""

        TRAVEL = "travel", _("On a journey: flight, ship, bus")
        OTHER_STATE = "other_state", _("To a case that another state follows")
        EVENT = "event", _("At a gathering or place with cases")
        NOT_KNOWN = "not_known", _("To a case that is not named")

    contact = PersonField(on_merge="move")
    contact_filed_on = FiledOn("contact")
    source = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="exposures")
    """None: the case is not known here (`outside`)."""
    outside = models.CharField(max_length=12, choices=Outside, blank=True, db_default="")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    """Who follows them where no case here does."""
    reference = models.CharField(max_length=200, blank=True, db_default="")
    """By what the reporter knows it: a flight, another state's number."""
    disease = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    relation = models.CharField(max_length=60, blank=True)
    """What they are to the case, in the case's words: "son", "works the next desk"."""
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    continues = models.BooleanField(default=False, db_default=False)
    """They live together and cannot keep apart: the last exposure lies at the end of the days in which the case infects others."""
    feet = models.SmallIntegerField(null=True)
    minutes = models.SmallIntegerField(null=True)
    """Together near each other, added up over 24 hours."""
    close = models.BooleanField(null=True)
    """By `close_rule`; None: what is known does not decide it, and then it counts."""
    close_rule = models.CharField(max_length=60, blank=True)
    named_at = models.DateTimeField()
    by = models.UUIDField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.UUIDField(null=True)

    said: str = ""
    """Who it is in the words of the case: set by `queries.named_in_words`, for pages that show whom a case named."""

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", person="contact_id", disease="disease")
    personal = {
        **dict.fromkeys(
            "id contact contact_filed_on source outside unit disease kind place continues feet minutes close close_rule named_at by taken_back_at"
            " taken_back_by".split(),
            KEEP,
        ),
        "first_on": BLUR, "last_on": BLUR, "relation": ERASE, "reference": ERASE,
    }  # fmt: skip
    guarded = ("relation", "reference")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "source", "kind", "place"], condition=Q(taken_back_at__isnull=True, source__isnull=False),
                nulls_distinct=False,
                name="exposed_to_a_case_once",
            ),
            models.CheckConstraint(
                name="exposed_to_a_case_or_outside",
                condition=Q(source__isnull=False, outside="", unit__isnull=True) | (Q(source__isnull=True, unit__isnull=False) & ~Q(outside="")),
            ),
            models.CheckConstraint(
                name="exposure_days_in_order", condition=Q(first_on__isnull=True) | Q(last_on__isnull=True) | Q(first_on__lte=F("last_on"))
            ),
        ]
        indexes = [models.Index(fields=["source"], name="exposure_source"), models.Index(fields=["place"], name="exposure_place")]

    @property
    def follower(self) -> Unit:
        """The department that follows them as a contact: that of the case, or the one it was reported to."""
        unit = self.source.follow_unit if self.source is not None else self.unit
        assert unit is not None, "a constraint: one of the two is there"
        return unit


class Naming(Row):
    """Whom a case named, in the words of the case. The list beside an interview is drawn from this and from nothing else, so that it
    looks the same whether somebody was known, protected, dead, or new."""

    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="namings")
    person = PersonField(on_merge="move")
    """Who named them: the person of the case."""
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, related_name="namings")
    given = models.CharField(max_length=120, blank=True)
    family = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    relation = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=10, choices=Exposure.Kind)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    continues = models.BooleanField(default=False)
    feet = models.SmallIntegerField(null=True)
    minutes = models.SmallIntegerField(null=True)
    revision = models.SmallIntegerField(default=0)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {
        **dict.fromkeys(
            "id source person filed_on disease exposure kind place continues feet minutes revision at by taken_back_at".split(), KEEP
        ),
        **dict.fromkeys("given family phone relation".split(), ERASE), "first_on": BLUR, "last_on": BLUR,
    }  # fmt: skip
    guarded = ("relation",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="naming_days_in_order", condition=Q(first_on__isnull=True) | Q(last_on__isnull=True) | Q(first_on__lte=F("last_on"))
            )
        ]
        indexes = [models.Index(fields=["source", "at", "id"], name="naming_source")]

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


class Circumstances(Row):
    """What a contact's quarantine depends on, as they told it. The newest row counts; the earlier ones stay."""

    class Vaccine(models.TextChoices):
        MRNA = "mrna", _("two doses (mRNA)")
        SINGLE_DOSE = "single_dose", _("one dose")

    class Prophylaxis(models.TextChoices):
        MMR = "mmr", _("measles vaccine after the exposure")
        IMMUNE_GLOBULIN = "immune_globulin", _("immune globulin after the exposure")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    symptomatic = models.BooleanField(null=True)
    onset_on = models.DateField(null=True)
    vaccinated_on = models.DateField(null=True)
    vaccine = models.CharField(max_length=12, choices=Vaccine, blank=True)
    boosted_on = models.DateField(null=True)
    immune = models.BooleanField(null=True)
    """Written evidence of immunity."""
    prophylaxis = models.CharField(max_length=16, choices=Prophylaxis, blank=True)
    prophylaxis_on = models.DateField(null=True)
    negative_on = models.DateField(null=True)
    """Day of the specimen of a negative test of after the exposure."""
    option = models.CharField(max_length=20, blank=True)
    """The way through quarantine they chose: a code of the rule set; "": the one that is preferred."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {
        **dict.fromkeys("id person filed_on disease symptomatic vaccine immune prophylaxis option at by".split(), KEEP),
        **dict.fromkeys("onset_on vaccinated_on boosted_on prophylaxis_on negative_on".split(), BLUR),
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["person", "disease", "-at"], name="circumstances_newest")]


class Visit(Row):
    """Somebody was at a place: told in the interview of a case or by a contact. Whether others could be infected there, or they
    themselves, follows from the days."""

    class Role(models.TextChoices):
        VISITOR = "visitor", _("visitor or guest")
        WORKER = "worker", _("works there")
        PUPIL = "pupil", _("pupil, student or child in care")
        RESIDENT = "resident", _("lives there")
        PATIENT = "patient", _("patient")
        MEMBER = "member", _("member of a team or group")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="visits")
    role = models.CharField(max_length=10, choices=Role)
    first_on = models.DateField()
    last_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.detail", disease="disease")
    personal = {
        **dict.fromkeys("id person filed_on disease place role at by taken_back_at".split(), KEEP),
        "first_on": BLUR, "last_on": BLUR, "note": ERASE,
    }  # fmt: skip
    guarded = ("note",)

    class Meta:
        constraints = [models.CheckConstraint(name="visit_days_in_order", condition=Q(first_on__lte=F("last_on")))]
        indexes = [
            models.Index(fields=["person", "disease", "first_on"], name="visit_person"),
            models.Index(fields=["place", "disease", "last_on"], name="visit_place"),
        ]


class Quarantine(Row):
    """From when until when a contact stays at home, by which rule; settled when it ends or they become a case.

    One is in force per person and disease, from all their exposures together; a changed fact makes a new row. Somebody who need not
    stay at home has one too, settled from the start: it says by which rule.
    """

    class Settled(models.TextChoices):
        COMPLETED = "completed", _("completed")
        BECAME_CASE = "became_case", _("became a case")
        NOT_NEEDED = "not_needed", _("not needed")
        REPLACED = "replaced", _("other dates since")

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    disease = models.CharField(max_length=40)
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, related_name="quarantines")
    """The one that ends last."""
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    option = models.CharField(max_length=20, blank=True)
    test_from = models.DateField(null=True)
    """A specimen of this day or later counts."""
    monitor_until = models.DateField(null=True)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    rule = models.CharField(max_length=60)
    at = models.DateTimeField()
    settled = models.CharField(max_length=12, choices=Settled, blank=True)
    settled_at = models.DateTimeField(null=True)
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    """The merge that settled it: undone, it runs again."""

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson("cases.see", disease="disease")
    personal = {
        **dict.fromkeys("id person filed_on disease exposure option reasons rule at settled settled_at merge".split(), KEEP),
        **dict.fromkeys("starts_on ends_on test_from monitor_until".split(), BLUR),
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quarantine_settled_at_some_time",
                condition=Q(settled="", settled_at__isnull=True) | (~Q(settled="") & Q(settled_at__isnull=False)),
            ),
            models.UniqueConstraint(fields=["person", "disease"], condition=Q(settled=""), name="one_quarantine_in_force"),
        ]
        indexes = [models.Index(fields=["person", "disease", "-at"], name="quarantine_newest")]


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
