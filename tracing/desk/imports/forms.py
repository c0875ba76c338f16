"""Choosing a list, and saying what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.intake.imports.fields import NOT_TAKEN, fields_of
from tracing.intake.imports.models import TableImport
from tracing.uswds import forms

SAYS = _("CSV or XLSX, at most 4 megabytes and 10,000 rows; the first row names the columns. Nothing is written of anybody before you say so.")


class CaseListForm(forms.Form):
    """A list of contacts of one case."""

    file = django_forms.FileField(label=_("Spreadsheet"), help_text=SAYS)


class ListForm(CaseListForm):
    """A list of contacts or of cases."""

    of = forms.ChoiceField(label=_("Who stands in it?"), choices=TableImport.Of.choices, initial=TableImport.Of.CONTACT)
    disease = forms.SelectField(label=_("Disease"), choices=(), width="lg")
    unit = forms.SelectField(label=_("Department that keeps the list"), choices=(), width="xl")

    field_order = ("of", "disease", "unit", "file")

    def __init__(self, *args: Any, diseases: Mapping[str, Any], units: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("disease", diseases), ("unit", units)):
            cast(Any, self.fields[name]).choices = [*choices.items()] if len(choices) == 1 else [("", _("Choose")), *choices.items()]


class ColumnsForm(forms.Form):
    """One choice for each column of the list: `column-0`, `column-1` …"""

    marks_optional = False

    def __init__(self, *args: Any, batch: TableImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NOT_TAKEN, _("Not taken")), *((code, field.label) for code, field in fields_of(batch.of).items())]
        for number, name in enumerate(batch.header):
            self.fields[f"column-{number}"] = forms.SelectField(
                label=name or _("Column %(number)s") % {"number": number + 1}, choices=choices, required=False, initial=batch.mapping[number],
            )  # fmt: skip

    def mapping(self) -> list[str]:
        return [self.cleaned_data[f"column-{number}"] for number in range(len(self.fields))]
