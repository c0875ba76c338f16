"""Other people's keys in every parameter: asked with them, a page answers exactly as with a key that nothing has."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tests.guards.house import TRACING, check, python_files
from tests.matrix.test_matrix import made
from tests.matrix.world import Matrix
from tracing.people.models import WayToReach

pytestmark = pytest.mark.django_db
__all__ = ["made"]

NOTHING: Final = "00000000-0000-7000-8000-000000000007"
UNIT: Final = "no-such-unit"

# (who, verb, address, kind of its own key, parameter, kind of the other's key, what else is sent)
ASKED: Final[tuple[tuple[str, str, str, str, str, str, dict[str, str]], ...]] = (
    ("supervisor", "get", "desk:case_list", "", "after", "case", {}),
    ("supervisor", "get", "desk:case_list", "", "before", "case", {"sort": "name"}),
    ("supervisor", "get", "desk:case_list", "", "unit", "unit", {}),
    ("supervisor", "get", "desk:task_list", "", "after", "task", {}),
    ("supervisor", "get", "desk:task_list", "", "before", "task", {}),
    ("supervisor", "get", "desk:task_list", "", "unit", "unit", {}),
    ("supervisor", "get", "desk:board", "", "unit", "unit", {}),
    ("supervisor", "get", "desk:board_people", "", "unit", "unit", {}),
    ("supervisor", "get", "desk:board_people", "", "after", "case", {}),
    ("supervisor", "get", "desk:matches", "", "after", "match", {}),
    ("supervisor", "get", "desk:pairs", "", "after", "pair", {}),
    ("supervisor", "get", "desk:proposals", "", "after", "case", {}),
    ("supervisor", "get", "desk:held", "", "after", "report", {}),
    ("supervisor", "get", "desk:held", "", "last", "report", {"did": "filed"}),
    ("supervisor", "get", "desk:facilities", "", "after", "case", {}),
    ("supervisor", "get", "desk:case_timeline", "case", "of", "person", {}),
    ("supervisor", "post", "desk:held_bulk", "", "report", "report", {"do": "aside", "reason": "duplicate"}),
    ("supervisor", "post", "desk:match", "match", "who", "person", {}),
    ("supervisor", "post", "desk:case_export", "", "unit", "unit", {}),
    ("department_administrator", "post", "desk:users_unused", "", "user", "user", {}),
    ("department_administrator", "get", "desk:users", "", "unit", "unit", {}),
    ("tracer", "post", "desk:work_as", "", "hat", "membership", {}),
    ("supervisor", "get", "desk:unreached", "", "after", "unreached", {}),
    ("tracer", "post", "desk:person_household", "person", "other", "person", {}),
    ("tracer", "post", "desk:by_hand", "", "who", "person", {
        "token": "x", "reporter": "school", "last": "Nobody", "birth_on": "1990-01-01", "disease": "covid19", "kind": "test", "analyte": "antigen",
        "on": "2021-01-01",
    }),
    ("supervisor", "post", "desk:workload_unit", "led", "task", "task", {}),
    ("supervisor", "get", "desk:board_people", "", "team", "team", {}),
    ("tracer", "post", "desk:case_naming_household", "case", "person", "person", {}),
    ("tracer", "post", "desk:call", "task", "end-way", "way", {"outcome": "no_answer"}),
    ("tracer", "post", "desk:call_dial", "task", "dial", "way", {}),
)
IDENTIFIERS: Final = {row[4] for row in ASKED}

WORDS: Final = {
    "typed": "a number or an e-mail, read by the action", "why": "a code", "lacks": "a code", "sort": "a code",
    "outcome": "a code", "before": "an instant on the timeline, a key on lists", "did": "a code", "do": "a code", "which": "all or none",
    "q": "words to search for", "similar": "yes or nothing", "review": "yes or no", "rows": "a number",
    "name": "the beginning of a name, searched among one's own",
    "answer": "a code", "back": "an address of ours, checked",
    "confirm": "yes or no", "state": "the provider's answer, compared with the session's", "error": "the provider's",
    "to": "the code of a unit: units are known to all staff",
    "disease": "a code, one of those of the person's exposures",
    "draft": "the key of a state's draft of points: no person stands in it, and all who open the page see it",
    "below": "yes or no", "format": "a code", "renew": "yes or no", "rule": "a code", "show": "a code",
    "group": "the name of a directory's group, asked of who administers it", "key": "of a one-time link: 32 random bytes",
    "organisation": "the code of a unit: units are known to all staff", "packed": "rows of one's own list, signed by the program",
    "words": "words to search accounts for",
    "day": "a day", "seen": "a code",
    "code": "the provider's", "iss": "the provider's", "next": "an address of ours, checked", "mark": "of one's own session",
}  # fmt: skip
"""Parameters that name nothing of anybody's, with what they are."""
_ASKED: Final = re.compile(r"""(?:GET|POST)\.(?:get|getlist)\(\s*["']([\w-]+)["']""")


def test_every_parameter_is_known() -> None:
    """A new one is an identifier, and is asked with others' above, or it is told what it is."""
    found = {name for path in python_files(TRACING / "desk") for name in _ASKED.findall(path.read_text())}
    check(found - IDENTIFIERS, {name: why for name, why in WORDS.items() if name not in IDENTIFIERS}, "parameters of pages")


@pytest.mark.parametrize("asked", ASKED, ids=lambda row: f"{row[0]}-{row[2]}-{row[4]}")
def test_anothers_key_is_like_none(made: Matrix, asked: Any) -> None:
    who, verb, name, own, parameter, kind, more = asked
    url = reverse(name, kwargs={"pk": made.things[own]["own"]} if own else {})
    answers = [_answer(made, who, verb, url, {**more, parameter: key}) for key in (_other(made, kind), UNIT if kind == "unit" else NOTHING)]
    assert answers[0] == answers[1]


def _other(made: Matrix, kind: str) -> str:
    match kind:
        case "unit":
            return "hartford"
        case "way":
            return str(WayToReach.objects.get(person=made.things["person"]["other"], kind="phone").pk)
    return str(made.things[kind]["other"])


def _answer(made: Matrix, who: str, verb: str, url: str, sent: dict[str, str]) -> tuple[int, str, str]:
    """Code, where to, and the page without what is new each time: the form's token and the key that was sent."""
    client = made.client(who)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    with transaction.atomic():
        answer = getattr(client, verb)(url, sent)
        transaction.set_rollback(True)
    client.cookies[settings.SESSION_COOKIE_NAME] = kept
    words = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    for value in sent.values():
        words = words.replace(value, "·")
    return answer.status_code, answer.get("Location", "").split("?")[0], words
