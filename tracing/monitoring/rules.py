"""What somebody is advised, from the days that hold for them; and what an order may say. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Stay:
    """Days at home that hold, and the rule that made them. `ends_on` None: until conditions without a date are met."""

    starts_on: date
    ends_on: date | None
    rule: str


@dataclass(frozen=True, slots=True)
class Advised:
    """One thing to advise. `day`: until when, for a test from which day."""

    code: str
    day: date | None
    rule: str

    @property
    def key(self) -> str:
        """As a form has it."""
        return f"{self.code}:{self.day.isoformat() if self.day else ''}:{self.rule}"


def advice(
    *, isolation: Stay | None, quarantine: Stay | None, watch_until: date | None = None, test_from: date | None = None,
    on: date,
) -> tuple[Advised, ...]:  # fmt: skip
    """What to tell somebody on a day, most important first. Who isolates is not told of a quarantine beside it: isolation is the more.
    Days that are over are nothing to advise. `test_from`: the way through quarantine asks for a test, of that day or later."""
    if isolation is not None and (isolation.ends_on is None or isolation.ends_on >= on):
        return (Advised("isolate", isolation.ends_on, isolation.rule), Advised("seek_care", None, isolation.rule))
    if quarantine is None:
        return ()
    found = []
    if quarantine.ends_on is not None and quarantine.ends_on >= on:
        found.append(Advised("quarantine", quarantine.ends_on, quarantine.rule))
        if test_from is not None:
            found.append(Advised("test", max(test_from, on), quarantine.rule))
    last = max((day for day in (quarantine.ends_on, watch_until) if day is not None), default=None)
    if last is not None and last >= on:
        found.append(Advised("watch", last, quarantine.rule))
    if found:
        found.append(Advised("seek_care", None, quarantine.rule))
    return tuple(found)


def order_days(stay: Stay, *, on: date, longest: int) -> tuple[date, date]:
    """First and last day that an order of today can name: not before today, not longer than the law allows (days, both ends counted)."""
    first = max(on, stay.starts_on)
    limit = first + timedelta(days=longest - 1)
    return first, limit if stay.ends_on is None else max(first, min(stay.ends_on, limit))


def order_wrong(starts_on: date, ends_on: date, *, on: date, longest: int) -> str:
    """Why these days cannot be ordered; "" when they can. "order": the last before the first; "past": the last day is over; "too_long":
    more days than the law allows, both ends counted."""
    if ends_on < starts_on:
        return "order"
    if ends_on < on:
        return "past"
    return "too_long" if (ends_on - starts_on).days + 1 > longest else ""


def filled(paragraphs: Sequence[str], values: dict[str, str]) -> list[str]:
    """The paragraphs with their blanks filled; one whose only blanks are empty is left out."""
    found = []
    for paragraph in paragraphs:
        blanks = [name for name in values if "{" + name + "}" in paragraph]
        if blanks and not any(values[name] for name in blanks):
            continue
        found.append(paragraph.format_map(values))
    return found
