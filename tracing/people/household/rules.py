"""With whom one speaks, whom one call serves, and what a confidential flag bars. Pure.

Grown up is who has reached the age of `reaching.toml`. Parents, foster parents, agencies and relatives answer for children; a court's
guardian or conservator, a representative and a facility also for adults.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

FOR_CHILDREN: Final = frozenset({"parent", "foster", "agency", "relative"})
FOR_ANYBODY: Final = frozenset({"court", "agent", "facility"})
FIRST: Final = ("court", "foster", "parent", "agent", "relative", "agency", "facility")
"""Of two who both decide: a court's word comes first, who lives with the child before an office."""

BARS: Final = frozenset({"household_call", "guardian", "voicemail", "letter", "shared_way"})
"""What a confidential flag bars."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Somebody who answers for a person, or must be kept away from it."""

    key: UUID
    kind: str
    since: date
    until: date | None = None
    decides: bool = True
    keep_away: bool = False
    ended: bool = False

    def holds(self, day: date) -> bool:
        return not self.ended and self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class SpeakWith:
    """Whom to ask for. `who` is empty: the person themselves."""

    who: tuple[UUID, ...] = ()
    keep_away: tuple[UUID, ...] = ()
    problem: str = ""
    """"nobody_known": a child, and nobody is known to answer for them. "only_carers": nobody of these may decide."""


def speak_with(*, age: int | None, grown_up: int, confidential: bool, answering: Iterable[Answering], day: date) -> SpeakWith:
    """Whom a caller asks for, the first first. Reached confidentially: only the person, whatever their age."""
    standing = [one for one in answering if one.holds(day)]
    away = tuple(one.key for one in standing if one.keep_away)
    if confidential:
        return SpeakWith(keep_away=away)
    child = age is not None and age < grown_up
    able = [one for one in standing if not one.keep_away and (child or one.kind in FOR_ANYBODY)]
    able.sort(key=lambda one: (not one.decides, FIRST.index(one.kind) if one.kind in FIRST else len(FIRST), -one.since.toordinal(), one.key))
    if not able:
        return SpeakWith(keep_away=away, problem="nobody_known" if child else "")
    return SpeakWith(tuple(one.key for one in able), away, "" if any(one.decides for one in able) else "only_carers")


@dataclass(frozen=True, slots=True)
class Member:
    """Another one of the household of whom a call is in hand."""

    person: UUID
    confidential: bool = False
    dead: bool = False
    calls: bool = True
    """A call of theirs waits, and is in nobody else's hand."""


def served(*, confidential: bool, others: Sequence[Member]) -> tuple[UUID, ...]:
    """Who may be served in the same call. Nobody beside somebody reached confidentially, and never they beside others."""
    if confidential:
        return ()
    return tuple(one.person for one in others if one.calls and not one.confidential and not one.dead)


def barred(channel: str, *, confidential: bool, safe: bool | None) -> str:
    """Why a message may not go this way: "confidential_letter", "not_safe", or "" when it may. `safe`: of the way it would go."""
    if not confidential:
        return "not_safe" if safe is False else ""
    if channel == "letter":
        return "confidential_letter"
    return "" if safe is True else "not_safe"


def may_leave_message(*, confidential: bool) -> bool:
    """Whether a voice message may be left, saying no more than who called."""
    return not confidential
