"""Who may give which role to whom: the table of docs/roles.md, line by line; and what two memberships have to do with each other."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tracing.access.models import Role
from tracing.access.queries.roles import as_markdown
from tracing.access.rules import PERMISSIONS
from tracing.access.rules.granting import (
    ADMINISTRATIVE,
    BY_TWO,
    Given,
    Granter,
    Held,
    Place,
    Verdict,
    conflicts,
    is_powerful,
    may_confirm,
    may_define,
    may_grant,
    may_manage,
    missing,
)
from tracing.access.rules.reviewing import due_on, is_overdue, is_unused, quarter_of

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 11, 2, 15, tzinfo=UTC)
ROLES = {
    str(role["code"]): role
    for role in tomllib.loads((ROOT / "profiles" / "connecticut" / "roles.toml").read_text())["role"]
}
ABOVE = {"ct": [], "region": ["ct"], "new-haven": ["region", "ct"], "team": ["new-haven", "region", "ct"], "hartford": ["ct"],
         "closed-department": ["ct"]}  # fmt: skip
GRANTER, RECEIVER, THIRD = UUID(int=1), UUID(int=2), UUID(int=3)
WORDS: dict[Verdict, str] = {
    "alone": "given", "by_two": "a second person confirms", "not_administered": "refused: not administered",
    "to_oneself": "refused: to oneself", "account_closed": "refused: account closed", "role_ended": "refused: role ended",
    "role_waiting": "refused: role waiting", "unit_closed": "refused: unit closed", "wrong_dates": "refused: wrong dates",
    "more_than_held": "refused: more than held", "sensitive": "refused: sensitive", "unknown_disease": "refused: unknown disease",
}  # fmt: skip


def table() -> list[tuple[str, ...]]:
    text = (ROOT / "docs" / "roles.md").read_text().split("<!-- granting -->")[1].split("<!-- end -->")[0]
    lines = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line) for line in lines[2:]]


def granter(said: str, unit: str) -> Granter:
    """ "tracer of new-haven for hiv, director of ct" as it matters on a unit."""
    holds: set[str] = set()
    diseases: set[str] = set()
    of_the_state = False
    for held in said.split(", "):
        role, _, where = held.partition(" of ")
        where, _, disease = where.partition(" for ")
        if where == unit or where in ABOVE[unit]:
            holds |= set(ROLES[role]["permissions"])
            diseases |= {disease} - {""}
        of_the_state = of_the_state or (where == "ct" and "users.administer" in ROLES[role]["permissions"])
    return Granter(GRANTER, frozenset(holds), of_the_state, frozenset(diseases))


def given(code: str) -> Given:
    role = ROLES.get(code, ROLES["tracer"])
    return Given(
        frozenset(role["permissions"]), bool(role.get("powerful")), ended=code == "ended", waiting=code == "waiting",
        needs_agreement=bool(role.get("needs_agreement")),
    )  # fmt: skip


@pytest.mark.parametrize(("who", "what", "unit", "disease", "expected"), table(), ids=lambda cell: cell or "-")
def test_the_table_that_an_auditor_signs(who: str, what: str, unit: str, disease: str, expected: str) -> None:
    code, _, special = what.partition(", ")
    verdict = may_grant(
        granter(who, unit),
        to=GRANTER if special == "to themselves" else RECEIVER,
        role=given(code),
        place=Place(whole_state=unit == "ct", closed=unit == "closed-department"),
        since=AT,
        until=AT - timedelta(days=1) if special == "until yesterday" else None,
        at=AT,
        diseases=[disease] if disease else [],
        sensitive=frozenset({"hiv"}),
        known=frozenset({"hiv", "covid19"}),
        receiver_active=special != "to a closed account",
    )
    assert WORDS[verdict] == expected


def test_the_table_names_every_answer() -> None:
    assert {line[-1] for line in table()} == set(WORDS.values())


def test_what_is_power_over_others_is_a_permission_that_exists() -> None:
    assert set(PERMISSIONS) >= ADMINISTRATIVE and set(PERMISSIONS) >= BY_TWO


@pytest.mark.parametrize("code", sorted(ROLES))
def test_no_role_with_power_over_others_is_ever_given_by_a_department_that_does_not_hold_it(code: str) -> None:
    department = Granter(GRANTER, frozenset({"users.administer"}))
    verdict = may_grant(department, to=RECEIVER, role=given(code), place=Place(), since=AT, until=None, at=AT)
    beyond = set(ROLES[code]["permissions"]) & (ADMINISTRATIVE - {"users.administer"})
    assert (verdict == "more_than_held") is bool(beyond)


@pytest.mark.parametrize("code", sorted(ROLES))
def test_nobody_gives_the_whole_state_s_people_alone(code: str) -> None:
    everything = Granter(GRANTER, frozenset(PERMISSIONS), of_the_state=True)
    verdict = may_grant(everything, to=RECEIVER, role=given(code), place=Place(whole_state=True), since=AT, until=None, at=AT)
    people = any(p.startswith(("people.", "cases.")) for p in ROLES[code]["permissions"])
    assert verdict == ("by_two" if people or is_powerful(given(code), whole_state=False) else "alone")


@pytest.mark.parametrize(
    ("verdict", "proposer", "confirmer", "receiver", "expected"),
    [
        ("by_two", GRANTER, THIRD, RECEIVER, True),
        ("alone", GRANTER, THIRD, RECEIVER, True),
        ("by_two", GRANTER, GRANTER, RECEIVER, False),
        ("by_two", GRANTER, RECEIVER, RECEIVER, False),
        ("more_than_held", GRANTER, THIRD, RECEIVER, False),
        ("not_administered", GRANTER, THIRD, RECEIVER, False),
        ("unit_closed", GRANTER, THIRD, RECEIVER, False),
    ],
)
def test_three_different_people(verdict: Verdict, proposer: UUID, confirmer: UUID, receiver: UUID, expected: bool) -> None:
    assert may_confirm(verdict, proposer=proposer, confirmer=confirmer, receiver=receiver) is expected


@pytest.mark.parametrize(
    ("maker", "permissions", "beyond"),
    [
        ("users.define_roles users.administer", "people.see cases.see", ""),
        ("users.define_roles users.administer", "people.see users.administer", ""),
        ("users.define_roles users.administer", "people.see audit.see", "audit.see"),
        ("users.define_roles", "people.see_restricted", ""),
        ("users.define_roles", "journal.see privacy.review", "journal.see privacy.review"),
    ],
)
def test_a_role_contains_no_power_that_its_maker_does_not_hold(maker: str, permissions: str, beyond: str) -> None:
    assert may_define(frozenset(maker.split()), frozenset(permissions.split())) == frozenset(beyond.split())


# ── two memberships ─────────────────────────────────────────────────────────────────────────────────────────────────

HERE, THERE, OVER = UUID(int=11), UUID(int=12), UUID(int=13)
TRACER = Held("tracer", HERE, frozenset({OVER}), frozenset(), AT, None, "whole", in_hand=False, people=True)


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        (TRACER, ["overlaps"]),
        (replace(TRACER, until=AT + timedelta(days=9)), ["overlaps"]),
        (replace(TRACER, since=AT - timedelta(days=9), until=AT), []),
        (replace(TRACER, unit=THERE), []),
        (replace(TRACER, unit=OVER, above=frozenset()), ["held_above"]),
        (replace(TRACER, diseases=frozenset({"hiv"})), []),
        (replace(TRACER, role="lead"), []),
        (replace(TRACER, role="help_desk", sight="masked"), ["narrower_sight"]),
        (replace(TRACER, role="help_desk", sight="masked", unit=THERE), ["narrower_sight"]),
        (replace(TRACER, role="analyst_counts", sight="whole", people=False), []),
        (replace(TRACER, role="contract_tracer", in_hand=True), ["in_hand_beside_unit"]),
        (replace(TRACER, role="contract_tracer", in_hand=True, unit=THERE), []),
        (replace(TRACER, role="hotline", in_hand=True, sight="limited"), ["narrower_sight", "in_hand_beside_unit"]),
    ],
)
def test_what_a_second_membership_has_to_do_with_the_first(old: Held, expected: list[str]) -> None:
    assert conflicts(TRACER, [old]) == expected


def test_two_memberships_that_name_one_disease_overlap() -> None:
    one = replace(TRACER, diseases=frozenset({"hiv", "syphilis"}))
    assert conflicts(one, [replace(TRACER, diseases=frozenset({"hiv"}))]) == ["overlaps"]
    assert conflicts(one, [replace(TRACER, diseases=frozenset({"gonorrhea"}))]) == []


@pytest.mark.parametrize(
    ("needed", "agreement", "training", "expected"),
    [
        (False, None, None, []),
        (True, None, None, ["agreement", "training"]),
        (True, date(2026, 1, 1), None, ["training"]),
        (True, None, date(2026, 1, 1), ["agreement"]),
        (True, date(2026, 1, 1), date(2026, 1, 2), []),
    ],
)
def test_what_a_volunteer_lacks(needed: bool, agreement: date | None, training: date | None, expected: list[str]) -> None:
    assert missing(needed, agreement, training) == expected


@pytest.mark.parametrize(
    ("administered", "units", "expected"),
    [
        (None, [], True),
        (None, [HERE], True),
        (frozenset({HERE}), [HERE], True),
        (frozenset({HERE}), [HERE, THERE], False),
        (frozenset({HERE}), [], False),
        (frozenset(), [HERE], False),
    ],
)
def test_whose_account_somebody_may_close(administered: frozenset[UUID] | None, units: list[UUID], expected: bool) -> None:
    assert may_manage(administered, units) is expected


# ── reviews and accounts that nobody uses ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 9, 30), "2026-Q3"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
)
def test_quarters(day: date, quarter: str) -> None:
    assert quarter_of(day) == quarter


def test_a_review_is_due_after_thirty_days_and_overdue_the_day_after() -> None:
    due = due_on(date(2026, 10, 1))
    assert due == date(2026, 10, 31)
    assert not is_overdue(due, False, due) and is_overdue(due, False, date(2026, 11, 1)) and not is_overdue(due, True, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("added", "seen", "signed_in", "unused"),
    [
        (90, None, None, True),
        (29, None, None, False),
        (90, 29, None, False),
        (90, 30, None, True),
        (90, 60, 29, False),
        (None, None, None, False),
        (None, 31, 40, True),
    ],
)
def test_accounts_that_nobody_used_for_thirty_days(added: int | None, seen: int | None, signed_in: int | None, unused: bool) -> None:
    def ago(days: int | None) -> datetime | None:
        return None if days is None else AT - timedelta(days=days)

    assert is_unused(added=ago(added), last_seen=ago(seen), last_sign_in=ago(signed_in), at=AT) is unused


def test_the_page_about_roles_shows_the_roles_of_the_profile() -> None:
    """`contact roles` prints it anew."""
    shown = (ROOT / "docs" / "roles.md").read_text().split("<!-- roles -->\n")[1].split("<!-- end of roles -->")[0]
    assert shown == as_markdown(sorted((Role(**role) for role in ROLES.values()), key=lambda role: str(role.name)))
