"""Draws any Django form in USWDS markup: with it as FORM_RENDERER a page says `{{ form.field.as_field_group }}`.

Fields and their controls are Jinja2's, as Django ships them for it: a page with forty controls is drawn in a quarter of the time.
"""

from __future__ import annotations

from typing import Any

from django.forms import widgets
from django.forms.boundfield import BoundField
from django.forms.renderers import Jinja2
from django.template.backends.jinja2 import Jinja2 as Templates
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from jinja2 import Environment

CLASSES: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.CheckboxSelectMultiple, "usa-checkbox__input"),
    (widgets.RadioSelect, "usa-radio__input"),
    (widgets.CheckboxInput, "usa-checkbox__input"),
    (widgets.Select, "usa-select"),
    (widgets.Textarea, "usa-textarea"),
    (widgets.FileInput, "usa-file-input"),
    (widgets.Input, "usa-input"),
)
"""First match wins: to Django a list of checkboxes is a kind of radio list, and both are not inputs."""


def css_class(widget: widgets.Widget) -> str:
    return next((name for kind, name in CLASSES if isinstance(widget, kind)), "")


class UswdsBoundField(BoundField):
    """A field that knows its USWDS classes. Hints and errors are tied to the control by Django's aria-describedby."""

    @property
    def kind(self) -> str:
        """Which shape of markup the field template draws."""
        widget = self.field.widget
        if isinstance(widget, widgets.CheckboxSelectMultiple):
            return "checks"
        if isinstance(widget, widgets.RadioSelect):
            return "radios"
        return "check" if isinstance(widget, widgets.CheckboxInput) else "control"

    @property
    def optional(self) -> bool:
        """Whether the label says so: only in forms that ask for it (a filter's fields are all optional)."""
        return not self.field.required and bool(getattr(self.form, "marks_optional", False))

    @property
    def first_id(self) -> str:
        """Where the error summary's link leads: the control, or the first of a group's controls."""
        return f"{self.auto_id}_0" if self.use_fieldset and self.kind != "control" else self.id_for_label

    def build_widget_attrs(self, attrs: dict[str, Any], widget: widgets.Widget | None = None) -> dict[str, Any]:
        drawn = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        names = [drawn.attrs.get("class", ""), attrs.get("class", ""), css_class(drawn)]
        if width := getattr(self.field, "width", ""):
            names.append(f"usa-input--{width}")
        if self.errors:
            names.append("usa-input--error")
        joined = " ".join(name for name in names if name)
        if joined and not drawn.is_hidden:
            attrs["class"] = joined
        return attrs


def environment(**options: Any) -> Environment:
    """Templates that know `_`, in the language of the page."""
    made = Environment(**options, extensions=["jinja2.ext.i18n"])
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    return made


class UswdsRenderer(Jinja2):
    form_template_name = "uswds/forms/form.html"
    field_template_name = "uswds/forms/field.html"
    bound_field_class = UswdsBoundField

    @cached_property
    def engine(self) -> Templates:
        options = {"environment": "tracing.uswds.renderer.environment"}
        return self.backend({"APP_DIRS": True, "DIRS": [], "NAME": "forms", "OPTIONS": options})  # type: ignore[no-any-return]
