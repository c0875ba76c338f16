"""Forms of the pages of units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracing.desk.units.words import KINDS
from tracing.jurisdictions.ending import ADDABLE
from tracing.jurisdictions.models import Unit
from tracing.uswds import forms


def _choices(units: Sequence[Unit], first: tuple[str, Any]) -> list[tuple[str, Any]]:
    return [first, *((unit.code, unit.name) for unit in units)]


class AddForm(forms.Form):
    """An organisation or a team."""

    name = forms.LineField(label=_("Name"), max_length=200, help_text=_("As people call it"))
    kind = forms.SelectField(label=_("What it is"), choices=[("", _("Choose one")), *((kind, KINDS[kind]) for kind in ADDABLE)])
    parent = forms.SelectField(
        label=_("Belongs to"), choices=(), help_text=_("Whoever holds a role there holds it in this unit as well")
    )
    code = forms.LineField(
        label=_("Code"), max_length=80, width="lg",
        help_text=_("Small letters, digits and hyphens; it never changes, for example elm-college"),
    )  # fmt: skip
    phone = forms.LineField(
        label=_("Telephone"), max_length=20, required=False, width="lg", help_text=_("With its country, for example +12035550100")
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = _choices(units, ("", _("Choose one")))  # type: ignore[attr-defined]


class CoverForm(forms.Form):
    """Another unit does this one's work for a time."""

    by_unit = forms.SelectField(label=_("Who covers it"), choices=())
    since = forms.DayField(label=_("First day"))
    until = forms.DayField(label=_("Last day"), required=False, help_text=_("Empty: until somebody ends it"))
    why = forms.LineField(label=_("Why"), max_length=200, help_text=_("For example: holidays, a wave, a contract"))

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by_unit"].choices = _choices(units, ("", _("Choose one")))  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    """A unit ends, or is merged with another."""

    on = forms.DayField(label=_("First day on which it no longer works"))
    successor = forms.SelectField(
        label=_("Who takes over"), choices=(), required=False, help_text=_("Merging: the unit that it becomes part of")
    )

    def __init__(self, *args: Any, units: Sequence[Unit], nobody: Any, needed: str = "", **kwargs: Any) -> None:
        """`needed`: what is said when nobody is chosen and somebody must be."""
        super().__init__(*args, **kwargs)
        self.fields["successor"].required = bool(needed)
        self.fields["successor"].error_messages["required"] = needed
        self.fields["successor"].choices = _choices(units, ("", nobody))  # type: ignore[attr-defined]
