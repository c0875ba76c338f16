"""(d) Server time of pages at a million people, for one department and for the state: the whole page, through middleware, policies,
look and template. Asked one after the other as the application's own login.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from types import SimpleNamespace
from typing import Any

PAGES = {
    "cases, newest first": "/lists/cases",
    "cases, by name": "/lists/cases?sort=name",
    "cases, open COVID-19": "/lists/cases?disease=covid19&state=open",
    "tasks, by priority": "/lists/tasks",
    "My day": "/",
    "next call": "POST /next-call",
    "the call": "THERE",
    "a case": "/cases/{case}",
    "contacts of a case": "/cases/{case}/contacts",
    "questions of a case": "/cases/{case}/questions",
    "board": "/board",
    "morning": "/morning",
    "workload": "/workload",
    "report by hand": "/report",
    "import": "/imports",
    "places": "/places",
    "counts": "/counts",
}
"""What is asked; `{case}`: another open case of the viewer's department each time; THERE: where the page before led to."""
WHO = {"department": ("supervisor", "new-haven"), "small department": ("supervisor", "sharon"), "state": ("state_epidemiologist", "ct")}
ROUNDS = 40
WARM = 3


def run(*, environment: dict[str, str], at: datetime) -> list[dict[str, Any]]:
    """Needs Django configured as the owner of a seeded database."""
    from tracing.cases.counts import count_cases
    from tracing.tasks.waiting import count_waiting

    count_waiting(at=at)  # as the worker does every minute
    count_cases(at=at)  # and every five
    sessions = {name: _session(role, unit, at) for name, (role, unit) in WHO.items()}
    before = _ticks()
    asked = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.lists", json.dumps(sessions), json.dumps({name: _cases(who[1]) for name, who in WHO.items()}),
         at.isoformat()],
        env={**os.environ, **environment, "CONTACT_PROCESS": "web"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )  # fmt: skip
    times: dict[str, dict[str, list[float]]] = json.loads(asked.stdout.splitlines()[-1])
    taken_away, passed = (after - start for after, start in zip(_ticks(), before, strict=True))
    stolen = f"{100 * taken_away / passed:.0f} % of the processors went to other machines" if passed else ""
    rows = []
    for page, by in times.items():
        p50 = {name: quantiles(taken, n=20)[9] for name, taken in by.items() if taken}
        p95 = {name: quantiles(taken, n=20)[18] for name, taken in by.items() if taken}
        for name in p95:
            rows.append({
                "name": f"{page}, {name}", "value": f"{p50[name]:.0f} / {p95[name]:.0f}", "unit": "ms p50 / p95",
                "ratio": round(p95[name] / p95["state"], 2) if "state" in p95 else None,
                "note": f"{len(by[name])} pages; ratio of the p95 to the state's; {stolen}",
            })  # fmt: skip
    return rows


def _ticks() -> tuple[int, int]:
    """What the host took from this machine's processors, and all that passed; nothing where the system does not say (proc(5), `steal`)."""
    line = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9] if Path("/proc/stat").exists() else ["0"] * 8
    return int(line[7]), sum(map(int, line))


def _session(role: str, unit: str, at: datetime) -> str:
    from tests.world import BY
    from tracing.access.actions import add_user, grant_membership
    from tracing.access.models import Role, Session
    from tracing.access.sessions import SessionStore
    from tracing.jurisdictions.models import Unit

    user = add_user(email=f"{role}-{unit}@bench.example", name="Bench", password="a long bench password", by=BY, at=at)
    found = Unit.objects.filter(code=unit).first() or Unit.objects.get(town_rows__town__code=unit, town_rows__valid_to=None)
    grant_membership(user=user, role=Role.objects.get(code=role), unit=found, since=at, by=BY, at=at)
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.save()
    Session.objects.filter(pk=store.session_key).update(expire_date=datetime.now(UTC) + timedelta(days=1))
    assert store.session_key
    return store.session_key


def _cases(unit: str) -> list[str]:
    """Open cases that live there, as many as are asked for."""
    from tracing.cases.models import Case
    from tracing.jurisdictions.models import Unit

    cases = Case.objects.filter(closure=None)
    if unit != "ct":
        found = Unit.objects.filter(code=unit).first() or Unit.objects.get(town_rows__town__code=unit, town_rows__valid_to=None)
        cases = cases.filter(unit=found)
    return [str(pk) for pk in cases.values_list("pk", flat=True)[: ROUNDS + WARM]]


def _ask(sessions: dict[str, str], cases: dict[str, list[str]], at: datetime) -> None:
    from config.ready import ready

    ready("web")
    from django.conf import settings
    from django.test import Client

    import config.wsgi  # noqa: F401 - everything is loaded, and what was loaded is walked through no more, as in a web worker
    from tracing.access import middleware

    middleware.timezone = SimpleNamespace(now=lambda: at)  # type: ignore[assignment]
    times: dict[str, dict[str, list[float]]] = {page: {name: [] for name in sessions} for page in PAGES}
    there: dict[str, str] = {}
    # One for each viewer: a client loads the middleware, and that walks through all static files once, as a worker does when it starts.
    clients = {name: Client(SERVER_NAME="localhost") for name in sessions}
    for name, key in sessions.items():
        clients[name].cookies[settings.SESSION_COOKIE_NAME] = key
    for round in range(ROUNDS + WARM):
        for page, url in PAGES.items():
            for name, client in clients.items():
                verb, _, address = url.format(case=cases[name][round % len(cases[name])]).rpartition(" ")
                address = there.pop(name, "") if address == "THERE" else address
                if not address:
                    continue  # nobody was to be called
                began = time.perf_counter()
                response = client.post(address) if verb else client.get(address)
                taken = 1000 * (time.perf_counter() - began)
                if response.status_code == 403:
                    continue  # a page of departments, or of the state
                assert response.status_code == (302 if verb else 200), (address, name, response.status_code)
                if verb and "/call/" in response["Location"]:
                    there[name] = response["Location"]
                if round >= WARM:
                    times[page][name].append(taken)
    print(json.dumps(times))


if __name__ == "__main__":
    _ask(json.loads(sys.argv[1]), json.loads(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))
