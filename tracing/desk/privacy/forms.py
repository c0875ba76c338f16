from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracing.uswds import forms

JUSTIFIED = (("justified", _("Justified")), ("not_justified", _("Not justified")))
EXPLAINED = (("explained", _("Part of the work")), ("not_explained", _("Not part of the work")))


class VerdictForm(forms.Form):
    """What the privacy officer says of it, and what was found out."""

    verdict = forms.ChoiceField(label=_("What do you find?"), choices=())
    note = forms.TextField(label=_("Note"), max_length=2000, required=False, rows=3)

    def __init__(self, *args: Any, choices: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].choices = list(choices)  # type: ignore[attr-defined]


class StaffForm(forms.Form):
    """Of whom: by name or e-mail address. By POST, so that no name stands in an address."""

    words = forms.LineField(label=_("Name or e-mail address"), max_length=120, required=False, width="xl")


class PeriodForm(forms.Form):
    """From a day to a day, both included."""

    first = forms.DayField(label=_("From"))
    last = forms.DayField(label=_("To"))

    marks_optional = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day lies before the first."))
        elif first and last and last - first > timedelta(days=3700):
            self.add_error("first", _("At most ten years can be asked for at once."))
        return cleaned


class GivenOutForm(PeriodForm):
    recipient = forms.LineField(label=_("Recipient"), max_length=120, required=False, width="xl")


def last_days(today: date, days: int) -> dict[str, date]:
    return {"first": today - timedelta(days=days), "last": today}
