"""Two locks on every row: what `visible_to` gives to somebody is exactly what the database gives to their session.

Each protected table is filled with rows of every kind that its declaration tells apart (see `rows.py`) and read twice, for every
role of the profile in several units: once as the pages ask, once in bare SQL under the reading role.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.db.utils import InternalError, ProgrammingError
from django.utils import timezone

from tests.guards import rows
from tests.world import BY, PROFILE, settled
from tracing.access.actions import load_roles
from tracing.access.models import Coverage, Membership, Role, Session, User
from tracing.access.policies import ACT, EXTRA, THIRD_PARTY, WEB, condition, our_models
from tracing.access.viewer import NOBODY, Viewer, viewer
from tracing.access.visibility import visible_to
from tracing.journal.models import Entry, Look
from tracing.jurisdictions.actions import load_profile
from tracing.jurisdictions.models import Unit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

PROTECTED = [model for model in our_models() if condition(model) not in ("", "true")]
HIDDEN = [model for model in our_models() if not condition(model)]
ROLES = [str(role["code"]) for role in tomllib.loads((PROFILE / "roles.toml").read_text())["role"]]
NOTHING = {
    "administrator": "sees no person, no case and no report, only what is their own and what administers users",
    "department_administrator": "as the administrator",
    "analyst_counts": "sees counts alone",
    "auditor": "reads the journal through queries of its own",
    "contract_tracer": "sees only who is in hand",
    "hotline": "sees only who is in hand",
    "volunteer_tracer": "counts for nothing without a dated agreement and training",
}
"""Roles that see no row of the tables of this world but their own, with the reason."""
OWN = {"access_membership", "access_signin", "access_grantproposal", "access_accessreview", "access_reviewline", "people_recusal"}


@dataclass
class World:
    now: datetime
    units: dict[str, Unit]
    viewers: dict[str, tuple[str, Viewer]] = field(default_factory=dict)
    """Name → key of the session, and who that is for the program."""


def _table(model: type[Model]) -> str:
    return model._meta.db_table


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Everything in one transaction that is taken back when the last test of this file has read it."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            made = _world()
            settled()
            yield made
            transaction.set_rollback(True)
        rows.forget()


def _world() -> World:
    now = timezone.now()
    load_profile(profile=PROFILE, by=BY, at=now)
    load_roles(roles=tomllib.loads((PROFILE / "roles.toml").read_text())["role"], by=BY, at=now)
    one, other = Unit.objects.get(code="new-haven"), Unit.objects.get(code="hartford")
    region = one.parent if one.parent is not None and one.parent.kind == "region" else Unit.objects.filter(kind="region").first()
    assert region is not None
    far, farther = Unit.objects.filter(kind="department").exclude(pk__in=(one.pk, other.pk)).exclude(parent=region)[:2]
    state = Unit.objects.get(kind="state")
    made = World(now, {"one": one, "other": other, "region": region, "state": state, "far": far, "farther": farther})
    # The one whom rows belong to that ask for some user.
    User.objects.create(email="somebody@example.org", name="Somebody", is_active=False)
    alone = _user(made, "contract tracer of one with agreement", [Held("contract_tracer", "one", agreed=True)])
    knows = _user(made, "tracer of one who knows somebody", [Held("tracer", "one")])
    users = [alone, knows]
    for role in ROLES:
        for held in (("one",), ("one", "other"), ("region",), ("state",)):
            users.append(_user(made, f"{role} of {' and '.join(held)}", [Held(role, unit) for unit in held]))
    _user(made, "tracer of other", [Held("tracer", "other")])
    _user(made, "tracer of one, manager of other", [Held("tracer", "one"), Held("interface_manager", "other")])
    _user(made, "supervisor of one, manager of the state", [Held("supervisor", "one"), Held("interface_manager", "state")])
    _user(made, "tracer of one for two diseases", [Held("tracer", "one", diseases=("covid19", rows.SENSITIVE))])
    _user(made, "tracer of one for the sensitive disease", [Held("tracer", "one", diseases=(rows.SENSITIVE,))])
    _user(made, "tracer of one, and of other for the sensitive disease",
          [Held("tracer", "one"), Held("tracer", "other", diseases=(rows.SENSITIVE,))])  # fmt: skip
    _user(made, "supervisor of the state for the sensitive disease", [Held("supervisor", "state", diseases=(rows.SENSITIVE,))])
    _user(made, "epidemiologist who also has the sensitive disease",
          [Held("state_epidemiologist", "state"), Held("state_epidemiologist", "state", diseases=(rows.SENSITIVE,))])  # fmt: skip
    _user(made, "manager of one for the sensitive disease", [Held("interface_manager", "one", diseases=(rows.SENSITIVE,))])
    _user(made, "tracer of far with one's hat on", [Held("supervisor", "far"), Held("tracer", "one")], hat=1)
    _user(made, "volunteer of one with agreement", [Held("volunteer_tracer", "one", agreed=True)])
    _user(made, "tracer of farther, who covers one", [Held("tracer", "farther")])
    _user(made, "tracer of other by a role that ended", [Held("ended", "other")])
    Coverage.objects.create(unit=one, by_unit=farther, since=now - timedelta(days=1), until=now + timedelta(days=1), why="night")
    Coverage.objects.create(unit=state, by_unit=farther, since=now - timedelta(days=2), until=now - timedelta(days=1), why="over")
    _user(made, "without a role", [])
    _user(made, "tracer of one until yesterday", [Held("tracer", "one", ends=-1)])
    _user(made, "tracer of one until tomorrow", [Held("tracer", "one", ends=1)])
    _user(made, "tracer of one from tomorrow", [Held("tracer", "one", begins=1)])
    _user(made, "closed tracer of the state", [Held("tracer", "state")], active=False)
    _user(made, "tracer of the state whose session is over", [Held("tracer", "state")], lasts=-1)
    for name, (key, _who) in list(made.viewers.items()):
        made.viewers[name] = (key, _viewer(key, now))
    for model in PROTECTED:
        rows.seed(model, made.units, users[:4], now)
    # Last, because the rows above were made by tables in turn: every table has something of everybody by now.
    made.viewers["nobody"] = ("", NOBODY)
    made.viewers["a forged session"] = ("f" * 32, NOBODY)
    return made


@dataclass(frozen=True, slots=True)
class Held:
    role: str
    unit: str
    diseases: tuple[str, ...] = ()
    begins: int = -5
    ends: int | None = None
    agreed: bool = False


def _user(made: World, name: str, held: list[Held], *, active: bool = True, lasts: int = 1, hat: int | None = None) -> User:
    user = User.objects.create(email=f"{len(made.viewers)}@example.org", name=name, is_active=active)
    agreed = made.now.date()
    memberships = [
        Membership.objects.create(
            user=user, role=_role(one.role, made.now), unit=made.units[one.unit], valid_from=made.now + timedelta(days=one.begins),
            valid_until=None if one.ends is None else made.now + timedelta(days=one.ends), diseases=list(one.diseases),
            agreement_on=agreed if one.agreed else None, trained_on=agreed if one.agreed else None,
        )
        for one in held
    ]  # fmt: skip
    key = f"session-{len(made.viewers)}"
    Session.objects.create(
        session_key=key, session_data="", expire_date=made.now + timedelta(days=lasts), user=user,
        hat=memberships[hat] if hat is not None else None,
    )  # fmt: skip
    made.viewers[name] = (key, NOBODY)
    return user


def _role(code: str, now: datetime) -> Role:
    if code == "ended":
        tracer = Role.objects.get(code="tracer")
        return Role.objects.get_or_create(
            code=code, defaults={"name": code, "permissions": tracer.permissions, "ended_at": now - timedelta(days=1)}
        )[0]
    return Role.objects.get(code=code)


def _viewer(key: str, now: datetime) -> Viewer:
    """Signing in is what a closed account and an old session cannot do: the program takes them for nobody."""
    session = Session.objects.select_related("user").get(pk=key)
    if session.user is None or not session.user.is_active or session.expire_date <= now:
        return NOBODY
    return viewer(session.user, at=now, hat=session.hat_id)


def _read(sql: str, *, session: str, role: str = WEB, **settings: str) -> list[tuple[Any, ...]]:
    """What the database answers under a role, with whatever settings the page may have made."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, value in {"app.session": session, **{name.replace("__", "."): value for name, value in settings.items()}}.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(sql)
        found = cursor.fetchall()
        cursor.execute("SET LOCAL ROLE NONE")
        return found


def _seen_in_sql(model: type[Model], session: str, **settings: str) -> set[UUID]:
    return {row[0] for row in _read(f'SELECT "{model._meta.pk.column}" FROM "{_table(model)}"', session=session, **settings)}


def _seen_by_program(model: type[Model], who: Viewer) -> set[UUID]:
    return set(visible_to(model._default_manager.all(), who).values_list("pk", flat=True))


@pytest.mark.parametrize("model", PROTECTED, ids=_table)
def test_both_locks_open_for_the_same_rows(world: World, model: type[Model]) -> None:
    everything = set(model._default_manager.values_list("pk", flat=True))
    seen: dict[str, set[UUID]] = {}
    for name, (session, who) in world.viewers.items():
        in_sql, by_program = _seen_in_sql(model, session), _seen_by_program(model, who)
        assert in_sql == by_program, (
            f"{_table(model)} for {name}: {len(in_sql)} rows in the database, {len(by_program)} in the program"
        )
        seen[name] = by_program
    # The world fills the table, and its rows are told apart: otherwise nothing would be proved.
    assert len(everything) >= 3, f"{_table(model)} is empty in this world"
    assert all(found < everything for name, found in seen.items() if name.endswith(" of one")), "nobody of one department sees all"
    assert len({frozenset(found) for found in seen.values()}) >= 3, "who looks makes a difference"
    for name in ("nobody", "a forged session", "closed tracer of the state", "tracer of the state whose session is over"):
        assert not seen[name], f"{_table(model)}: {name} sees something"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_something_and_not_everything(world: World, role: str) -> None:
    """Otherwise the comparison above would pass on emptiness."""
    tables = {_table(model): _seen_in_sql(model, world.viewers[f"{role} of state"][0]) for model in PROTECTED}
    some = {table for table, found in tables.items() if found} - OWN
    assert bool(some) != (role in NOTHING), some
    assert any(not found for found in tables.values()) or role not in NOTHING


@pytest.mark.parametrize("name", ["tracer of one until yesterday", "tracer of one from tomorrow", "without a role"])
def test_outside_of_a_membership_only_what_is_ones_own_is_seen(world: World, name: str) -> None:
    session, who = world.viewers[name]
    seen = {_table(model) for model in PROTECTED if _seen_in_sql(model, session)}
    assert seen <= OWN and who.units == {}


def test_who_sees_cases_sees_people(world: World) -> None:
    """A policy that asks for a standing reads standings under their own policy: a role with `cases.see` alone would see by the
    program what the database does not give."""
    clinical = {"cases.see", "cases.work", "cases.close", "tasks.next_call"}
    assert not [role.code for role in Role.objects.all() if clinical & set(role.permissions) and "people.see" not in role.permissions]


def test_sensitive_reports_are_seen_by_those_cleared_alone(world: World) -> None:
    def sensitive(name: str) -> list[tuple[Any, ...]]:
        return _read("SELECT unit_id FROM intake_report WHERE sensitive", session=world.viewers[name][0])

    state, one = world.units["state"].pk, world.units["one"].pk
    assert not sensitive("state_epidemiologist of state") and not sensitive("supervisor of one")
    assert {row[0] for row in sensitive("interface_manager of one")} == {one}
    assert {row[0] for row in sensitive("interface_manager of state")} >= {state, one}
    assert _read("SELECT 1 FROM intake_report WHERE NOT sensitive", session=world.viewers["supervisor of one"][0])


@pytest.mark.parametrize("setting", ["app.units", "app.user", "app.user_id", "app.everywhere", "app.role", "app.viewer"])
def test_what_a_page_sets_beside_the_session_has_no_effect(world: World, setting: str) -> None:
    value = ",".join(str(unit) for unit in Unit.objects.values_list("pk", flat=True))
    session = world.viewers["tracer of one"][0]
    from tracing.cases.models import Case

    assert _seen_in_sql(Case, session, **{setting.replace(".", "__"): value}) == _seen_in_sql(Case, session)
    assert not _seen_in_sql(Case, "", **{setting.replace(".", "__"): value})


@pytest.mark.parametrize("session", ["", " ", "%", "session-%", "' OR true --", "session-4\x01", "SESSION-4", "NULL", "session-4 "])
def test_a_session_is_its_exact_key(world: World, session: str) -> None:
    assert _read("SELECT viewer_user(), viewer_units('cases.see'), viewer_everywhere('cases.see')", session=session) == [
        (None, [], False)
    ]


@pytest.mark.parametrize("model", our_models(), ids=_table)
def test_the_reading_role_changes_nothing(world: World, model: type[Model]) -> None:
    table = _table(model)
    allowed = EXTRA.get(table, "")
    column = model._meta.pk.column
    for verb, sql in (
        ("INSERT", f'INSERT INTO "{table}" SELECT * FROM "{table}" WHERE false'),
        ("UPDATE", f'UPDATE "{table}" SET "{column}" = "{column}"'),
        ("DELETE", f'DELETE FROM "{table}"'),
        ("TRUNCATE", f'TRUNCATE "{table}"'),
    ):
        if verb in allowed and "(" not in allowed:
            continue
        with pytest.raises(ProgrammingError) as refused:
            _read(sql, session=world.viewers["state_epidemiologist of state"][0])
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege), (table, verb)


@pytest.mark.parametrize("model", HIDDEN, ids=_table)
def test_the_reading_role_reads_no_hidden_table(world: World, model: type[Model]) -> None:
    with pytest.raises(ProgrammingError):
        _read(f'SELECT 1 FROM "{_table(model)}"', session=world.viewers["state_epidemiologist of state"][0])


def test_no_table_is_read_around_its_policy(world: World) -> None:
    """Partitions, views, tables of packages: nothing with rows of people is granted but through a policy."""
    known = {_table(model): condition(model) for model in our_models()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_any_column_privilege(%s, c.oid, 'SELECT')", [WEB],
        )  # fmt: skip
        readable = dict(cursor.fetchall())
    assert not [name for name in readable if name not in known and not THIRD_PARTY.get(name, ("",))[0]]
    assert not [name for name, guarded in readable.items() if known.get(name, "true") not in ("", "true") and not guarded]
    assert not [name for name in readable if known.get(name) == "" and name not in EXTRA]


@pytest.mark.parametrize("model", PROTECTED, ids=_table)
def test_the_login_without_a_role_reads_nothing(world: World, model: type[Model]) -> None:
    """Its grants come from the two roles, and it inherits neither."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'contact_app'")
        if cursor.fetchone() is None:
            pytest.skip("the server that was given has no login contact_app")
        cursor.execute("SELECT has_any_column_privilege('contact_app', %s, 'SELECT, INSERT, UPDATE')", [_table(model)])
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize("model", [Entry, Look], ids=_table)
@pytest.mark.parametrize("change", ["UPDATE {} SET actor_id = NULL", "UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_acting_role_adds_to_the_journal_and_takes_nothing_from_it(world: World, model: type[Model], change: str) -> None:
    if model is Look:
        rows.make(Look, world.now)
    assert _read(f"SELECT count(*) FROM {_table(model)}", session="", role=ACT)[0][0] > 0
    with pytest.raises((ProgrammingError, InternalError)) as refused:
        _read(change.format(_table(model)), session="", role=ACT)
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
