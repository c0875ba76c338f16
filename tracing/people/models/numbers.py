"""Numbers by which other systems know a person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import ThroughPerson
from tracing.people.fields import FiledOn, PersonField


class PersonNumber(Row):
    """A number by which a system knows the person: a medical record number, the number of the surveillance system. Kept with its
    history: one that was replaced still finds them. Of a social security number the last four digits alone are ever stored."""

    person = PersonField(on_merge="move")
    filed_on = FiledOn("person")
    system = models.CharField(max_length=80)
    """Whose number: see `people.numbers.system_of`."""
    value = models.CharField(max_length=60)
    """As the system writes it."""
    key = models.CharField(max_length=60)
    """`people.numbers.key_of`: two spellings of one number."""
    source = models.CharField(max_length=40)
    """The sender from which it is known."""
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """From then on the system knows them by another number."""
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    objects = VisibleQuerySet.as_manager()

    visibility = ThroughPerson()
    personal = {
        **dict.fromkeys("id person filed_on system source since until replaced_by".split(), KEEP), "value": ERASE, "key": ERASE,
    }  # fmt: skip

    reachable = ("system", "value", "key", "source", "since", "until")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "system", "key"], name="one_number_once"),
            models.CheckConstraint(name="number_replaced_is_over", condition=Q(replaced_by__isnull=True) | Q(until__isnull=False)),
            models.CheckConstraint(
                name="social_security_four_digits", condition=~Q(system="ssn4") | Q(value__regex=r"^\d{4}$", key__regex=r"^\d{4}$")
            ),
        ]
        indexes = [models.Index(fields=["key", "system"], name="number_key")]
