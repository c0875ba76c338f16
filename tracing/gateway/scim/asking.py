"""What a list is asked for: a filter on one attribute, and which page of it. Pure but for the refusals."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from uuid import UUID

from tracing.access.directory import Wanted
from tracing.gateway.scim.door import Asked, Refused

MOST: Final = 200
"""Resources in one answer."""
_EQ: Final = re.compile(r'\s*(?P<path>[\w.:$-]+(?:\[[^\]]*\])?(?:\.\w+)?)\s+eq\s+"(?P<value>(?:[^"\\]|\\.)*)"\s*', re.IGNORECASE)

OF_USERS: Final = {
    "username": "user_name", "externalid": "external_id", 'emails[type eq "work"].value': "email", "emails.value": "email",
    "emails": "email", "id": "id",
}  # fmt: skip
OF_GROUPS: Final = {"displayname": "name", "externalid": "external_id", "id": "id"}


def wanted(asked: Asked, names: dict[str, str]) -> Wanted:
    """From `filter=userName eq "…"` to the question. Other filters are refused, so that nobody takes all for some."""
    given = asked.request.GET.get("filter", "")
    if not given.strip():
        return Wanted()
    found = _EQ.fullmatch(given)
    path = " ".join((found["path"] if found else "").lower().split())
    if found is None or path not in names:
        raise Refused(400, f"The filter is not known. Known: {', '.join(names)}, each with eq.", "invalidFilter")
    value = re.sub(r"\\(.)", r"\1", found["value"])
    if names[path] == "id":
        return Wanted(id=key_of(value) or UUID(int=0))
    # An empty value is nobody's; it must not be taken for no filter.
    return replace(Wanted(), **{names[path]: value}) if value.strip() else Wanted(id=UUID(int=0))  # type: ignore[arg-type]


def page(asked: Asked) -> tuple[int, int]:
    """First (from 1) and number of resources."""
    return max(1, _number(asked, "startIndex", 1)), min(MOST, max(0, _number(asked, "count", 100)))


def _number(asked: Asked, name: str, otherwise: int) -> int:
    given = asked.request.GET.get(name, "").strip()
    if not given:
        return otherwise
    if not re.fullmatch(r"-?\d{1,9}", given):
        raise Refused(400, f"{name} is no number.", "invalidValue")
    return int(given)


def key_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
