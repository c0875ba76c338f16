"""Components as template tags: `{% load uswds %}`. The gallery page shows each with what it takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django import template
from django.forms import BaseForm
from django.http import QueryDict
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tracing.uswds import charts, status
from tracing.uswds.drawn import small_strip, strip
from tracing.uswds.icons import icon as draw_icon
from tracing.uswds.parts import ChipGroup, Column, Link, Moment, Outcome, Paging
from tracing.uswds.strip import Course

register = template.Library()

ALERT_ROLES = {"error": "alert", "success": "status"}


def _render(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    """Draw one of our templates from the page's own engine; components see their own values, not the page's."""
    assert context.template is not None
    return context.template.engine.get_template(f"uswds/{name}.html").render(Context(values))


@register.simple_tag
def icon(name: str, label: str = "", size: int = 0) -> SafeString:
    return draw_icon(name, label=label, size=size)


@register.simple_tag(name="status")
def show_status(code: str, label: Any = "") -> SafeString:
    """`{% status "case.open" %}`"""
    return status.draw(code, label=label)


@register.simple_tag
def tag(text: Any, icon: str = "") -> SafeString:
    return format_html('<span class="chip-tag">{}{}</span>', draw_icon(icon) if icon else "", text)


@register.simple_block_tag
def alert(content: str, kind: str = "info", heading: str = "", slim: bool = False, role: str = "") -> SafeString:
    """A message: kind is info, warning, error, or success."""
    role = role or ALERT_ROLES.get(kind, "")
    return format_html(
        '<div class="usa-alert usa-alert--{}{}"{}><div class="usa-alert__body">{}<div class="usa-alert__text">{}</div></div></div>',
        kind,
        " usa-alert--slim" if slim else "",
        format_html(' role="{}"', role) if role else "",
        format_html('<p class="usa-alert__heading">{}</p>', heading) if heading else "",
        content,
    )


@register.simple_block_tag
def card(
    content: str,
    heading: Any = "",
    level: int = 2,
    name: str = "",
    note: Any = "",
    link: str = "",
    link_label: Any = "",
    tone: str = "",
    flush: bool = False,
) -> SafeString:
    """A box with a heading; `link` is the one place it leads to, `flush` lets a table reach its edges."""
    head: str | SafeString = ""
    if heading:
        head = format_html(
            '<div class="card__head"><h{0} class="card__title"{1}>{2}</h{0}>{3}{4}</div>',
            level,
            format_html(' id="{}-title"', name) if name else "",
            heading,
            format_html('<span class="card__note">{}</span>', note) if note else "",
            format_html('<a class="card__link" href="{}">{}</a>', link, link_label) if link else "",
        )
    return format_html(
        '<section class="card{}{}"{}>{}<div class="card__body{}">{}</div></section>',
        f" card--{tone}" if tone else "",
        " card--flush" if flush else "",
        format_html(' id="{0}" aria-labelledby="{0}-title"', name) if name and heading else "",
        head,
        " card__body--flush" if flush else "",
        content,
    )


@register.simple_block_tag
def page_header(content: str, title: Any, kicker: Any = "", lead: Any = "") -> SafeString:
    """The page's h1; the block holds its buttons."""
    return format_html(
        '<div class="page-header"><div class="page-header__words">{}<h1>{}</h1>{}</div>{}</div>',
        format_html('<p class="kicker">{}</p>', kicker) if kicker else "",
        title,
        format_html('<p class="lead">{}</p>', lead) if lead else "",
        format_html('<div class="page-header__actions">{}</div>', content) if content.strip() else "",
    )


@register.simple_block_tag
def facts(content: str, wide: bool = False) -> SafeString:
    """A summary list: `{% facts %}{% fact "Born" %}…{% endfact %}{% endfacts %}`."""
    return format_html('<dl class="facts{}">{}</dl>', " facts--wide" if wide else "", content)


@register.simple_block_tag
def fact(content: str, label: Any, note: Any = "", link: str = "", link_label: Any = "") -> SafeString:
    """One line of a summary list; an empty value says so in words."""
    value: Any = content.strip() and content or format_html('<span class="muted">{}</span>', _("Not known"))
    return format_html(
        '<div class="facts__row"><dt>{}</dt><dd>{}{}{}</dd></div>',
        label,
        value,
        format_html('<span class="facts__note">{}</span>', note) if note else "",
        format_html(' <a href="{}">{}<span class="usa-sr-only"> {}</span></a>', link, link_label, label) if link else "",
    )


@register.simple_block_tag
def disclosure(content: str, summary: Any, open: bool = False, tone: str = "", name: str = "") -> SafeString:
    """Something that opens on demand, without script. Tone `stop` is for acts that cannot simply be undone."""
    return format_html(
        '<details class="disclosure{}"{}{}><summary>{}</summary><div class="disclosure__body">{}</div></details>',
        f" disclosure--{tone}" if tone else "",
        format_html(' id="{}"', name) if name else "",
        mark_safe(" open") if open else "",
        summary,
        content,
    )


@register.simple_block_tag(takes_context=True)
def table(
    context: Context,
    content: str,
    caption: Any,
    columns: Sequence[Column],
    sort: str = "",
    query: str = "",
    empty: Any = "",
    hint: Any = "",
    show_caption: bool = False,
    rows: bool = False,
) -> SafeString:
    """A table whose body is the block's rows. Cells carry `data-label` for narrow screens.

    `sort` is the code in force ("-" before it: downward), `query` what else the address holds. Without rows `empty`
    and `hint` are shown instead. `rows` lets j and k walk the rows' first links.
    """
    heads = []
    for column in columns:
        here = column.sort and sort.lstrip("-") == column.sort
        down = here and sort.startswith("-")
        asked = QueryDict(query, mutable=True)
        asked.pop("after", None)
        asked.pop("before", None)
        asked["sort"] = column.sort if down or not here else f"-{column.sort}"
        heads.append(
            {
                "column": column,
                "aria": ("descending" if down else "ascending") if here else "",
                "url": f"?{asked.urlencode()}" if column.sort else "",
            }
        )
    values = {"caption": caption, "heads": heads, "body": content.strip() and content, "empty": empty, "hint": hint}
    return _render(context, "table", values | {"show_caption": show_caption, "rows": rows})


@register.simple_tag(takes_context=True)
def paging(context: Context, page: Paging) -> SafeString:
    return _render(context, "paging", {"page": page})


@register.simple_tag(takes_context=True)
def tabs(context: Context, links: Iterable[Link], label: Any) -> SafeString:
    """Links that look like tabs: each is its own address, so that back works and script is not needed."""
    return _render(context, "tabs", {"links": links, "label": label})


@register.simple_tag(takes_context=True)
def breadcrumb(context: Context, links: Iterable[Link]) -> SafeString:
    return _render(context, "breadcrumb", {"links": links})


@register.simple_tag(takes_context=True)
def steps(context: Context, labels: Sequence[Any], current: int) -> SafeString:
    """Where in a row of steps one is; `current` counts from 1."""
    items = [
        {"label": label, "state": "complete" if n < current else "current" if n == current else ""}
        for n, label in enumerate(labels, 1)
    ]
    here = items[current - 1]["label"] if 0 < current <= len(items) else ""
    return _render(context, "steps", {"items": items, "current": current, "here": here})


@register.simple_tag(takes_context=True)
def chips(context: Context, groups: Iterable[ChipGroup], clear: str = "") -> SafeString:
    return _render(context, "chips", {"groups": groups, "clear": clear})


@register.simple_tag(takes_context=True)
def outcomes(context: Context, choices: Sequence[Outcome], name: str = "outcome") -> SafeString:
    """Submit buttons in one grid; keys 1 to 9 press them."""
    numbered = [(number if number < 10 else "", choice) for number, choice in enumerate(choices, 1)]
    return _render(context, "outcomes", {"choices": numbered, "name": name})


@register.simple_tag(takes_context=True)
def timeline(context: Context, moments: Iterable[Moment], empty: Any = "") -> SafeString:
    """What happened, newest first as given, under the days of the viewer's time zone."""
    days = [(day, list(group)) for day, group in groupby(moments, key=lambda moment: localtime(moment.at).date())]
    return _render(context, "timeline", {"days": days, "empty": empty})


@register.simple_tag(takes_context=True)
def error_summary(context: Context, *forms: BaseForm | None) -> SafeString:
    """What is wrong, on top, each line linked to its field. Nothing when nothing is wrong."""
    drawn = [form for form in forms if form is not None and form.is_bound and form.errors]
    if not drawn:
        return mark_safe("")
    lines: list[tuple[str, Any]] = [("", error) for form in drawn for error in form.non_field_errors()]
    lines += [
        ("" if bound.is_hidden else getattr(bound, "first_id", bound.id_for_label), _named(bound.label, error))
        for form in drawn
        for bound in form
        for error in bound.errors
    ]
    return _render(context, "error_summary", {"lines": lines})


def _named(label: Any, error: Any) -> str:
    """The label before its error; a question keeps its own mark."""
    return f"{label} {error}" if str(label).endswith("?") else f"{label}: {error}"


@register.simple_tag(name="strip")
def draw_strip(course: Course, name: str = "strip") -> SafeString:
    label = _("Course by day, scrolls sideways")
    return format_html('<div class="strip-box" role="group" tabindex="0" aria-label="{}">{}</div>', label, strip(course, name=name))


@register.simple_tag(name="small_strip")
def draw_small_strip(course: Course, width: int = 168) -> SafeString:
    return small_strip(course, width=width)


@register.simple_tag(takes_context=True)
def bar_chart(context: Context, items: Sequence[charts.Bar], title: Any, note: Any = "") -> SafeString:
    """Bars, with the same numbers as a table for who needs one."""
    picture = charts.bars(items, title=str(title))
    return _render(context, "bar_chart", {"picture": picture, "items": items, "title": title, "note": note})


@register.simple_tag
def sparkline(values: Sequence[float], title: Any) -> SafeString:
    return charts.sparkline(values, title=str(title))


@register.simple_tag
def proportion(part: int, whole: int, title: Any, target: float = 0) -> SafeString:
    return charts.proportion(part, whole, title=str(title), target=target)


@register.simple_tag
def key(name: str) -> SafeString:
    """The key that does what stands beside it."""
    return format_html('<kbd class="key" aria-hidden="true">{}</kbd>', name)


@register.filter
def phone(number: str | None) -> str:
    """+12035550100 as (203) 555-0100; a number of another country stays as it is dialled."""
    text = number or ""
    if len(text) == 12 and text.startswith("+1") and text[1:].isdigit():
        return f"({text[2:5]}) {text[5:8]}-{text[8:]}"
    return text


@register.filter
def age_on(born: date | None, day: date) -> int | str:
    """Whole years on a day; nothing when the birth date is not known."""
    if not born:
        return ""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
