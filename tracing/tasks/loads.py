"""Who takes what, and what will not be done today. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Hands:
    """Somebody who is there today. `room`: calls they can still make today beside those kept for them."""

    user: UUID
    room: int
    assigned: int = 0
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    interpreter: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that waits for nobody in particular."""

    task: UUID
    language: str = ""
    skill: str = ""


def room(cap: int, tried: int, assigned: int) -> int:
    """Calls somebody can still take on: their day's cap without what they have tried and what is kept for them."""
    return max(0, cap - tried - assigned)


def spread(calls: Sequence[Wanted], hands: Iterable[Hands]) -> dict[UUID, UUID]:
    """Task → whom it is kept for: in order of urgency, each to the least loaded who has the skill, speaks the language (or, where nobody
    does, has an interpreter) and still has room. What finds nobody stays with everybody."""
    people = {one.user: one for one in hands}
    taken = dict.fromkeys(people, 0)
    lines: dict[tuple[str, str], list[tuple[int, UUID]]] = {}
    given: dict[UUID, UUID] = {}
    for call in calls:
        kind = (call.language, call.skill)
        if kind not in lines:
            lines[kind] = [(one.assigned + taken[one.user], one.user) for one in _able(people.values(), call)]
            heapq.heapify(lines[kind])
        line = lines[kind]
        while line:
            load, user = heapq.heappop(line)
            now = people[user].assigned + taken[user]
            if taken[user] >= people[user].room:
                continue
            if load != now:  # took calls of another kind meanwhile
                heapq.heappush(line, (now, user))
                continue
            taken[user] += 1
            given[call.task] = user
            heapq.heappush(line, (now + 1, user))
            break
    return given


def _able(hands: Iterable[Hands], call: Wanted) -> list[Hands]:
    skilled = [one for one in hands if not call.skill or call.skill in one.skills]
    if not call.language:
        return skilled
    speaking = [one for one in skilled if call.language in one.languages]
    return speaking or [one for one in skilled if one.interpreter]


def not_done_today(due: int, capacity: int) -> int:
    """Of the calls due today those for which nobody has room: what must be shifted, or told."""
    return max(0, due - capacity)


@dataclass(frozen=True, slots=True)
class Help:
    """What one cover means for a department today: calls of its part that are due, how many of them the team can make, and whether these
    are the team's alone."""

    due: int
    made: int
    alone: bool = False


def not_done_with_help(due: int, capacity: int, helped: Iterable[Help]) -> int:
    """As `not_done_today` where others cover a part. What is theirs alone and beyond them is left, however much room there is here."""
    alone = shared = beyond = 0
    for one in helped:
        if one.alone:
            alone, beyond = alone + one.due, beyond + one.due - one.made
        else:
            shared += one.made
    return not_done_today(due - alone, capacity + shared) + beyond


def rest_of_day(cap: int, part_left: float) -> int:
    """Tries somebody can still make in what is left of the day, at the pace by which the cap fills a whole one."""
    return ceil(cap * part_left)


def in_share(task: UUID, percent: int) -> bool:
    """Whether a task belongs to a share of so many in a hundred. The last bits of its key are random, so any share is a fair one; a
    larger share holds every smaller one."""
    return int.from_bytes(task.bytes[-4:], "big") % 100 < percent
