"""A thousand tracers, each opening a page every 20 seconds: the scenario that `tracers.py` gives to Locust.

One tracer goes round: My day, *Next call*, the questions of the case, the call's page again, how it ended; now and then the list of
calls, the list of cases, a search. Each step is one page (*Next call* is the press and the page that it leads to). More tracers come at
every step; what is counted is the second half of each step, when they have spread over their 20 seconds.

The file of the environment's `CONTACT_BENCH_TRACERS` says who asks (sessions), what lies in whose hand (keys of each task) and the steps.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from locust import FastHttpUser, LoadTestShape, events, task

GIVEN = json.loads(Path(os.environ["CONTACT_BENCH_TRACERS"]).read_text())
EVERY = 20
"""Seconds from one page of a tracer to their next."""
SECONDS: int = GIVEN["seconds"]
STEPS: list[int] = GIVEN["steps"]

sessions: list[str] = list(GIVEN["sessions"])
in_hand: dict[str, int] = {}
called: set[str] = set()
faults = {"in two hands": 0, "called again": 0}
asked: dict[int, list[tuple[str, float, bool]]] = {}
begun = [0.0]


class Fields(HTMLParser):
    """What a form sends as it stands, and where: the one that has a field or button of this name."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.found = wanted, False
        self.sent: list[tuple[str, str]] = []
        self._here: list[tuple[str, str]] | None = None
        self._has = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._here, self._has = [], False
        elif self._here is not None and said.get("name"):
            self._has |= said["name"] == self.wanted
            kind = said.get("type", "text")
            if tag == "input" and kind not in ("submit", "button", "radio", "checkbox"):
                self._here.append((said["name"], said.get("value", "")))
            elif tag == "input" and kind in ("radio", "checkbox") and "checked" in said:
                self._here.append((said["name"], said.get("value", "on")))
            elif tag == "textarea":
                self._here.append((said["name"], ""))
            elif tag == "select":
                self._select = said["name"]
        elif tag == "option" and self._here is not None and "selected" in said:
            self._here.append((self._select, said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._here is not None:
            if self._has and not self.found:
                self.sent, self.found = self._here, True
            self._here = None


class Tracer(FastHttpUser):
    """One tracer with a session of their own."""

    def on_start(self) -> None:
        self.number = len(sessions)
        self.client.cookiejar.clear()
        self.session = sessions.pop()
        self.call = self.page = self.token = self.case = ""
        self.turn = 0
        time.sleep(random.uniform(0, EVERY))
        self.due = time.monotonic()

    def wait_time(self) -> float:
        """Until a page is due again: each tracer keeps a rhythm of their own (Locust's constant pacing would bring all into one)."""
        self.due += EVERY
        return max(0.0, self.due - time.monotonic())

    @task
    def next_page(self) -> None:
        steps: tuple[Callable[[], None], ...] = (self.my_day, self.next_call, self.questions, self.look_around, self.back, self.no_answer)
        steps[self.turn % len(steps)]()
        self.turn += 1

    def my_day(self) -> None:
        text = self._get("/", "My day")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        self.token = found[1] if found else ""

    def next_call(self) -> None:
        before = time.perf_counter()
        with self._ask("POST", "/next-call", {"csrfmiddlewaretoken": self.token}) as answer:
            where = answer.headers.get("location", "")
        found = re.search(r"/call/([0-9a-f-]{36})$", where)
        if not found:
            self._note("Next call", before, failed=True)
            self.turn = -1
            return
        self.call = found[1]
        for key in GIVEN["keys"].get(self.call, ()):
            if in_hand.get(key, self.number) != self.number:
                faults["in two hands"] += 1
            in_hand[key] = self.number
        if self.call in called:
            faults["called again"] += 1
        called.add(self.call)
        with self._ask("GET", where) as answer:
            self.page = answer.text
        self._note("Next call", before, failed=answer.status_code != 200)
        case = re.search(r"/cases/([0-9a-f-]{36})", self.page)
        self.case = case[1] if case else ""

    def questions(self) -> None:
        if self.case:
            self._get(f"/cases/{self.case}/questions", "Questions of the case")

    def look_around(self) -> None:
        chosen = random.random()
        if chosen < 0.4:
            self._get("/lists/tasks", "List of calls")
        elif chosen < 0.7:
            self._get("/lists/cases", "List of cases")
        else:
            before = time.perf_counter()
            with self._ask("POST", "/search", {"csrfmiddlewaretoken": self.token, "q": random.choice(GIVEN["names"])}) as answer:
                self._note("Search", before, failed=answer.status_code not in (200, 302))

    def back(self) -> None:
        self.page = self._get(f"/call/{self.call}", "The call")

    def no_answer(self) -> None:
        form = Fields("outcome")
        form.feed(self.page)
        for key in GIVEN["keys"].get(self.call, ()):
            in_hand.pop(key, None)
        before = time.perf_counter()
        with self._ask("POST", f"/call/{self.call}", [*form.sent, ("outcome", "no_answer")]) as answer:
            self._note("No answer", before, failed=answer.status_code not in (302, 303))

    def _get(self, url: str, name: str) -> str:
        before = time.perf_counter()
        with self._ask("GET", url) as answer:
            self._note(name, before, failed=answer.status_code != 200)
            return str(answer.text or "")

    def _ask(self, method: str, url: str, sent: Any = None) -> Any:
        cookies = f"{GIVEN['cookie']}={self.session}"
        held = self.client.cookiejar
        cookies += "".join(f"; {one.name}={one.value}" for one in held if one.name != GIVEN["cookie"])
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        return self.client.request(
            method, url, data=urlencode(sent) if sent is not None else None, headers=headers, allow_redirects=False,
            catch_response=True, name=url.split("/")[1] or "/",
        )  # fmt: skip

    def _note(self, name: str, before: float, *, failed: bool) -> None:
        now = time.monotonic() - begun[0]
        step, into = divmod(now, SECONDS)
        if into >= SECONDS / 2:
            asked.setdefault(int(step), []).append((name, 1000 * (time.perf_counter() - before), failed))


class Steps(LoadTestShape):
    """So many tracers in each step; it ends early once pages take two seconds, when more tracers only wait longer."""

    def tick(self) -> tuple[int, float] | None:
        begun[0] = begun[0] or time.monotonic()
        step = int((time.monotonic() - begun[0]) / SECONDS)
        if step >= len(STEPS) or (step and _p95(step - 1) > 2000):
            return None
        return STEPS[step], 200


def _p95(step: int) -> float:
    times = sorted(taken for _name, taken, _failed in asked.get(step, ()))
    return times[len(times) * 95 // 100] if times else 0


@events.quitting.add_listener
def _write(**_: Any) -> None:
    Path(GIVEN["answer"]).write_text(json.dumps({"asked": asked, "faults": faults, "calls": len(called)}))
