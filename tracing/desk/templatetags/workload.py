from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def named(table: Mapping[str, Any], code: str) -> str:
    return str(table.get(code, code))
