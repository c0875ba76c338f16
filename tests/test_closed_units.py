"""A unit ends with open cases: what becomes of its cases, calls, reports, staff and directory, and of whoever dies half-way."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tracing.access import jobs as staff_jobs
from tracing.access.actions import add_user, grant_membership
from tracing.access.actions.client_keys import add_client_key
from tracing.access.models import ClientKey, Coverage, GrantProposal, GroupMapping, Membership, Role
from tracing.access.viewer import viewer
from tracing.access.visibility import visible_to
from tracing.cases import jobs as case_jobs
from tracing.cases.actions import close_case
from tracing.cases.handing import offer_transfer
from tracing.cases.models import Case, Transfer
from tracing.desk.tests.world import World, add_case, noon_of_today, world
from tracing.intake.closing import work_of
from tracing.intake.jobs import hand_over_reports
from tracing.journal.actor import job
from tracing.journal.models import Entry
from tracing.jurisdictions.ending import close_unit
from tracing.jurisdictions.models import Closing, Unit
from tracing.people.models import Standing
from tracing.tasks.bulk import lend, take_back, undo
from tracing.tasks.covering.actions import arrange
from tracing.tasks.covering.rules import When
from tracing.tasks.jobs import advance_all
from tracing.tasks.models import Cover, Share, Task
from tracing.tasks.next_call import next_call
from tracing.tasks.teams import add_team

pytestmark = pytest.mark.django_db
BY = job("test")


@pytest.fixture
def made(db: None) -> World:
    """Three cases of New Haven, one of them closed, one offered to Hartford."""
    found = world(noon_of_today())
    for number, name in enumerate(("Ana", "Ben", "Cy")):
        add_case(found, "Rivera", name, phone=f"+1203555010{number}", days_ago=1 + 40 * (name == "Cy"), street=f"{number} Elm Street")
    close_case(case=found.cases["Cy Rivera"], reason="not_reached", by=BY, at=found.at)
    offer_transfer(case=found.cases["Ben Rivera"], unit=found.units["hartford"], kind="follow_up", why="stays there", by=BY, at=found.at)
    return found


def close(made: World, successor: str = "hartford") -> Closing:
    day = made.at.date() + timedelta(days=1)
    return close_unit(
        unit=made.units["new-haven"], successor=made.units[successor], on=day, found=work_of(made.units["new-haven"].pk, at=made.at), by=BY,
        at=made.at,
    )  # fmt: skip


def hand_over(made: World) -> None:
    at = made.at + timedelta(days=2)
    staff_jobs.hand_over_all_staff(at)
    case_jobs.hand_over_all(at)
    hand_over_reports(at)


def test_its_covers_end_with_it(made: World) -> None:
    """Nobody covers a department that is no more, and a team of one that is no more covers nobody."""
    haven, ford = made.units["new-haven"], made.units["hartford"]
    teams = {unit: add_team(unit=unit.pk, name="Days", cap=9, by=BY, at=made.at) for unit in (haven, ford)}
    when = When(made.at.date(), nights=True)
    of_it = arrange(unit=haven, team=teams[ford], work=["cases"], when=when, by=BY, at=made.at)
    by_it = arrange(unit=ford, team=teams[haven], work=["contacts"], when=when, by=BY, at=made.at)
    other = arrange(unit=made.units["ct"], team=teams[ford], work=["cases"], when=when, by=BY, at=made.at)
    close(made)
    case_jobs.hand_over_all(made.at)
    assert Cover.objects.filter(ended_at__isnull=True).count() == 3, "not before its day"
    hand_over(made)
    hand_over(made)
    assert set(Cover.objects.filter(ended_at__isnull=True)) == {other}
    assert set(Entry.objects.filter(verb="cover.ended").values_list("subject_id", flat=True)) == {of_it.pk, by_it.pk}


def test_what_it_lent_goes_to_the_successor_and_its_share_ends(made: World) -> None:
    haven, ford = made.units["new-haven"], made.units["hartford"]
    state = add_team(unit=made.units["ct"].pk, name="State", cap=9, by=BY, at=made.at)
    for unit in (haven, ford):
        lend(unit=unit.pk, team=state, percent=100, by=BY, at=made.at)
    advance_all(made.at)
    assert Task.objects.filter(team=state, unit=haven, ended_at__isnull=True).count() == 2
    close(made)
    hand_over(made)
    assert Share.objects.get(ended_at__isnull=True).unit == ford
    assert set(Task.objects.filter(ended_at__isnull=True).values_list("unit__code", "team")) == {("hartford", None)}


def test_a_work_that_was_going_on_leaves_alone_what_the_successor_has(made: World) -> None:
    haven = made.units["new-haven"]
    state = add_team(unit=made.units["ct"].pk, name="State", cap=9, by=BY, at=made.at)
    lent = lend(unit=haven.pk, team=state, percent=100, by=BY, at=made.at)
    close(made)
    hand_over(made)
    advance_all(made.at)
    lent.refresh_from_db()
    assert (lent.state, lent.done, lent.refused) == ("done", 0, 2)
    assert not Task.objects.filter(ended_at__isnull=True, team__isnull=False).exists()


def test_undoing_what_was_taken_back_leaves_alone_what_the_successor_has(made: World) -> None:
    haven = made.units["new-haven"]
    state = add_team(unit=made.units["ct"].pk, name="State", cap=9, by=BY, at=made.at)
    lend(unit=haven.pk, team=state, percent=100, by=BY, at=made.at)
    advance_all(made.at)
    back = take_back(share=Share.objects.get(), by=BY, at=made.at)
    advance_all(made.at)
    close(made)
    hand_over(made)
    undo(work=back, by=BY, at=made.at)
    advance_all(made.at)
    back.refresh_from_db()
    assert (back.done, back.restored) == (2, 0)
    assert not Task.objects.filter(ended_at__isnull=True, team__isnull=False).exists()
    hand_over(made)
    assert not Share.objects.filter(ended_at__isnull=True).exists()


def test_open_work_goes_to_the_successor_once_and_leaves_a_trace(made: World) -> None:
    closing = close(made)
    assert closing.found["cases"] == 2 and closing.found["staff"] == 2
    staff_jobs.hand_over_all_staff(made.at)
    assert case_jobs.hand_over_all(made.at) == 0, "not before its day"
    hand_over(made)
    haven, ford = made.units["new-haven"], made.units["hartford"]
    units = dict(Case.objects.values_list("person__given", "unit__code"))
    assert units == {"Ana": "hartford", "Ben": "hartford", "Cy": "new-haven"}, "a closed case stays where it was counted"
    assert set(Task.objects.filter(ended_at__isnull=True).values_list("unit__code", flat=True)) == {"hartford"}
    ana = made.cases["Ana Rivera"]
    standings = Standing.objects.filter(person=ana.person_id).values_list("unit__code", "why", "until")
    lasting = {(unit, why): until for unit, why, until in standings if until is None or until > made.at + timedelta(days=3)}
    assert set(lasting) == {("hartford", "residence"), ("new-haven", "shared")}
    assert lasting["new-haven", "shared"] == made.at + timedelta(days=32)
    entry = Entry.objects.get(verb="case.taken_over", subject_id=ana.pk)
    assert (entry.codes["from"], entry.codes["to"]) == (str(haven.pk), str(ford.pk))
    assert Transfer.objects.get().state == Transfer.State.WITHDRAWN, "an offer to oneself has lost its sense"
    assert not any(work_of(haven.pk, at=made.at + timedelta(days=2)).values())
    closing.refresh_from_db()
    assert closing.finished_at is not None
    before = Entry.objects.count()
    hand_over(made)
    assert Entry.objects.count() == before, "asked again nothing changes"


def test_the_successor_sees_what_was_closed_there_and_its_calls_are_made(made: World) -> None:
    close(made)
    hand_over(made)
    at = made.at + timedelta(days=2)
    tracer = viewer(made.staff["elsewhere"], at=at)
    seen = {case.person.given for case in visible_to(Case.objects.select_related("person"), tracer)}
    assert seen == {"Ana", "Ben", "Cy"}
    assert Coverage.objects.filter(unit=made.units["new-haven"], by_unit=made.units["hartford"], until=None).count() == 1
    assert next_call(viewer=tracer, by=tracer.actor, at=at) is not None
    client = Client()
    client.force_login(made.staff["tracer"])
    assert client.get(reverse("desk:case_list")).status_code == 200


def test_the_staff_goes_on_at_the_successor(made: World) -> None:
    haven = made.units["new-haven"]
    chief = add_user(email="chief@example.org", name="Chief", password=None, by=BY, at=made.at)
    for user, role, more in (
        (chief, "administrator", {}), (made.staff["tracer"], "volunteer_tracer", {"source": "scim", "group": "Tracers"}),
    ):  # fmt: skip
        grant_membership(
            user=user, role=Role.objects.get(code=role), unit=haven, since=made.at - timedelta(days=1), until=made.at + timedelta(days=90),
            agreement_on=made.at.date(), trained_on=made.at.date(), diseases=["hiv"], by=BY, at=made.at, **more,  # type: ignore[arg-type]
        )  # fmt: skip
    GroupMapping.objects.create(group="Tracers", role=Role.objects.get(code="volunteer_tracer"), unit=haven, since=made.at)
    add_client_key(name="Entra", unit=haven, by=BY, at=made.at)
    Membership.objects.filter(user=chief).update(granted_by=made.staff["administrator"].pk)
    close(made)
    hand_over(made)
    at = made.at + timedelta(days=2)
    assert not Membership.objects.filter(unit=haven).exclude(valid_until__lte=at).exists()
    there = Membership.objects.filter(unit__code="hartford", user=made.staff["tracer"]).order_by("role__code")
    assert [(m.role.code, m.source, m.group, m.diseases, m.valid_until) for m in there] == [
        ("tracer", "hand", "", [], None), ("volunteer_tracer", "scim", "Tracers", ["hiv"], made.at + timedelta(days=90)),
    ]  # fmt: skip
    assert there[1].agreement_on == made.at.date()
    proposal = GrantProposal.objects.get(answer="")
    assert (proposal.user_id, proposal.unit.code, proposal.asked_by) == (chief.pk, "hartford", made.staff["administrator"].pk)
    assert GroupMapping.objects.get(ended_at=None).unit.code == "hartford"
    assert ClientKey.objects.get().revoked_at is not None


def test_nobody_gets_a_role_above_the_unit_that_was_closed(made: World) -> None:
    close(made, successor="ct")
    hand_over(made)
    assert not Membership.objects.filter(user=made.staff["tracer"]).exclude(valid_until__lte=made.at + timedelta(days=2)).exists()
    assert not Coverage.objects.exists(), "the state reaches all below it anyway"
    assert set(Case.objects.filter(closure=None).values_list("unit__code", flat=True)) == {"ct"}
    state = viewer(made.staff["state_epidemiologist"], at=made.at + timedelta(days=2))
    assert visible_to(Case.objects.all(), state).count() == 3


def test_what_comes_in_later_for_a_closed_unit_goes_on_too(made: World) -> None:
    close(made)
    hand_over(made)
    add_case(made, "Late", "Dee", phone="+12035550155", street="9 Elm Street")
    hand_over(made)
    assert Case.objects.get(person__given="Dee").unit.code == "hartford"


def test_a_successor_that_ends_too_hands_on_everything(made: World) -> None:
    close(made)
    hand_over(made)
    close_unit(
        unit=made.units["hartford"], successor=made.units["ct"], on=made.at.date() + timedelta(days=4), by=BY, at=made.at + timedelta(days=3)
    )
    at = made.at + timedelta(days=5)
    staff_jobs.hand_over_all_staff(at)
    case_jobs.hand_over_all(at)
    hand_over_reports(at)
    assert set(Case.objects.filter(closure=None).values_list("unit__code", flat=True)) == {"ct"}
    assert set(Closing.objects.values_list("finished_at", flat=True)) != {None}
    assert not Coverage.objects.exclude(until__lte=at).exists()


def test_sets_are_small_and_each_case_is_moved_once(made: World) -> None:
    for number in range(7):
        add_case(made, f"Set{number}", "Eve", phone=f"+1203555017{number}", street=f"{number} Oak Street")
    close(made)
    done = case_jobs.hand_over_all(made.at + timedelta(days=2), most=2)
    moved = Counter(Entry.objects.filter(verb="case.taken_over").values_list("subject_id", flat=True))
    assert done >= 9 and len(moved) == 9 and set(moved.values()) == {1}
    assert Unit.objects.get(code="new-haven").successor == made.units["hartford"]
