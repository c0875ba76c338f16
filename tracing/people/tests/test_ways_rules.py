"""What was typed, which way comes first, whom one speaks with, what a confidential flag bars: as tables."""

from __future__ import annotations

import itertools
import tomllib
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tracing.jurisdictions.dated import FileWrong, versions_of
from tracing.people.household.rules import BARS, Answering, Member, SpeakWith, barred, may_leave_message, served, speak_with
from tracing.people.reaching import OURS, version
from tracing.people.ways.rules import PROBLEMS, Way, email, lacking, must_look, rank, telephone, unusable

NUMBERS = (
    ("203-555-0142", "+12035550142", ""), ("(203) 555 0142", "+12035550142", ""), ("1.203.555.0142", "+12035550142", ""),
    ("+1 203 555 0142", "+12035550142", ""), ("2035550142 x12", "+12035550142", ""), ("203-555-0142 ext. 7", "+12035550142", ""),
    ("+44 20 7946 0018", "+442079460018", ""), ("011 44 20 7946 0018", "+442079460018", ""), (" ", "", "empty"),
    ("555-0142", "", "too_short"), ("203-555-014", "", "too_short"), ("203-CALL-NOW", "", "letters"), ("mother's", "", "letters"),
    ("203-555-0142 203-555-0143", "", "too_long"), ("103-555-0142", "", "area_code"), ("203-155-0142", "", "not_possible"),
    ("9999999999", "", "placeholder"), ("+1 203 155 0142", "", "not_possible"), ("+999 1234567890", "", "not_possible"),
)  # fmt: skip
MAILS = (
    ("Ana.Rivera@Example.ORG", "ana.rivera@example.org", ""), ("mailto:ana@example.org", "ana@example.org", ""), ("", "", "empty"),
    ("ana.example.org", "", "no_at"), ("a@example.org, b@example.org", "", "two_addresses"), ("ana@example", "", "not_an_address"),
    ("ana..r@example.org", "", "not_an_address"), ("ana rivera@example.org", "", "not_an_address"), ("none@none.com", "", "nobodys"),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "value", "problem"), NUMBERS, ids=[one[0] for one in NUMBERS])
def test_numbers_in_any_form_are_e164_or_say_what_is_wrong(typed: str, value: str, problem: str) -> None:
    found = telephone(typed)
    assert (found.value, found.problem) == (value, problem)
    assert not problem or problem in PROBLEMS


@pytest.mark.parametrize(("typed", "value", "problem"), MAILS, ids=[one[0] for one in MAILS])
def test_e_mails_are_in_lower_case_or_say_what_is_wrong(typed: str, value: str, problem: str) -> None:
    found = email(typed)
    assert (found.value, found.problem) == (value, problem)
    assert not problem or problem in PROBLEMS


USABLE = (
    # works, ended, safe   like anybody        confidentially
    (None, False, None, "", "not_safe"), (True, False, None, "", "not_safe"), (True, False, True, "", ""), (None, False, True, "", ""),
    (True, False, False, "not_safe", "not_safe"), (False, False, True, "does_not_work", "does_not_work"), (True, True, True, "ended", "ended"),
)  # fmt: skip


@pytest.mark.parametrize(("works", "ended", "safe", "open_", "hidden"), USABLE)
def test_which_ways_may_be_used(works: bool | None, ended: bool, safe: bool | None, open_: str, hidden: str) -> None:
    way = Way("phone", works, ended, safe)
    assert (unusable(way, confidential=False), unusable(way, confidential=True)) == (open_, hidden)


def test_ones_own_number_that_worked_is_tried_first_and_a_spent_one_last() -> None:
    own, worked, work, wrong = Way("phone", whose="own"), Way("phone", True, whose="household"), Way("phone", whose="work"), Way("phone", False)
    assert sorted([wrong, work, own, worked], key=rank) == [worked, own, work, wrong]


LACKS = (
    ((), False, False, ("phone", "email", "mail")), ((), True, False, ("phone", "email")), ((Way("phone", False),), True, False, ("phone", "email")),
    ((Way("phone"),), False, False, ("email", "mail")), ((Way("email"),), True, False, ("phone",)),
    ((Way("phone"), Way("email")), True, True, ("phone", "email", "mail")), ((Way("phone", safe=True),), True, True, ("email", "mail")),
)  # fmt: skip


@pytest.mark.parametrize(("ways", "mail", "confidential", "lacks"), LACKS)
def test_what_somebody_lacks(ways: tuple[Way, ...], mail: bool, confidential: bool, lacks: tuple[str, ...]) -> None:
    assert lacking(ways, mail=mail, confidential=confidential) == lacks


@pytest.mark.parametrize(
    ("why", "lacks", "looks"),
    [("call", ("phone",), True), ("call", ("email", "mail"), False), ("contact", ("phone", "email"), True), ("message", ("phone",), False),
     ("message", ("phone", "email"), True)],
)  # fmt: skip
def test_whom_one_must_look_for(why: str, lacks: tuple[str, ...], looks: bool) -> None:
    assert must_look(why, lacks) is looks


MOTHER, FATHER, FOSTER, AGENCY, COURT, HOME = (UUID(int=number) for number in range(1, 7))
DAY = date(2026, 11, 20)


def one(key: UUID, kind: str, **more: object) -> Answering:
    return Answering(key, kind, **{"since": date(2026, 1, 1), **more})  # type: ignore[arg-type]


SPEAKS: tuple[tuple[str, int | None, bool, list[Answering], SpeakWith], ...] = (
    ("a grown-up", 40, False, [], SpeakWith()),
    ("of unknown age", None, False, [one(MOTHER, "parent")], SpeakWith()),
    ("a child of whom nobody is known", 9, False, [], SpeakWith(problem="nobody_known")),
    ("a child with both parents, the later named first", 9, False, [one(MOTHER, "parent"), one(FATHER, "parent", since=date(2026, 2, 1))],
     SpeakWith((FATHER, MOTHER))),
    ("separated, one kept away", 9, False, [one(MOTHER, "parent"), one(FATHER, "parent", keep_away=True)], SpeakWith((MOTHER,), (FATHER,))),
    ("only who must be kept away", 9, False, [one(FATHER, "parent", keep_away=True)], SpeakWith((), (FATHER,), "nobody_known")),
    ("foster care: who lives with them before the agency", 6, False, [one(AGENCY, "agency"), one(FOSTER, "foster")], SpeakWith((FOSTER, AGENCY))),
    ("a foster parent who does not decide", 6, False, [one(FOSTER, "foster", decides=False), one(AGENCY, "agency")], SpeakWith((AGENCY, FOSTER))),
    ("only a carer", 6, False, [one(FOSTER, "foster", decides=False)], SpeakWith((FOSTER,), (), "only_carers")),
    ("placement over", 6, False, [one(FOSTER, "foster", until=date(2026, 11, 19)), one(MOTHER, "parent")], SpeakWith((MOTHER,))),
    ("placement begins tomorrow", 6, False, [one(FOSTER, "foster", since=date(2026, 11, 21))], SpeakWith(problem="nobody_known")),
    ("taken back", 6, False, [one(FOSTER, "foster", ended=True)], SpeakWith(problem="nobody_known")),
    ("the last day counts", 6, False, [one(FOSTER, "foster", until=DAY)], SpeakWith((FOSTER,))),
    ("eighteen: parents answer no more", 18, False, [one(MOTHER, "parent")], SpeakWith()),
    ("an adult with a conservator", 81, False, [one(COURT, "court"), one(HOME, "facility", decides=False)], SpeakWith((COURT, HOME))),
    ("an adult whose conservator's word ended", 81, False, [one(COURT, "court", until=date(2026, 1, 2))], SpeakWith()),
    ("a minor who agreed themselves", 15, True, [one(MOTHER, "parent")], SpeakWith()),
    ("violence at home, with a conservator", 30, True, [one(COURT, "court"), one(FATHER, "relative", keep_away=True)], SpeakWith((), (FATHER,))),
)  # fmt: skip


@pytest.mark.parametrize(("age", "confidential", "answering", "found"), [row[1:] for row in SPEAKS], ids=[row[0] for row in SPEAKS])
def test_whom_a_caller_asks_for(age: int | None, confidential: bool, answering: list[Answering], found: SpeakWith) -> None:
    for order in itertools.islice(itertools.permutations(answering), 6):
        assert speak_with(age=age, grown_up=18, confidential=confidential, answering=order, day=DAY) == found


def test_one_call_serves_a_household_but_never_whoever_is_reached_confidentially() -> None:
    mother, teen, dead, busy = (Member(UUID(int=number), **more) for number, more in enumerate(
        ({}, {"confidential": True}, {"dead": True}, {"calls": False}), 1))  # type: ignore[arg-type]  # fmt: skip
    assert served(confidential=False, others=[mother, teen, dead, busy]) == (mother.person,)
    assert served(confidential=True, others=[mother, busy]) == ()


BARRED = (
    ("sms", False, None, ""), ("sms", False, False, "not_safe"), ("letter", False, None, ""), ("letter", True, True, "confidential_letter"),
    ("sms", True, None, "not_safe"), ("sms", True, False, "not_safe"), ("sms", True, True, ""),
    ("email", True, None, "not_safe"), ("email", True, True, ""),
)  # fmt: skip


@pytest.mark.parametrize(("channel", "confidential", "safe", "code"), BARRED)
def test_what_a_flag_bars_of_messages(channel: str, confidential: bool, safe: bool | None, code: str) -> None:
    assert barred(channel, confidential=confidential, safe=safe) == code


def test_what_a_flag_bars() -> None:
    assert not may_leave_message(confidential=True) and may_leave_message(confidential=False)
    assert {"household_call", "guardian", "voicemail", "letter", "shared_way"} == BARS


def test_the_files_of_ages_and_sources_can_be_read_and_wrong_ones_say_where() -> None:
    versions = versions_of(tomllib.loads(OURS.read_text()), OURS.name, version)
    assert versions[-1].grown_up == 18 and "provider" in versions[-1].sources
    too_young = {"code": "x", "from": date(2026, 1, 1), "grown_up": 3, "source": [{"code": "a", "name": "A"}]}
    wrongs: tuple[dict[str, Any], ...] = ({}, {"version": []}, {"version": [too_young]})
    for wrong in wrongs:
        with pytest.raises(FileWrong):
            versions_of(wrong, "wrong.toml", version)
