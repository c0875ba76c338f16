"""Shared: seen there, not worked on there, and over by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q

from tracing.access.visibility import may_act
from tracing.cases.actions import close_case, move_case, reopen_case
from tracing.cases.jobs import escalate_due
from tracing.cases.models import Case, Share
from tracing.cases.sharing import CannotShare, end_share, end_shares_due, renew_share, share_case
from tracing.cases.tests.lent import looker, place_of_work, sees
from tracing.cases.tests.made import BY, NOON, STAFF, days, fresh, open_case
from tracing.journal.actions import Unchanged
from tracing.journal.models import Entry
from tracing.jurisdictions.models import Unit
from tracing.people.models import Standing

pytestmark = pytest.mark.django_db


def share(case: Case, where: Unit, **more: object) -> Share:
    values = {"purpose": "investigation", "until": NOON + days(30), "by": STAFF, "at": NOON} | more
    return share_case(case=case, unit=where, **values)  # type: ignore[arg-type]


def lasting(case: Case, where: Unit) -> list[Standing]:
    return list(Standing.objects.filter(Q(until=None) | Q(until__gt=NOON), person=case.person_id, unit=where))


def test_a_shared_case_is_seen_and_not_worked_on() -> None:
    case, other = open_case(), place_of_work("danbury")
    assert not sees(other, case)
    made = share(case, other, why="Their school has a cluster.")
    assert sees(other, case) and not may_act(looker(other), "cases.work", fresh(case))
    assert not may_act(looker(other), "cases.share", fresh(case)), "what is lent is not lent on"
    [standing] = lasting(case, other)
    assert (standing.why, standing.disease, standing.until) == ("shared", "covid19", NOON + days(30))
    entry = Entry.objects.get(verb="share.made")
    assert entry.codes["to"] == str(other.pk) and entry.codes["from"] == str(case.unit_id) and "cluster" not in str(entry.codes)
    end_share(share=made, by=STAFF, at=NOON + timedelta(hours=1))
    with pytest.raises(CannotShare, match="ended_already"):
        end_share(share=made, by=STAFF, at=NOON)


def test_it_ends_by_itself() -> None:
    case, other = open_case(), place_of_work("danbury")
    share(case, other, until=NOON + timedelta(minutes=1))
    assert isinstance(end_shares_due(by=BY, at=NOON), Unchanged)
    assert end_shares_due(by=BY, at=NOON + timedelta(minutes=2)) == 1
    assert Share.objects.get().ended_at is not None
    assert not Standing.objects.filter(unit=other).filter(Q(until=None) | Q(until__gt=NOON + timedelta(minutes=2))).exists()


REFUSED = [
    ("closed", {}, "unit_closed"), ("danbury", {"until": NOON - days(1)}, "past"), ("danbury", {"until": NOON + days(92)}, "too_long"),
    ("danbury", {"purpose": "curiosity"}, "no_purpose"), ("bethel", {}, "sees_it_already"), ("helpers", {}, "refer_instead"),
    ("shared", {}, "shared_already"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "more", "code"), REFUSED, ids=[one[2] for one in REFUSED])
def test_what_is_refused(where: str, more: dict[str, object], code: str) -> None:
    case = open_case()
    successor = place_of_work("successor")
    other = place_of_work(where, "community" if where == "helpers" else "department")
    if where == "closed":
        Unit.objects.filter(pk=other.pk).update(active_until=NOON.date(), successor=successor)
    if where == "shared":
        share(case, other)
    with pytest.raises(CannotShare, match=code) as refused:
        share(case, other, **more)
    assert refused.value.unit == (successor if where == "closed" else None)


def test_the_state_is_not_shared_with_because_it_sees_everything() -> None:
    place_of_work("bethel")
    case = open_case()
    with pytest.raises(CannotShare, match="sees_it_already"):
        share(case, Unit.objects.get(kind="state"))


def test_a_sensitive_disease_is_shared_only_where_somebody_may_see_it() -> None:
    case = open_case()
    Case.objects.filter(pk=case.pk).update(disease="hiv")
    plain, cleared = place_of_work("danbury"), place_of_work("stamford", diseases=("hiv",))
    with pytest.raises(CannotShare, match="nobody_there"):
        share(case, plain)
    share(case, cleared)
    assert sees(cleared, case) and not sees(plain, case)
    assert Standing.objects.get(unit=cleared).sensitive


def test_it_is_renewed_and_shortened() -> None:
    case, other = open_case(), place_of_work("danbury")
    made = share(case, other)
    renew_share(share=made, until=NOON + days(60), by=STAFF, at=NOON)
    assert [one.until for one in lasting(case, other)] == [NOON + days(60)]
    renew_share(share=made, until=NOON + days(2), by=STAFF, at=NOON)
    assert [one.until for one in lasting(case, other)] == [NOON + days(2)]
    with pytest.raises(CannotShare, match="too_long"):
        renew_share(share=made, until=NOON + days(100), by=STAFF, at=NOON)
    assert isinstance(renew_share(share=made, until=NOON + days(2), by=STAFF, at=NOON), Unchanged)


def test_one_that_is_over_does_not_stand_in_the_way_of_another() -> None:
    case, other = open_case(), place_of_work("danbury")
    share(case, other, until=NOON + timedelta(minutes=1))
    share(case, other, at=NOON + days(1))
    assert Share.objects.filter(ended_at=None).count() == 1 and Share.objects.count() == 2


def test_closing_lets_it_last_a_fortnight() -> None:
    case, other = open_case(), place_of_work("danbury")
    made = share(case, other)
    close_case(case=case, reason="refused", by=STAFF, at=NOON)
    made.refresh_from_db()
    assert made.until == NOON + days(14) and [one.until for one in lasting(case, other)] == [NOON + days(14)]
    renew_share(share=made, until=NOON + days(80), by=STAFF, at=NOON + days(1))
    made.refresh_from_db()
    assert made.until == NOON + days(15), "not past a fortnight while it is closed"
    reopen_case(case=case, by=STAFF, at=NOON + days(2))
    renew_share(share=made, until=NOON + days(60), by=STAFF, at=NOON + days(2))
    made.refresh_from_db()
    assert made.until == NOON + days(60)


def test_a_case_that_moves_takes_its_shares_along() -> None:
    case, other, third = open_case(), place_of_work("danbury"), place_of_work("stamford")
    share(case, other)
    kept = share(case, third)
    move_case(case=case, unit=other.pk, town=None, by=STAFF, at=NOON)
    kept.refresh_from_db()
    assert kept.from_unit_id == other.pk and kept.ended_at is None
    assert Share.objects.get(unit=other).ended_at is not None, "it is theirs now"
    assert {(one.why, one.until) for one in lasting(case, other)} == {("residence", None)}


def test_nothing_to_escalate() -> None:
    assert escalate_due(NOON) == 0
