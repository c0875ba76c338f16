"""Staff and what they may do."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tracing.base.models import Row
from tracing.base.personal import BLUR, ERASE, KEEP
from tracing.base.visibility import Hidden, Open, OwnRow
from tracing.jurisdictions.models import Unit


class AccountManager(models.Manager["User"]):
    """Accounts without the digest of their password, which pages may not read: the base of every link to a user."""

    def get_queryset(self) -> models.QuerySet[User]:
        return super().get_queryset().defer("password")


class User(AbstractBaseUser, Row):
    """A member of staff. Not a person of the register: those are in `people`."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    external_id = models.CharField(max_length=200, blank=True)
    """What the organisation's own directory calls this account."""
    added_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    """To the hour: who has not been here for long is proposed for closing."""
    closed_at = models.DateTimeField(null=True)

    objects = BaseUserManager["User"]()
    accounts = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    visibility = Open()
    personal = {
        "id": KEEP, "email": ERASE, "name": ERASE, "is_active": KEEP, "password": ERASE, "last_login": KEEP, "external_id": ERASE,
        "added_at": KEEP, "last_seen_at": KEEP, "closed_at": KEEP,
    }  # fmt: skip

    class Meta:
        base_manager_name = "accounts"
        constraints = [
            models.UniqueConstraint(fields=["external_id"], condition=~models.Q(external_id=""), name="external_id_once")
        ]

    def __str__(self) -> str:
        return self.name


class Role(Row):
    """What a kind of staff may do: data that an auditor can read."""

    class Sight(models.TextChoices):
        """How much of a person is shown: `base.sight`."""

        WHOLE = "whole", _("everything")
        LIMITED = "limited", _("without sensitive fields")
        CONTACT = "contact", _("name, language, ways to reach, address")
        MASKED = "masked", _("initials, age, town")
        DEIDENTIFIED = "deidentified", _("nothing that identifies")

    class Reach(models.TextChoices):
        UNIT = "unit", _("the unit, all below it, and those it covers")
        IN_HAND = "in_hand", _("only people handed to this user")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField()
    permissions = ArrayField(models.CharField(max_length=40), default=list)
    sight = models.CharField(max_length=12, choices=Sight, default=Sight.WHOLE)
    reach = models.CharField(max_length=8, choices=Reach, default=Reach.UNIT)
    powerful = models.BooleanField(default=False)
    """Granted by one person and confirmed by another."""
    needs_agreement = models.BooleanField(default=False)
    """Counts only with a dated confidentiality agreement and training: volunteers."""
    own = models.BooleanField(default=False)
    """Made here by staff and not by the profile, which leaves it alone."""
    waiting = models.BooleanField(default=False)
    """Made by one person and not yet confirmed by another: nobody can be given it."""
    made_by = models.UUIDField(null=True)
    confirmed_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    visibility = Open()
    personal = dict.fromkeys(
        "id code name description permissions sight reach powerful needs_agreement own waiting made_by confirmed_by ended_at".split(),
        KEEP,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_made_by_two", condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("made_by"))
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(Row):
    """A user holds a role in a unit, and in all units below it, from one day until another, for all diseases or for some."""

    class Source(models.TextChoices):
        HAND = "hand", _("by hand")
        PROVIDER = "provider", _("sign-in provider")
        SCIM = "scim", _("directory")
        SHEET = "sheet", _("invitation list")
        PROFILE = "profile", _("profile")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    diseases = ArrayField(models.CharField(max_length=40), default=list)
    """Those that it reaches; none named: every one that is not sensitive."""
    why = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.HAND)
    group = models.CharField(max_length=200, blank=True)
    """The directory's group that gives it, so that it ends with the group."""
    granted_by = models.UUIDField(null=True)
    agreement_on = models.DateField(null=True)
    """When confidentiality was agreed to in writing."""
    trained_on = models.DateField(null=True)

    visibility = OwnRow()
    personal = dict.fromkeys(
        "id user role unit valid_from valid_until diseases why source group granted_by agreement_on trained_on".split(), KEEP
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=models.F("valid_from")),
            )
        ]
        indexes = [models.Index(fields=["user", "valid_from"], name="membership_user")]


class Session(AbstractBaseSession):
    """A signed-in browser. The row-level policies ask this table who is looking."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    hat = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True)
    """The one membership under which its user works at present; none: all of them together."""
    started_at = models.DateTimeField(db_default=Now())
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=40, blank=True)
    """What its owner recognises it by: "Firefox, Windows"."""

    visibility = Hidden("read by the sign-in machinery alone; policies ask it through a definer function")
    personal = {
        "session_key": ERASE, "session_data": ERASE, "expire_date": KEEP, "user": KEEP, "hat": KEEP, "started_at": KEEP,
        "address": BLUR, "browser": KEEP,
    }  # fmt: skip

    @classmethod
    def get_session_store_class(cls) -> type:
        from tracing.access.sessions import SessionStore

        return SessionStore


class SignIn(Row):
    """One attempt to sign in: history for its owner, and the count that slows guessing down."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    account_digest = models.CharField(max_length=64)
    """SHA-256 of the folded address: attempts on accounts that do not exist are counted alike."""
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    succeeded = models.BooleanField()
    method = models.CharField(max_length=12, default="password")
    """"password", "provider", "passkey"; "confirm" shows once more who it is."""
    factor = models.CharField(max_length=12, blank=True)
    """"app", "passkey", "recovery", "provider": what vouched besides; "" nothing."""
    refused_for = models.CharField(max_length=40, blank=True)
    """Code of why it was refused; "unfinished" while the second factor is still asked for."""
    forgiven_at = models.DateTimeField(null=True)
    """When somebody ended the wait to which this refusal counted."""

    visibility = OwnRow()
    personal = {
        "id": KEEP, "user": KEEP, "account_digest": ERASE, "address": BLUR, "at": KEEP, "succeeded": KEEP, "method": KEEP,
        "factor": KEEP, "refused_for": KEEP, "forgiven_at": KEEP,
    }  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["account_digest", "-at"], name="sign_in_account"),
            models.Index(fields=["address", "-at"], name="sign_in_address"),
        ]
