from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from tracing.uswds import forms

KINDS = (("", _("All")), ("entry", _("Changes")), ("look", _("Looks")), ("sign_in", _("Sign-ins")))
LONGEST = timedelta(days=93)


class AuditForm(forms.Form):
    """Which part of the audit. Everything by key: of a member of staff, of a person."""

    first = forms.DayField(label=_("From"))
    last = forms.DayField(label=_("To"))
    kind = forms.SelectField(label=_("Kind"), choices=KINDS, required=False, width="md")
    what = forms.LineField(label=_("Code begins with"), max_length=60, required=False, width="md")
    actor = forms.LineField(label=_("Key of who"), max_length=36, required=False, width="xl")
    person = forms.LineField(label=_("Key of the person"), max_length=36, required=False, width="xl")

    marks_optional = False

    def clean_actor(self) -> UUID | None:
        return _key(self.cleaned_data["actor"])

    def clean_person(self) -> UUID | None:
        return _key(self.cleaned_data["person"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day lies before the first."))
        elif first and last and last - first > LONGEST:
            self.add_error("first", _("At most three months can be asked for here; more with “contact audit export”."))
        return cleaned


def _key(typed: str) -> UUID | None:
    if not typed.strip():
        return None
    try:
        return UUID(typed.strip())
    except ValueError:
        raise django_forms.ValidationError(_("Enter a key as it stands in the list, or nothing.")) from None
