"""What an organisation's own directory says of its people and groups (SCIM): kept word for word, so that it finds what it sent."""

from __future__ import annotations

from django.db import models

from tracing.access.models.accounts import User
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import Hidden
from tracing.jurisdictions.models import Unit

_READ = "read by the key of its unit; pages show counts and names through a query of their own"


class DirectoryAccount(Row):
    """An account that a unit's directory keeps: it made it or took it over, changes it, and closes it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="directory_rows")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=254)
    """Folded: what `userName eq` asks for."""
    external_id = models.CharField(max_length=200, blank=True)
    said = models.JSONField(default=dict)
    """What the directory said last, of the attributes that are kept."""
    active = models.BooleanField(default=True)
    """Whether the directory last said that the account works. An account closed here stays closed until the directory has said no
    and then yes again."""
    version = models.IntegerField(default=1)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """The directory deleted it, or another one keeps it now."""

    visibility = Hidden(_READ)
    personal = {
        **dict.fromkeys("id user unit active version added_at changed_at ended_at".split(), KEEP),
        "user_name": ERASE, "external_id": ERASE, "said": ERASE,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(ended_at__isnull=True), name="kept_by_one_directory"),
            models.UniqueConstraint(
                fields=["unit", "user_name"], condition=models.Q(ended_at__isnull=True), name="directory_user_name_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "external_id"], condition=models.Q(ended_at__isnull=True) & ~models.Q(external_id=""),
                name="directory_external_id_once",
            ),
        ]  # fmt: skip


class DirectoryGroup(Row):
    """A group of a unit's directory. What it gives stands in `GroupMapping`."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=250)
    """`access.rules.group_key` of the name."""
    external_id = models.CharField(max_length=200, blank=True)
    version = models.IntegerField(default=1)
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    visibility = Hidden(_READ)
    personal = dict.fromkeys("id unit name key external_id version added_at changed_at".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="directory_group_once")]


class DirectoryMember(Row):
    """An account is in a group of its directory."""

    group = models.ForeignKey(DirectoryGroup, on_delete=models.CASCADE, related_name="members")
    account = models.ForeignKey(DirectoryAccount, on_delete=models.CASCADE, related_name="groups")
    since = models.DateTimeField()

    visibility = Hidden(_READ)
    personal = dict.fromkeys("id group account since".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "account"], name="directory_member_once")]
