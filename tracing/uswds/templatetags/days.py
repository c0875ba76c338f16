"""Days as pages write them, in place of the framework's filters: nobody reads more of a day than their sight shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.template import defaultfilters

from tracing.base.sight import sight

register = template.Library()

MONTH = "M Y"


@register.filter(name="date", expects_localtime=True, is_safe=False)
def day(value: Any, form: str | None = None) -> str:
    """As `form` says; the month alone for eyes that see no days. Machine-readable forms become those of a month."""
    if isinstance(value, date) and sight() == "deidentified":
        return str(defaultfilters.date(value, "Y-m" if form in ("c", "Y-m-d") else MONTH))
    return str(defaultfilters.date(value, form))
