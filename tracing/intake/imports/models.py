"""Imported lists: the file's rows as they came, what each became, and how lists of the same columns were mapped before."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracing.access.visibility import VisibleQuerySet
from tracing.base.models import Row
from tracing.base.personal import ERASE, KEEP
from tracing.base.visibility import Hidden, OwnUnit
from tracing.cases.models import Case
from tracing.contacts.models import Exposure, Naming
from tracing.intake.models import Report
from tracing.jurisdictions.models import Unit


class TableImport(Row):
    """One list: what it holds, what its columns mean, how far it is. It goes on where it stopped, and is undone as a whole."""

    class Of(models.TextChoices):
        CONTACT = "contact", _("Contacts")
        CASE = "case", _("Cases")

    class State(models.TextChoices):
        MAPPING = "mapping", _("columns to be named")
        CHECKING = "checking", _("being looked over")
        READY = "ready", _("waits for your word")
        RUNNING = "running", _("being imported")
        DONE = "done", _("imported")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    of = models.CharField(max_length=8, choices=Of)
    disease = models.CharField(max_length=40)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    """The case of all contacts of the list; None: each row says which."""
    state = models.CharField(max_length=8, choices=State, default=State.MAPPING)
    layout = models.CharField(max_length=20, blank=True)
    header = ArrayField(models.CharField(max_length=200))
    mapping = ArrayField(models.CharField(max_length=20, blank=True), default=list)
    """The field that each column is taken for; "" where it is not taken."""
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    """Rows that the present step has gone through."""
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    visibility = OwnUnit("cases.work", disease="disease")
    personal = dict.fromkeys("id unit of disease case state layout header mapping total done at by ended_at".split(), KEEP)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="import_going", condition=Q(state__in=("checking", "running", "undoing"))),
            models.Index(fields=["unit", "-at"], name="import_of_unit"),
        ]


class ImportRow(Row):
    """One row of a list and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be looked over")
        WRONG = "wrong", _("cannot be read")
        TWICE = "twice", _("stands in the list twice")
        SAME = "same", _("imported before, nothing new")
        CHANGED = "changed", _("imported before, something new")
        NEW = "new", _("nobody known")
        KNOWN = "known", _("known already")
        POSSIBLE = "possible", _("perhaps known: somebody will decide")
        DONE = "done", _("imported")
        REFUSED = "refused", _("could not be imported")
        UNDONE = "undone", _("undone")
        LEFT = "left", _("left: somebody has worked on it")

    batch = models.ForeignKey(TableImport, on_delete=models.CASCADE, related_name="rows")
    number = models.IntegerField()
    """Of the row in the file: its header is 1."""
    cells = ArrayField(models.TextField(blank=True))
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    found = models.CharField(max_length=8, blank=True)
    """What the looking over said, kept when it is imported: new, known, possible, changed."""
    wrong = models.JSONField(default=list)
    """[code, field, what stood there] for each cell that is wrong."""
    key = models.CharField(max_length=300, blank=True)
    """By what the row is known again in a later list (`rows.key_of`)."""
    before = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    """The row of an earlier list of which this is a later state."""
    naming = models.ForeignKey(Naming, on_delete=models.PROTECT, null=True, related_name="+")
    exposure = models.ForeignKey(Exposure, on_delete=models.PROTECT, null=True, related_name="+")
    """Of a traveller: the exposure without a case."""
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="+")
    """What was made of it: a contact named, or a case reported."""
    made = models.BooleanField(default=False)
    """This row made it; False: it was there."""

    visibility = Hidden("rows of somebody's file: pages that show a list the viewer may see read them by a query of their own")
    personal = {**dict.fromkeys("id batch number state found before naming exposure report made".split(), KEEP),
                **dict.fromkeys("cells wrong key".split(), ERASE)}  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["batch", "state", "number"], name="import_row_state"),
            models.Index(fields=["key"], name="import_row_key", condition=~Q(key="")),
        ]


class ImportMapping(Row):
    """How a unit took the columns of a list: the next list with the same columns is taken so."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    of = models.CharField(max_length=8, choices=TableImport.Of)
    columns = models.CharField(max_length=64)
    """Digest of the folded names of the columns, in order."""
    mapping = ArrayField(models.CharField(max_length=20, blank=True))
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    visibility = Hidden("read with a new list of the same unit")
    personal = dict.fromkeys("id unit of columns mapping at by".split(), KEEP)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "of", "columns"], name="import_mapping_once")]
