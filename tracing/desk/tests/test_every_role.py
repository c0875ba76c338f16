"""What each role of the profile finds: a first page that says what to do, no link that leads nowhere, no page beyond."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tracing.access.actions import add_user, grant_membership
from tracing.access.models import Role
from tracing.desk.tests.world import BY, PASSWORD, World

ROLES = tuple(
    role["code"] for role in tomllib.loads((Path(settings.PROFILES) / "connecticut" / "roles.toml").read_text())["role"]
)
WITHOUT_LISTS = {
    "contract_tracer", "hotline", "community_resource_coordinator", "outreach_specialist", "analyst_counts", "interface_manager",
    "privacy_officer", "administrator", "department_administrator", "auditor",
}  # fmt: skip


@pytest.mark.django_db
def test_every_role_finds_its_way(made: World) -> None:
    wrong = []
    for code in ROLES:
        user = add_user(email=f"{code}@example.net", name=code, password=PASSWORD, by=BY, at=made.at)
        grant_membership(
            user=user, role=Role.objects.get(code=code), unit=made.units["ct"], since=made.at, agreement_on=made.at.date(),
            trained_on=made.at.date(), by=BY, at=made.at,
        )  # fmt: skip
        client = Client()
        client.force_login(user)
        home = client.get("/")
        if home.status_code != 200 or "Nothing is shown to you yet" in home.content.decode():
            wrong.append(f"{code}: first page {home.status_code}, or it says nothing")
            continue
        main = home.content.decode()
        links = {link for link in re.findall(r'href="(/[^"#]*)"', main) if not link.startswith("/static")}
        for link in sorted(links):
            if (found := client.get(link).status_code) != 200:
                wrong.append(f"{code}: {link} {found}")
        lists = client.get(reverse("desk:case_list")).status_code
        if (lists == 403) != (code in WITHOUT_LISTS):
            wrong.append(f"{code}: list of cases {lists}")
    assert not wrong, "\n".join(wrong)
