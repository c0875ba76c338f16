"""What this service can do, in SCIM's own words."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    Context,
    EnterpriseUser,
    ETag,
    Filter,
    Group,
    Patch,
    ResourceType,
    ServiceProviderConfig,
    Sort,
    User,
)

from tracing.gateway.scim import rules, shapes
from tracing.gateway.scim.asking import MOST
from tracing.gateway.scim.door import Asked, Refused, answer

SCHEMAS: dict[str, Any] = {rules.USER: User, rules.ENTERPRISE: EnterpriseUser, rules.GROUP: Group}


def config(asked: Asked) -> HttpResponse:
    made = ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken, name="Bearer key", primary=True,
                description="A key of the organisation, made by whoever connects directories, in the header Authorization.",
            )
        ],
    )  # fmt: skip
    values = made.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    values["meta"] = {"resourceType": "ServiceProviderConfig", "location": f"{asked.base}/ServiceProviderConfig"}
    return answer(values)


def _types(asked: Asked) -> dict[str, dict[str, Any]]:
    user = ResourceType.model_validate(
        {
            "id": "User", "name": "User", "endpoint": "/Users", "schema": rules.USER,
            "schemaExtensions": [{"schema": rules.ENTERPRISE, "required": False}],
        }
    )  # fmt: skip
    group = ResourceType.model_validate({"id": "Group", "name": "Group", "endpoint": "/Groups", "schema": rules.GROUP})
    found = {}
    for name, one in (("User", user), ("Group", group)):
        values = one.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
        values["meta"] = {"resourceType": "ResourceType", "location": f"{asked.base}/ResourceTypes/{name}"}
        found[name] = values
    return found


def resource_types(asked: Asked) -> HttpResponse:
    found = list(_types(asked).values())
    return answer(shapes.list_out(found, len(found), 1))


def resource_type(asked: Asked, name: str) -> HttpResponse:
    found = _types(asked).get(name)
    if found is None:
        raise Refused(404, "There is no such type of resource.")
    return answer(found)


def _schemas(asked: Asked) -> dict[str, dict[str, Any]]:
    """The attributes that are kept, and no others."""
    found = {}
    kept = {
        rules.USER: rules.KEPT | {"groups"}, rules.ENTERPRISE: rules.KEPT_OF_THE_EXTENSION, rules.GROUP: rules.KEPT_OF_A_GROUP,
    }  # fmt: skip
    for name, model in SCHEMAS.items():
        values = model.to_schema().model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
        values["attributes"] = [one for one in values["attributes"] if one["name"].lower() in kept[name]]
        values["meta"] = {"resourceType": "Schema", "location": f"{asked.base}/Schemas/{name}"}
        found[name] = values
    return found


def schemas(asked: Asked) -> HttpResponse:
    found = list(_schemas(asked).values())
    return answer(shapes.list_out(found, len(found), 1))


def schema(asked: Asked, name: str) -> HttpResponse:
    found = _schemas(asked).get(name)
    if found is None:
        raise Refused(404, "There is no such schema.")
    return answer(found)


def nothing(asked: Asked) -> HttpResponse:
    raise Refused(404, "There is nothing at this address.")
