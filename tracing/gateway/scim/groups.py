"""`/scim/v2/Groups`: groups and who is in them. What a group gives is said on our side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from tracing.access import directory
from tracing.access.actions.directory import VersionDiffers
from tracing.access.actions.directory_groups import GroupTaken, NoSuchGroup, add_group, change_group, remove_group
from tracing.access.directory import KnownGroup, SaidGroup, Wanted
from tracing.gateway.scim import shapes
from tracing.gateway.scim.asking import OF_GROUPS, key_of, page, wanted
from tracing.gateway.scim.door import Asked, Refused, answer


def groups(asked: Asked) -> HttpResponse:
    if asked.request.method == "POST":
        return _add(asked)
    (start, count), which, members = page(asked), wanted(asked, OF_GROUPS), _with_members(asked)
    found, total = directory.groups(asked.unit, which, start=start - 1, count=count, members=members)
    return answer(shapes.list_out([shapes.group_out(one, asked.base, members=members) for one in found], total, start))


def group(asked: Asked, pk: str) -> HttpResponse:
    key = key_of(pk)
    if key is None:
        raise _unknown()
    match asked.request.method:
        case "GET":
            return _shown(asked, _known(asked, key))
        case "PUT":
            said = shapes.read_group(asked.body())
            return _change(asked, key, lambda _before: said)
        case "PATCH":
            sent = asked.body()
            return _change(asked, key, lambda before: shapes.patched_group(before, sent))
        case _:
            try:
                remove_group(unit=asked.unit, group=key, version=asked.version(), by=asked.by, at=asked.at)
            except NoSuchGroup:
                raise _unknown() from None
            except VersionDiffers:
                raise _stale() from None
            return HttpResponse(status=204)


def _add(asked: Asked) -> HttpResponse:
    said = shapes.read_group(asked.body())
    try:
        made = add_group(unit=asked.unit, said=said, by=asked.by, at=asked.at)
    except GroupTaken:
        raise _taken() from None
    return _shown(asked, _known(asked, made.pk), status=201)


def _change(asked: Asked, key: UUID, edit: Callable[[SaidGroup], SaidGroup]) -> HttpResponse:
    try:
        change_group(unit=asked.unit, group=key, edit=edit, version=asked.version(), by=asked.by, at=asked.at)
    except NoSuchGroup:
        raise _unknown() from None
    except GroupTaken:
        raise _taken() from None
    except VersionDiffers:
        raise _stale() from None
    return _shown(asked, _known(asked, key))


def _known(asked: Asked, key: UUID) -> KnownGroup:
    found, _ = directory.groups(asked.unit, Wanted(id=key))
    if not found:
        raise _unknown()
    return found[0]


def _with_members(asked: Asked) -> bool:
    """Directories ask for groups without their members, which may be thousands."""
    left_out = asked.request.GET.get("excludedAttributes", "").lower().replace(" ", "").split(",")
    return "members" not in left_out


def _shown(asked: Asked, known: KnownGroup, status: int = 200) -> HttpResponse:
    values: dict[str, Any] = shapes.group_out(known, asked.base, members=_with_members(asked))
    return answer(values, status=status, version=known.version, location=values["meta"]["location"])


def _stale() -> Refused:
    return Refused(412, "It was changed since it was read: read it again.")


def _taken() -> Refused:
    return Refused(409, "There is a group of this name.", "uniqueness")


def _unknown() -> Refused:
    return Refused(404, "There is no such group.")
