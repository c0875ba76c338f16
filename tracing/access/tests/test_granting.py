"""Roles given, proposed, confirmed, ended; accounts closed and reopened; roles of the state's own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from tracing.access.actions import (
    Refused,
    close_accounts,
    close_user,
    confirm_grant,
    confirm_role,
    define_role,
    end_grant,
    end_role,
    grant,
    note_training,
    refuse_grant,
    reopen_account,
)
from tracing.access.granting import Granting
from tracing.access.models import Coverage, GrantProposal, Membership, Role, Session, User
from tracing.access.queries import accounts as queries
from tracing.access.rules import PERMISSIONS
from tracing.access.tests.staffed import BY, NOON, Staffed, staffed
from tracing.access.words import CONFLICTS, REFUSALS
from tracing.journal.actions import Unchanged
from tracing.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Staffed:
    return staffed()


def give(made: Staffed, who: str, to: str, role: str, unit: str, **more: object):  # type: ignore[no-untyped-def]
    return grant(
        viewer=made.who(who), user=made.users[to], role=made.roles[role], unit=made.units[unit], since=NOON, why="new work",
        by=made.by(who), at=NOON, **more,  # type: ignore[arg-type]
    )  # fmt: skip



def test_a_department_gives_its_own_roles_at_once(made: Staffed) -> None:
    given = give(made, "dora", "nils", "tracer", "new-haven")
    assert given.membership is not None and given.proposal is None
    assert (given.membership.why, given.membership.granted_by) == ("new work", made.users["dora"].pk)
    assert made.who("nils").may("cases.see", made.units["team"].pk)


@pytest.mark.parametrize(
    ("who", "role", "unit", "code"),
    [
        ("tess", "tracer", "new-haven", "not_administered"),
        ("dora", "tracer", "hartford", "not_administered"),
        ("dora", "director", "new-haven", "more_than_held"),
        ("dora", "administrator", "ct", "not_administered"),
    ],
)
def test_what_is_refused_says_what_to_do(made: Staffed, who: str, role: str, unit: str, code: str) -> None:
    with pytest.raises(Refused) as why:
        give(made, who, "nils", role, unit)
    assert why.value.code == code and str(why.value) == str(REFUSALS[code])
    assert not Membership.objects.filter(user=made.users["nils"]).exists()


def test_nobody_gives_themselves_anything(made: Staffed) -> None:
    with pytest.raises(Refused) as why:
        give(made, "dora", "dora", "tracer", "new-haven")
    assert why.value.code == "to_oneself"


def test_covering_a_unit_does_not_let_one_grant_there(made: Staffed) -> None:
    Coverage.objects.create(
        unit=made.units["hartford"], by_unit=made.units["new-haven"], since=NOON - timedelta(days=1), until=None, why="night"
    )
    assert made.who("dora").may("users.administer", made.units["hartford"].pk), "the permission reaches it"
    with pytest.raises(Refused) as why:
        give(made, "dora", "nils", "tracer", "hartford")
    assert why.value.code == "not_administered"


def test_a_closed_unit_names_who_took_over(made: Staffed) -> None:
    old = made.units["hartford"]
    old.active_until, old.successor = date(2026, 1, 1), made.units["new-haven"]
    old.save()
    with pytest.raises(Refused) as why:
        give(made, "ana", "nils", "tracer", "hartford")
    assert why.value.code == "unit_closed" and "New-Haven" in str(why.value)


def test_a_powerful_role_takes_three_people(made: Staffed) -> None:
    given = give(made, "ana", "nils", "state_epidemiologist", "ct")
    assert given.membership is None and given.proposal is not None
    assert not made.who("nils").may("cases.see"), "nothing is held before it is confirmed"
    with pytest.raises(Refused) as why:
        give(made, "ben", "nils", "state_epidemiologist", "ct")
    assert why.value.code == "already_proposed"
    for who, code in (("ana", "not_a_second"), ("dora", "not_administered")):
        with pytest.raises(Refused) as why:
            confirm_grant(viewer=made.who(who), proposal=given.proposal, by=made.by(who), at=NOON)
        assert why.value.code == code
    membership = confirm_grant(viewer=made.who("ben"), proposal=given.proposal, by=made.by("ben"), at=NOON + timedelta(hours=1))
    assert made.who("nils", NOON + timedelta(hours=2)).may("cases.see")
    line = queries.account(Granting(made.who("ana"), NOON), made.users["nils"].pk).lines[0]  # type: ignore[union-attr]
    assert (line.given_by, line.proposed_by) == ("Ben One", "Ana One") and membership.valid_from == NOON + timedelta(hours=1)
    with pytest.raises(Refused) as why:
        confirm_grant(viewer=made.who("ben"), proposal=given.proposal, by=made.by("ben"), at=NOON)
    assert why.value.code == "answered"


def test_who_receives_it_does_not_confirm_it(made: Staffed) -> None:
    given = give(made, "ana", "ben", "privacy_officer", "ct")
    with pytest.raises(Refused) as why:
        confirm_grant(viewer=made.who("ben"), proposal=given.proposal, by=made.by("ben"), at=NOON)
    assert why.value.code == "not_a_second"


@pytest.mark.parametrize(("who", "answer"), [("ana", "withdrawn"), ("ben", "refused")])
def test_a_proposal_is_withdrawn_or_refused(made: Staffed, who: str, answer: str) -> None:
    given = give(made, "ana", "nils", "auditor", "ct")
    refuse_grant(viewer=made.who(who), proposal=given.proposal, by=made.by(who), at=NOON)
    assert GrantProposal.objects.get().answer == answer
    assert Entry.objects.filter(verb=f"membership.{answer}").exists()
    assert give(made, "ben", "nils", "auditor", "ct").proposal is not None, "it may be proposed anew"


# ── memberships that conflict ───────────────────────────────────────────────────────────────────────────────────────


def test_the_same_role_twice_is_refused_and_other_conflicts_are_told(made: Staffed) -> None:
    with pytest.raises(Refused) as why:
        give(made, "dora", "tess", "tracer", "new-haven")
    assert why.value.code == "overlaps"
    given = give(made, "dora", "tess", "help_desk", "new-haven")
    assert given.warnings == ["narrower_sight"] and set(given.warnings) <= set(CONFLICTS)
    assert made.who("tess").sight == "masked", "the narrower sight holds while both are worn"
    assert give(made, "dora", "tess", "contract_tracer", "new-haven").warnings == ["narrower_sight", "in_hand_beside_unit"]
    assert give(made, "dora", "tess", "tracer", "team").warnings == ["held_above", "narrower_sight"]


def test_dates_that_are_wrong_are_refused(made: Staffed) -> None:
    for until in (NOON, NOON - timedelta(days=1)):
        with pytest.raises(Refused) as why:
            give(made, "dora", "nils", "tracer", "new-haven", until=until)
        assert why.value.code == "wrong_dates"


def test_a_volunteer_counts_only_with_both_dates(made: Staffed) -> None:
    given = give(made, "dora", "nils", "volunteer_tracer", "new-haven")
    asking = Granting(made.who("dora"), NOON)
    line = queries.account(asking, made.users["nils"].pk).lines[0]  # type: ignore[union-attr]
    assert (line.state, list(line.lacks)) == ("lacks", ["agreement", "training"])
    assert not made.who("nils").may("cases.see")
    with pytest.raises(Refused) as why:
        note_training(viewer=made.who("dora"), membership=given.membership, agreement_on=date(2027, 1, 1), trained_on=None,
                      by=made.by("dora"), at=NOON)  # fmt: skip
    assert why.value.code == "wrong_dates"
    note_training(viewer=made.who("dora"), membership=given.membership, agreement_on=date(2026, 10, 1), trained_on=date(2026, 10, 2),
                  by=made.by("dora"), at=NOON)  # fmt: skip
    assert made.who("nils").may("cases.see")


def test_a_role_that_has_not_begun_is_taken_back(made: Staffed) -> None:
    given = grant(
        viewer=made.who("dora"), user=made.users["nils"], role=made.roles["tracer"], unit=made.units["new-haven"],
        since=NOON + timedelta(days=3), why="next week", by=made.by("dora"), at=NOON,
    )  # fmt: skip
    assert given.membership is not None
    assert end_grant(viewer=made.who("dora"), membership=given.membership, by=made.by("dora"), at=NOON)
    assert not made.who("nils", NOON + timedelta(days=4)).may("cases.see") and not made.who("nils").may("cases.see")


def test_the_last_administrator_of_the_state_stays(made: Staffed) -> None:
    own = {name: Membership.objects.get(user=made.users[name]) for name in ("ana", "ben")}
    assert end_grant(viewer=made.who("ana"), membership=own["ben"], by=made.by("ana"), at=NOON)
    later = NOON + timedelta(minutes=1)
    with pytest.raises(Refused) as why:
        end_grant(viewer=made.who("ana", later), membership=own["ana"], by=made.by("ana"), at=later)
    assert why.value.code == "last_administrator"


def test_what_the_directory_gives_ends_in_the_directory(made: Staffed) -> None:
    row = Membership.objects.get(user=made.users["tess"])
    Membership.objects.filter(pk=row.pk).update(source="scim", group="NH tracers")
    row.refresh_from_db()
    with pytest.raises(Refused) as why:
        end_grant(viewer=made.who("dora"), membership=row, by=made.by("dora"), at=NOON)
    assert why.value.code == "provider" and "NH tracers" in str(why.value)


# ── leaving ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_leaves_is_out_everywhere_at_once(made: Staffed) -> None:
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(made.users["tess"])
    give(made, "ana", "tess", "privacy_officer", "ct")
    assert Session.objects.filter(user=made.users["tess"]).count() == 2
    told = close_accounts(viewer=made.who("dora"), users=[made.users["tess"]], by=made.by("dora"), at=NOON)
    assert not isinstance(told, Unchanged) and [one.refused for one in told] == [""]
    assert not Session.objects.filter(user=made.users["tess"]).exists()
    assert Membership.objects.get(user=made.users["tess"]).valid_until == NOON
    assert GrantProposal.objects.get().answer == "withdrawn"
    assert all(client.get("/search").status_code == 302 for client in clients)


@pytest.mark.parametrize(
    ("who", "whom", "code"),
    [("dora", "dora", "to_oneself"), ("dora", "ana", "not_theirs"), ("dora", "nils", "not_theirs"), ("dora", "tess", ""), ("ana", "nils", "")],
)  # fmt: skip
def test_whose_account_is_closed_by_whom(made: Staffed, who: str, whom: str, code: str) -> None:
    told = close_accounts(viewer=made.who(who), users=[made.users[whom]], by=made.by(who), at=NOON)
    assert not isinstance(told, Unchanged) and [one.refused for one in told] == [code]
    assert User.objects.get(pk=made.users[whom].pk).is_active is bool(code)


def test_somebody_with_roles_in_two_departments_is_closed_by_the_state(made: Staffed) -> None:
    made.hold("tess", "tracer", "hartford")
    told = close_accounts(viewer=made.who("dora"), users=[made.users["tess"]], by=made.by("dora"), at=NOON)
    assert not isinstance(told, Unchanged) and told[0].refused == "not_theirs"
    assert not isinstance(close_accounts(viewer=made.who("ana"), users=[made.users["tess"]], by=made.by("ana"), at=NOON), Unchanged)


def test_a_reopened_account_holds_nothing(made: Staffed) -> None:
    close_user(user=made.users["tess"], by=BY, at=NOON)
    later = NOON + timedelta(days=2)
    assert reopen_account(viewer=made.who("dora"), user=made.users["tess"], by=made.by("dora"), at=later)
    assert not made.who("tess", later).may("cases.see") and User.objects.get(pk=made.users["tess"].pk).is_active


def test_an_unused_account_that_was_used_meanwhile_stays_open(made: Staffed) -> None:
    asking = Granting(made.who("ana"), NOON)
    assert {row.name for row in queries.unused_accounts(asking)} == {"Ana One", "Ben One", "Dora One", "Emil One", "Tess One", "Nils One"}
    User.objects.filter(pk=made.users["tess"].pk).update(last_seen_at=NOON - timedelta(days=2))
    told = close_accounts(
        viewer=made.who("ana"), users=[made.users["tess"], made.users["nils"]], only_unused=True, by=made.by("ana"), at=NOON
    )
    assert not isinstance(told, Unchanged) and {one.user.name: one.refused for one in told} == {"Tess One": "is_used", "Nils One": ""}


# ── who sees which accounts ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "seen"),
    [("ana", {"ana", "ben", "dora", "emil", "tess", "nils"}), ("dora", {"dora", "emil", "tess"}), ("tess", set()), ("nils", set())],
)
def test_an_administrator_sees_accounts_of_their_units(made: Staffed, who: str, seen: set[str]) -> None:
    page = queries.accounts(Granting(made.who(who), NOON), queries.Asked(), size=50)
    assert {row.email.partition("@")[0] for row in page.rows} == seen
    for name, user in made.users.items():
        assert (queries.account(Granting(made.who(who), NOON), user.pk) is not None) is (name in seen)


def test_the_list_pages_by_key_and_finds_by_words(made: Staffed) -> None:
    asking = Granting(made.who("ana"), NOON)
    first = queries.accounts(asking, queries.Asked(), size=4)
    second = queries.accounts(asking, queries.Asked(), size=4, after=first.later)
    assert (len(first.rows), len(second.rows), second.later) == (4, 2, None)
    back = queries.accounts(asking, queries.Asked(), size=4, before=second.earlier)
    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert [row.name for row in queries.accounts(asking, queries.Asked(words="TESS"), size=9).rows] == ["Tess One"]
    assert [row.name for row in queries.accounts(asking, queries.Asked(role="tracer"), size=9).rows] == ["Tess One"]
    assert queries.accounts(asking, queries.Asked(unit=made.units["hartford"].pk), size=9).count == 0
    assert queries.accounts(asking, queries.Asked(state="without_role"), size=9).count == 0, "who never came is unused first"


# ── roles of the state's own ────────────────────────────────────────────────────────────────────────────────────────


def define(made: Staffed, who: str, *permissions: str, code: str = "phone_bank"):  # type: ignore[no-untyped-def]
    return define_role(
        viewer=made.who(who), code=code, name="Phone bank", description="Calls.", permissions=permissions, by=made.by(who), at=NOON
    )


def test_a_state_defines_a_role_and_ends_it(made: Staffed) -> None:
    role = define(made, "ana", "people.see", "cases.see")
    assert role.own and not role.waiting and role.permissions == ["people.see", "cases.see"]
    made.roles["phone_bank"] = role
    give(made, "dora", "nils", "phone_bank", "new-haven")
    assert made.who("nils").may("cases.see")
    end_role(viewer=made.who("ana"), role=role, by=made.by("ana"), at=NOON)
    assert not made.who("nils").may("cases.see")
    with pytest.raises(Refused) as why:
        end_role(viewer=made.who("ana"), role=made.roles["tracer"], by=made.by("ana"), at=NOON)
    assert why.value.code == "not_own_role"


@pytest.mark.parametrize(
    ("who", "permissions", "code", "expected"),
    [
        ("dora", ("people.see",), "phone_bank", "define_not_held"),
        ("ana", (), "phone_bank", "no_permissions"),
        ("ana", ("people.see",), "tracer", "code_taken"),
        ("ana", ("people.see",), "Phone Bank", "code_wrong"),
        ("ana", ("audit.see",), "phone_bank", "beyond_maker"),
        ("ana", ("people.see", "privacy.review"), "phone_bank", "beyond_maker"),
    ],
)
def test_a_role_is_refused_with_a_reason(made: Staffed, who: str, permissions: tuple[str, ...], code: str, expected: str) -> None:
    with pytest.raises(Refused) as why:
        define(made, who, *permissions, code=code)
    assert why.value.code == expected
    if expected == "beyond_maker":
        assert PERMISSIONS[permissions[-1]] in str(why.value)


def test_a_powerful_role_waits_for_a_second_maker(made: Staffed) -> None:
    role = define(made, "ana", "people.see", "people.see_restricted")
    assert role.waiting and role.powerful
    made.roles["phone_bank"] = role
    with pytest.raises(Refused) as why:
        give(made, "ben", "nils", "phone_bank", "new-haven")
    assert why.value.code == "role_waiting"
    with pytest.raises(Refused) as why:
        confirm_role(viewer=made.who("ana"), role=role, by=made.by("ana"), at=NOON)
    assert why.value.code == "not_a_second"
    made.roles["phone_bank"] = confirm_role(viewer=made.who("ben"), role=role, by=made.by("ben"), at=NOON)
    assert not Role.objects.get(code="phone_bank").waiting
    assert give(made, "ben", "nils", "phone_bank", "new-haven").proposal is not None
