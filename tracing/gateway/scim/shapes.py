"""Between SCIM's resources and what the program knows: the only place, with `about`, that loads the package of shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError as NoAddress
from django.core.validators import validate_email
from pydantic import ValidationError
from scim2_models import Context, EnterpriseUser, Error, Group, PatchOp, SCIMException, ScimPolicy, User

from tracing.access.directory import Known, KnownGroup, Said, SaidGroup
from tracing.gateway.scim import rules
from tracing.gateway.scim.door import Refused

Account = User[EnterpriseUser]
POLICY: Final = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
LIST: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"


@contextmanager
def reading() -> Iterator[None]:
    """What the package complains of, said as SCIM's error. Never repeats a value that was sent."""
    try:
        with POLICY:
            yield
    except rules.NotSaid as wrong:
        raise Refused(400, str(wrong), "invalidSyntax") from None
    except SCIMException as wrong:
        if isinstance(wrong.__cause__, ValidationError):
            raise _first(wrong.__cause__) from None
        raise Refused(wrong.status, _short(wrong.detail or ""), wrong.scim_type or "") from None
    except ValidationError as wrong:
        raise _first(wrong) from None


def _first(wrong: ValidationError) -> Refused:
    told = Error.from_validation_errors(wrong)[0]
    return Refused(told.status or 400, _short(told.detail or ""), told.scim_type or "invalidValue")


def _short(text: str) -> str:
    return text.splitlines()[0][:300] if text else "The value does not fit."


def read_user(sent: Mapping[str, Any]) -> Said:
    """An account as POST and PUT send it."""
    with reading():
        return _said(Account.model_validate(rules.kept_of_user(sent), scim_ctx=Context.RESOURCE_CREATION_REQUEST))


def patched_user(before: Said, sent: Mapping[str, Any]) -> Said:
    """An account after the operations of a PATCH."""
    with reading():
        ops = rules.operations(sent)
        account = Account.model_validate({**_own_words(before), "active": before.active})
        if ops:
            PatchOp[Account].model_validate(
                {"schemas": [rules.PATCH], "Operations": ops}, scim_ctx=Context.RESOURCE_PATCH_REQUEST
            ).patch(account)
        return _said(account)


def user_out(known: Known, base: str) -> dict[str, Any]:
    """An account as its directory is told."""
    place = f"{base}/Users/{known.id}"
    words = _own_words(known.said)
    with POLICY:
        account = Account.model_validate(
            {
                **words, "id": str(known.id), "active": known.active, "externalId": known.said.external_id or None,
                "groups": [{"value": str(key), "display": name, "$ref": f"{base}/Groups/{key}"} for key, name in known.groups],
                "meta": _meta("User", known.added_at, known.changed_at, known.version, place),
            }
        )  # fmt: skip
        return account.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def read_group(sent: Mapping[str, Any]) -> SaidGroup:
    with reading():
        return _said_group(Group.model_validate(rules.kept_of_group(sent), scim_ctx=Context.RESOURCE_CREATION_REQUEST))


def patched_group(before: SaidGroup, sent: Mapping[str, Any]) -> SaidGroup:
    with reading():
        ops = rules.operations(sent, group=True)
        group = Group.model_validate(
            {
                "schemas": [rules.GROUP], "displayName": before.name, "externalId": before.external_id or None,
                "members": [{"value": str(key)} for key in sorted(before.members)],
            }
        )  # fmt: skip
        if ops:
            PatchOp[Group].model_validate(
                {"schemas": [rules.PATCH], "Operations": ops}, scim_ctx=Context.RESOURCE_PATCH_REQUEST
            ).patch(group)
        return _said_group(group)


def group_out(known: KnownGroup, base: str, *, members: bool = True) -> dict[str, Any]:
    place = f"{base}/Groups/{known.id}"
    inside = [{"value": str(key), "display": known.names.get(key, ""), "$ref": f"{base}/Users/{key}"} for key in sorted(known.said.members)]
    with POLICY:
        group = Group.model_validate(
            {
                "schemas": [rules.GROUP], "id": str(known.id), "displayName": known.said.name,
                "externalId": known.said.external_id or None, **({"members": inside} if members else {}),
                "meta": _meta("Group", known.added_at, known.changed_at, known.version, place),
            }
        )  # fmt: skip
        return group.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def list_out(found: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    return {"schemas": [LIST], "totalResults": total, "startIndex": start, "itemsPerPage": len(found), "Resources": found}


def _own_words(said: Said) -> dict[str, Any]:
    if said.rest:
        return dict(said.rest)
    return {
        "schemas": [rules.USER], "userName": said.user_name, "displayName": said.name,
        "emails": [{"value": said.email, "type": "work", "primary": True}],
    }  # fmt: skip


def _said(account: Any) -> Said:
    rest = account.model_dump(scim_ctx=Context.DEFAULT)
    active = rest.pop("active", True)
    rest = rules.kept_of_user(rest)
    user_name = (account.user_name or "").strip()
    if not user_name or len(user_name) > 254:
        raise Refused(400, "userName is missing or too long.", "invalidValue")
    return Said(user_name, _email(account, user_name), _name(account, user_name), (account.external_id or "")[:200], bool(active), rest)


def _email(account: Any, user_name: str) -> str:
    """The work address, the first one, or the user name where it is one."""
    emails = [one for one in account.emails or [] if one.value]
    emails.sort(key=lambda one: (str(one.type or "") != "work", not one.primary))
    found = (str(emails[0].value) if emails else user_name).strip().lower()
    try:
        validate_email(found)
    except NoAddress:
        raise Refused(400, 'An account needs emails[type eq "work"].value, or a userName that is an address.', "invalidValue") from None
    if len(found) > 254:
        raise Refused(400, "The address is too long.", "invalidValue")
    return found


def _name(account: Any, user_name: str) -> str:
    name = account.name
    parts = " ".join(part for part in (name.given_name, name.family_name) if part) if name else ""
    found = account.display_name or parts or (name.formatted if name else "") or user_name
    return " ".join(found.split())[:200]


def _said_group(group: Any) -> SaidGroup:
    name = " ".join((group.display_name or "").split())
    if not name or len(name) > 200:
        raise Refused(400, "displayName is missing or too long.", "invalidValue")
    members: set[UUID] = set()
    for member in group.members or []:
        try:
            members.add(UUID(str(member.value)))
        except ValueError:
            continue  # an account that this program never named: there is none
    return SaidGroup(name, (group.external_id or "")[:200], frozenset(members))


def _meta(kind: str, added: Any, changed: Any, version: int, place: str) -> dict[str, Any]:
    return {
        "resourceType": kind, "created": added.isoformat(), "lastModified": changed.isoformat(), "version": f'W/"{version}"',
        "location": place,
    }  # fmt: skip
