"""Codes, recovery codes and sealed secrets, by tables of examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tracing.access.entry.rules import SLOWEST, codes_wait, pair_waits, spray_wait
from tracing.access.factors import codes, totp
from tracing.access.factors.sealing import CannotOpen, seal, unseal

SECRET = b"12345678901234567890"
NOON = datetime(2021, 1, 15, 12, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)


# RFC 6238, appendix B, its last six digits.
@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
     (20000000000, "353130")],
)  # fmt: skip
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert totp.code_of(SECRET, second // 30) == code


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_half_a_minute_early_or_late_is_accepted(steps: int, opens: bool) -> None:
    code = totp.code_of(SECRET, totp.step_at(NOON) + steps)
    assert (totp.accepted_step(SECRET, code, at=NOON, last=0) is not None) is opens


def test_a_code_opens_once() -> None:
    step = totp.step_at(NOON)
    code = totp.code_of(SECRET, step)
    assert totp.accepted_step(SECRET, code, at=NOON, last=0) == step
    assert totp.accepted_step(SECRET, code, at=NOON, last=step) is None
    assert totp.accepted_step(SECRET, totp.code_of(SECRET, step - 1), at=NOON, last=step) is None, "nor an older one after it"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "१२३४५६", "      "])
def test_what_is_no_code_opens_nothing(typed: str) -> None:
    assert totp.accepted_step(SECRET, typed, at=NOON, last=0) is None


def test_a_code_may_be_typed_as_the_app_shows_it() -> None:
    code = totp.code_of(SECRET, totp.step_at(NOON))
    assert totp.accepted_step(SECRET, f" {code[:3]} {code[3:]} ", at=NOON, last=0)


def test_the_square_holds_what_every_app_reads() -> None:
    found = totp.address(SECRET, account="dana@example.org", issuer="ContaCT")
    assert found == (
        "otpauth://totp/ContaCT%3Adana%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ContaCT&digits=6&period=30"
    )
    assert totp.shown(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


def test_ten_recovery_codes_that_differ() -> None:
    made = codes.make()
    assert len(set(made)) == codes.HOW_MANY and all(len(code) == 19 for code in made)


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("O", "0").replace("I", "1")]
)
def test_a_recovery_code_may_be_typed_carelessly(change: object) -> None:
    code = "ABOI-CDEF-GHJK-LMNP"
    assert codes.digest_of(change(code), user=ONE) == codes.digest_of(code, user=ONE)  # type: ignore[operator]
    assert codes.digest_of(code, user=ONE) != codes.digest_of(code, user=OTHER)


def test_a_sealed_secret_opens_for_its_row_and_with_its_key_alone() -> None:
    sealed = seal(SECRET, row=ONE, key="new")
    assert SECRET not in sealed and seal(SECRET, row=ONE, key="new") != sealed
    assert unseal(sealed, row=ONE, keys=["newer", "new"]) == SECRET
    for row, keys in ((OTHER, ["new"]), (ONE, ["newer"]), (ONE, [])):
        with pytest.raises(CannotOpen):
            unseal(sealed, row=row, keys=keys)


# ── how guessing is slowed down ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("refusals", "waits"), [(0, False), (4, False), (5, True), (50, True)])
def test_an_account_waits_at_one_address(refusals: int, waits: bool) -> None:
    assert pair_waits(refusals) is waits


@pytest.mark.parametrize(("refusals", "waits"), [(29, False), (30, True)])
def test_codes_wait_wherever_they_come_from(refusals: int, waits: bool) -> None:
    assert codes_wait(refusals) is waits


@pytest.mark.parametrize(
    ("accounts", "ago", "seconds"),
    [(0, 0, 0), (19, 0, 0), (20, 0, 2), (20, 1, 1), (20, 2, 0), (24, 0, 8), (30, 0, 60), (500, 0, 60), (500, 59, 1), (500, 60, 0)],
)
def test_an_address_that_tries_many_accounts_is_slowed_and_never_shut_out(accounts: int, ago: int, seconds: int) -> None:
    wait = spray_wait(accounts, last=NOON - timedelta(seconds=ago), at=NOON)
    assert wait == timedelta(seconds=seconds) <= SLOWEST


def test_without_a_refusal_nobody_waits() -> None:
    assert spray_wait(99, last=None, at=NOON) == timedelta()
