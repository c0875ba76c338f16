"""Who belongs to a school is shown to its liaison by rule, and no longer than the rule says."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tracing.access.visibility import visible_to
from tracing.base.text import fold
from tracing.cases.actions import Answers, close_case, record_interview
from tracing.cases.affiliation import affiliate, end_affiliation, recognise, settle_affiliated
from tracing.cases.jobs import follow_changes
from tracing.cases.models import Affiliation, Case, Share
from tracing.cases.rules import end_of
from tracing.cases.sharing import share_case
from tracing.cases.tests.lent import looker, place_of_work, sees
from tracing.cases.tests.made import BY, NOON, STAFF, TODAY, days, fresh, open_case, unit
from tracing.journal import sealer
from tracing.journal.actions import Unchanged
from tracing.journal.models import Entry
from tracing.jurisdictions.models import Unit
from tracing.people.models import Address, Standing
from tracing.places.actions import NotAnOrganisation, connect_place
from tracing.places.models import Place

pytestmark = pytest.mark.django_db


def school(name: str, *, kind: str = "school", of: Unit | None = None) -> Place:
    return Place.objects.create(
        kind=kind, name=name, name_key=fold(name), address_key=f"1 {fold(name)} st|06801", unit=unit("bethel"),
        organisation=of or place_of_work(fold(name).replace(" ", "-"), kind),
    )  # fmt: skip


def follow() -> int:
    sealer.seal(at=NOON, limit=10_000)
    return follow_changes(NOON)


def open_shares(case: Case) -> dict[str, Share]:
    return {share.unit.code: share for share in Share.objects.filter(case=case, ended_at=None).select_related("unit")}


def test_two_schools_see_and_a_third_does_not() -> None:
    case = open_case()
    one, two, third = school("Oak"), school("Elm"), school("Ash")
    affiliate(case=case, place=one, how="attends", source="staff", by=STAFF, at=NOON)
    affiliate(case=case, place=two, how="works", source="staff", by=STAFF, at=NOON)
    ends = fresh(case).isolation
    assert ends is not None and ends.ends_on is not None
    until = end_of(ends.ends_on + days(14), ZoneInfo("America/New_York"))
    assert {code: (share.rule, share.purpose, share.until) for code, share in open_shares(case).items()} == {
        "oak": ("affiliated", "school_safety", until), "elm": ("affiliated", "school_safety", until),
    }  # fmt: skip
    assert set(Standing.objects.filter(until=until).values_list("why", flat=True)) == {"school"}
    assert one.organisation and two.organisation and third.organisation
    assert sees(one.organisation, case) and sees(two.organisation, case) and not sees(third.organisation, case)
    for liaison in (looker(one.organisation), looker(third.organisation)):
        assert not visible_to(Affiliation.objects.all(), liaison).exists(), "no school is told of the other"
    assert list(visible_to(Share.objects.all(), looker(one.organisation))) == [open_shares(case)["oak"]]


def test_a_change_of_place_ends_it() -> None:
    case, oak = open_case(), school("Oak")
    made = affiliate(case=case, place=oak, how="attends", source="staff", by=STAFF, at=NOON)
    assert isinstance(made, Affiliation)
    assert isinstance(affiliate(case=case, place=oak, how="attends", source="staff", by=STAFF, at=NOON), Unchanged)
    end_affiliation(affiliation=made, by=STAFF, at=NOON)
    assert oak.organisation and not open_shares(case) and not sees(oak.organisation, case)
    assert isinstance(end_affiliation(affiliation=made, by=STAFF, at=NOON), Unchanged)


def test_an_interview_names_the_college() -> None:
    case, campus = open_case(), school("Oak State College", kind="college")
    record_interview(case=case, answers=Answers(setting="college", setting_name="oak state  college"), by=STAFF, at=NOON)
    follow()
    row = Affiliation.objects.get()
    assert (row.place, row.how, row.source) == (campus, "lives", "interview") and "oak-state-college" in open_shares(case)
    follow()
    assert Affiliation.objects.count() == 1


def test_a_report_with_the_address_of_a_hall() -> None:
    campus = school("Oak State College", kind="college")
    case = open_case()
    Address.objects.create(person=case.person, kind="residence", street="1 Oak", key=campus.address_key, unit=case.unit, source="lab",
                           as_of=NOON)  # fmt: skip
    follow()
    assert Affiliation.objects.get().source == "report" and "oak-state-college" in open_shares(case)
    end_affiliation(affiliation=Affiliation.objects.get(), by=STAFF, at=NOON)
    assert isinstance(recognise(case=case, by=BY, at=NOON), Unchanged), "what a human ended is not begun again by the same address"


def test_new_isolation_dates_and_closing_change_the_end() -> None:
    case, oak = open_case(), school("Oak")
    affiliate(case=case, place=oak, how="attends", source="staff", by=STAFF, at=NOON)
    before = open_shares(case)["oak"].until
    record_interview(case=case, answers=Answers(onset_on=TODAY - days(5), symptomatic=True), by=STAFF, at=NOON)
    follow()
    assert open_shares(case)["oak"].until == before - days(3)
    assert Standing.objects.get(why="school").until == before - days(3)
    close_case(case=case, reason="refused", by=STAFF, at=NOON)
    follow()
    assert open_shares(case)["oak"].until == NOON + days(14)


def test_a_place_that_is_connected_later_and_disconnected() -> None:
    case, oak = open_case(), school("Oak")
    organisation = oak.organisation
    assert organisation is not None
    connect_place(place=oak, organisation=None, by=STAFF, at=NOON)
    affiliate(case=case, place=oak, how="attends", source="staff", by=STAFF, at=NOON)
    assert not open_shares(case)
    connect_place(place=oak, organisation=organisation, by=STAFF, at=NOON)
    assert isinstance(connect_place(place=oak, organisation=organisation, by=STAFF, at=NOON), Unchanged)
    follow()
    assert "oak" in open_shares(case)
    connect_place(place=oak, organisation=None, by=STAFF, at=NOON)
    follow()
    assert not open_shares(case) and Entry.objects.filter(verb="place.disconnected").count() == 2
    with pytest.raises(NotAnOrganisation):
        connect_place(place=oak, organisation=unit("bethel"), by=STAFF, at=NOON)


def test_a_workplace_is_shown_nothing_and_a_sensitive_disease_no_school_that_is_not_cleared() -> None:
    case = open_case()
    affiliate(case=case, place=school("Shop", kind="workplace", of=place_of_work("shop-inc", "contractor")), how="works", source="staff",
              by=STAFF, at=NOON)  # fmt: skip
    Case.objects.filter(pk=case.pk).update(disease="hiv")
    affiliate(case=case, place=school("Oak"), how="attends", source="staff", by=STAFF, at=NOON)
    assert not open_shares(case) and Affiliation.objects.count() == 2


def test_what_was_shared_by_hand_is_not_shared_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    case, oak = open_case(), school("Oak")
    assert oak.organisation is not None
    share_case(case=case, unit=oak.organisation, purpose="school_safety", until=NOON + days(3), by=STAFF, at=NOON)
    affiliate(case=case, place=oak, how="attends", source="staff", by=STAFF, at=NOON)
    assert open_shares(case)["oak"].rule == ""


def test_the_rule_switched_off_ends_what_it_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from tracing.cases import affiliation

    case, oak = open_case(), school("Oak")
    affiliate(case=case, place=oak, how="attends", source="staff", by=STAFF, at=NOON)
    real = affiliation.agreement
    monkeypatch.setattr(affiliation, "agreement", lambda on: replace(real(on), automatic=()))
    assert settle_affiliated(case=case, by=BY, at=NOON + timedelta(hours=1)) == 1
    assert not open_shares(case)
