"""What a provider's answer is worth, by tables of examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracing.access.provider.rules import Provider, claimed, groups_were_cut, vouches, wrong_with

NOON = datetime(2021, 1, 15, 12, tzinfo=UTC)
NOW = int(NOON.timestamp())
HERE = Provider(issuer="https://login.example/t", client="contact", secret="", name="State", clock_seconds=120)
GOOD: dict[str, Any] = {"iss": HERE.issuer, "aud": "contact", "sub": "1", "iat": NOW, "exp": NOW + 3600, "nonce": "n"}


def wrong(changes: dict[str, Any], *, again: datetime | None = None, their_clock: datetime | None = NOON) -> str:
    claims = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return wrong_with(claims, provider=HERE, nonce="n", asked_again=again, their_clock=their_clock, at=NOON)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"iss": "https://login.example/other"}, "issuer"),
        ({"iss": "https://login.example/t/"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "another"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": ["contact"]}, ""),
        ({"aud": ["contact", "another"]}, "audience"),
        ({"aud": ["contact", "another"], "azp": "contact"}, ""),
        ({"aud": ["contact", "another"], "azp": "another"}, "audience"),
        ({"azp": "another"}, "audience"),
        ({"aud": {"contact": 1}}, "audience"),
        ({"sub": None}, "token"),
        ({"sub": ""}, "token"),
        ({"sub": 7}, "token"),
        ({"sub": "x" * 256}, "token"),
        ({"exp": None}, "token"),
        ({"iat": None}, "token"),
        ({"exp": "tomorrow"}, "token"),
        ({"exp": True}, "token"),
        ({"exp": 1e30}, "token"),
        ({"exp": NOW - 119}, ""),
        ({"exp": NOW - 121}, "expired"),
        ({"iat": NOW + 119}, ""),
        ({"iat": NOW + 121}, "clock"),
        ({"nbf": NOW + 119}, ""),
        ({"nbf": NOW + 121}, "clock"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["n"]}, "nonce"),
    ],
)
def test_each_thing_that_can_be_wrong_has_its_code(changes: dict[str, Any], code: str) -> None:
    assert wrong(changes) == code


@pytest.mark.parametrize(("seconds", "code"), [(0, ""), (120, ""), (-120, ""), (121, "clock"), (-121, "clock"), (86400, "clock")])
def test_a_small_difference_of_clocks_is_borne_and_a_large_one_named(seconds: int, code: str) -> None:
    assert wrong({}, their_clock=NOON + timedelta(seconds=seconds)) == code


def test_an_expired_token_from_a_wrong_clock_is_told_by_the_clock() -> None:
    hour = timedelta(hours=1)
    assert wrong({"iat": NOW - 7200, "exp": NOW - 3600}, their_clock=NOON - 2 * hour) == "clock"
    assert wrong({"iat": NOW - 7200, "exp": NOW - 3600}) == "expired"
    assert wrong({}, their_clock=None) == "", "a provider that tells no time is judged by its tokens"


@pytest.mark.parametrize(
    ("auth_time", "code"), [(NOW, ""), (NOW - 100, ""), (NOW - 200, "not_again"), (None, "not_again"), ("now", "not_again")]
)
def test_who_is_to_confirm_must_have_been_asked_anew(auth_time: object, code: str) -> None:
    assert wrong({"auth_time": auth_time}, again=NOON) == code


@pytest.mark.parametrize(
    ("methods", "expected"),
    [((), False), (("pwd",), False), (("pwd", "sms"), False), (("pwd", "mfa"), True), (("hwk",), True), (("pwd", "otp"), True),
     (("FIDO",), True), (("user", "pin"), False), (("wia",), False)],
)  # fmt: skip
def test_which_words_of_the_provider_vouch_for_a_second_factor(methods: tuple[str, ...], expected: bool) -> None:
    assert vouches(methods) is expected


@pytest.mark.parametrize(
    ("claims", "trusted", "email", "verified"),
    [
        ({"email": "Dana@Example.ORG", "email_verified": True}, False, "dana@example.org", True),
        ({"email": "dana@example.org", "email_verified": False}, False, "dana@example.org", False),
        ({"email": "dana@example.org", "email_verified": "true"}, False, "dana@example.org", False),
        ({"email": "dana@example.org"}, False, "dana@example.org", False),
        ({"email": "dana@example.org"}, True, "dana@example.org", True),
        ({}, True, "", False),
        ({"email": ["dana@example.org"], "email_verified": True}, True, "", False),
        ({"email": "dana", "email_verified": True}, False, "", False),
        ({"email": "d" * 300 + "@example.org", "email_verified": True}, False, "", False),
    ],
)
def test_an_address_counts_when_the_provider_vouches_for_it(
    claims: dict[str, Any], trusted: bool, email: str, verified: bool
) -> None:
    found = claimed({**GOOD, **claims}, Provider("https://login.example/t", "contact", "", "State", trusted_for_email=trusted))
    assert (found.email, found.email_is_verified) == (email, verified)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["a", "b", "a"], ("a", "b")),
        ("a", ("a",)),
        (None, ()),
        ([1, None, "", " a ", {"b": 1}], ("a",)),
        (["x" * 201], ()),
        ({}, ()),
    ],
)
def test_groups_are_words(groups: object, expected: tuple[str, ...]) -> None:
    assert claimed({**GOOD, "groups": groups}, HERE).groups == expected


def test_groups_that_were_left_out_are_not_taken_for_none() -> None:
    assert groups_were_cut({"_claim_names": {"groups": "src1"}}, "groups") and groups_were_cut({"hasgroups": True}, "groups")
    assert not groups_were_cut({"groups": []}, "groups") and not groups_were_cut({"_claim_names": {"photo": "src1"}}, "groups")
