"""Small words for the desk's templates: `{% load desk %}`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django import template
from django.forms import BaseForm
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from tracing.diseases.ruleset import rule_sets
from tracing.uswds.templatetags.uswds import error_summary

register = template.Library()


@register.filter
def disease(code: str) -> str:
    """The name of a disease; one that has no rule set here is shown by its code."""
    found = rule_sets().get(code)
    return found.label if found else code


@register.simple_tag(takes_context=True)
def errors_of(context: Context, forms: Iterable[BaseForm]) -> SafeString:
    """One summary for several forms."""
    return error_summary(context, *forms)


@register.filter
def last_day(until: datetime) -> date:
    """The last day of what lasts until an instant: one that ends at midnight has lasted through the day before."""
    return (localtime(until) - timedelta(seconds=1)).date()
