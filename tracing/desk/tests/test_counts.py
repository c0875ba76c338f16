"""Counts: right, by week, of what the viewer reaches; small numbers only for those who see the cases themselves."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tracing.cases.counts import LATELY, count_cases
from tracing.cases.models import Case, CaseCount
from tracing.desk.tests.test_taken_out import staff
from tracing.desk.tests.world import World, add_case

pytestmark = pytest.mark.django_db


def table(page: Any) -> dict[str, list[int | None]]:
    return {unit.name: [number for _week, number in numbers] for unit, numbers in page.context["rows"]}


@pytest.fixture
def many(made: World) -> World:
    """Seven more of New Haven and eight of Stamford this week; one of New Haven was no case."""
    for number in range(7):
        add_case(made, f"Name{number}", "Some", phone=f"+1203555020{number}")
    for number in range(8):
        add_case(made, f"Other{number}", "Some", town="stamford", unit="stamford", phone=f"+1203555030{number}")
    Case.objects.filter(person__family="Name0").update(classification="not_a_case")
    Case.objects.filter(person__family="Okafor").update(opened_at=made.at - timedelta(days=14))
    return made


def test_who_sees_cases_sees_every_number(many: World) -> None:
    page = many.client("state_epidemiologist").get(reverse("desk:counts") + "?weeks=4")
    found = table(page)
    new_haven = many.units["new-haven"].name
    assert found[new_haven] == [0, 1, 0, 7]
    assert found[many.units["hartford"].name] == [0, 0, 0, 1]
    assert page.context["found"].totals == [0, 1, 0, 16] and not page.context["found"].careful
    assert many.units["bethel"].name in page.context["none"] if "bethel" in many.units else True


def test_who_sees_counts_alone_sees_no_small_number(many: World) -> None:
    page = staff(many, "analyst_counts", "ct").get(reverse("desk:counts") + "?weeks=4")
    found = table(page)
    assert many.units["hartford"].name not in found and many.units["hartford"].name in page.context["silent"]
    assert found[many.units["new-haven"].name][1] is None and page.context["found"].careful
    text = page.content.decode()
    assert "stands for a number below 5" in text
    # Neither in titles, nor in the picture, nor in its table.
    assert not re.search(r">\s*[1-4]\s*<", text.split('class="table-box"')[1])
    assert page.context["found"].totals[:3] == [None, None, None]


def test_only_what_is_reached_is_counted(many: World) -> None:
    page = staff(many, "analyst_counts", "new-haven").get(reverse("desk:counts"))
    assert set(table(page)) == {many.units["new-haven"].name}
    supervisor = many.client("supervisor").get(reverse("desk:counts") + "?weeks=4")
    assert table(supervisor) == {many.units["new-haven"].name: [0, 1, 0, 7]}
    assert many.client("tracer").get(reverse("desk:counts")).status_code == 403
    # Nobody's record comes with it.
    counting = staff(many, "analyst_counts", "new-haven", "again")
    assert counting.get(reverse("desk:case_list")).status_code == 403
    assert counting.get(reverse("desk:case", args=[many.cases["Ana Rivera"].pk])).status_code == 403


def test_a_sensitive_disease_is_counted_by_name_only(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("tracing.cases.counts", "tracing.access.visibility"):
        monkeypatch.setattr(f"{module}.sensitive_codes", lambda: frozenset({"covid19"}))
    page = staff(many, "analyst_counts", "ct").get(reverse("desk:counts") + "?disease=covid19")
    assert page.context["found"].disease == "measles"


def test_masked_eyes_see_no_small_number_either(many: World) -> None:
    page = staff(many, "analyst_deidentified", "ct").get(reverse("desk:counts") + "?weeks=4")
    assert page.context["found"].careful and many.units["hartford"].name in page.context["silent"]


def test_as_counted_for_everybody_they_are_the_same_and_not_shown_when_they_are_old(many: World) -> None:
    url = reverse("desk:counts") + "?weeks=4"
    who = {one: many.client(one) for one in ("state_epidemiologist", "supervisor")} | {"counts alone": staff(many, "analyst_counts", "ct")}
    live = {one: (table(page := client.get(url)), page.context["found"].totals) for one, client in who.items()}
    assert count_cases(at=many.at - LATELY + timedelta(seconds=1)) == count_cases(at=many.at) == CaseCount.objects.count() > 3
    assert {one: (table(page := client.get(url)), page.context["found"].totals) for one, client in who.items()} == live
    Case.objects.filter(person__family="Name1").update(classification="not_a_case")
    new_haven = many.units["new-haven"].name
    page = who["supervisor"].get(url)
    assert table(page)[new_haven] == [0, 1, 0, 7] and page.context["found"].at == many.at, "as they were counted"
    CaseCount.objects.update(counted_at=many.at - LATELY)
    assert table(who["supervisor"].get(url))[new_haven] == [0, 1, 0, 6], "nobody counted since: the cases themselves"
