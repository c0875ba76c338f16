"""The demo has people known twice, merges that stand and that were taken back, and reports that may be somebody; and is not filled twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.demo import staff, twice
from config.demo.lab.orders import CHARTER_OAK
from tracing.desk.tests.world import BY, add_case, noon_of_today, world
from tracing.intake.actions.sources import add_source
from tracing.people.models import Duplicate, Match, Merge, ReviewStep

GIVEN = "Katherine William Robert Elizabeth Michael Josefina Dolores Abigail Theodore Marguerite Ngozi Bartholomew".split()
FAMILY = "Rivera Okafor Lindqvist Haddad Castellano Nakamura Oyelaran Petrossian Whitcombe Vandermeer Quiñones Abernathy".split()


@pytest.mark.django_db
def test_the_demo_knows_people_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTACT_DEMO_PASSWORD", "a long enough password")
    at = noon_of_today()
    made = world(at - timedelta(hours=1))
    for number in range(34):
        add_case(
            made, FAMILY[number % 12], GIVEN[(number * 5 + number // 12) % 12], phone=f"+120355501{number:02}", street=f"{number} Elm St",
            days_ago=1,
        )  # fmt: skip
    add_source(code="charter-oak", name=CHARTER_OAK.name, unit=made.units["ct"], by=BY, at=at - timedelta(days=28))
    staff.seed(at=at, say=print)
    told = twice.seed(at=at, say=print)
    assert Duplicate.objects.filter(decision="").count() >= 4, told
    assert Duplicate.objects.exclude(also_unit=None).exists(), "somebody of another department"
    assert sorted(merge.undone_at is None for merge in Merge.objects.all()) == [False, True]
    assert {"same", "different", "unsure", "sent", "taken_back"} <= set(ReviewStep.objects.values_list("what", flat=True))
    assert Match.objects.filter(outcome="possible", unit=made.units["new-haven"]).exists(), told
    assert twice.seed(at=at, say=print) == "nothing new"
