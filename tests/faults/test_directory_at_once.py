"""A directory that sends the same thing many times at once makes it once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tracing.access.models import DirectoryAccount, DirectoryGroup, DirectoryMember, Membership, User
from tracing.gateway.tests.scim import Answer, Directory, connecticut, directory, entra_group, entra_user, holds, mapping

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 8


def _at_once(haven: Directory, *asked: tuple[str, str, Any]) -> Counter[int]:
    def one(what: tuple[str, str, Any]) -> Answer:
        try:
            return haven.ask(*what)
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        return Counter(answer.code for answer in pool.map(one, asked))


def test_one_account_and_one_group_whoever_comes_first() -> None:
    connecticut()
    mapping("Tracers", "tracer")
    haven = directory()
    assert _at_once(haven, *[("POST", "Users", entra_user("ana.rivera"))] * TIMES) == {201: 1, 409: TIMES - 1}
    assert User.objects.count() == DirectoryAccount.objects.count() == 1
    ana = haven.get("Users").told["Resources"][0]
    assert _at_once(haven, *[("POST", "Groups", entra_group("Tracers", ana["id"]))] * TIMES) == {201: 1, 409: TIMES - 1}
    assert DirectoryGroup.objects.count() == DirectoryMember.objects.count() == Membership.objects.count() == 1
    join = {"Operations": [{"op": "Add", "path": "members", "value": [{"value": ana["id"]}]}]}
    close = {"Operations": [{"op": "Replace", "path": "active", "value": "False"}]}
    group = f"Groups/{haven.get('Groups').told['Resources'][0]['id']}"
    assert _at_once(haven, *[("PATCH", group, join), ("PATCH", f"Users/{ana['id']}", close)] * (TIMES // 2)) == {200: TIMES}
    assert holds(ana) == [] and not User.objects.get().is_active
