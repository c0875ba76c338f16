"""`/scim/v2/Users`: accounts made, found, changed, closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from tracing.access import directory
from tracing.access.actions.directory import (
    AccountTaken,
    NoSuchAccount,
    VersionDiffers,
    WorksElsewhere,
    add_account,
    change_account,
    delete_account,
)
from tracing.access.directory import Known, Said, Wanted
from tracing.gateway.scim import shapes
from tracing.gateway.scim.asking import OF_USERS, key_of, page, wanted
from tracing.gateway.scim.door import Asked, Refused, answer


def users(asked: Asked) -> HttpResponse:
    if asked.request.method == "POST":
        return _add(asked)
    (start, count), which = page(asked), wanted(asked, OF_USERS)
    found, total = directory.accounts(asked.unit, which, at=asked.at, start=start - 1, count=count)
    return answer(shapes.list_out([shapes.user_out(one, asked.base) for one in found], total, start))


def user(asked: Asked, pk: str) -> HttpResponse:
    key = key_of(pk)
    if key is None:
        raise _unknown()
    match asked.request.method:
        case "GET":
            return _shown(asked, _known(asked, key))
        case "PUT":
            said = shapes.read_user(asked.body())
            # What a PUT does not say of `active` stays as it was: a leaver is never let in again by silence.
            silent = "active" not in {name.lower() for name in asked.body()}
            return _change(asked, key, lambda before: replace(said, active=before.active) if silent else said)
        case "PATCH":
            sent = asked.body()
            return _change(asked, key, lambda before: shapes.patched_user(before, sent))
        case _:
            try:
                delete_account(unit=asked.unit, user=key, version=asked.version(), by=asked.by, at=asked.at)
            except NoSuchAccount:
                raise _unknown() from None
            except VersionDiffers:
                raise _stale() from None
            return HttpResponse(status=204)


def _add(asked: Asked) -> HttpResponse:
    said = shapes.read_user(asked.body())
    try:
        made = add_account(unit=asked.unit, said=said, by=asked.by, at=asked.at)
    except AccountTaken:
        raise _taken() from None
    return _shown(asked, _known(asked, made.user_id), status=201)


def _change(asked: Asked, key: UUID, edit: Callable[[Said], Said]) -> HttpResponse:
    try:
        change_account(unit=asked.unit, user=key, edit=edit, version=asked.version(), by=asked.by, at=asked.at)
    except NoSuchAccount:
        raise _unknown() from None
    except AccountTaken:
        raise _taken() from None
    except VersionDiffers:
        raise _stale() from None
    except WorksElsewhere:
        raise Refused(403, "This person also works for another organisation: the address is not this directory's to change.") from None
    return _shown(asked, _known(asked, key))


def _known(asked: Asked, key: UUID) -> Known:
    found, _ = directory.accounts(asked.unit, Wanted(id=key), at=asked.at)
    if not found:
        raise _unknown()
    return found[0]


def _shown(asked: Asked, known: Known, status: int = 200) -> HttpResponse:
    values: dict[str, Any] = shapes.user_out(known, asked.base)
    return answer(values, status=status, version=known.version, location=values["meta"]["location"])


def _stale() -> Refused:
    return Refused(412, "It was changed since it was read: read it again.")


def _taken() -> Refused:
    return Refused(409, "userName, externalId or address cannot be given to this account.", "uniqueness")


def _unknown() -> Refused:
    return Refused(404, "There is no such account.")
