"""A morning at a health department, for pictures and for the browser: reports filed, calls tried, interviews held."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from django.test import Client

from config.demo.lab.invented import phones
from tests.offices import offices
from tests.scene_privacy import watched
from tests.world import BY, NOW, PROFILE, connecticut, file_all, order, send, somebody
from tracing.access.actions import add_user, grant_membership, load_roles
from tracing.access.models import Role, User
from tracing.access.viewer import viewer
from tracing.cases.actions import Answers, close_case
from tracing.cases.models import Case
from tracing.contacts.actions import Named
from tracing.contacts.interview import Ended, record_call
from tracing.journal.actor import Actor
from tracing.jurisdictions.models import Unit
from tracing.people.facts import PersonFacts
from tracing.people.models import WayToReach
from tracing.tasks.next_call import next_call

GIVEN = [
    "Luis", "Marta", "Pedro", "Irene", "Hugo", "Clara", "Bruno", "Nina", "Saul", "Vera", "Omar", "Tess", "Ivan", "Lola", "Remy", "Dora",
    "Milo", "Gwen", "Enzo", "Fay",
]  # fmt: skip
PASSWORD = "a long enough password"
STAFF = {
    "tracer": ("Dana Whitlock", "new-haven"), "supervisor": ("Ruth Okafor", "new-haven"),
    "state_epidemiologist": ("Helen Marsh", "ct"), "interface_manager": ("Tom Brandt", "ct"), "administrator": ("Ana Sousa", "ct"),
    "help_desk": ("Lee Park", "new-haven"), "analyst_counts": ("Iris Vogt", "ct"), "hotline": ("Sam Reyes", "new-haven"),
    "director": ("Walter Finch", "new-haven"),
    "privacy_officer": ("Joan Pell", "ct"), "auditor": ("Carl Voss", "ct"),
}  # fmt: skip


@dataclass
class Scene:
    staff: dict[str, User] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        client = Client()
        client.force_login(self.staff[role])
        return client

    def cookie(self, role: str) -> str:
        """The session of somebody signed in."""
        return str(next(iter(self.client(role).cookies.values())).value)


def staff() -> Scene:
    """One of each role. The profile is loaded."""
    made = Scene()
    load_roles(roles=tomllib.loads((PROFILE / "roles.toml").read_text())["role"], by=BY, at=NOW)
    for code, (name, unit) in STAFF.items():
        user = add_user(email=f"{code}@example.org", name=name, password=PASSWORD, by=BY, at=NOW)
        grant_membership(
            user=user, role=Role.objects.get(code=code), unit=Unit.objects.get(code=unit), since=NOW - timedelta(days=2),
            by=BY, at=NOW,
        )  # fmt: skip
        made.staff[code] = user
    return made


def morning(people: int = 60) -> Scene:
    """What a tracer of New Haven finds at ten in the morning."""
    source = connecticut()
    made = staff()
    rng = Random(7)
    numbers = [f"({n[:3]}) {n[3:6]}-{n[6:]}" for n in phones(rng)]
    reports = []
    for number in range(people):
        town = {"city": "New Haven", "zip": "06511", "county": "New Haven"} if number % 4 else {}
        who = somebody(number + 1, phone=numbers[number] if number % 9 else "", **town)
        reports.append(order(who, on=date(2021, 1, 13) - timedelta(days=rng.choice((0, 0, 1, 1, 2, 3, 5, 9, 12)))))
    send(source, *reports, at=NOW - timedelta(hours=20))
    # One without a name, and one that names nearly the same person as another: both wait for a human.
    send(source, order(somebody(900, last="", first="")), at=NOW - timedelta(hours=3))
    twin = somebody(2, phone=numbers[1], city="New Haven", zip="06511", county="New Haven")
    if twin.birth is not None:
        send(source, order(replace(twin, birth=twin.birth + timedelta(days=400))), at=NOW - timedelta(minutes=40))
    file_all(at=NOW - timedelta(hours=20))
    _yesterday(made)
    file_all(at=NOW - timedelta(minutes=30))
    offices(made.staff, NOW)
    watched(made.staff, NOW)
    return made


def _yesterday(made: Scene) -> None:
    """Calls of yesterday afternoon: some reached, some not, one agreed for this morning, one interview left half-way."""
    user = made.staff["tracer"]
    by, who = Actor("staff", user.pk), viewer(user, at=NOW)
    outcomes = ["reached", "no_answer", "partial", "voicemail", "reached", "refused", "busy", "reached", "no_answer", "partial"]
    for number, outcome in enumerate(outcomes):
        at = NOW - timedelta(hours=19) + timedelta(minutes=12 * number)
        task = next_call(viewer=who, by=by, at=at)
        if task is None:
            return
        case = Case.objects.get(task=task)
        way = WayToReach.objects.filter(person=task.person_id, kind="phone").first()
        talked = outcome in ("reached", "partial")
        answers = Answers(
            symptomatic=True, symptoms=("fever", "cough", "fatigue"), onset_on=case.first_positive_on - timedelta(days=2),
            hospitalised=False, setting="home", complete=outcome == "reached",
            note="Lives with two others; the employer was told. Needs food delivered until Monday.",
        )  # fmt: skip
        seen = NOW.date() - timedelta(days=3)
        named = [
            Named(PersonFacts(family=family, given=given, phones=(f"+1203555019{number % 10}",)), "household", seen)
            for family, given in (("Rivera", GIVEN[number]), ("Otero", GIVEN[-number - 1]))
        ]
        again = NOW + timedelta(hours=1, minutes=30) if number == 2 else None
        record_call(
            task=task, case=case, answers=answers if talked else None, named=named if talked else (),
            ended=Ended(outcome, way, again, "Asked for a call after the school run." if again else ""),
            by=by, at=at + timedelta(minutes=9),
        )  # fmt: skip
    old = Case.objects.filter(isolation__ends_on__lt=NOW.date(), closure=None).first()
    if old is not None:
        close_case(case=old, reason="completed", note="Well since Tuesday.", by=by, at=NOW - timedelta(hours=2))


__all__ = ["NOW", "PASSWORD", "STAFF", "Scene", "morning", "staff"]
