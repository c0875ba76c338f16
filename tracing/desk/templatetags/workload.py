from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from tracing.access.listing import EXACT

register = template.Library()


@register.filter
def exact(number: int) -> str:
    """Counts are exact up to EXACT, then say so."""
    return f"{EXACT}+" if number > EXACT else str(number)


@register.filter
def named(table: Mapping[str, Any], code: str) -> str:
    return str(table.get(code, code))
