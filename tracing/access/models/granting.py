"""How roles come to be held and lost: coverage, proposals, groups of a directory, invitations, reviews; and what is taken out."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracing.access.models.accounts import Membership, Role, User
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import Hidden, Open, OwnUnit
from tracing.jurisdictions.models import Unit


class Coverage(Row):
    """One unit does another's work for a time: a state team a department's, a contractor a county's calls.

    Whoever holds a role in `by_unit` holds it in `unit` and below as well, from one instant until another.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    by_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=200)
    by = models.UUIDField(null=True)
    ended_by = models.UUIDField(null=True)

    visibility = Open()
    personal = dict.fromkeys("id unit by_unit since until why by ended_by".split(), KEEP)

    class Meta:
        constraints = [
            models.CheckConstraint(name="covers_another_unit", condition=~models.Q(unit=models.F("by_unit"))),
            models.CheckConstraint(
                name="coverage_ends_after_it_begins",
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
            ),
        ]
        indexes = [models.Index(fields=["by_unit"], name="coverage_by_unit")]


class GrantProposal(Row):
    """A powerful role proposed by one person and waiting for another. Nothing is held before it is confirmed."""

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    diseases = ArrayField(models.CharField(max_length=40), default=list)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    agreement_on = models.DateField(null=True)
    trained_on = models.DateField(null=True)
    why = models.CharField(max_length=200)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    visibility = OwnUnit("users.administer")
    personal = dict.fromkeys(
        "id user role unit diseases valid_from valid_until agreement_on trained_on why asked_by asked_at answer answered_by"
        " answered_at membership".split(),
        KEEP,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="granted_by_two", condition=models.Q(answered_by__isnull=True) | ~models.Q(answer="confirmed")
                | ~models.Q(answered_by=models.F("asked_by")),
            ),
            models.UniqueConstraint(fields=["user", "role", "unit"], condition=models.Q(answer=""), name="one_open_grant"),
        ]  # fmt: skip


class GroupMapping(Row):
    """A group of the organisation's directory gives a role in a unit."""

    group = models.CharField(max_length=200)
    """As the provider or the directory names it."""
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    diseases = ArrayField(models.CharField(max_length=40), default=list)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)

    visibility = Open()
    personal = dict.fromkeys("id group role unit diseases since ended_at by".split(), KEEP)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "role", "unit"], condition=models.Q(ended_at__isnull=True), name="one_mapping_of_a_group"
            )
        ]


class UnknownGroup(Row):
    """A group that a provider or directory named and nobody has mapped: shown to who administers users."""

    group = models.CharField(max_length=200, unique=True)
    source = models.CharField(max_length=10, choices=Membership.Source)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    users = models.IntegerField(default=1)
    """How often it was claimed."""

    visibility = Open()
    personal = dict.fromkeys("id group source first_at last_at users".split(), KEEP)


class Invitation(Row):
    """A way in for somebody who has no password yet: once, for some days. Only the digest of the key is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    waiting = models.BooleanField(default=False)
    """Opens nothing before another person confirms it: a new way into an account that holds a powerful role."""
    confirmed_by = models.UUIDField(null=True)

    visibility = Hidden("digests of keys; pages show the state of an invitation through a query of its own")
    personal = {**dict.fromkeys("id user at expires_at used_at by waiting confirmed_by".split(), KEEP), "digest": ERASE}

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="way_in_opened_by_two", condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("by"))
            )
        ]


class ClientKey(Row):
    """The key of a machine that may speak for an organisation's directory. Only its digest is kept."""

    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=10, choices={"scim": _("accounts and groups")})
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)

    visibility = Hidden("digests of keys; the page of users shows name, hint and expiry through a query of its own")
    personal = {
        **dict.fromkeys("id name scope unit hint at expires_at revoked_at last_used_at by".split(), KEEP), "digest": ERASE,
    }  # fmt: skip


class AccessReview(Row):
    """Once a quarter somebody looks at who may do what in a unit, and says for each: keep or end."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    quarter = models.CharField(max_length=7)
    """"2026-Q4"."""
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    visibility = OwnUnit("users.administer")
    personal = dict.fromkeys("id unit quarter opened_at due_on closed_at closed_by".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "quarter"], name="one_review_a_quarter")]


class ReviewLine(Row):
    """What a review said of one membership."""

    class Decision(models.TextChoices):
        KEEP = "keep", _("keep")
        END = "end", _("end")

    review = models.ForeignKey(AccessReview, on_delete=models.CASCADE, related_name="lines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=4, choices=Decision, blank=True)
    at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)

    visibility = OwnUnit("users.administer")
    personal = dict.fromkeys("id review unit membership decision at by".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "membership"], name="one_line_of_a_review")]


class ExportRequest(Row):
    """Somebody asked to take a list out as a file: which, of how many people, for what. Above a number another person approves."""

    class Answer(models.TextChoices):
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Whose approvers are asked: the unit of the asker's membership."""
    page = models.CharField(max_length=20)
    """Which list."""
    asked = models.JSONField(default=dict)
    """Its filters, as the list reads them."""
    people = models.IntegerField()
    purpose = models.CharField(max_length=20)
    why = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    """Until when an approved one may be taken."""
    taken_at = models.DateTimeField(null=True)

    visibility = OwnUnit("lists.approve_export")
    of_staff = True
    personal = {
        **dict.fromkeys(
            "id user unit page people purpose asked_at answer answered_by answered_at until taken_at".split(), KEEP
        ),
        "asked": ERASE, "why": ERASE,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="export_approved_by_another",
                condition=models.Q(answered_by__isnull=True) | ~models.Q(answered_by=models.F("user")),
            )
        ]
        indexes = [models.Index(fields=["unit", "asked_at"], name="export_waiting", condition=models.Q(answer=""))]
