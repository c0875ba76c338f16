"""Who is who, and which source a fact is taken from. Pure.

For now: exact and normalised name, birth date, telephone. A scored matcher takes the place of `decide` behind the same signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from tracing.base.sight import Sight

SAID: Final = 3
"""A person said so, or somebody who speaks for them."""
STAFF: Final = 2
"""Staff corrected it without speaking to the person."""
FEED: Final = 1
"""A report said so."""

Stamp = tuple[int, str, str]
"""Rank, instant (ISO 8601, UTC) and source of the value a field has now."""


def prefer(present: Any, stamp: Sequence[Any] | None, offered: Any, rank: int, as_of: datetime, source: str) -> Stamp | None:
    """The stamp under which the offered value is taken, or None when the present one stays.

    The greatest (rank, instant, value) wins, so that any order of the same facts ends in the same value; an empty value never
    displaces one, and what a person said is never displaced by a feed.
    """
    if offered is None or offered == "" or offered == []:
        return None
    offer = (rank, as_of.isoformat(), str(offered))
    if stamp is not None and (int(stamp[0]), str(stamp[1]), str(present)) >= offer:
        return None
    return rank, as_of.isoformat(), source


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of somebody for matching. Keys as `base.text.name_key`; telephones in E.164."""

    name_key: str
    family_key: str
    given_key: str
    birth_on: date | None
    birth_year: int | None
    sex: str
    phones: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    person: UUID
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Literal["certain", "possible", "new"]
    person: UUID | None
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def near_dates(day: date) -> tuple[date, ...]:
    """Birth dates that are easily written for this one: day and month swapped."""
    if day.day <= 12 and day.day != day.month:
        return (date(day.year, day.day, day.month),)
    return ()


def compare(wanted: Identity, known: Identity) -> tuple[Literal["certain", "possible", "no"], tuple[str, ...]]:
    """Whether two identities are one person, with the reasons as codes. Symmetric.

    certain: same normalised full name and same birth date (and not two different known sexes).
    possible: same name with a birth date that is missing, only a year, or has day and month swapped, together with a telephone;
    same name and swapped date; same birth date and telephone with one of the two names the same.
    """
    same_name = bool(wanted.name_key) and wanted.name_key == known.name_key
    phone = bool(wanted.phones & known.phones)
    both_dates = wanted.birth_on is not None and known.birth_on is not None
    same_birth = both_dates and wanted.birth_on == known.birth_on
    sexes_differ = {wanted.sex, known.sex} == {"F", "M"}
    reasons: list[str] = []
    if same_name:
        reasons.append("same_name")
    if same_birth:
        reasons.append("same_birth_date")
    if phone:
        reasons.append("same_telephone")
    if same_name and same_birth:
        if sexes_differ:
            return "possible", (*reasons, "other_sex")
        return "certain", tuple(reasons)
    if same_name and both_dates:
        if wanted.birth_on in near_dates(known.birth_on):  # type: ignore[arg-type]
            return "possible", (*reasons, "birth_day_and_month_swapped")
        if phone:
            return "possible", (*reasons, "other_birth_date")
        return "no", ()
    if same_name and phone:
        years = {wanted.birth_year, known.birth_year} - {None}
        return ("possible", (*reasons, "birth_date_missing")) if len(years) < 2 else ("no", ())
    if same_birth and phone:
        if wanted.family_key and wanted.family_key == known.family_key:
            # Twins share birth date, telephone and family name: the given name tells them apart.
            return ("no", ()) if wanted.given_key and known.given_key else ("possible", (*reasons, "given_name_missing"))
        if wanted.given_key and wanted.given_key == known.given_key:
            return "possible", (*reasons, "other_family_name")
    return "no", ()


def decide(wanted: Identity, known: Iterable[tuple[UUID, Identity]], *, not_the_same: frozenset[UUID] = frozenset()) -> Decision:
    """Certain, possible or new. The smallest id wins among several certain ones, so that the order of rows does not matter."""
    certain: list[Candidate] = []
    possible: list[Candidate] = []
    for person, identity in known:
        if person in not_the_same:
            continue
        outcome, reasons = compare(wanted, identity)
        if outcome == "certain":
            certain.append(Candidate(person, reasons))
        elif outcome == "possible":
            possible.append(Candidate(person, reasons))
    if certain:
        best = min(certain, key=lambda candidate: candidate.person)
        return Decision("certain", best.person, best.reasons)
    if possible:
        possible.sort(key=lambda candidate: (-len(candidate.reasons), candidate.person))
        return Decision("possible", None, possible[0].reasons, tuple(possible[:5]))
    return Decision("new", None)


def age_on(birth_on: date | None, birth_year: int | None, day: date) -> int | None:
    """Full years; from a year alone the smaller age it may be; None when nothing is known."""
    if birth_on is not None:
        return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))
    return max(day.year - birth_year - 1, 0) if birth_year else None


OLD: Final = 90
"""From this age on somebody without a name is still easily found: then only that they are as old is told."""


def age_shown(age: int | None, level: Sight) -> str:
    """An age as pages and files write it; "" when it is not known, or not for these eyes."""
    if age is None or level == "contact":
        return ""
    return f"{OLD}+" if level == "deidentified" and age >= OLD else str(age)


def stamped(facts: Mapping[str, Any], field: str) -> Sequence[Any] | None:
    """The stamp of a field in a row's `facts`."""
    found = facts.get(field)
    return found if isinstance(found, list | tuple) else None


EMERGENCY_LASTS: Final = timedelta(hours=4)
"""Then emergency access ends by itself."""
EMERGENCIES_A_DAY: Final = 5
"""So often within 24 hours may one user ask for it, found or not."""
REASON_AT_LEAST: Final = 20


def emergencies_left(asked: int) -> int:
    """How often one may still ask after so many within 24 hours."""
    return max(0, EMERGENCIES_A_DAY - asked)


def reason_is_enough(reason: str) -> bool:
    """Whether a written reason says something: so many characters besides doubled blanks, and not the same few repeated."""
    told = " ".join(reason.split())
    return len(told) >= REASON_AT_LEAST and len(set(told.lower()) - {" "}) >= 6
