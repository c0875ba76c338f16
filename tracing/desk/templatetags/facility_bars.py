"""Small bars for rows of a list: one for each day, or a part of a hundred that is too much."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def day_bars(values: Sequence[int], title: Any, width: int = 176, height: int = 32) -> SafeString:
    """Oldest first, scaled to the highest; a day without any is a line. The title says the sum in words."""
    top = max(values, default=0) or 1
    step = width / max(len(values), 1)
    drawn = [
        f'<svg class="daybars" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(str(title))}"'
        f' xmlns="http://www.w3.org/2000/svg"><title>{escape(str(title))}</title>'
        f'<path d="M0 {height - 0.5}H{width}" stroke="#c6cace"/>'
    ]
    for number, value in enumerate(values):
        if value:
            tall = max(3.0, value / top * (height - 3))
            drawn.append(
                f'<rect class="chart-bar" x="{number * step + 1:.1f}" y="{height - 1 - tall:.1f}" width="{step - 2:.1f}" height="{tall:.1f}"'
                ' fill="#2378c3"/>'
            )
    return mark_safe("".join(drawn) + "</svg>")


@register.simple_tag
def part_bar(percent: int, title: Any, width: int = 280) -> SafeString:
    """How many of a hundred something is missing in: the longer the worse."""
    tone = "bad" if percent >= 30 else "warn" if percent >= 10 else "plain"
    return mark_safe(
        f'<svg class="chart" viewBox="0 0 {width} 14" preserveAspectRatio="none" role="img" aria-label="{escape(str(title))}"'
        f' xmlns="http://www.w3.org/2000/svg"><title>{escape(str(title))}</title>'
        f'<rect class="chart-track" width="{width}" height="14" rx="2" fill="#dfe1e2"/>'
        f'<rect class="chart-bar chart-bar--{tone}" width="{percent / 100 * width:g}" height="14" rx="2" fill="#2378c3"/></svg>'
    )
