"""A document to look at: as a file, or pasted."""

from __future__ import annotations

from typing import Any, Final

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.uswds import forms

MOST: Final = 2 * 2**20


class DocumentForm(forms.Form):
    marks_optional = False

    file = django_forms.FileField(label=_("FHIR Questionnaire, as a file (JSON)"), required=False)
    text = forms.TextField(label=_("Or its text"), required=False, rows=10, max_length=MOST)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file = said.get("file")
        if file is None and not said.get("text"):
            self.add_error("text", _("Choose a file, or paste the document."))
        elif file is not None and file.size > MOST:
            self.add_error("file", _("The file is larger than two megabytes."))
        elif file is not None:
            try:
                said["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not text in UTF-8."))
        return said

    @property
    def document(self) -> str:
        return str(self.cleaned_data["text"])
