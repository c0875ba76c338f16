"""What somebody signs in with beside a password: second factors, codes on paper, an account at the organisation's provider."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tracing.access.models.accounts import User
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import Hidden


class Factor(Row):
    """An authenticator app or a passkey. Read by the actions that judge it; pages show its name through a query of its own."""

    class Kind(models.TextChoices):
        APP = "app", _("Authenticator app")
        PASSKEY = "passkey", _("Passkey")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=80)
    """What its owner calls it."""
    credential = models.BinaryField(null=True, unique=True)
    """Of a passkey: what browsers call it."""
    data = models.BinaryField()
    """Of a passkey its public key; of an app its secret, sealed."""
    counter = models.BigIntegerField(default=0)
    """The last use: an app's step, a passkey's count. What is not above it has been used, or comes from a copy."""
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    visibility = Hidden("sealed secrets and public keys; pages show names and days through a query of its own")
    personal = {
        **dict.fromkeys("id user kind counter added_at used_at".split(), KEEP), "name": ERASE, "credential": ERASE, "data": ERASE,
    }  # fmt: skip

    class Meta:
        indexes = [models.Index(fields=["user"], name="factor_user")]
        constraints = [
            models.CheckConstraint(
                name="passkey_has_a_credential",
                condition=models.Q(kind="passkey", credential__isnull=False) | models.Q(kind="app", credential__isnull=True),
            )
        ]


class RecoveryCode(Row):
    """One code on paper, good once. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    visibility = Hidden("digests of codes; pages show how many are left")
    personal = {**dict.fromkeys("id user made_at used_at".split(), KEEP), "digest": ERASE}


class Identity(Row):
    """An account at a provider and the account here to which it leads. What the provider calls it never changes; an address may."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    visibility = Hidden("what an account is called elsewhere; read by signing in alone")
    personal = {**dict.fromkeys("id user issuer linked_at used_at ended_at".split(), KEEP), "subject": ERASE}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], condition=models.Q(ended_at__isnull=True), name="identity_once"),
            models.UniqueConstraint(
                fields=["user", "issuer"], condition=models.Q(ended_at__isnull=True), name="one_identity_a_provider"
            ),
        ]
