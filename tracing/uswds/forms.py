"""Form fields for USWDS pages. Plain Django fields work too; these add widths, hints, and how days are typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

Choices = Iterable[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]]

DAY_FORMATS = ["%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m%d%Y"]
"""What browsers send first, then what Americans type."""


NEEDED: dict[type[forms.Field], Any] = {}
"""What an empty field is told, by the kind of field; the summary puts the label before it."""


class Form(forms.Form):
    """A plain form: the server judges, the page shows a summary of what is wrong, and optional fields say so."""

    use_required_attribute = False
    marks_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = NEEDED.get(type(field), _("This is needed."))


class LineField(forms.CharField):
    """One line of text. `width` is a USWDS size: 2xs, xs, sm, small, md, medium, lg, xl, 2xl."""

    def __init__(self, *, width: str = "", autocomplete: str = "off", mode: str = "", **kwargs: Any) -> None:
        attrs = {"autocomplete": autocomplete} | ({"inputmode": mode} if mode else {})
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)
        self.width = width


class TextField(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)


class TelephoneField(LineField):
    """A telephone number as typed; the action that stores it makes it E.164 or refuses."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("width", "medium")
        super().__init__(mode="tel", **kwargs)
        self.widget.input_type = "tel"


class DayField(forms.DateField):
    """A day: the browser's own picker where there is one, otherwise typed as 3/17/2021."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", DAY_FORMATS)
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)
        self.width = "day"
        self.error_messages["invalid"] = _("Enter a date as month/day/year, for example 3/17/2021.")


class MomentField(forms.DateTimeField):
    """A day and time in the viewer's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p"])
        kwargs.setdefault("widget", forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}))
        super().__init__(**kwargs)
        self.width = "moment"
        self.error_messages["invalid"] = _("Enter a date and time, for example 3/17/2021 14:30.")


class ChoiceField(forms.ChoiceField):
    """One of a few, as radio buttons: `hints` by value, `inline` for short words side by side."""

    def __init__(self, *, choices: Choices, hints: Mapping[str, Any] | None = None, inline: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(choices=choices, **kwargs)
        self.hints = dict(hints or {})
        self.inline = inline


class SelectField(forms.ChoiceField):
    """One of many, as a drop-down list."""

    def __init__(self, *, choices: Choices, width: str = "", **kwargs: Any) -> None:
        super().__init__(choices=choices, **kwargs)
        self.width = width


class ChecksField(forms.MultipleChoiceField):
    """Any of a few, as checkboxes."""

    def __init__(self, *, choices: Choices, hints: Mapping[str, Any] | None = None, inline: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=choices, **kwargs)
        self.hints = dict(hints or {})
        self.inline = inline


YES_NO = (("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not known")))


class YesNoField(ChoiceField):
    """Yes, no, or not known: never a checkbox, because silence is not a no."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", YES_NO)
        kwargs.setdefault("inline", True)
        super().__init__(**kwargs)


NEEDED.update(
    {
        ChoiceField: _("Choose one."),
        YesNoField: _("Choose one, or say that it is not known."),
        ChecksField: _("Choose at least one."),
        DayField: _("Enter a date."),
        MomentField: _("Enter a date and time."),
    }
)
