"""(f) Search: the box, asked by a department, by a small one and by the state, beside `Person.objects.get` in the same run.

Measured is `find`: from the words typed to the people with their reasons, read under the viewer's own policies as the application's
login, one transaction for each. `get` is one person by key, asked in turn with the searches, under the same policies, and once more as
the owner, whom no policy meets. What is asked are names, numbers and birth dates of people drawn from those the viewer sees: common
names come as often as they are.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from statistics import quantiles
from typing import Any, Final

from tests.benchmarks.recall import FIRST, recall

WHO: Final = {"department": ("supervisor", "new-haven"), "small department": ("supervisor", "sharon"), "state": ("state_epidemiologist", "ct")}
ROUNDS: Final = 100
MISSPELT: Final = 60
"""So many people's names are misspelt, each in every way of `recall.SLIPS`."""
KINDS: Final = (
    "given and family name", "family name alone", "given name alone", "name and birth date", "family name and year", "family name and ZIP",
    "telephone", "last four digits", "birth date", "begins: family name", "begins: both", "begins: three letters", "misspelt: both",
    "misspelt: family name", "nickname",
)  # fmt: skip


def run(*, environment: dict[str, str], at: datetime, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Needs Django configured as the owner of a seeded database."""
    from django.db.models import CharField, Value
    from django.db.models.functions import Cast, Concat

    from tests.benchmarks.lists import _session
    from tracing.access.models import User

    User.objects.filter(email__endswith="@bench.example").update(email=Concat(Value("before-"), Cast("id", CharField())))
    users = {name: _session(role, unit, at) for name, (role, unit) in WHO.items()}
    asked = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.search", json.dumps(users), at.isoformat(), str(rounds)],
        env={**os.environ, **environment, "CONTACT_PROCESS": "web"}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    told = json.loads(asked.stdout.splitlines()[-1])
    times: dict[str, dict[str, list[float]]] = told["times"]
    owner = sorted(_get_as_owner(rounds))
    load = f"load of the machine before and after: {told['load'][0]:.1f}, {told['load'][1]:.1f}; no policy; ratio to itself"
    rows = [_row("Person.objects.get, the owner", owner, _p95(owner), load)]
    for name, by in times.items():
        get = by.pop("get")
        rows.append(_row(f"Person.objects.get, {name}", get, _p95(get), "under the viewer's policies"))
        for kind, title in (("exact", "exact and number"), ("begins", "begins so"), ("near", "misspelt")):
            every = [taken for one, found in by.items() for taken in found if _group(one) == kind]
            rows.append(_row(f"**{title}, {name}**", every, _p95(get), f"{len(every)} searches; ratio of the p95 to that of get"))
        rows += [_row(f"{kind}, {name}", found, _p95(get), f"{len(found)} searches") for kind, found in by.items()]
        for slip, (number, right, named) in told["recall"][name].items():
            rows.append({
                "name": f"found although misspelt: {slip}, {name}", "value": f"{right / number:.3f} / {named / number:.3f}",
                "unit": f"of {number}", "note": f"they themselves / somebody of exactly their names among the first {FIRST}",
            })  # fmt: skip
    return rows


def _group(kind: str) -> str:
    return "begins" if kind.startswith("begins") else "near" if kind.startswith(("misspelt", "nickname")) else "exact"


def _p95(taken: list[float]) -> float:
    return quantiles(taken, n=20)[18]


def _row(name: str, taken: list[float], get: float, note: str) -> dict[str, Any]:
    return {
        "name": name, "value": f"{quantiles(taken, n=20)[9]:.1f} / {_p95(taken):.1f}", "unit": "ms p50 / p95",
        "ratio": round(_p95(taken) / get, 1), "note": note,
    }  # fmt: skip


def _get_as_owner(rounds: int) -> Iterator[float]:
    from tracing.people.models import Person

    keys = list(Person.objects.all()[: rounds * 5].values_list("pk", flat=True))[::5]
    for key in keys:
        began = time.perf_counter()
        Person.objects.get(pk=key)
        yield 1000 * (time.perf_counter() - began)


@contextmanager
def _page(key: str) -> Iterator[None]:
    """As the middleware has it: one transaction, the session named, the reading role."""
    from django.db import connection, transaction

    from tracing.access.middleware import READING_ROLE

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', %s, true), set_config('app.session', %s, true)", [READING_ROLE, key])
        connection.contact_role = READING_ROLE  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection.contact_role = ""  # type: ignore[attr-defined]


def _ask(sessions: dict[str, str], at: datetime, rounds: int) -> None:
    from config.ready import ready

    ready("web")
    from django.db import connection, transaction

    from tracing.access.models import User
    from tracing.access.sessions import SessionStore
    from tracing.access.viewer import Viewer, viewer
    from tracing.access.visibility import visible_to
    from tracing.journal.action import ACTING_ROLE, role
    from tracing.people.models import Person
    from tracing.people.search.asked import understand
    from tracing.people.search.finding import find

    chance = random.Random(7)
    times: dict[str, dict[str, list[float]]] = {}
    counted: dict[str, dict[str, tuple[int, int, int]]] = {}
    before = os.getloadavg()[0]
    for name, key in sessions.items():
        with transaction.atomic(), role(ACTING_ROLE):
            user = User.objects.get(pk=SessionStore(key)["_auth_user_id"])
            who = viewer(user, at=at)
            seen = visible_to(Person.objects.exclude(sort_key=""), who)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = on")
            people = list(seen.order_by("?")[:rounds]) if name != "state" else list(
                Person.objects.raw("SELECT * FROM people_person TABLESAMPLE SYSTEM (0.5) WHERE sort_key <> '' ORDER BY random() LIMIT %s", [rounds])
            )  # fmt: skip
            asked = {kind: list(_words(kind, people, chance)) for kind in KINDS}
        found, most = times.setdefault(name, {}), len(people)

        def measure(kind: str, call: Callable[[], object], key: str = key, found: dict[str, list[float]] = found) -> None:
            with _page(key):
                began = time.perf_counter()
                call()
                found.setdefault(kind, []).append(1000 * (time.perf_counter() - began))

        # One `get` beside each search: both meet the machine as it is in that moment.
        for kind, words in asked.items():
            for number, text in enumerate([*words[:5], *words]):
                measure("get", lambda person=people[number % most]: Person.objects.get(pk=person.pk))  # type: ignore[misc]
                measure(kind, lambda text=text, who=who: find(understand(text, year=at.year), who))  # type: ignore[misc]
            del found[kind][:5], found["get"][-len(words) - 5 : -len(words)]

        def ask(words: str, key: str = key, who: Viewer = who) -> list[Any]:
            with _page(key):
                return [hit.person for hit in find(understand(words, year=at.year), who).hits]

        counted[name] = recall(people[:MISSPELT], ask)
    print(json.dumps({"times": times, "recall": counted, "load": [before, os.getloadavg()[0]]}))


def _words(kind: str, people: list[Any], chance: random.Random) -> Iterator[str]:
    from tracing.people.models import Address, WayToReach
    from tracing.people.search.closeness import other_names

    keys = [person.pk for person in people]
    phones = dict(WayToReach.objects.filter(person__in=keys, kind="phone").values_list("person_id", "value"))
    zips = dict(Address.objects.filter(person__in=keys).exclude(zip="").values_list("person_id", "zip"))
    for person in people:
        given, family, born = person.given, person.family, person.birth_on
        number, zip = phones.get(person.pk, "+12035550100"), zips.get(person.pk, "06511")
        names = sorted(other_names(given.lower()))
        yield {
            "given and family name": f"{given} {family}", "family name alone": family, "given name alone": given or family,
            "name and birth date": f"{family}, {given} {born:%m/%d/%Y}" if born else family,
            "family name and year": f"{family} {born:%Y}" if born else family, "family name and ZIP": f"{family} {zip[:5]}",
            "telephone": f"({number[2:5]}) {number[5:8]}-{number[8:]}", "last four digits": f"{family} {number[-4:]}",
            "birth date": f"{born:%m/%d/%Y}" if born else family, "begins: family name": family[:5], "begins: both": f"{given[:3]} {family[:4]}",
            "begins: three letters": family[:3], "misspelt: both": f"{given} {_slip(family, chance)}",
            "misspelt: family name": _slip(family, chance), "nickname": f"{names[0] if names else _slip(given, chance)} {family}",
        }[kind]  # fmt: skip


def _slip(word: str, chance: random.Random) -> str:
    """One slip of the pen: a letter left out, doubled, exchanged with its neighbour, or another one."""
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 1)
    return chance.choice([
        word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + chance.choice("aeinorst") + word[at + 1 :],
    ])  # fmt: skip


if __name__ == "__main__":
    _ask(json.loads(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3]))
