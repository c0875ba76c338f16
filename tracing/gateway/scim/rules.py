"""What directories send, brought into the one form that the package of shapes understands. Pure.

Microsoft Entra and Okta depart from RFC 7644 in known ways: truth values as words, operations without a path whose keys are paths,
the extension's attributes by their whole name, attributes that this program does not keep. All of them mean something clear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

KEPT: Final = frozenset(
    {"username", "externalid", "name", "displayname", "title", "preferredlanguage", "locale", "timezone", "active", "emails"}
)
"""Attributes of an account that are kept, in small letters. Of the rest nothing is: no telephone, no address, no picture, no password."""
KEPT_OF_THE_EXTENSION: Final = frozenset({"employeenumber", "costcenter", "organization", "division", "department"})
KEPT_OF_A_GROUP: Final = frozenset({"displayname", "externalid", "members"})
_HEAD: Final = re.compile(r"[A-Za-z][\w$-]*")


class NotSaid(ValueError):
    """The operations are none."""


def kept_of_user(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Of an account as it was sent only what is kept."""
    found: dict[str, Any] = {"schemas": [USER]}
    for name, value in sent.items():
        low = name.lower()
        if low in KEPT and value is not None:
            found[name] = value
        elif low == ENTERPRISE.lower() and isinstance(value, Mapping):
            kept = {key: part for key, part in value.items() if key.lower() in KEPT_OF_THE_EXTENSION and part is not None}
            if kept:
                found[ENTERPRISE] = kept
                found["schemas"] = [USER, ENTERPRISE]
    return found


def kept_of_group(sent: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in sent.items() if name.lower() in KEPT_OF_A_GROUP and value is not None}
    return {"schemas": [GROUP], **found}


def operations(sent: Mapping[str, Any], *, group: bool = False) -> list[dict[str, Any]]:
    """The operations of a PATCH, one attribute each, without those on attributes that are not kept. Raises NotSaid."""
    given = next((value for name, value in sent.items() if name.lower() == "operations"), None)
    if not isinstance(given, list) or not given:
        raise NotSaid("Operations is missing or empty.")
    made: list[dict[str, Any]] = []
    for one in given:
        if not isinstance(one, Mapping):
            raise NotSaid("An operation is no object.")
        said = {str(name).lower(): value for name, value in one.items()}
        op, path, value = str(said.get("op", "")).lower(), said.get("path"), said.get("value")
        if op not in ("add", "replace", "remove"):
            raise NotSaid("An operation is add, replace or remove.")
        if path not in (None, "") and not isinstance(path, str):
            raise NotSaid("The path of an operation is a text.")
        if not path:
            if op == "remove":
                raise NotSaid("A remove operation needs a path.")
            if not isinstance(value, Mapping):
                raise NotSaid("An operation without a path needs an object of attributes.")
            made += [{"op": op, "path": name, "value": part} for name, part in _spread(value)]
        elif path.lower() == ENTERPRISE.lower() and isinstance(value, Mapping):
            made += [{"op": op, "path": f"{ENTERPRISE}:{name}", "value": part} for name, part in value.items()]
        elif op == "remove":
            made.append({"op": op, "path": path, **({"value": value} if value not in (None, [], "") else {})})
        else:
            made.append({"op": op, "path": path, "value": value})
    return [_settled(one) for one in made if _is_kept(str(one["path"]), group)]


def _spread(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Attributes of an operation without a path: each key is a path of its own, the extension's object one path for each attribute."""
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        if name.lower() == ENTERPRISE.lower() and isinstance(value, Mapping):
            found += [(f"{ENTERPRISE}:{key}", part) for key, part in value.items()]
        else:
            found.append((name, value))
    return found


def _is_kept(path: str, group: bool) -> bool:
    low = path.lower()
    if low.startswith(f"{ENTERPRISE.lower()}:"):
        return not group and low.removeprefix(f"{ENTERPRISE.lower()}:") in KEPT_OF_THE_EXTENSION
    for schema in (USER, GROUP):
        low = low.removeprefix(f"{schema.lower()}:")
    head = _HEAD.match(low)
    return head is not None and head.group() in (KEPT_OF_A_GROUP if group else KEPT)


def _settled(one: dict[str, Any]) -> dict[str, Any]:
    """"" and null in a replace take the value away: what is not there is not kept as an empty text."""
    if one["op"] in ("add", "replace") and (one["value"] is None or one["value"] == ""):
        return {"op": "remove", "path": one["path"]}
    return one
