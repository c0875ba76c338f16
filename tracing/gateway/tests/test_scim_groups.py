"""Groups by SCIM, and the roles that follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scim2_models import Context, ListResponse
from scim2_models import Group as Shape

from tracing.access.jobs import settle_all
from tracing.access.models import DirectoryGroup, GrantProposal, GroupMapping, UnknownGroup
from tracing.gateway.tests.scim import Directory, account, connecticut, directory, entra_group, holds, mapping
from tracing.journal.models import Entry

pytestmark = pytest.mark.django_db
TRACER = [("tracer", "new-haven", "scim")]


@pytest.fixture
def haven(db: None) -> Directory:
    connecticut()
    return directory()


def test_a_mapped_group_gives_its_role_and_takes_it_away(haven: Directory) -> None:
    mapping("Contact Tracers", "tracer")
    ana, ben = haven.add("ana.rivera"), haven.add("ben.cole")
    made = haven.add_group("contact  tracers", ana["id"])
    read = Shape.model_validate(made, scim_ctx=Context.RESOURCE_CREATION_RESPONSE)
    assert [one.value for one in read.members or []] == [ana["id"]]
    assert holds(ana) == TRACER and holds(ben) == []
    path = f"Groups/{made['id']}"
    assert haven.patch(path, {"op": "Add", "path": "members", "value": [{"value": ben["id"]}, {"value": ana["id"]}]}).code == 200
    assert holds(ben) == TRACER
    assert [one["display"] for one in haven.get(f"Users/{ben['id']}").told["groups"]] == ["contact tracers"]
    haven.patch(path, {"op": "Remove", "path": f'members[value eq "{ana["id"]}"]'})
    assert holds(ana) == [] and holds(ben) == TRACER
    haven.patch(path, {"op": "Remove", "path": "members", "value": [{"value": ben["id"]}]})
    assert holds(ben) == []
    haven.patch(path, {"op": "Replace", "path": "members", "value": [{"value": ana["id"]}]})
    assert holds(ana) == TRACER
    haven.patch(path, {"op": "Replace", "path": "displayName", "value": "Choir"})
    assert holds(ana) == [], "the group has another name: what the old one gave is over"
    haven.patch(path, {"op": "replace", "value": {"id": made["id"], "displayName": "Contact Tracers"}})
    assert holds(ana) == TRACER
    assert haven.ask("PUT", path, entra_group("Contact Tracers", ben["id"])).code == 200
    assert (holds(ana), holds(ben)) == ([], TRACER)
    assert haven.ask("DELETE", path).code == 204
    assert holds(ben) == [] and haven.get(path).code == 404
    verbs = list(Entry.objects.filter(subject_id=ana["id"]).values_list("verb", flat=True))
    assert verbs.count("directory.joined_group") == verbs.count("directory.left_group") == 2
    assert verbs.count("membership.granted") == verbs.count("membership.ended") == 3


def test_groups_are_found_and_listed_without_members(haven: Directory) -> None:
    ana = haven.add("ana.rivera")
    made = haven.add_group("Tracers", ana["id"])
    haven.add_group("Leads")
    told = haven.get("Groups?excludedAttributes=members&filter=displayName%20eq%20%22TRACERS%22").told
    listed = ListResponse[Shape].model_validate(told, scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert [(one.id, one.members) for one in listed.resources or []] == [(made["id"], None)]
    assert haven.get("Groups").told["totalResults"] == 2
    assert haven.get("Groups?count=1&startIndex=2").told["Resources"][0]["displayName"] == "Leads"
    again = haven.ask("POST", "Groups", entra_group("tracers"))
    assert (again.code, again.told["scimType"]) == (409, "uniqueness")
    assert haven.ask("POST", "Groups", entra_group("")).told["scimType"] == "invalidValue"
    assert directory("hartford").get(f"Groups/{made['id']}").code == 404
    assert directory("hartford").get("Groups").told["totalResults"] == 0
    assert haven.patch(f"Groups/{made['id']}", {"op": "Remove", "path": "members"}, If_Match='W/"7"').code == 412


def test_an_unknown_group_is_noted_and_loses_nobody(haven: Directory) -> None:
    ana = haven.add("ana.rivera")
    haven.add_group("Choir", ana["id"], str(uuid4()), "no key at all")
    noted = UnknownGroup.objects.get()
    assert (noted.group, noted.source, noted.users) == ("Choir", "scim", 1)
    assert account(ana).is_active and holds(ana) == []
    mapping("Choir", "tracer")
    settle_all(timezone.now())
    assert holds(ana) == TRACER, "mapped later, given without another visit of the directory"
    GroupMapping.objects.update(ended_at=timezone.now())
    settle_all(timezone.now())
    assert holds(ana) == []
    before = Entry.objects.count()
    settle_all(timezone.now())
    assert Entry.objects.count() == before


def test_a_group_gives_nothing_outside_of_its_own_unit(haven: Directory) -> None:
    mapping("Tracers", "tracer", "hartford")
    mapping("Tracers", "state_epidemiologist", "ct")
    ana = haven.add("ana.rivera")
    haven.add_group("Tracers", ana["id"])
    assert holds(ana) == [] and not GrantProposal.objects.exists()


def test_a_powerful_role_waits_for_a_second_person(haven: Directory) -> None:
    chief = uuid4()
    mapping("Chiefs", "administrator", by=chief)
    ana = haven.add("ana.rivera")
    made = haven.add_group("Chiefs", ana["id"])
    assert holds(ana) == []
    proposal = GrantProposal.objects.get()
    assert (str(proposal.user_id), proposal.role.code, proposal.asked_by, proposal.answer) == (ana["id"], "administrator", chief, "")
    haven.patch(f"Groups/{made['id']}", {"op": "Remove", "path": f'members[value eq "{ana["id"]}"]'})
    haven.patch(f"Groups/{made['id']}", {"op": "Add", "path": "members", "value": [{"value": ana["id"]}]})
    assert GrantProposal.objects.count() == 1


def test_groups_are_mapped_by_the_directory_s_own_key_too(haven: Directory) -> None:
    key = entra_group("Tracers of the department")["externalId"]
    mapping(key, "tracer")
    ana = haven.add("ana.rivera")
    haven.add_group("Tracers of the department", ana["id"])
    assert holds(ana) == TRACER and not UnknownGroup.objects.exists()


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One state for all examples below; each is rolled back by itself."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            connecticut()
            yield
            transaction.set_rollback(True)
        connection.close()


STEPS = ("join", "leave", "close", "open", "rename")


@pytest.mark.usefixtures("settled")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.sampled_from(STEPS), max_size=6), repeats=st.lists(st.integers(1, 3), min_size=6, max_size=6), order=st.randoms())
def test_repeated_changes_and_those_of_different_things_in_any_order_come_to_the_same(
    steps: list[str], repeats: list[int], order: Any
) -> None:
    """The last word about each thing counts (inside the group or not, active or not, its name), however they are mixed."""
    last = {"inside": False, "active": True, "name": "Ana Rivera"}
    about = {
        "join": ("inside", True), "leave": ("inside", False), "close": ("active", False), "open": ("active", True),
        "rename": ("name", "Ana Cole"),
    }  # fmt: skip
    for step in steps:
        last[about[step][0]] = about[step][1]
    # The steps about one thing keep their order; those about different things are mixed anew.
    queues = {thing: [s for s in steps if about[s][0] == thing] for thing in last}
    mixed: list[str] = []
    while any(queues.values()):
        thing = order.choice([t for t, q in queues.items() if q])
        mixed.append(queues[thing].pop(0))
    with transaction.atomic():
        haven = directory()
        mapping("Tracers", "tracer")
        ana, group = haven.add("ana.rivera"), haven.add_group("Tracers")
        sends: dict[str, tuple[str, dict[str, Any]]] = {
            "join": (f"Groups/{group['id']}", {"op": "Add", "path": "members", "value": [{"value": ana["id"]}]}),
            "leave": (f"Groups/{group['id']}", {"op": "Remove", "path": f'members[value eq "{ana["id"]}"]'}),
            "close": (f"Users/{ana['id']}", {"op": "Replace", "path": "active", "value": "False"}),
            "open": (f"Users/{ana['id']}", {"op": "Replace", "value": {"active": True}}),
            "rename": (f"Users/{ana['id']}", {"op": "Replace", "path": "displayName", "value": "Ana Cole"}),
        }
        for step, times in zip(mixed, repeats, strict=False):
            for _ in range(times):
                assert haven.patch(sends[step][0], sends[step][1]).code == 200
        user = account(ana)
        found = {"inside": bool(haven.get(f"Groups/{group['id']}").told.get("members")), "active": user.is_active, "name": user.name}
        assert found == last
        assert holds(ana) == (TRACER if last["inside"] and last["active"] else [])
        assert DirectoryGroup.objects.count() == 1
        transaction.set_rollback(True)
