"""Which looks at people are unusual, and how long what a field held before is kept. Pure; each rule has its date.

A rule says that a look is worth a question, never that it was wrong. Whoever reviews it decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of unusual look: in force from a day until another, and the number from which it counts."""

    code: str
    since: date
    until: date | None = None
    least: int = 1

    @property
    def id(self) -> str:
        return f"{self.code}/{self.since.isoformat()}"


_FROM: Final = date(2020, 1, 1)
RULES: Final = (
    Rule("own_record", _FROM),
    Rule("own_name", _FROM),
    Rule("own_home", _FROM),
    Rule("restricted", _FROM),
    Rule("no_standing", _FROM),
    Rule("repeated", _FROM, least=4),
    Rule("many_in_an_hour", _FROM, least=60),
    Rule("many_in_a_day", _FROM, least=200),
    Rule("at_night", _FROM, least=5),
)
"""own_record: the person can be reached at the e-mail address of the account · own_name: the account's family name · own_home: the
address or a telephone number of who looks, as their own record has them · restricted: a restricted record · no_standing: no unit of
who looks had a reason to see the person then · repeated: at least so many different hours within a week, and no work on the person ·
many_in_an_hour, many_in_a_day: at least so many people, and more than all but one in a hundred of the same role · at_night: at least
so many people between ten in the evening and five in the morning."""

WEEK: Final = timedelta(days=7)
CENTILE: Final = 0.99
MEASURED_ON: Final = timedelta(days=28)
"""So far back goes what a role's hours and days are measured by."""
ENOUGH: Final = 50
"""Fewer hours or days than this of a role say nothing of what is usual; then the least number alone counts."""
NIGHT_FROM, NIGHT_UNTIL = 22, 5


def in_force(code: str, day: date, rules: Sequence[Rule] = RULES) -> Rule | None:
    """The rule of this code on that day."""
    return next((r for r in rules if r.code == code and r.since <= day and (r.until is None or day < r.until)), None)


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of one user's looks at one person within an hour."""

    own_record: bool = False
    own_name: bool = False
    own_home: bool = False
    restricted: bool = False
    standing: bool = True
    hours_in_a_week: int = 1
    """In how many different hours of the seven days before they looked at this person."""
    worked: bool = False
    """They wrote something on the person's record in these days."""
    reviewing: bool = False
    """Every one of these looks was for a review of privacy, which has to open what others may not."""


def of_a_person(facts: Looked, day: date, rules: Sequence[Rule] = RULES) -> list[Rule]:
    """The rules that these looks at one person meet. Their own record is not named a second time for its name or address."""
    met = {
        "own_record": facts.own_record,
        "own_name": facts.own_name and not facts.own_record,
        "own_home": facts.own_home and not facts.own_record,
        "restricted": facts.restricted and not facts.reviewing,
        "no_standing": not facts.standing and not facts.reviewing,
    }
    found = [rule for code, is_met in met.items() if is_met and (rule := in_force(code, day, rules))]
    again = in_force("repeated", day, rules)
    if again and not facts.worked and not facts.reviewing and facts.hours_in_a_week >= again.least:
        found.append(again)
    return found


def too_many(code: str, persons: int, usual: Sequence[int], day: date, rules: Sequence[Rule] = RULES) -> Rule | None:
    """The rule `many_in_an_hour` or `many_in_a_day`, when so many people are more than is usual for the role."""
    rule = in_force(code, day, rules)
    if rule is None or persons < rule.least:
        return None
    return rule if len(usual) < ENOUGH or persons > centile(usual) else None


def centile(numbers: Sequence[int], share: float = CENTILE) -> int:
    """The smallest of the numbers that at least this share of them does not exceed; 0 of none."""
    ordered = sorted(numbers)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)] if ordered else 0


def at_night(begins: datetime, zone: ZoneInfo, persons: int, day: date, rules: Sequence[Rule] = RULES) -> Rule | None:
    """The rule `at_night`, when so many people were looked at in an hour of the night."""
    rule, hour = in_force("at_night", day, rules), begins.astimezone(zone).hour
    return rule if rule and persons >= rule.least and (hour >= NIGHT_FROM or hour < NIGHT_UNTIL) else None


def family_name(name: str) -> str:
    """The family name in the name of an account: "Whitlock, Dana" and "Dana Whitlock" both give "Whitlock"."""
    first, comma, _rest = name.partition(",")
    return first.strip() if comma else (name.split() or [""])[-1]


class RetentionWrong(ValueError):
    """The profile's retention.toml cannot be understood."""


def erasable_until(at: datetime, years: object) -> dict[str, datetime]:
    """For each kind of subject the instant before which its old values may be erased. Kinds that are not named are kept."""
    if not isinstance(years, dict):
        raise RetentionWrong("old_values is a table of kinds and years")
    found = {}
    for kind, kept in years.items():
        if not isinstance(kept, int) or isinstance(kept, bool) or not 1 <= kept <= 100:
            raise RetentionWrong(f"{kind}: a whole number of years from 1 to 100 is needed, not {kept!r}")
        found[kind] = _years_before(at, kept)
    return found


def _years_before(at: datetime, years: int) -> datetime:
    try:
        return at.replace(year=at.year - years)
    except ValueError:  # the 29th of February
        return at.replace(year=at.year - years, day=28)
