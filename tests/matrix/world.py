"""One user of every role, and of every kind of thing one that is theirs, one that was shared with them, and one that is others'."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.test import Client

from tests.reports import Lab, lab, nameless, somebody
from tests.world import PROFILE
from tracing.access.actions import add_user, grant_membership, load_roles
from tracing.access.models import AccessReview, Coverage, ExportRequest, GrantProposal, Membership, Role, User
from tracing.base.ids import uuid7
from tracing.cases.models import Affiliation, Case, Interview, OutOfState, Share, Transfer
from tracing.contacts.models import Unreached
from tracing.desk.tests.world import BY, PASSWORD, World, add_case, noon_of_today, world
from tracing.intake.actions.sources import add_source, make_key
from tracing.intake.imports.models import TableImport
from tracing.intake.models import Moved, Report
from tracing.jurisdictions.models import Unit, UnitAncestor
from tracing.monitoring.models import Order
from tracing.notices.models import Notice, OnCall, Told
from tracing.people.actions import NewStanding, give_standings
from tracing.people.models import (
    Address,
    Confidential,
    Duplicate,
    EmergencyAccess,
    Guardianship,
    Household,
    HouseholdMember,
    Match,
    Merge,
    NextOfKin,
    Person,
    Recusal,
    Refusal,
    Restriction,
    ReviewStep,
    Standing,
    WayToReach,
)
from tracing.places.models import Place
from tracing.quality.models import InterviewReview
from tracing.questionnaires.models import Response
from tracing.referrals.models import Referral
from tracing.reporting.models import HandBack
from tracing.tasks.models import BulkWork, Cover, Team
from tracing.tasks.models import Share as TaskShare

PLACES: Final = ("own", "shared", "other")
"""Of New Haven (or whatever the role's home is), lent to it by Hartford, and Hartford's own."""
HOMES: Final = {
    "state_epidemiologist": "ct", "outbreak_team": "ct", "interface_manager": "ct", "privacy_officer": "ct", "administrator": "ct",
    "auditor": "ct", "community_resource_coordinator": "neighbours", "outreach_specialist": "neighbours",
    "institution_liaison": "hillhouse", "contract_tracer": "calling",
}  # fmt: skip
"""Role → unit; every other one works for New Haven."""
ORGANISATIONS: Final = {"neighbours": "community", "hillhouse": "school", "calling": "contractor"}
ROLES: Final = tuple(str(role["code"]) for role in tomllib.loads((PROFILE / "roles.toml").read_text())["role"])


@dataclass
class Matrix:
    world: World
    lab: Lab
    users: dict[str, User] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Kind → place → its key."""
    permissions: dict[str, list[str]] = field(default_factory=dict)
    """Role → what it holds."""
    sessions: dict[str, str] = field(default_factory=dict)
    """Role → the key of a session, signed in once: what a request does to it is taken back."""

    def client(self, role: str) -> Client:
        client = Client(raise_request_exception=True)
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
            return client
        client.force_login(self.users[role])
        self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return client


def matrix() -> Matrix:
    """Everything, inside the transaction of the test."""
    state = world(noon_of_today())
    load_roles(roles=tomllib.loads((PROFILE / "roles.toml").read_text())["role"], by=BY, at=state.at)
    for code, kind in ORGANISATIONS.items():
        state.units[code] = _organisation(code, kind, state.units["new-haven"])
    Coverage.objects.create(
        unit=state.units["new-haven"], by_unit=state.units["calling"], since=state.at - timedelta(days=1), why="evenings"
    )
    made = Matrix(state, lab(state))
    for code in ROLES:
        made.users[code] = _user(made, code)
        made.permissions[code] = Role.objects.get(code=code).permissions
    _cases(made)
    _reports(made)
    _handed(made)
    _led(made)
    _told(made)
    _users(made)
    return made


def _organisation(code: str, kind: str, parent: Unit) -> Unit:
    unit = Unit.objects.create(code=code, name=code.title(), kind=kind, parent=parent.parent, time_zone=parent.time_zone)
    above = list(UnitAncestor.objects.filter(unit=parent.parent).values_list("ancestor_id", "depth"))
    UnitAncestor.objects.create(unit=unit, ancestor=unit, depth=0)
    UnitAncestor.objects.bulk_create(UnitAncestor(unit=unit, ancestor_id=one, depth=depth + 1) for one, depth in above)
    return unit


def _user(made: Matrix, code: str) -> User:
    at, today = made.world.at, made.world.at.date()
    user = add_user(email=f"{code}@matrix.example", name=code.replace("_", " ").title(), password=PASSWORD, by=BY, at=at)
    grant_membership(
        user=user, role=Role.objects.get(code=code), unit=made.world.units[HOMES.get(code, "new-haven")],
        since=at - timedelta(days=30), agreement_on=today, trained_on=today, by=BY, at=at,
    )  # fmt: skip
    return user


def _cases(made: Matrix) -> None:
    state, at = made.world, made.world.at
    cases = {
        "own": add_case(state, "Own", "Ana", phone="+12035550111"),
        "shared": add_case(state, "Shared", "Bo", phone="+18605550112", town="hartford", unit="hartford"),
        "other": add_case(state, "Other", "Cy", phone="+18605550113", town="hartford", unit="hartford"),
    }
    mine, lent, units = cases["own"].person_id, cases["shared"].person_id, state.units
    standings = [
        NewStanding(mine, units["hillhouse"].pk, "school", "covid19"),
        NewStanding(mine, units["neighbours"].pk, "referred", ""),
        NewStanding(lent, units["new-haven"].pk, "shared", "covid19"),
    ]
    for code in ("contract_tracer", "hotline"):
        unit = units[HOMES.get(code, "new-haven")].pk
        standings.append(NewStanding(mine, unit, "covering", "covid19", made.users[code].pk, at + timedelta(days=2)))
    give_standings(standings=standings, by=BY, at=at - timedelta(hours=1))
    made.things["case"] = {place: case.pk for place, case in cases.items()}
    made.things["person"] = {place: case.person_id for place, case in cases.items()}
    made.things["task"] = {place: Case.objects.get(pk=case.pk).task_id for place, case in cases.items()}


def _reports(made: Matrix) -> None:
    """Held reports and matches belong to a unit, and nobody lends them: what is shared is others'."""
    at, units = made.world.at, made.world.units
    homes = {"own": "new-haven", "shared": "hartford", "other": "hartford"}
    for kind in ("report", "match", "source", "source_key", "pair", "step"):
        made.things[kind] = {}
    for number, (place, home) in enumerate(homes.items()):
        report = nameless(made.lab, seed=100 + number)
        Report.objects.filter(pk=report.pk).update(unit=units[home])
        made.things["report"][place] = report.pk
        match = Match.objects.create(report_id=report.pk, outcome="possible", unit=units[home], at=at)
        made.things["match"][place] = match.pk
        own = made.things["person"]["own" if home == "new-haven" else "other"]
        pair = Duplicate.objects.create(
            one_id=own, other=Person.objects.create(family=f"Twice{number}", added_at=at), score=9, outcome="possible", unit=units[home],
            found_at=at, due_at=at, checked_at=at,
        )  # fmt: skip
        made.things["pair"][place] = pair.pk
        made.things["step"][place] = ReviewStep.objects.create(item=pair.pk, what="unsure", unit=units[home], waited_since=at, at=at).pk
        source = add_source(code=f"lab-{place}", name=f"Laboratory {place}", unit=units[home], by=BY, at=at)
        made.things["source"][place] = source.code
        make_key(source=source, by=BY, at=at)
        made.things["source_key"][place] = source.keys.get().pk  # type: ignore[attr-defined]


def _handed(made: Matrix) -> None:
    """Shared, handed over, referred, sent away, opened in an emergency. In the middle: what Hartford offers to New Haven."""
    at, units, cases, people = made.world.at, made.world.units, made.things["case"], made.things["person"]
    haven, hartford, far = units["new-haven"], units["hartford"], units["bethel"]
    ways = {"own": (haven, hartford), "shared": (hartford, haven), "other": (hartford, far)}
    kinds = (
        "share", "transfer", "out_of_state", "referral", "emergency", "restriction", "recusal", "affiliation", "export", "merge", "second", "move",
        "way", "address", "member", "guardianship", "confidential", "unreached", "order", "refusal", "kin", "response", "reviewed",
    )  # fmt: skip
    made.things |= {kind: {} for kind in kinds}
    home = Household.objects.create(at=at)
    school = Place.objects.create(kind="school", name="Hillhouse", name_key="hillhouse", unit=haven)
    for place, (sender, receiver) in ways.items():
        who = made.users["tracer"] if place == "own" else made.world.staff["elsewhere"]
        of: dict[str, Any] = {"case_id": cases[place], "person_id": people[place], "disease": "covid19"}
        given = {
            "share": Share.objects.create(
                **of, unit=receiver, from_unit=sender, purpose="care", at=at, by_kind="staff", until=at + timedelta(days=9)
            ),
            "transfer": Transfer.objects.create(
                **of, unit=receiver, from_unit=sender, why="moved", offered_at=at, due_at=at + timedelta(hours=4)
            ),
            "out_of_state": OutOfState.objects.create(**of, unit=sender, to_state="NY", recipient="NYSDOH", why="moved", at=at),
            "affiliation": Affiliation.objects.create(**of, place=school, how="attends", source="staff", at=at),
            "referral": Referral.objects.create(
                person_id=people[place], unit=units["neighbours"] if place == "own" else far, from_unit=sender, needs=["food"],
                until_on=at.date() + timedelta(days=5), agreed_by="the person", at=at,
            ),
            "emergency": EmergencyAccess.objects.create(
                user=who, unit=sender, person_id=people[place], reason="x" * 30, at=at, until=at + timedelta(days=2)
            ),
            "merge": Merge.objects.create(person_id=people[place], merged=_second(sender, people[place], at), at=at, by_kind="staff"),
            "second": _second(sender, None, at),
            "move": Moved.objects.create(
                report_id=made.things["report"][place], was_id=people[place], person=_second(sender, None, at), why="x", at=at, by_kind="staff"
            ),
            "restriction": Restriction.objects.create(person_id=people[place], kind="address", unit=sender, at=at),
            "recusal": Recusal.objects.create(person_id=people[place], user=made.world.staff["elsewhere"], at=at),
            "way": WayToReach.objects.create(person_id=people[place], kind="email", value=f"{place}@example.org", source="lab", as_of=at),
            "address": Address.objects.create(person_id=people[place], kind="stay", city="Bethel", key="x", unit=sender, source="lab", as_of=at),
            "member": HouseholdMember.objects.create(household=home, person_id=people[place], source="said", since=at),
            "guardianship": Guardianship.objects.create(ward_id=people[place], name="Jo", kind="parent", since=at.date(), source="said", at=at),
            "confidential": Confidential.objects.create(person_id=people[place], kind="other", since=at, ended_at=at),
            "order": Order.objects.create(
                person_id=people[place], disease="covid19", unit=sender, kind="isolation", law="x", starts_on=at.date(), ends_on=at.date(),
                basis="x", place="x", at=at,
            ),
            "reviewed": InterviewReview.objects.create(
                interview=Interview.objects.create(**of, kind="complete", at=at), person_id=people[place], disease="covid19", unit=sender,
                held_by=uuid7(), held_at=at, seed="x", at=at,
            ),
            "response": Response.objects.create(
                person_id=people[place], disease="covid19", questionnaire="covid-19-case", version="2026-1", language="en", begun_at=at
            ),
            "refusal": Refusal.objects.create(person_id=people[place], disease="covid19", scope="contacts", at=at),
            "kin": NextOfKin.objects.create(person_id=people[place], name="Jo", relation="child", at=at),
            "unreached": Unreached.objects.create(
                person_id=people[place], unit=sender, disease="covid19", why="call", lacks=["phone"], since=at, not_before=at,
                state="given_up", ended_at=at,
            ),
            "export": ExportRequest.objects.create(
                user=made.users["analyst"], unit=sender, page="case_list", people=600, purpose="quality", asked_at=at
            ),
        }  # fmt: skip
        for kind, one in given.items():
            made.things[kind][place] = one.pk


def _led(made: Matrix) -> None:
    """Whose work somebody leads: departments, their teams, what was lent, what was changed at once."""
    at, units = made.world.at, made.world.units
    made.things |= {kind: {} for kind in ("led", "team", "lent", "work", "import", "cover", "hand_back")}
    surge = Team.objects.create(unit=units["stamford"], name="Surge", added_at=at)
    for place, unit in {"own": units["new-haven"], "shared": units["hartford"], "other": units["bethel"]}.items():
        team = Team.objects.create(unit=unit, name="Days", added_at=at)
        lent = TaskShare.objects.create(unit=unit, team=team, percent=50, since=at)
        work = BulkWork.objects.create(kind="assign", unit=unit, state="done", total=0, at=at, ended_at=at)
        taken = TableImport.objects.create(unit=unit, of="contact", disease="covid19", header=["Name"], mapping=["name"], total=0, at=at)
        cover = Cover.objects.create(unit=unit, team=surge, work=["cases"], from_on=at.date(), at=at)
        back = HandBack.objects.create(
            cover=cover, unit=unit, team=surge, since=at - timedelta(hours=9), until=at, callers=0, tries=0, tried=0, reached=0, interviewed=0,
            left=0, agreed=0, at=at,
        )  # fmt: skip
        given = {"led": unit, "team": team, "lent": lent, "work": work, "import": taken, "cover": cover, "hand_back": back}
        for kind, one in given.items():
            made.things[kind][place] = one.pk


def _told(made: Matrix) -> None:
    """A notice to the supervisor, others to somebody of Hartford; who is on call."""
    at, units = made.world.at, made.world.units
    made.things |= {"told": {}, "shift": {}}
    notice = Notice.objects.create(
        rule="transfer", version="x", unit=units["new-haven"], subject_kind="report", subject_id=made.things["report"]["own"], entry=uuid7(), at=at
    )
    of = {"notice": notice, "rule": "transfer", "unit": units["new-haven"], "subject_kind": "report", "subject_id": notice.subject_id, "at": at}
    for place, user in (("own", made.users["supervisor"]), ("shared", made.world.staff["elsewhere"]), ("other", made.world.staff["nobody"])):
        made.things["told"][place] = Told.objects.create(**of, user=user, not_before=at).pk
    for place, home in (("own", "new-haven"), ("shared", "ct"), ("other", "hartford")):
        made.things["shift"][place] = OnCall.objects.create(
            unit=units[home], user=made.users["supervisor"], from_at=at, until_at=at + timedelta(days=2), at=at
        ).pk


def _second(unit: Unit, merged_into: UUID | None, at: datetime) -> Person:
    """Another record of somebody, of the same department."""
    person = Person.objects.create(family="Second", given="Di", added_at=at, merged_into_id=merged_into)
    if merged_into is None:
        Standing.objects.create(person=person, unit=unit, why="residence", disease="covid19", since=at - timedelta(days=1))
    return person


def _users(made: Matrix) -> None:
    """Somebody of New Haven, and somebody of Hartford twice: nobody lends accounts."""
    at, units = made.world.at, made.world.units
    made.things |= {kind: {} for kind in ("user", "membership", "review", "grant")}
    tracer = Role.objects.get(code="tracer")
    for place, home in {"own": "new-haven", "shared": "hartford", "other": "hartford"}.items():
        user = add_user(email=f"{place}@matrix.example", name=f"{place.title()} One", password=PASSWORD, by=BY, at=at)
        membership = grant_membership(user=user, role=tracer, unit=units[home], since=at - timedelta(days=2), by=BY, at=at)
        assert isinstance(membership, Membership)
        review = AccessReview.objects.filter(unit=units[home]).first() or AccessReview.objects.create(
            unit=units[home], quarter="2026-Q4", opened_at=at, due_on=at.date() + timedelta(days=30)
        )
        grant = GrantProposal.objects.create(
            user=user, role=Role.objects.get(code="director"), unit=units[home], valid_from=at, why="new director",
            asked_by=made.world.staff["administrator"].pk, asked_at=at,
        )  # fmt: skip
        made.things["user"][place], made.things["membership"][place] = user.pk, membership.pk
        made.things["review"][place], made.things["grant"][place] = review.pk, grant.pk


__all__ = ["HOMES", "PLACES", "ROLES", "Matrix", "matrix", "somebody"]
