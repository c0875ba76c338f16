"""Every address and verb that there is, and what each role gets when it asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.matrix.world import PLACES, ROLES, Matrix

CODES: Final = {204: "o", 303: ">", 429: "v", 410: "-", 200: "o", 302: ">", 401: "k", 403: "x", 404: "-", 400: "v", 409: "v", 422: "v"}
SIGN: Final = {
    "o": "shown or done", ">": "done, or led elsewhere", "v": "reached: what was sent is not enough", "x": "not allowed (403)",
    "-": "not there, as far as they can tell (404)", "s": "sent to sign in", "k": "a key is asked for (401)",
}  # fmt: skip
PUBLIC: Final = {
    "health": "says whether the program is well",
    "desk:sign_in": "the way in",
    "desk:sign_out": "leaving needs no permission",
    "desk:sign_in_second": "the second step of the way in, for who has taken the first",
    "desk:passkey_ask": "the way in with a passkey",
    "desk:passkey_in": "the way in with a passkey",
    "desk:provider_go": "the way in at the organisation's provider",
    "desk:provider_back": "where the provider sends back to",
    "desk:provider_in": "the last step of the way in at the provider",
    "desk:welcome": "the page of a one-time link",
}
"""Addresses that need no account, with the reason."""
MACHINES: Final = {"gateway-": "a laboratory's key, or the telephone service's signature", "scim-": "the key of an organisation's directory"}
"""Beginnings of names of addresses for machines, and what they ask for; their own tests hold their matrix."""
KINDS: Final[dict[str, str]] = {
    "desk:case_": "case", "desk:case": "case", "desk:person": "person", "desk:call": "task", "desk:held": "report",
    "desk:match": "match", "desk:pair": "pair", "desk:pair_undo": "step",
    "desk:source": "source", "desk:affiliation": "affiliation", "desk:share_": "share",
    "desk:transfer_": "transfer", "desk:out_of_state_": "out_of_state", "desk:referral": "referral", "desk:user": "user",
    "desk:membership_": "membership", "desk:review": "review", "desk:grant_answer": "grant", "desk:taken_out_": "export",
    "desk:emergency_": "emergency", "desk:privacy_emergency": "emergency", "desk:privacy_person": "person",
    "desk:privacy_colleague": "person", "desk:privacy_user": "user", "desk:pause_lift": "user", "desk:factors_reset": "user",
    "desk:workload_member": "user", "desk:workload_unit": "led", "desk:workload_share": "led", "desk:workload_team_end": "team",
    "desk:workload_spread": "team", "desk:workload_take_back": "lent", "desk:workload_undo": "work",
    "desk:workload_team": "team", "desk:workload_cover_end": "cover", "desk:morning_hand_back": "hand_back",
    "desk:provider_unlink": "user", "desk:unreached_": "unreached", "desk:import": "import",
    "desk:order": "order", "desk:notice_": "told", "desk:interview": "response", "desk:quality_review": "reviewed", "desk:on_call_": "shift",
}  # fmt: skip
"""Beginning of an address's name → the kind of thing that its key names; the longest that fits."""
OTHERS: Final[dict[tuple[str, str], str]] = {
    ("desk:source_key_revoke", "pk"): "source_key", ("desk:person_aside_undo", "recusal"): "recusal",
    ("desk:person_lift", "restriction"): "restriction", ("desk:person_merge", "other"): "second",
    ("desk:person_merged", "merge"): "merge", ("desk:person_merge_undo", "merge"): "merge",
    ("desk:person_report", "report"): "report", ("desk:person_report_new", "report"): "report",
    ("desk:person_report_to", "report"): "report", ("desk:person_report_to", "other"): "second",
    ("desk:person_declines_end", "refusal"): "refusal", ("desk:person_kin_end", "kin"): "kin",
    ("desk:person_moved", "move"): "move", ("desk:person_moved_undo", "move"): "move",
}  # fmt: skip
"""(Name, parameter) of a second key in one address."""


ASKERS: Final = ("state_epidemiologist", "administrator", "privacy_officer", "auditor", "community_resource_coordinator", "contract_tracer")
"""Between them they may ask everything: to one of them an address says so when it does not know a verb."""


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    route: str
    parameters: tuple[str, ...]


def addresses() -> list[Address]:
    """Every named address, in the order of its route."""
    found = list(_walk(get_resolver(), "", ""))
    return sorted(found, key=lambda one: one.route)


def _walk(resolver: URLResolver, namespace: str, route: str) -> Iterator[Address]:
    for one in resolver.url_patterns:
        path = route + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one, namespace + (f"{one.namespace}:" if one.namespace else ""), path)
        elif isinstance(one, URLPattern) and one.name:
            yield Address(namespace + one.name, "/" + path, tuple(one.pattern.converters))


def kind(address: Address, parameter: str) -> str:
    """Which kind of thing a parameter names; "" where none of the kinds fits: then it is asked with a key that nothing has."""
    if found := OTHERS.get((address.name, parameter)):
        return found
    fits = [start for start in KINDS if address.name.startswith(start)]
    return KINDS[max(fits, key=len)] if fits else ""


def verbs(made: Matrix, address: Address) -> list[str]:
    """GET and POST, as far as the address answers them to anybody."""
    some = [made.client(role) for role in ASKERS]
    return [verb for verb in ("get", "post") if 405 not in {_ask(one, verb, url(made, address, "own")) for one in some}]


def row(made: Matrix, address: Address, verb: str) -> str:
    """What each role gets: a sign, or one for each place where the address names a thing."""
    places = PLACES if any(kind(address, one) for one in address.parameters) else PLACES[:1]
    needed = getattr(resolve(url(made, address, "own")).func, "needs", ())
    cells = []
    for role in ROLES:
        client = made.client(role)
        # Whoever holds none of what a page needs is refused before it looks at what was asked for.
        asked = places if not needed or set(needed) & set(made.permissions[role]) else places[:1]
        signs = "".join(_sign(_ask(client, verb, url(made, address, place))) for place in asked)
        cells.append(signs + signs[-1] * (len(places) - len(asked)))
    return f"{verb.upper():5}{address.route:60}" + " ".join(f"{cell:3}" for cell in cells).rstrip()


def url(made: Matrix, address: Address, place: str) -> str:
    values: dict[str, Any] = {}
    for one in address.parameters:
        known = made.things.get(kind(address, one), {})
        values[one] = known.get(place, "00000000-0000-0000-0000-000000000007")
    return reverse(address.name, kwargs=values)


def _ask(client: Client, verb: str, address: str) -> int | str:
    """The code; everything that the request changed is taken back."""
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    with transaction.atomic():
        answer = getattr(client, verb)(address)
        transaction.set_rollback(True)
    client.cookies[settings.SESSION_COOKIE_NAME] = kept
    if answer.status_code == 302 and answer["Location"].startswith(settings.LOGIN_URL):
        return "s"
    return int(answer.status_code)


def _sign(code: int | str) -> str:
    return code if isinstance(code, str) else CODES[code]


def head() -> str:
    """The roles, read downwards."""
    short = {role: role.replace("_", " ") for role in ROLES}
    height = max(map(len, short.values()))
    lines = []
    for at in range(height):
        letters = [name[at] if at < len(name) else " " for name in short.values()]
        lines.append(" " * 65 + " ".join(f"{letter:3}" for letter in letters).rstrip())
    return "\n".join(lines)


def document(rows: list[str]) -> str:
    """The page as it is kept."""
    signs = "\n".join(f"| `{sign}` | {words} |" for sign, words in SIGN.items())
    public = "\n".join(f"- `{name}`: {why}" for name, why in PUBLIC.items())
    machines = "\n".join(f"- names that begin with `{name}`: {why}" for name, why in MACHINES.items())
    return f"""# Who may call what

Every address and verb of the program, and what each role of `profiles/connecticut/roles.toml` gets when it asks. Written by
`make matrix`, compared with the running program line by line in every test run: a new address without a row fails, and so
does a cell that changed. It is read by people before it is kept.

Where an address names a person, a case, a call, a report or a sender there are three signs: on one that is theirs (of New Haven, or
in the hand, the school or the help of the role), on one that Hartford shared with New Haven, and on one of Hartford's alone. The
state's roles see all three.

| Sign | What it says |
| --- | --- |
{signs}

A verb that nobody is answered to has no row.

```text
{head()}
{chr(10).join(rows)}
```

Without an account every address above leads to the sign-in page. Open to everybody:

{public}

For machines, with a key of their own (their tests hold what each key reaches):

{machines}
"""
