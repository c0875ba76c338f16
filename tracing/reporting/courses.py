"""What is measured: the moments of one case, and of one contact. Pure: no Django, no clock.

Names of the moments, as the published definitions use them: O onset, S specimen, L result, R report reaches the agency, A first
attempt, I interview, X last exposure, E elicited (the contact is named), N the contact is notified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

Moment = datetime | date
"""An instant with a zone; or a day, where no hour is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCourse:
    """One case. None: not yet, or not known. `out` says why it is no part of any share: a code of `OUT`, "" where it is."""

    key: Any = None
    onset_on: date | None = None
    specimen_on: date | None = None
    result_at: datetime | None = None
    received_at: datetime | None = None
    """When the state had it: the clock that staff are measured by."""
    attempted_at: datetime | None = None
    reached_at: datetime | None = None
    """Interviewed, in part or whole; asked to be called again; declined: somebody answered."""
    spoken_at: datetime | None = None
    """The first interview, in part or whole."""
    interviewed_at: datetime | None = None
    """The first interview that is complete."""
    contacts: int = 0
    """People named."""
    reachable: bool = True
    """Some way to reach them is known."""
    in_quarantine: bool | None = None
    """Was a contact in quarantine when falling ill (without symptoms: when tested); None: not a contact of anybody."""
    symptomatic: bool | None = None
    out: str = ""
    zone: tzinfo | None = None
    """Where the person is: a day is a day there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCourse:
    """One contact of one disease: by whichever case named them first."""

    key: Any = None
    exposed_on: date | None = None
    """The last day of exposure known when they were named."""
    source_onset_on: date | None = None
    source_specimen_on: date | None = None
    source_result_at: datetime | None = None
    elicited_at: datetime | None = None
    attempted_at: datetime | None = None
    notified_at: datetime | None = None
    reachable: bool = True
    symptomatic_at_notice: bool | None = None
    became_case: bool = False
    out: str = ""
    zone: tzinfo | None = None


OUT = (
    "not_a_case", "merged", "died_before", "out_of_state", "count_only", "message_only", "facility",
    "already_case", "not_needed",
)  # fmt: skip
"""Why somebody is no part of a share: found not to be a case; worked on under another case; died before the report; lives in another
state; by the scope rule only counted, only written to, or worked with their facility. Contacts: a case already, or no follow-up needed."""
