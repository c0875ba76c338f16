"""Staff and what they may do."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from tracing.base.models import Row
from tracing.base.personal import BLUR, ERASE, KEEP
from tracing.base.visibility import Hidden, Open, OwnRow
from tracing.jurisdictions.models import Unit


class User(AbstractBaseUser, Row):
    """A member of staff. Not a person of the register: those are in `people`."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    visibility = Open()
    personal = {"id": KEEP, "email": ERASE, "name": ERASE, "is_active": KEEP, "password": ERASE, "last_login": KEEP}

    def __str__(self) -> str:
        return self.name


class Role(Row):
    """What a kind of staff may do: data that an auditor can read."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    description = models.TextField()
    permissions = ArrayField(models.CharField(max_length=40), default=list)

    visibility = Open()
    personal = dict.fromkeys("id code name description permissions".split(), KEEP)

    def __str__(self) -> str:
        return self.name


class Membership(Row):
    """A user holds a role in a unit, and in all units below it, from one day until another."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    visibility = OwnRow()
    personal = dict.fromkeys("id user role unit valid_from valid_until".split(), KEEP)

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

    visibility = Hidden("read by the sign-in machinery alone; policies ask it through a definer function")
    personal = {"session_key": ERASE, "session_data": ERASE, "expire_date": KEEP, "user": KEEP}

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

    visibility = OwnRow()
    personal = {
        "id": KEEP, "user": KEEP, "account_digest": ERASE, "address": BLUR, "at": KEEP, "succeeded": KEEP,
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["account_digest", "-at"], name="sign_in_account")]
