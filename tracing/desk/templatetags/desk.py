"""Small words for the desk's templates: `{% load desk %}`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django import template
from django.forms import BaseForm
from django.template import Context
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tracing.diseases.ruleset import rule_sets
from tracing.jurisdictions.models import Unit
from tracing.uswds.templatetags.uswds import error_summary

register = template.Library()


@register.filter
def disease(code: str) -> str:
    """The name of a disease; one that has no rule set here is shown by its code."""
    found = rule_sets().get(code)
    return found.label if found else code


@register.filter
def number_system(code: str) -> str:
    """Whose number it is, of the code that `people.numbers.system_of` made."""
    kind, _mark, whose = code.partition(":")
    names = {
        "ssn4": _("last four digits of the social security number"), "surveillance": _("surveillance system"),
        "mr": _("medical record number"), "pi": _("patient number"), "sr": _("number of a state's register"),
    }  # fmt: skip
    name = names.get(kind, kind)
    return f"{name}, {whose}" if whose and kind != "surveillance" else name


@register.simple_tag(takes_context=True)
def errors_of(context: Context, forms: Iterable[BaseForm]) -> SafeString:
    """One summary for several forms."""
    return error_summary(context, *forms)


@register.filter
def last_day(until: datetime) -> date:
    """The last day of what lasts until an instant: one that ends at midnight has lasted through the day before."""
    return (localtime(until) - timedelta(seconds=1)).date()


@register.filter
def taken_over(unit: Unit) -> str:
    """Of a unit that is closed: since when, and who has its work; of another nothing."""
    if unit.active_until is None or unit.active_until > localtime().date():
        return ""
    values = {"day": date_format(unit.active_until), "unit": unit.successor.name if unit.successor else _("the state's list")}
    return _("closed on %(day)s; %(unit)s has its work") % values
