"""A directory, as the program meets it: what Microsoft Entra and Okta send, by their documentation, and a key to send it with."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client
from django.utils import timezone

from tracing.access.actions import load_roles
from tracing.access.actions.client_keys import add_client_key
from tracing.access.models import GroupMapping, Membership, Role, User
from tracing.journal.actor import job
from tracing.jurisdictions.actions import load_profile
from tracing.jurisdictions.models import Unit
from tracing.people.actions import NewStanding, give_standings
from tracing.people.models import Person

BY = job("test")
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@dataclass
class Answer:
    code: int
    told: dict[str, Any]
    headers: Any


@dataclass
class Directory:
    """Speaks with one key."""

    key: str
    client: Client

    def ask(self, method: str, path: str, sent: Any = None, **headers: str) -> Answer:
        body = json.dumps(sent) if isinstance(sent, dict | list) else sent
        answer = self.client.generic(
            method, f"/scim/v2/{path}", body or "", content_type="application/scim+json; charset=utf-8",
            headers={"Authorization": f"Bearer {self.key}", **{k.replace("_", "-"): v for k, v in headers.items()}},
        )  # fmt: skip
        assert answer["Cache-Control"] == "no-store"
        assert answer.status_code == 204 or answer["Content-Type"] == "application/scim+json"
        return Answer(answer.status_code, json.loads(answer.content) if answer.content else {}, answer.headers)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def add(self, name: str, **more: Any) -> dict[str, Any]:
        made = self.ask("POST", "Users", entra_user(name, **more))
        assert made.code == 201, made.told
        return made.told

    def add_group(self, name: str, *members: str) -> dict[str, Any]:
        made = self.ask("POST", "Groups", entra_group(name, *members))
        assert made.code == 201, made.told
        return made.told

    def patch(self, path: str, *operations: dict[str, Any], **headers: str) -> Answer:
        return self.ask("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, **headers)


def entra_user(name: str, **more: Any) -> dict[str, Any]:
    """As Entra makes an account."""
    given, _, family = name.partition(".")
    return {
        "schemas": [USER, ENTERPRISE],
        "externalId": f"0a21f0f2-8d2a-4f8e-bf98-{abs(hash(name)) % 10**12:012}",
        "userName": f"{name}@newhaven.example",
        "active": True,
        "displayName": f"{given.title()} {family.title()}",
        "emails": [{"primary": True, "type": "work", "value": f"{name}@newhaven.example"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": f"{given.title()} {family.title()}", "familyName": family.title(), "givenName": given.title()},
        "phoneNumbers": [{"type": "work", "value": "(203) 555-0134"}],
        "roles": [],
        ENTERPRISE: {"department": "Epidemiology", "manager": {"value": "none of ours"}},
        **more,
    }


def entra_group(name: str, *members: str) -> dict[str, Any]:
    return {
        "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": f"8aa1a0c0-c4c3-4bc0-b4a5-{abs(hash(name)) % 10**12:012}",
        "displayName": name,
        "members": [{"$ref": None, "value": member} for member in members],
        "meta": {"resourceType": "Group"},
    }


def connecticut() -> None:
    profile = Path(settings.PROFILES) / "connecticut"
    load_profile(profile=profile, by=BY, at=timezone.now())
    load_roles(roles=tomllib.loads((profile / "roles.toml").read_text())["role"], by=BY, at=timezone.now())


def directory(unit: str = "new-haven") -> Directory:
    found = Unit.objects.get(code=unit)
    made = add_client_key(name=f"Directory of {found.name}", unit=found, by=BY, at=timezone.now() - timedelta(minutes=1))
    return Directory(made.key, Client(raise_request_exception=False))


def mapping(group: str, role: str, unit: str = "new-haven", by: UUID | None = None) -> GroupMapping:
    return GroupMapping.objects.create(
        group=group, role=Role.objects.get(code=role), unit=Unit.objects.get(code=unit), since=timezone.now(), by=by
    )


def holds(user: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Role, unit and source of what an account holds now."""
    rows = Membership.objects.filter(user=user["id"]).exclude(valid_until__lte=timezone.now())
    return sorted(rows.values_list("role__code", "unit__code", "source"))


def somebody_of(unit: str, at: datetime) -> Person:
    """A person who lives there."""
    person = Person.objects.create(family="Hart", added_at=at)
    give_standings(standings=[NewStanding(person.pk, Unit.objects.get(code=unit).pk, "residence", "covid19")], by=BY, at=at)
    return person


def account(user: dict[str, Any]) -> User:
    return User.objects.get(pk=user["id"])
