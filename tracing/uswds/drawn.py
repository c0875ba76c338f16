"""The strip drawn as SVG, and told in words for who cannot see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from html import escape

from django.utils.dateformat import format as format_day
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tracing.uswds.strip import GUTTER, ROW, WIDTH, Course, Scale, Window, box_of, lanes_of, scale_of


def strip(course: Course, *, name: str = "strip") -> SafeString:
    """The full strip as SVG. `name` makes its ids unique on a page; a window that has a rule tells it when focused."""
    scale = scale_of(course, WIDTH - GUTTER - 8)
    bars = lanes_of(course.windows)
    rows: list[tuple[str, list[str]]] = [(_("tests"), _tests(course, scale))]
    rows += [(_("window") if number == 0 else "", _windows(lane, scale)) for number, lane in enumerate(bars)]
    if course.checks:
        rows.append((_("checks"), _checks(course, scale)))
    if course.calls:
        rows.append((_("calls"), _calls(course, scale)))
    has_tips = any(window.reason or window.rule for window in course.windows)
    top, bottom = 26, 22 if has_tips else 4
    height = top + ROW * len(rows) + bottom
    parts = [
        f'<svg class="strip" viewBox="0 0 {WIDTH} {height}" role="group" aria-labelledby="{name}-title"'
        f' aria-describedby="{name}-desc" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{name}-title">{escape(_("Course by day"))}</title>',
        f'<desc id="{name}-desc">{escape(in_words(course))}</desc>',
        _grid(scale, top, top + ROW * len(rows)),
    ]
    for number, (label, marks) in enumerate(rows):
        middle = top + ROW * number + ROW // 2
        parts.append(f'<text class="strip-label" x="0" y="{middle + 4}" fill="#565c65">{escape(label)}</text>')
        parts.append(f'<g transform="translate({GUTTER} {middle})">{"".join(marks)}</g>')
    parts.append(_today(course, scale, top - 4, top + ROW * len(rows)))
    parts.append(_tips(bars, scale, top, height))
    parts.append("</svg>")
    return mark_safe("".join(parts))


def small_strip(course: Course, *, width: int = 168) -> SafeString:
    """The strip for a row of a list: windows and tests on one line, everything in words for who cannot see it."""
    scale = scale_of(course, width - 4)
    layered = sorted(course.windows, key=lambda window: tuple(_FILL).index(window.kind))
    marks = "".join(bar for window in layered for bar in _windows([window], scale, thin=True))
    words = escape(in_words(course))
    now = scale.centre(course.today) - 0.75
    today = f'<rect class="strip-today" x="{now:g}" y="-11" width="1.5" height="22" fill="#b50909"/>'
    return mark_safe(
        f'<svg class="strip strip--small" viewBox="0 0 {width} 24" width="{width}" height="24" role="img"'
        f' aria-label="{words}" xmlns="http://www.w3.org/2000/svg"><title>{words}</title>'
        f'<g transform="translate(2 12)">{marks}{"".join(_tests(course, scale))}{today}</g></svg>'
    )


def in_words(course: Course) -> str:
    """The same facts as sentences, for screen readers and for paper."""
    said = [
        _("%(result)s test on %(day)s.") % {"result": _RESULT[test.result](), "day": _day(test.on)}
        for test in sorted(course.tests, key=lambda test: test.on)
    ]
    if course.onset:
        said.append(_("Symptoms began on %(day)s.") % {"day": _day(course.onset)})
    for window in sorted(course.windows, key=lambda window: window.first):
        said.append(_span(window) + ".")
    for answer, words in _ANSWERS.items():
        if count := sum(check.answer == answer for check in course.checks):
            said.append(f"{words()}: {count}.")
    if course.calls:
        reached = sum(call.reached for call in course.calls)
        said.append(_("Calls: %(tried)d tried, %(reached)d reached.") % {"tried": len(course.calls), "reached": reached})
    return " ".join(said) or _("Nothing is known yet.")


_RESULT = {
    "positive": lambda: _("Positive"),
    "negative": lambda: _("Negative"),
    "other": lambda: _("Unclear"),
}
_ANSWERS = {
    "answered": lambda: _("Check-ins answered"),
    "silent": lambda: _("Check-ins without an answer"),
    "symptoms": lambda: _("Check-ins with symptoms"),
}
_WINDOWS = {
    "exposure": lambda: _("Exposure"),
    "infectious": lambda: _("Infectious"),
    "isolation": lambda: _("Isolation"),
    "quarantine": lambda: _("Quarantine"),
}
_FILL = {"exposure": "#dce4ef", "infectious": "#c7a9cc", "isolation": "#1a4480", "quarantine": "#2378c3"}
_INK = {"exposure": "#1b1b1b", "infectious": "#1b1b1b", "isolation": "#ffffff", "quarantine": "#ffffff"}


def _day(day: date) -> str:
    return format_day(day, "M j, Y")


def _short(day: date) -> str:
    return format_day(day, "M j")


def _span(window: Window) -> str:
    end = _day(window.last) if window.last else _("no end yet")
    return f"{_WINDOWS[window.kind]()} {_day(window.first)} – {end}"


def _grid(scale: Scale, top: int, bottom: int) -> str:
    days = (scale.last - scale.first).days + 1
    every = 1 if scale.step >= 43 else 2 if scale.step >= 22 else 3 if scale.step >= 15 else 7
    parts = []
    for number in range(days):
        day = scale.first + timedelta(days=number)
        left = GUTTER + number * scale.step
        if day.weekday() >= 5:
            parts.append(
                f'<rect class="strip-weekend" x="{left:g}" y="{top}" width="{scale.step:g}"'
                f' height="{bottom - top}" fill="#f5f6f7"/>'
            )
        parts.append(f'<path class="strip-line" d="M{left:g} {top}V{bottom}" stroke="#dfe1e2" stroke-width="1"/>')
        if number % every == 0:
            label = _short(day) if number == 0 or day.day <= every else str(day.day)
            anchor = GUTTER + scale.centre(day)
            parts.append(
                f'<text class="strip-date" x="{anchor:g}" y="14" text-anchor="middle" fill="#565c65">{escape(label)}</text>'
            )
    if scale.hidden:
        earlier = escape(_("%(count)d earlier") % {"count": scale.hidden})
        parts.append(f'<text class="strip-date" x="0" y="14" fill="#565c65">◂ {earlier}</text>')
    return "".join(parts)


def _today(course: Course, scale: Scale, top: int, bottom: int) -> str:
    if not scale.shows(course.today):
        return ""
    x = GUTTER + scale.centre(course.today)
    return (
        f'<g class="strip-now"><title>{escape(_("Today"))}</title>'
        f'<path class="strip-today" d="M{x:g} {top}V{bottom}" stroke="#b50909" stroke-width="2"/>'
        f'<path class="strip-today-head" d="M{x - 5:g} {top}h10l-5 7z" fill="#b50909"/></g>'
    )


def _by_day(days: Iterable[tuple[date, str, str]], scale: Scale) -> list[str]:
    """Marks of one row; several of one day show the last with their number beside it."""
    grouped: dict[date, list[tuple[str, str]]] = {}
    for day, mark, words in days:
        if scale.shows(day):
            grouped.setdefault(day, []).append((mark, words))
    drawn = []
    for day, marks in grouped.items():
        words = "; ".join(dict.fromkeys(words for _mark, words in marks))
        more = f'<text class="strip-more" x="8" y="-3" fill="#1b1b1b">{len(marks)}</text>' if len(marks) > 1 else ""
        drawn.append(f'<g transform="translate({scale.centre(day):g} 0)"><title>{escape(words)}</title>{marks[-1][0]}{more}</g>')
    return drawn


def _tests(course: Course, scale: Scale) -> list[str]:
    hollow = 'class="strip-negative" fill="#ffffff" stroke="#3d4551" stroke-width="2"'
    shape = {
        "positive": '<path class="strip-positive" d="M0 -8L8 0L0 8L-8 0Z" fill="#b50909" stroke="#ffffff"/>',
        "negative": f'<path {hollow} d="M0 -7L7 0L0 7L-7 0Z"/>',
        "other": f'<rect {hollow} x="-5" y="-5" width="10" height="10"/>',
    }
    worth = {"other": 0, "negative": 1, "positive": 2}
    facts = [
        (test.on, shape[test.result], f"{test.label or _RESULT[test.result]()}, {_day(test.on)}")
        for test in sorted(course.tests, key=lambda test: (test.on, worth[test.result]))
    ]
    marks = _by_day(facts, scale)
    if course.onset and scale.shows(course.onset):
        words = escape(_("Symptoms began on %(day)s.") % {"day": _day(course.onset)})
        x = scale.centre(course.onset)
        marks.insert(
            0,
            f'<g transform="translate({x:g} 0)"><title>{words}</title>'
            f'<path class="strip-onset" d="M0 -11V11M-4 6L0 11L4 6" fill="none" stroke="#775540"'
            f' stroke-width="2"/></g>',
        )
    return marks


def _checks(course: Course, scale: Scale) -> list[str]:
    shape = {
        "answered": '<circle class="strip-answered" r="5.5" fill="#216e1f"/>',
        "silent": '<circle class="strip-silent" r="4.5" fill="#ffffff" stroke="#565c65" stroke-width="2"/>',
        "symptoms": '<path class="strip-symptoms" d="M0 -7L7 6H-7Z" fill="#936f38"/>',
    }
    return _by_day(
        ((check.on, shape[check.answer], f"{_ANSWERS[check.answer]()}, {_day(check.on)}") for check in course.checks),
        scale,
    )


def _calls(course: Course, scale: Scale) -> list[str]:
    tried = '<path class="strip-tried" d="M-5 -5L5 5M5 -5L-5 5" stroke="#565c65" stroke-width="2.5" fill="none"/>'
    reached = '<path class="strip-reached" d="M-6 0L-2 5L6 -5" stroke="#216e1f" stroke-width="3" fill="none"/>'
    calls = sorted(course.calls, key=lambda call: (call.on, call.reached))
    return _by_day(
        (
            (
                call.on,
                reached if call.reached else tried,
                f"{call.label or (_('Reached') if call.reached else _('Tried'))}, {_day(call.on)}",
            )
            for call in calls
        ),
        scale,
    )


def _windows(lane: Sequence[Window], scale: Scale, *, thin: bool = False) -> list[str]:
    drawn = []
    for window in lane:
        left, width = box_of(window, scale)
        tall = 8 if thin else 18
        open_end = ' stroke-dasharray="4 3"' if window.last is None else ""
        bar = (
            f'<rect class="strip-window strip-{window.kind}" x="{left + 1:g}" y="{-tall / 2:g}" width="{width - 2:g}"'
            f' height="{tall}" rx="3" fill="{_FILL[window.kind]}" stroke="#3d4551"'
            f' stroke-width="{0 if window.last and window.kind != "exposure" else 1}"{open_end}/>'
        )
        if thin:
            drawn.append(bar)
            continue
        words = _WINDOWS[window.kind]()
        dates = f"{_short(window.first)} – {_short(window.last) if window.last else '…'}"
        label = next((text for text in (f"{words} {dates}", words) if len(text) * 7 < width - 8), "")
        text = (
            f'<text class="strip-in strip-in-{window.kind}" x="{left + 8:g}" y="4"'
            f' fill="{_INK[window.kind]}">{escape(label)}</text>'
        )
        drawn.append(f"<g><title>{escape(_told(window))}</title>{bar}{text if label else ''}</g>")
    return drawn


def _told(window: Window) -> str:
    return ". ".join(text for text in (_span(window), window.reason, window.rule) if text)


def _tips(lanes: Sequence[Sequence[Window]], scale: Scale, top: int, height: int) -> str:
    """Over each window a part that can be focused; hovered or focused it writes the rule on the last line."""
    parts = []
    for number, lane in enumerate(lanes):
        for window in lane:
            if not (window.reason or window.rule):
                continue
            left, width = box_of(window, scale)
            told = escape(_told(window))
            parts.append(
                f'<g class="strip-part" tabindex="0" role="img" aria-label="{told}"><title>{told}</title>'
                f'<rect class="strip-hit" x="{GUTTER + left:g}" y="{top + ROW * (1 + number) + 3}" width="{width:g}"'
                f' height="20" rx="3" fill="transparent"/>'
                f'<text class="strip-tip" x="{GUTTER}" y="{height - 5}" fill="#1b1b1b">{told}</text></g>'
            )
    return "".join(parts)
