"""Small charts as SVG from plain numbers, with the same numbers in words. Pure: no models, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a label, its value, and how the value is written."""

    label: str
    value: float
    text: str = ""
    tone: str = ""


def bars(items: Sequence[Bar], *, title: str, width: int = 480) -> SafeString:
    """Horizontal bars, longest value across the room that labels leave. Values are written, not only drawn."""
    top = max((item.value for item in items), default=0) or 1
    gutter, row, room = 150, 24, width - 150 - 56
    drawn = [
        f'<svg class="chart" viewBox="0 0 {width} {row * len(items)}" role="img" aria-label="{escape(title)}"'
        f' xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
    ]
    for number, item in enumerate(items):
        y, length = number * row, max(1.5, item.value / top * room) if item.value else 0
        shown = escape(item.text or f"{item.value:g}")
        drawn.append(
            f'<text class="chart-label" x="{gutter - 8}" y="{y + 16}" text-anchor="end"'
            f' fill="#1b1b1b">{escape(item.label)}</text>'
            f'<rect class="chart-bar chart-bar--{item.tone or "plain"}" x="{gutter}" y="{y + 4}" width="{length:g}"'
            f' height="{row - 8}" rx="2" fill="#2378c3"/>'
            f'<text class="chart-value" x="{gutter + length + 6:g}" y="{y + 16}" fill="#1b1b1b">{shown}</text>'
        )
    return mark_safe("".join(drawn) + "</svg>")


def sparkline(values: Sequence[float], *, title: str, width: int = 120, height: int = 28) -> SafeString:
    """A line of values, oldest first, scaled from zero; the last one carries a dot."""
    if not values:
        return mark_safe("")
    top = max(values) or 1
    step = (width - 8) / max(len(values) - 1, 1)
    points = [(4 + number * step, height - 4 - value / top * (height - 8)) for number, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return mark_safe(
        f'<svg class="chart chart--spark" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f'<path class="chart-base" d="M4 {height - 3.5}H{width - 4}" stroke="#c6cace"/>'
        f'<polyline class="chart-line" points="{line}" fill="none" stroke="#2378c3" stroke-width="2"/>'
        f'<circle class="chart-dot" cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#1a4480"/></svg>'
    )


def proportion(part: int, whole: int, *, title: str, target: float = 0, width: int = 280) -> SafeString:
    """How much of a whole is done, with a mark at the target (0 to 1). Nothing to do counts as nothing, not as all."""
    share = part / whole if whole else 0.0
    tone = "good" if whole and share >= target else "plain"
    mark = f'<path class="chart-target" d="M{target * width:g} 0V18" stroke="#1b1b1b" stroke-width="2"/>' if target else ""
    return mark_safe(
        f'<svg class="chart chart--proportion" viewBox="0 0 {width} 18" role="img" aria-label="{escape(title)}"'
        f' xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f'<rect class="chart-track" x="0" y="4" width="{width}" height="10" rx="2" fill="#dfe1e2"/>'
        f'<rect class="chart-bar chart-bar--{tone}" x="0" y="4" width="{share * width:g}" height="10" rx="2"'
        f' fill="#2378c3"/>'
        f"{mark}</svg>"
    )
