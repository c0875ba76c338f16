"""The demo has something shared, offered, affiliated and referred, and is not filled twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.demo import lent, staff
from tracing.cases.models import Share, Transfer
from tracing.desk.tests.world import add_case, noon_of_today, world
from tracing.referrals.models import Referral


@pytest.mark.django_db
def test_the_demo_lends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTACT_DEMO_PASSWORD", "a long enough password")
    at = noon_of_today()
    made = world(at - timedelta(hours=1))
    for number in range(5):
        add_case(made, f"Name{number}", "Pat", phone=f"+120355501{number:02}")
    add_case(made, "Hart", "Ford", unit="hartford", town="hartford", phone="+18605550101")
    staff.seed(at=at, say=print)
    assert lent.seed(at=at, say=print) == "5 cases in more than one hand"
    assert set(Share.objects.values_list("unit__code", "rule")) == {("hartford", ""), ("harbor-high-school", "affiliated")}
    assert Referral.objects.count() == 2 and Transfer.objects.get().unit == made.units["new-haven"]
    assert lent.seed(at=at, say=print) == "nothing new"
