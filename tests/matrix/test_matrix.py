"""The table of docs/access-matrix.md is what the program does."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client, override_settings

from tests.matrix import table
from tests.matrix.world import HOMES, ORGANISATIONS, ROLES, Matrix, matrix
from tests.world import settled
from tracing.messaging.providers.account import VoiceAccount

pytestmark = pytest.mark.django_db

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "access-matrix.md"
ADDRESSES: Final = [one for one in table.addresses() if one.name not in table.PUBLIC and not one.name.startswith(tuple(table.MACHINES))]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Matrix]:
    """One world for every row that this process asks; each request is taken back."""
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    on = override_settings(VOICE=VoiceAccount("AC" + "0" * 32, "x" * 32, "+12035550100"))  # the pages of calls dialled are there
    with django_db_blocker.unblock(), transaction.atomic(), on:
        made = matrix()
        for role in made.users:
            made.client(role)
        settled()
        yield made
        transaction.set_rollback(True)
    logging.getLogger("django.request").setLevel(logging.NOTSET)


def written() -> dict[tuple[str, str], str]:
    """(Verb, route) → the line of the document."""
    lines = DOCUMENT.read_text().splitlines() if DOCUMENT.exists() else []
    return {(line.split()[0], line.split()[1]): line for line in lines if line.startswith(("GET  /", "POST /"))}


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda one: one.route)
def test_what_each_role_gets(made: Matrix, address: table.Address) -> None:
    verbs = table.verbs(made, address)
    if folder := os.environ.get("CONTACT_WRITE_MATRIX"):
        lines = [table.row(made, address, verb) for verb in verbs]
        (Path(folder) / f"{ADDRESSES.index(address):03}").write_text("\n".join(lines))
        return
    assert {verb for verb, route in written() if route == address.route} == {verb.upper() for verb in verbs}
    for verb in verbs:
        assert table.row(made, address, verb) == written()[verb.upper(), address.route]


def test_every_address_stands_in_the_table() -> None:
    """And none that is gone."""
    assert {route for _verb, route in written()} == {one.route for one in ADDRESSES}
    named = {one.name for one in table.addresses()}
    assert not [name for name in table.PUBLIC if name not in named]


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda one: one.route)
def test_who_is_not_signed_in_is_sent_to_the_way_in(made: Matrix, address: table.Address) -> None:
    stranger = Client()
    with transaction.atomic():
        codes = {getattr(stranger, verb)(table.url(made, address, "own")).status_code for verb in ("get", "post")}
        where = stranger.get(table.url(made, address, "own"))
        transaction.set_rollback(True)
    assert codes <= {302, 405}, codes
    assert where.status_code == 405 or where["Location"].startswith("/sign-in")


DONE: Final = {"o", ">", "v"}
STATEWIDE: Final = {role for role, home in HOMES.items() if home == "ct"}


def cells() -> Iterator[tuple[str, str, str, str]]:
    """(Verb, route, role, signs) of every cell about a thing."""
    for (verb, route), line in written().items():
        signs = line[62:].split()
        assert len(signs) == len(ROLES), line
        yield from ((verb, route, role, sign) for role, sign in zip(ROLES, signs, strict=True) if len(sign) == 3)


def test_nobody_reaches_what_is_anothers() -> None:
    """What the table may never say, whatever was written: the last place is a case, a person or a report of Hartford."""
    wrong = [
        f"{verb} {route}: {role} {signs}"
        for verb, route, role, signs in cells()
        if role not in STATEWIDE and signs[2] in DONE
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong)


OFFERED: Final = ("/shares/", "/transfers/", "/referrals/", "/affiliations/", "/people/<uuid:pk>/aside")
"""In the middle stands what Hartford offers to New Haven: it waits for an answer. And whoever sees a person may know them."""


def test_what_is_shared_is_seen_and_not_changed() -> None:
    """By those with whom it was shared; organisations were not."""
    wrong = [
        f"{verb} {route}: {role} {signs}"
        for verb, route, role, signs in cells()
        if signs[1] in DONE and role not in STATEWIDE and not route.startswith(OFFERED) and (verb == "POST" or HOMES.get(role) in ORGANISATIONS)
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["administrator", "department_administrator", "analyst_counts", "auditor", "interface_manager"])
def test_who_sees_no_person_opens_nobodys_page(role: str) -> None:
    found = [f"{verb} {route}" for verb, route, who, signs in cells() if who == role and "/people/" in route + "/" and set(signs) & DONE]
    found += [f"{verb} {route}" for verb, route, who, signs in cells() if who == role and "/cases/" in route + "/" and set(signs) & DONE]
    assert not found, found
