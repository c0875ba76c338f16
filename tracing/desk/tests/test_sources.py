"""Senders, conditions without a rule set, facilities; and who may see which of these pages."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.reports import HIV, REACTIVE, Lab, lab, residence, somebody
from tracing.access.actions import grant_membership
from tracing.access.models import Role
from tracing.cases.models import FacilityLine
from tracing.desk.tests.world import BY, World, world
from tracing.intake.models import Source, SourceKey
from tracing.journal.models import Look
from tracing.people.models import Match

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(db: None, now: object) -> Lab:
    return lab(world(now))  # type: ignore[arg-type]


def test_senders_with_their_alarms_and_sums(found: Lab) -> None:
    found.send(found.text(somebody(1, phone="")))
    found.file()
    page = found.world.client("interface_manager").get(reverse("desk:sources"))
    words = page.content.decode()
    assert page.status_code == 200
    assert "Charter Oak Reference Laboratory" in words
    assert "It has neither a key nor a folder" in words
    assert "No telephone" in words
    assert "100 %" in words
    assert page.context["counts"].agree
    assert page.context["counts"].filed == 1


def test_no_sender_yet(db: None, now: object) -> None:
    page = world(now).client("interface_manager").get(reverse("desk:sources"))  # type: ignore[arg-type]
    assert "No sender yet." in page.content.decode()


def test_a_key_is_shown_once_and_revoked(found: Lab) -> None:
    client = found.world.client("interface_manager")
    page = client.post(reverse("desk:source_key", args=["charter-oak"]), {"lasts": "90"})
    key = page.context["made"].key
    assert key in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    row = SourceKey.objects.get()
    assert row.digest == hashlib.sha256(key.encode()).hexdigest()
    again = client.get(reverse("desk:source", args=["charter-oak"])).content.decode()
    assert key not in again
    assert f"…{row.hint}" in again
    client.post(reverse("desk:source_key_revoke", args=["charter-oak", row.pk]))
    row.refresh_from_db()
    assert row.revoked_at is not None
    assert client.post(reverse("desk:source_key_revoke", args=["charter-oak", row.pk])).status_code == 404


def test_what_is_expected_is_changed_and_kept_as_typed_when_wrong(found: Lab) -> None:
    client = found.world.client("interface_manager")
    address = reverse("desk:source", args=["charter-oak"])
    wrong = client.post(address, {"name": "Charter Oak", "every": "4", "pull": "15"})
    assert wrong.status_code == 422
    assert 'value="Charter Oak"' in wrong.content.decode()
    assert client.post(address, {"name": "Charter Oak", "every": "4", "pull": "0"}).status_code == 302
    source = Source.objects.get(code="charter-oak")
    assert (source.name, source.expected_every_hours) == ("Charter Oak", 4)


def test_test_messages_are_filed_only_after_somebody_says_so(found: Lab) -> None:
    client = found.world.client("interface_manager")
    assert "somebody is called" in client.get(reverse("desk:source", args=["charter-oak"])).content.decode()
    client.post(reverse("desk:source_tests", args=["charter-oak"]), {"file": "yes"})
    assert Source.objects.get(code="charter-oak").tests_open_cases
    client.post(reverse("desk:source_tests", args=["charter-oak"]), {"file": "no"})
    assert not Source.objects.get(code="charter-oak").tests_open_cases


def test_a_new_sender_and_closing_one(found: Lab) -> None:
    client = found.world.client("interface_manager")
    address = reverse("desk:source_new")
    assert client.post(address, {"name": "X", "code": "Not A Code", "every": "24"}).status_code == 422
    assert client.post(address, {"name": "X", "code": "charter-oak", "every": "24"}).status_code == 422
    assert client.post(address, {"name": "Nutmeg", "code": "nutmeg", "every": "24"}).status_code == 302
    client.post(reverse("desk:source_state", args=["nutmeg"]), {"do": "close"})
    assert not Source.objects.get(code="nutmeg").active
    client.post(reverse("desk:source_state", args=["nutmeg"]), {"do": "confirm"})
    assert Source.objects.get(code="nutmeg").active


def test_conditions_without_a_rule_set_are_there_for_one_role_only(found: Lab) -> None:
    hiv = found.held(found.text(somebody(5), test=HIV, result=REACTIVE))
    assert hiv.problems == ["no_rule_set"]
    condition = hiv.conditions[0]
    client = found.world.client("interface_manager")
    assert "HIV" not in client.get(reverse("desk:unlisted")).content.decode(), "a sensitive condition has to be named"
    assert client.get(reverse("desk:held_report", args=[hiv.pk])).status_code == 404
    grant_membership(
        user=found.world.staff["interface_manager"], role=Role.objects.get(code="interface_manager"),
        unit=found.world.units["ct"], since=found.world.at, diseases=[condition], by=BY, at=found.world.at,
    )  # fmt: skip
    assert "HIV" in client.get(reverse("desk:unlisted")).content.decode()
    assert str(hiv.pk) in client.get(reverse("desk:unlisted_condition", args=[condition])).content.decode()
    assert client.get(reverse("desk:held_report", args=[hiv.pk])).status_code == 200
    assert client.get(reverse("desk:unlisted_condition", args=["no-such"])).status_code == 404
    for who in ("tracer", "supervisor", "state_epidemiologist", "administrator", "nobody"):
        other = found.world.client(who)
        assert other.get(reverse("desk:unlisted")).status_code == 404
        assert other.get(reverse("desk:unlisted_condition", args=[condition])).status_code == 404
        assert other.get(reverse("desk:held_report", args=[hiv.pk])).status_code in (403, 404)


def test_a_nursing_home_is_one_line(found: Lab) -> None:
    home = residence("42665001", "Nursing Home")
    for seed in (51, 52):
        who = replace(somebody(seed), street="150 Maple Hollow Rd", city="New Haven", zip="06511")
        found.send(found.text(who, answers=(home,)))
    found.file()
    line = FacilityLine.objects.get()
    client = found.world.client("state_epidemiologist")
    assert "2 cases in the last 14 days" in client.get(reverse("desk:facilities")).content.decode()
    page = client.get(reverse("desk:facility", args=[line.pk]))
    assert page.status_code == 200
    assert len(Look.objects.get(page="facility").persons) == 2
    assert found.world.client("elsewhere").get(reverse("desk:facility", args=[line.pk])).status_code == 404
    assert "No facility has cases." in found.world.client("elsewhere").get(reverse("desk:facilities")).content.decode()


def test_a_candidate_of_another_department_is_hidden(made: World) -> None:
    source = lab(made)
    report = source.send(source.text(somebody(61)))
    theirs, ours = made.cases["Ford Hart"].person_id, made.cases["Ana Rivera"].person_id
    match = Match.objects.create(
        report_id=report.pk, outcome="possible", unit=made.units["new-haven"], at=made.at, due_at=made.at,
        candidates=[{"person": str(key), "reasons": ["same_name"]} for key in (theirs, ours)],
    )  # fmt: skip
    client = made.client("tracer")
    address = reverse("desk:match", args=[match.pk])
    words = client.get(address).content.decode()
    assert "in another department" in words
    assert "Ford Hart" not in words and "Hart, Ford" not in words and "Ford" not in words.replace("Hartford", "")
    assert "Rivera" in words
    assert set(Look.objects.get(page="match").persons) == {ours, theirs}, "initials and a town are a look too"
    assert client.post(address, {"who": str(theirs)}).status_code == 403
    assert made.client("elsewhere").get(address).status_code == 404


CODES = {
    "held": (403, 200, 200, 200, 403), "matches": (200, 200, 200, 403, 403), "proposals": (200, 200, 200, 403, 403),
    "sources": (403, 403, 200, 200, 403), "source_new": (403, 403, 200, 200, 403), "unlisted": (404, 404, 404, 200, 404),
    "facilities": (200, 200, 200, 403, 403),
}  # fmt: skip
"""Page → what tracer, supervisor, state epidemiologist, interface manager, administrator get."""


@pytest.mark.parametrize("page", sorted(CODES))
def test_who_sees_which_list(found: Lab, page: str) -> None:
    roles = ("tracer", "supervisor", "state_epidemiologist", "interface_manager", "administrator")
    got = tuple(found.world.client(role).get(reverse(f"desk:{page}")).status_code for role in roles)
    assert got == CODES[page]


@pytest.mark.parametrize(
    ("page", "args"),
    [
        ("held_report", [uuid4()]), ("held_undo", [uuid4()]), ("match", [uuid4()]), ("match_undo", [uuid4()]), ("proposal", [uuid4()]),
        ("facility", [uuid4()]), ("source", ["no-such"]), ("source_key", ["no-such"]), ("source_tests", ["no-such"]),
        ("source_state", ["no-such"]), ("source_key_revoke", ["no-such", uuid4()]), ("unlisted_condition", ["no-such"]),
    ],
)  # fmt: skip
def test_what_is_not_there(found: Lab, page: str, args: list[object]) -> None:
    address = reverse(f"desk:{page}", args=args)
    posted = page.endswith(("_undo", "_key", "_tests", "_state", "_revoke"))
    role = "state_epidemiologist" if page != "unlisted_condition" else "interface_manager"
    client = found.world.client(role)
    assert (client.post(address) if posted else client.get(address)).status_code == 404
    assert (
        found.world.client("administrator").post(address) if posted else found.world.client("administrator").get(address)
    ).status_code in (403, 404)
    from django.test import Client

    signed_out = Client().post(address) if posted else Client().get(address)
    assert signed_out.status_code == 302
    assert "/sign-in" in signed_out["Location"]
