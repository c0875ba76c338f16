"""What the address of a list holds: codes, never a name or a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest, QueryDict

from tracing.access.listing import Listing, own_units
from tracing.access.viewer import Viewer
from tracing.jurisdictions.units import units_by_id
from tracing.uswds.parts import ChipGroup, Link, Paging

SIZES = (25, 50, 100, 200)
SIZE = 50


class Query(Protocol):
    """What an address asks: a request, or one that was kept."""

    @property
    def GET(self) -> QueryDict: ...

    @property
    def POST(self) -> QueryDict: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What a list was asked, kept until somebody has approved that it is taken out."""

    GET: QueryDict
    POST: QueryDict


def kept(asked: Mapping[str, Any]) -> Kept:
    name = QueryDict(mutable=True)
    name["name"] = str(asked.get("name", ""))
    return Kept(QueryDict(str(asked.get("query", ""))), name)


def choice(request: Query, name: str, known: Iterable[str], default: str = "") -> str:
    """A code of the address, or the default when it is none that is known."""
    found = request.GET.get(name, default)
    return found if found in set(known) else default


def key(request: Query, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def size(request: Query) -> int:
    found = request.GET.get("rows", "")
    return int(found) if found.isdecimal() and int(found) in SIZES else SIZE


def without_place(request: Query) -> QueryDict:
    """The address without where its page begins."""
    asked = request.GET.copy()
    for name in ("after", "before", "csrfmiddlewaretoken"):
        asked.pop(name, None)
    return asked


def group(request: HttpRequest, label: Any, name: str, choices: Mapping[str, Any], current: str, always: bool = False) -> ChipGroup:
    """One filter. A chip that is on leads to the page without it, unless one must always be on."""
    chips = []
    for code, words in choices.items():
        asked = without_place(request)
        if code == current and not always:
            asked.pop(name, None)
        else:
            asked[name] = code
        chips.append(Link(words, f"?{asked.urlencode()}", current=code == current, code=code))
    return ChipGroup(label, chips)


def paging(request: HttpRequest, found: Listing[Any], *, links: bool = True) -> Paging:
    """Where else the list goes on. Without links where a name was asked: it stands in no address, so they would lose it."""

    def to(name: str, value: UUID) -> str:
        asked = without_place(request)
        asked[name] = str(value)
        return f"?{asked.urlencode()}"

    rows = found.rows
    return Paging(
        first=f"?{without_place(request).urlencode()}" if links and found.earlier else "",
        previous=to("before", rows[0].pk) if links and found.earlier and rows else "",
        next=to("after", rows[-1].pk) if links and found.more and rows else "",
        count=found.count, exact=found.exact, shown=len(rows),
    )  # fmt: skip


def departments(model: Any, viewer: Viewer) -> list[tuple[str, str]]:
    """The units a list can be narrowed to: (code, name) of the viewer's own, none when there is but one."""
    own = own_units(model, viewer)
    found = units_by_id(own)
    return [(unit.code, unit.name) for unit in found] if len(found) > 1 else []


def unit(model: Any, viewer: Viewer, code: str) -> UUID | None:
    """The key of a unit of the viewer's own by its code."""
    own = own_units(model, viewer)
    return next((found.pk for found in units_by_id(own) if found.code == code), None) if code else None
