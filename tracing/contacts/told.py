"""From the answers of a contact's interview to what their quarantine depends on. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

SINGLE: Final = ("janssen", "johnson", "j&j", "single")
"""Words by which people call the vaccine of one dose."""
SERIES: Final = {"mrna": 2, "single_dose": 1}
"""Doses of the first series."""
PLAIN: Final = ("symptomatic", "onset_on", "immune", "prophylaxis", "prophylaxis_on")
"""Facts that are what they are called."""


@dataclass(frozen=True, slots=True)
class OfThemselves:
    """What a contact says of themselves; None and "": not said."""

    symptomatic: bool | None = None
    onset_on: date | None = None
    vaccinated_on: date | None = None
    vaccine: str = ""
    boosted_on: date | None = None
    immune: bool | None = None
    prophylaxis: str = ""
    prophylaxis_on: date | None = None
    negative_on: date | None = None
    option: str = ""


def of_themselves(before: OfThemselves, found: Mapping[str, Any], withdrawn: Collection[str] = ()) -> OfThemselves:
    """What is known after these answers. What was not asked stays as it was before; what was taken back is not known any more.

    Vaccine: the day of the last dose of the first series (two doses, or one of the vaccine that has one), and of the last dose behind it
    as the booster; an unfinished series is none. A test counts when its result was negative and its day is known.
    """
    new: dict[str, Any] = {name: found[name] for name in PLAIN if name in found}
    empty = OfThemselves()
    new |= {name: getattr(empty, name) for name in PLAIN if name in withdrawn}
    if doses := sorted(day for day in found.get("vaccinated_on", ()) if isinstance(day, date)):
        named = " ".join(map(str, found.get("vaccine", ()))).lower()
        vaccine = "single_dose" if any(word in named for word in SINGLE) else "mrna"
        done = SERIES[vaccine]
        new |= {
            "vaccine": vaccine if len(doses) >= done else "", "vaccinated_on": doses[done - 1] if len(doses) >= done else None,
            "boosted_on": doses[-1] if len(doses) > done else None,
        }  # fmt: skip
    elif "vaccinated_on" in withdrawn:
        new |= {"vaccine": "", "vaccinated_on": None, "boosted_on": None}
    if found.get("test_result") == "negative" and isinstance(found.get("tested_on"), date):
        new["negative_on"] = found["tested_on"]
    elif "test_result" in found or {"test_result", "tested_on"} & set(withdrawn):
        new["negative_on"] = None
    return replace(before, **new)
