"""Units on the desk: the tree, organisations added, coverage, closing; directories, their keys and groups."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tracing.access import jobs as staff_jobs
from tracing.access.actions import grant_membership
from tracing.access.models import ClientKey, Coverage, GroupMapping, Role, UnknownGroup
from tracing.cases import jobs as case_jobs
from tracing.desk.tests.world import BY, World
from tracing.desk.units import words
from tracing.intake.jobs import hand_over_reports
from tracing.jurisdictions.models import Closing, Unit

pytestmark = pytest.mark.django_db


def test_the_tree_shows_who_there_is_and_what_is_open(made: World) -> None:
    page = made.client("administrator").get(reverse("desk:units"))
    text = page.content.decode()
    rows = {row["unit"].code: row for row in page.context["rows"]}
    assert (rows["new-haven"]["work"].cases, rows["hartford"]["work"].cases) == (2, 1)
    assert rows["new-haven"]["work"].staff == 2 and rows["new-haven"]["depth"] > rows["ct"]["depth"]
    assert "Rivera" not in text and "Who covers whom" in text
    assert 'href="/units/new-haven"' in text


def test_an_organisation_is_added_and_what_is_wrong_is_said(made: World) -> None:
    client = made.client("administrator")
    address = reverse("desk:unit_new")
    wrong = client.post(address, {"name": "Elm College", "kind": "college", "parent": "ct", "code": "new-haven", "phone": "12"})
    assert wrong.status_code == 422 and "There is a unit of this code already" in wrong.content.decode()
    assert 'value="Elm College"' in wrong.content.decode()
    good = client.post(address, {"name": "Elm College", "kind": "college", "parent": "ct", "code": "elm-college", "phone": ""})
    assert good["Location"] == "/units/elm-college"
    assert "Elm College" in client.get("/units/elm-college").content.decode()
    assert client.post(address, {"name": "X", "kind": "department", "parent": "ct", "code": "x-1"}).status_code == 422


def test_one_unit_covers_another_from_the_page(made: World) -> None:
    client, today = made.client("administrator"), made.at.date()
    address = reverse("desk:unit_cover", args=["new-haven"])
    for given, says in (
        ({"by_unit": "hartford", "since": today - timedelta(days=9), "until": "", "why": "x"}, "Choose today or a later first day"),
        ({"by_unit": "hartford", "since": today, "until": today - timedelta(days=1), "why": "x"}, "end before it begins"),
        ({"by_unit": "ct", "since": today, "until": "", "why": "x"}, "reaches its work already"),
        ({"by_unit": "", "since": today, "until": "", "why": "x"}, "Choose"),
    ):
        wrong = client.post(address, given)
        assert wrong.status_code == 422 and says in wrong.content.decode()
    assert not Coverage.objects.exists()
    given = {"by_unit": "hartford", "since": today, "until": today + timedelta(days=3), "why": "Holidays"}
    assert client.post(address, given).status_code == 302
    row = Coverage.objects.get()
    assert made.client("elsewhere").get(reverse("desk:case", args=[made.cases["Ana Rivera"].pk])).status_code == 200
    week = client.get(reverse("desk:unit_coverage"))
    assert [on for _day, on in week.context["rows"][0]["days"]] == [True] * 4 + [False] * 3
    assert "Holidays" in week.content.decode()
    assert client.post(reverse("desk:unit_coverage_end", args=[row.pk])).status_code == 302
    assert made.client("elsewhere").get(reverse("desk:case", args=[made.cases["Ana Rivera"].pk])).status_code == 404


def test_a_unit_is_closed_after_one_has_seen_what_follows(made: World) -> None:
    client, day = made.client("administrator"), made.at.date() + timedelta(days=1)
    address = reverse("desk:unit_close", args=["new-haven"])
    shown = client.get(address)
    assert dict(shown.context["left"])[words.WORK["cases"]] == 2 and "New Haven" in str(shown.context["towns"])
    for given, says in (
        ({"on": made.at.date() - timedelta(days=3), "successor": "hartford"}, "Choose today or a later day"),
        ({"on": day, "successor": ""}, "Nobody would serve New Haven"),
    ):
        wrong = client.post(address, given)
        assert wrong.status_code == 422 and says in wrong.content.decode()
    assert client.post(address, {"on": day, "successor": "hartford"})["Location"] == "/units/new-haven"
    page = client.get("/units/new-haven").content.decode()
    assert "This unit ends soon." in page and "Hartford" in page and "0 of 2" in page
    assert client.get(address).status_code == 302
    at = made.at + timedelta(days=2)
    staff_jobs.hand_over_all_staff(at)
    case_jobs.hand_over_all(at)
    hand_over_reports(at)
    assert Closing.objects.get().finished_at is not None
    page = client.get("/units/new-haven").content.decode()
    assert "2 of 2" in page and "Handed over" in page
    assert "Handed over" in client.get(reverse("desk:units")).content.decode()
    assert client.get(reverse("desk:unit_close", args=["ct"])).status_code == 302


def test_the_page_of_a_case_says_who_took_over_its_unit(made: World) -> None:
    address, client = reverse("desk:case", args=[made.cases["Ana Rivera"].pk]), made.client("state_epidemiologist")
    assert "has its work" not in client.get(address).content.decode()
    Unit.objects.filter(code="new-haven").update(active_until=made.at.date() - timedelta(days=2), successor=made.units["hartford"])
    assert "Hartford Department of Health and Human Services has its work" in client.get(address).content.decode()


def test_who_administers_one_unit_sees_and_changes_no_other(made: World) -> None:
    role = Role.objects.create(code="local", name="Local", description="", permissions=["units.administer", "users.directory"])
    grant_membership(user=made.staff["nobody"], role=role, unit=made.units["hartford"], since=made.at - timedelta(days=1), by=BY, at=made.at)
    client = made.client("nobody")
    assert [row["unit"].code for row in client.get(reverse("desk:units")).context["rows"]] == ["hartford"]
    assert client.get("/units/hartford").status_code == 200
    row = Coverage.objects.create(unit=made.units["new-haven"], by_unit=made.units["hartford"], since=made.at, why="covered, not administered")
    key = ClientKey.objects.create(
        name="x", scope="scim", unit=made.units["new-haven"], digest="x", hint="x", at=made.at, expires_at=made.at + timedelta(days=1)
    )
    mapping = GroupMapping.objects.create(group="x", role=role, unit=made.units["new-haven"], since=made.at)
    refused = {
        client.get("/units/new-haven").status_code,
        client.post("/units/new-haven/cover", {}).status_code,
        client.post("/units/new-haven/close", {}).status_code,
        client.post(reverse("desk:unit_coverage_end", args=[row.pk])).status_code,
        client.post(reverse("desk:directory_key_revoke", args=[key.pk])).status_code,
        client.post(reverse("desk:directory_group_end", args=[mapping.pk])).status_code,
    }
    assert refused == {403}
    assert client.get(reverse("desk:directories")).context["keys"] == []
    assert client.post(reverse("desk:directory_key"), {"unit": "new-haven", "name": "x", "lasts": "90"}).status_code == 422
    sent = {"unit": "new-haven", "role": "tracer", "group": "g", "diseases": ""}
    assert client.post(reverse("desk:directory_group"), sent).status_code == 422
    sent["unit"] = "hartford"
    assert client.post(reverse("desk:directory_group"), sent).status_code == 422, "who does not administer users gives no roles"
    page = client.get(reverse("desk:unit_new"))
    assert page.context["form"].fields["parent"].choices[1:] == [("hartford", made.units["hartford"].name)]
    assert ClientKey.objects.count() == GroupMapping.objects.count() == Coverage.objects.count() == 1


def test_a_directory_is_connected_and_its_groups_mapped(made: World) -> None:
    client = made.client("administrator")
    assert "No directory is connected." in client.get(reverse("desk:directories")).content.decode()
    page = client.post(reverse("desk:directory_key"), {"unit": "new-haven", "name": "Entra", "lasts": "90"})
    key = page.context["made"].key
    assert key in page.content.decode() and "no-store" in page["Cache-Control"]
    assert client.get("/scim/v2/Users", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert key not in client.get(reverse("desk:directories")).content.decode()
    UnknownGroup.objects.create(group="City Tracers", source="scim", first_at=made.at, last_at=made.at)
    assert "City Tracers" in client.get(reverse("desk:directories")).content.decode()
    sent = {"group": "City Tracers", "role": "tracer", "unit": "new-haven", "diseases": "no-such"}
    assert client.post(reverse("desk:directory_group"), {**sent, "group": ""}).status_code == 422
    sent["diseases"] = ""
    for _time in range(2):
        assert client.post(reverse("desk:directory_group"), sent).status_code == 302
    mapping = GroupMapping.objects.get()
    assert (mapping.role.code, mapping.unit.code, mapping.by) == ("tracer", "new-haven", made.staff["administrator"].pk)
    assert not UnknownGroup.objects.exists()
    client.post(reverse("desk:directory_group_end", args=[mapping.pk]))
    assert GroupMapping.objects.get().ended_at is not None
    client.post(reverse("desk:directory_key_revoke", args=[ClientKey.objects.get().pk]))
    assert client.get("/scim/v2/Users", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert client.post(reverse("desk:directory_key_revoke", args=[ClientKey.objects.get().pk])).status_code == 404


def test_every_refusal_has_words() -> None:
    import ast
    from pathlib import Path

    from django.conf import settings

    found: dict[str, set[str]] = {}
    for name in ("tracing/jurisdictions/ending.py", "tracing/access/covering.py", "tracing/access/actions/covering.py"):
        tree = ast.parse((Path(settings.BASE_DIR) / name).read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("UnitWrong", "CannotCover") and isinstance(node.args[0], ast.Constant):
                found.setdefault(node.func.id, set()).add(str(node.args[0].value))  # type: ignore[attr-defined]
            if isinstance(node, ast.FunctionDef) and node.name == "refusal":
                found.setdefault("CannotCover", set()).update(
                    str(part.value.value) for part in ast.walk(node)
                    if isinstance(part, ast.Return) and isinstance(part.value, ast.Constant) and part.value.value
                )  # fmt: skip
    assert found["UnitWrong"] == set(words.WRONG) and found["CannotCover"] == set(words.CANNOT_COVER)
    assert set(words.KINDS) == set(Unit.Kind.values)
