"""Accounts by SCIM: what directories send, what they are told, what becomes of it."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from scim2_models import Context, EnterpriseUser, Error, ListResponse, ResourceType, Schema, ServiceProviderConfig
from scim2_models import User as Shape

from tracing.access.actions import add_user, close_user, grant_membership
from tracing.access.actions.client_keys import revoke_client_key
from tracing.access.models import ClientKey, DirectoryAccount, Membership, Role, Session, User
from tracing.access.viewer import viewer
from tracing.gateway.tests.scim import (
    BY,
    ENTERPRISE,
    ERROR,
    Directory,
    account,
    connecticut,
    directory,
    entra_user,
    holds,
    mapping,
    somebody_of,
)
from tracing.journal.models import Entry
from tracing.jurisdictions.models import Unit
from tracing.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def haven(db: None) -> Directory:
    connecticut()
    return directory()


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "Replace", "path": path, "value": value}


def test_what_the_service_says_of_itself_is_read_by_a_client(haven: Directory) -> None:
    config = ServiceProviderConfig.model_validate(haven.get("ServiceProviderConfig").told, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert config.patch and config.patch.supported and config.bulk and not config.bulk.supported
    types = ListResponse[ResourceType].model_validate(haven.get("ResourceTypes").told, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert [one.name for one in types.resources or []] == ["User", "Group"]
    found = ListResponse[Schema].model_validate(haven.get("Schemas").told, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert {str(one.id) for one in found.resources or []} >= {ENTERPRISE}
    assert haven.get(f"Schemas/{ENTERPRISE}").told["id"] == ENTERPRISE
    assert haven.get("ResourceTypes/User").told["endpoint"] == "/Users"
    for nowhere in ("Schemas/none", "ResourceTypes/none", "Nothing", "", "Users/none", "Users/00000000-0000-0000-0000-000000000007"):
        answer = haven.get(nowhere)
        assert (answer.code, answer.told["schemas"], answer.told["status"]) == (404, [ERROR], "404")


def test_an_account_is_made_found_and_shown(haven: Directory) -> None:
    made = haven.ask("POST", "Users", entra_user("ana.rivera"))
    assert made.code == 201 and made.headers["ETag"] == 'W/"1"'
    read = Shape[EnterpriseUser].model_validate(made.told, scim_ctx=Context.RESOURCE_CREATION_RESPONSE)
    assert (read.user_name, read.active, read.display_name) == ("ana.rivera@newhaven.example", True, "Ana Rivera")
    assert read[EnterpriseUser].department == "Epidemiology" and read[EnterpriseUser].manager is None
    assert read.phone_numbers is None, "what is not needed is not kept"
    assert made.headers["Location"] == made.told["meta"]["location"] == f"http://testserver/scim/v2/Users/{read.id}"
    user = User.objects.get()
    assert (user.email, user.name, user.is_active, user.has_usable_password()) == (
        "ana.rivera@newhaven.example", "Ana Rivera", True, False,
    )  # fmt: skip
    assert not Membership.objects.exists()
    assert "0134" not in str(DirectoryAccount.objects.get().said)
    for asked in (
        'userName eq "Ana.Rivera@newhaven.example"', f'externalId eq "{read.external_id}"', f'id eq "{read.id}"',
        'emails[type eq "work"].value eq "ana.rivera@newhaven.example"', 'USERNAME EQ "ana.rivera@newhaven.example"',
    ):  # fmt: skip
        told = haven.client.get("/scim/v2/Users", {"filter": asked}, headers={"Authorization": f"Bearer {haven.key}"}).json()
        listed = ListResponse[Shape[EnterpriseUser]].model_validate(told, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
        assert [one.id for one in listed.resources or []] == [read.id], asked
    verbs = set(Entry.objects.filter(subject_id=user.pk).values_list("verb", "actor_kind", "actor_name"))
    assert verbs == {(verb, "machine", "Directory of New Haven Health Department") for verb in ("user.added", "directory.account_added")}


@pytest.mark.parametrize(
    ("asked", "code", "keyword"),
    [
        ('userName eq "nobody@newhaven.example"', 200, ""),
        ('userName eq ""', 200, ""),
        ('id eq "7"', 200, ""),
        ('userName co "ana"', 400, "invalidFilter"),
        ("active pr", 400, "invalidFilter"),
        ('userName eq "a" or userName eq "b"', 400, "invalidFilter"),
        ("userName eq", 400, "invalidFilter"),
    ],
)
def test_a_filter_finds_nobody_or_is_refused(haven: Directory, asked: str, code: int, keyword: str) -> None:
    haven.add("ana.rivera")
    answer = haven.client.get("/scim/v2/Users", {"filter": asked}, headers={"Authorization": f"Bearer {haven.key}"})
    assert answer.status_code == code
    assert answer.json().get("scimType", "") == keyword
    if code == 200:
        assert (answer.json()["totalResults"], answer.json()["Resources"]) == (0, [])


def test_lists_come_in_pages(haven: Directory) -> None:
    names = [haven.add(f"p{number}.one")["userName"] for number in range(5)]
    seen = []
    for start in (1, 3, 5, 7):
        told = haven.get(f"Users?startIndex={start}&count=2").told
        assert (told["totalResults"], told["startIndex"], told["itemsPerPage"]) == (5, start, len(told["Resources"]))
        seen += [one["userName"] for one in told["Resources"]]
    assert seen == names
    assert haven.get("Users?count=0").told["totalResults"] == 5
    assert haven.get("Users?startIndex=-4&count=99999").told["itemsPerPage"] == 5
    assert haven.get("Users?count=many").code == 400


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([replace("active", "False")], {"active": False}),
        ([replace("active", False)], {"active": False}),
        ([{"op": "replace", "value": {"active": False}}], {"active": False}),
        ([{"op": "Replace", "value": {"active": "False"}}], {"active": False}),
        ([replace('emails[type eq "work"].value', "a.new@newhaven.example")], {"email": "a.new@newhaven.example"}),
        ([{"op": "Add", "path": 'emails[type eq "work"].value', "value": "a.new@newhaven.example"}], {"email": "a.new@newhaven.example"}),
        ([{"op": "Add", "value": {'emails[type eq "work"].value': "a.new@newhaven.example"}}], {"email": "a.new@newhaven.example"}),
        ([replace("emails", [{"type": "work", "value": "A.New@newhaven.example", "primary": "True"}])], {"email": "a.new@newhaven.example"}),
        ([replace("displayName", "Ana R. Cole")], {"name": "Ana R. Cole"}),
        ([replace("userName", "acole@newhaven.example")], {"user_name": "acole@newhaven.example"}),
        ([{"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Nursing"}], {"department": "Nursing"}),
        ([{"op": "Replace", "value": {f"{ENTERPRISE}:department": "Nursing"}}], {"department": "Nursing"}),
        ([{"op": "Replace", "value": {ENTERPRISE: {"department": "Nursing"}}}], {"department": "Nursing"}),
        ([{"op": "Remove", "path": f"{ENTERPRISE}:department"}], {"department": None}),
        ([replace(f"{ENTERPRISE}:department", "")], {"department": None}),
        ([{"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "8aa1"}], {}),
        ([replace(f"{ENTERPRISE}:manager", "")], {}),
        ([{"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "2035550100"}], {}),
        ([{"op": "Add", "path": 'roles[primary eq "True"].value', "value": "User"}], {}),
        ([{"op": "Add", "path": 'addresses[type eq "work"].formatted', "value": "54 Meadow Street"}], {}),
        ([replace("password", "let me in, please")], {}),
        ([replace("shoeSize", 9)], {}),
        ([{"op": "replace", "value": {"id": "7", "schemas": [], "displayName": "Ana Cole"}}], {"name": "Ana Cole"}),
        ([replace("name.familyName", "Cole"), replace("name.givenName", "Ann"), replace("title", "Nurse")], {"title": "Nurse"}),
        ([{"op": "Remove", "path": "title"}], {}),
    ],
)  # fmt: skip
def test_every_form_of_a_change(haven: Directory, operations: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    made = haven.add("ana.rivera")
    for _time in range(2):
        answer = haven.patch(f"Users/{made['id']}", *operations)
        assert answer.code == 200, answer.told
        user, told = account(made), answer.told
        found = {
            "active": told["active"], "email": user.email, "name": user.name, "user_name": told["userName"],
            "department": told.get(ENTERPRISE, {}).get("department"), "title": told.get("title"),
        }  # fmt: skip
        usual = {
            "active": True, "email": "ana.rivera@newhaven.example", "name": "Ana Rivera",
            "user_name": "ana.rivera@newhaven.example", "department": "Epidemiology", "title": None,
        }  # fmt: skip
        assert found == usual | expected
        assert answer.headers["ETag"] == ('W/"2"' if expected else 'W/"1"'), "the same again changes nothing"


@pytest.mark.parametrize(
    ("sent", "keyword"),
    [
        ("{", "invalidSyntax"),
        ("[]", "invalidSyntax"),
        ({"schemas": ["x"]}, "invalidSyntax"),
        ({"Operations": []}, "invalidSyntax"),
        ({"Operations": [{"op": "Burn", "path": "active"}]}, "invalidSyntax"),
        ({"Operations": [{"op": "Remove"}]}, "invalidSyntax"),
        ({"Operations": [{"op": "Replace", "value": "x"}]}, "invalidSyntax"),
        ({"Operations": [replace("active", "perhaps")]}, "invalidValue"),
        ({"Operations": [replace("emails[type eq", "x")]}, "invalidPath"),
        ({"Operations": [replace('emails[type eq "work"].value', "no address")]}, "invalidValue"),
        ({"Operations": [replace("userName", "")]}, "mutability"),
    ],
)
def test_a_change_that_means_nothing_is_refused_and_changes_nothing(haven: Directory, sent: Any, keyword: str) -> None:
    made = haven.add("ana.rivera")
    answer = haven.ask("PATCH", f"Users/{made['id']}", sent)
    assert (answer.code, answer.told["schemas"]) == (400, [ERROR]), answer.told
    assert Error.model_validate(answer.told).scim_type == keyword, answer.told
    assert "no address" not in str(answer.told)
    assert haven.get(f"Users/{made['id']}").told == made


def test_a_whole_account_is_put_and_silence_lets_nobody_in_again(haven: Directory) -> None:
    made = haven.add("ana.rivera")
    put = {key: value for key, value in entra_user("ana.rivera").items() if key not in ("active", ENTERPRISE)}
    answer = haven.ask("PUT", f"Users/{made['id']}", {**put, "displayName": "Ana Cole"})
    assert answer.code == 200 and answer.told["displayName"] == "Ana Cole" and ENTERPRISE not in answer.told
    haven.patch(f"Users/{made['id']}", replace("active", False))
    assert haven.ask("PUT", f"Users/{made['id']}", put).told["active"] is False
    assert haven.ask("PUT", f"Users/{made['id']}", {**put, "active": True}).told["active"] is True


def test_a_leaver_is_out_at_once(haven: Directory) -> None:
    mapping("Tracers", "tracer")
    made = haven.add("ana.rivera")
    haven.add_group("Tracers", made["id"])
    grant_membership(
        user=account(made), role=Role.objects.get(code="lead"), unit=Unit.objects.get(code="new-haven"),
        since=timezone.now() + timedelta(days=3), by=BY, at=timezone.now(),
    )  # fmt: skip
    desk = Client()
    desk.force_login(account(made))
    assert desk.get(reverse("desk:case_list")).status_code == 200
    haven.patch(f"Users/{made['id']}", replace("active", "False"))
    assert not Session.objects.filter(user=made["id"]).exists()
    assert holds(made) == []
    answer = desk.get(reverse("desk:case_list"))
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in")
    assert {"user.closed", "membership.ended"} <= set(Entry.objects.values_list("verb", flat=True))
    haven.patch(f"Users/{made['id']}", replace("active", "True"))
    assert holds(made) == [("tracer", "new-haven", "scim")], "back: what the groups say, and nothing that was given by hand"


def test_neither_lock_shows_a_leaver_anything(haven: Directory) -> None:
    mapping("Tracers", "tracer")
    made = haven.add("ana.rivera")
    haven.add_group("Tracers", made["id"])
    # The database's clock stands still at the beginning of this test.
    before = timezone.now() - timedelta(hours=1)
    Membership.objects.update(valid_from=before)
    seen = somebody_of("new-haven", before)
    desk = Client()
    desk.force_login(account(made))
    session = str(next(iter(desk.cookies.values())).value)
    assert _sees(session, seen) and viewer(account(made), at=timezone.now()).units
    haven.patch(f"Users/{made['id']}", replace("active", "False"))
    assert not _sees(session, seen), "the database, asked with the session that was open"
    nobody = viewer(account(made), at=timezone.now())
    assert not nobody.units and not nobody.holds and not nobody.everywhere
    assert not Person.objects.visible_to(nobody).exists()  # type: ignore[attr-defined]


def _sees(session: str, person: Person) -> bool:
    """Whether the reading role sees somebody under a session."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.session', %s, true), set_config('role', 'contact_web', true)", [session])
        cursor.execute("SELECT count(*) FROM people_person WHERE id = %s", [person.pk])
        found = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
    return bool(found)


def test_who_was_closed_here_stays_closed_until_the_directory_said_no_and_yes(haven: Directory) -> None:
    made = haven.add("ana.rivera")
    close_user(user=account(made), by=BY, at=timezone.now())
    assert haven.ask("PUT", f"Users/{made['id']}", entra_user("ana.rivera", title="Nurse")).told["active"] is False
    haven.patch(f"Users/{made['id']}", replace("active", False))
    assert haven.patch(f"Users/{made['id']}", replace("active", True)).told["active"] is True


def test_deleted_is_closed_and_comes_back_as_the_same(haven: Directory) -> None:
    made = haven.add("ana.rivera")
    assert haven.ask("DELETE", f"Users/{made['id']}").code == 204
    assert not account(made).is_active
    for method in ("GET", "DELETE"):
        assert haven.ask(method, f"Users/{made['id']}").code == 404
    assert haven.patch(f"Users/{made['id']}", replace("active", True)).code == 404
    assert haven.get("Users").told["totalResults"] == 0
    assert haven.add("ana.rivera")["id"] == made["id"]
    assert account(made).is_active


def test_a_directory_reaches_its_own_accounts_only(haven: Directory) -> None:
    ford = directory("hartford")
    made = haven.add("ana.rivera")
    assert ford.get("Users").told["totalResults"] == 0
    assert ford.get(f"Users/{made['id']}").code == 404
    assert ford.patch(f"Users/{made['id']}", replace("active", False)).code == 404
    assert ford.ask("PUT", f"Users/{made['id']}", entra_user("ana.rivera")).code == 404
    assert ford.ask("DELETE", f"Users/{made['id']}").code == 404
    taken = ford.ask("POST", "Users", entra_user("ana.rivera"))
    own = haven.ask("POST", "Users", entra_user("ana.rivera"))
    assert (taken.code, taken.told) == (own.code, own.told), "whose account it is is not told"
    assert (own.code, own.told["scimType"]) == (409, "uniqueness")
    assert account(made).is_active


def test_accounts_made_by_hand_are_taken_over_where_they_work_for_the_unit_alone(haven: Directory) -> None:
    at, role = timezone.now() - timedelta(hours=1), Role.objects.get(code="tracer")
    people = {}
    for name, units in {"ours": ["new-haven"], "both": ["new-haven", "hartford"], "theirs": ["hartford"], "nobody's": []}.items():
        people[name] = add_user(email=f"{name[:4]}@newhaven.example", name=name, password=None, by=BY, at=at)
        for unit in units:
            grant_membership(user=people[name], role=role, unit=Unit.objects.get(code=unit), since=at, by=BY, at=at)
    assert [one["id"] for one in haven.get("Users").told["Resources"]] == [str(people["ours"].pk)]
    for name in ("both", "theirs", "nobody's"):
        assert haven.get(f"Users/{people[name].pk}").code == 404
    answer = haven.patch(f"Users/{people['ours'].pk}", {"op": "Add", "path": "externalId", "value": "x-1"})
    assert (answer.code, answer.told["externalId"], answer.headers["ETag"]) == (200, "x-1", 'W/"2"')
    grant_membership(user=people["ours"], role=role, unit=Unit.objects.get(code="hartford"), since=at, by=BY, at=at)
    refused = haven.patch(f"Users/{people['ours'].pk}", replace('emails[type eq "work"].value', "thief@newhaven.example"))
    assert refused.code == 403, "an address is a way in: it is not changed for somebody who works elsewhere too"
    haven.patch(f"Users/{people['ours'].pk}", replace("active", False))
    people["ours"].refresh_from_db()
    assert not people["ours"].is_active, "a leaver is out, whoever else they worked for"


def test_a_change_meant_for_another_version_is_refused(haven: Directory) -> None:
    made = haven.add("ana.rivera")
    path = f"Users/{made['id']}"
    assert haven.patch(path, replace("title", "Nurse"), If_Match='W/"1"').code == 200
    assert haven.patch(path, replace("title", "Lead"), If_Match='W/"1"').code == 412
    assert haven.ask("DELETE", path, None, If_Match='"one"').code == 412
    assert haven.patch(path, replace("title", "Lead"), If_Match="*").code == 200


def test_without_a_key_that_counts_nothing_is_told(haven: Directory) -> None:
    client = Client()
    for header in ({}, {"Authorization": "Bearer "}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer contact_scim_no"}):
        answer = client.get("/scim/v2/Users", headers=header)
        assert (answer.status_code, answer.json()["status"]) == (401, "401")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    key = ClientKey.objects.get()
    used = ClientKey.objects.filter(last_used_at__isnull=False)
    assert not used.exists()
    assert haven.get("Users").code == 200
    assert used.exists()
    ClientKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert haven.get("Users").code == 401
    ClientKey.objects.update(expires_at=timezone.now() + timedelta(days=1))
    Unit.objects.filter(code="new-haven").update(active_until=timezone.now().date() - timedelta(days=1))
    assert haven.get("Users").code == 403
    Unit.objects.filter(code="new-haven").update(active_until=None)
    assert revoke_client_key(key=key, by=BY, at=timezone.now())
    assert not revoke_client_key(key=key, by=BY, at=timezone.now())
    assert haven.get("Users").code == 401


def test_other_methods_and_large_bodies_are_refused(haven: Directory) -> None:
    assert haven.ask("DELETE", "Users").code == 405
    assert haven.ask("POST", "ServiceProviderConfig", {}).headers["Allow"] == "GET"
    assert haven.ask("POST", "Users", "x" * (2**20 + 1)).code == 413


def test_pages_do_not_load_the_package_of_shapes() -> None:
    code = (
        "import os, sys, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings'); django.setup();"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "import tracing.gateway.scim.urls, tracing.desk.urls; print([m for m in sys.modules if m.startswith(('scim2', 'pydantic'))])"
    )
    settings = {
        "CONTACT_DEMO": "1", "CONTACT_SECRET_KEY": "only-for-tests-" + "x" * 40, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    }  # fmt: skip
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], env=settings, cwd=root, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
