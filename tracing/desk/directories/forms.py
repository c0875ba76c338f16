"""Forms of the page of directories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from tracing.access.models import Role
from tracing.jurisdictions.models import Unit
from tracing.uswds import forms

LASTS: Final = (("90", _("3 months")), ("180", _("6 months")), ("365", _("1 year")))


def _units(units: Sequence[Unit]) -> list[tuple[str, Any]]:
    return [("", _("Choose one")), *((unit.code, unit.name) for unit in units)]


class KeyForm(forms.Form):
    """A key for a unit's directory."""

    unit = forms.SelectField(label=_("Whose accounts it keeps"), choices=(), help_text=_("It reaches no others"))
    name = forms.LineField(label=_("What the directory is called"), max_length=80, help_text=_("For example: Entra of the city"))
    lasts = forms.SelectField(label=_("It ends after"), choices=LASTS, initial="365")

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="key_%s", **kwargs)
        self.fields["unit"].choices = _units(units)  # type: ignore[attr-defined]


class GroupForm(forms.Form):
    """A group gives a role."""

    group = forms.LineField(label=_("Group"), max_length=200, help_text=_("As the directory or the sign-in provider names it, or its key there"))
    role = forms.SelectField(label=_("Role"), choices=())
    unit = forms.SelectField(label=_("In which unit"), choices=())
    diseases = forms.LineField(
        label=_("Sensitive diseases"), max_length=200, required=False, help_text=_("Codes with commas between them; empty: none that is sensitive")
    )

    def __init__(self, *args: Any, units: Sequence[Unit], roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = _units(units)  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", _("Choose one")), *((role.code, role.name) for role in roles)]  # type: ignore[attr-defined]
