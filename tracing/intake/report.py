"""The one shape of a laboratory report, whatever format it came in. Pure: no Django, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Status = Literal["read", "held", "not_lab_report", "unreadable"]
Kind = Literal["result", "aoe", "control", "note"]
ResultClass = Literal[
    "positive", "negative", "inconclusive", "invalid", "not_done", "numeric", "text", "other", "none"
]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number by which somebody knows the person: the number, who gave it, and its HL7 table 0203 type."""

    value: str
    authority: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """The person as the report describes them; every field as sent, trimmed, "" where not said."""

    last: str = ""
    first: str = ""
    middle: str = ""
    suffix: str = ""
    birth_on: date | None = None
    birth_text: str = ""
    """The birth date as sent: a year alone is a fact, not a date."""
    sex: str = ""
    """HL7 table 0001 code."""
    street: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    county: str = ""
    country: str = ""
    phones: tuple[str, ...] = ()
    """E.164."""
    emails: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    race: tuple[str, ...] = ()
    ethnicity: str = ""
    language: str = ""
    died: bool = False
    died_on: date | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation or a person who takes part: laboratory, ordering facility, provider."""

    name: str = ""
    identifier: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One OBX, one CSV test, one Observation."""

    obr_no: int
    """Which order of the message, from 1."""
    set_id: str
    loinc: str
    local_code: str
    name: str
    value_type: str
    value_code: str
    value_system: str
    value_text: str
    units: str
    status: str
    """HL7 table 0085."""
    abnormal: str
    kind: Kind
    cls: ResultClass
    condition: str
    """Code of the condition that the test looks for ("covid19"), "" if unknown."""
    specimen_on: date | None
    specimen_at: datetime | None
    accession: str
    """Filler order number; with LOINC (or local code) and specimen it names the result across versions."""
    specimen: str
    sub_id: str
    resulted_at: datetime | None
    presumptive: bool = False
    analyte: str = ""
    """How the test looks: molecular, antigen, antibody, igm, igg, culture, other; clinical: no test, a provider's finding."""
    self_test: bool = False
    """Done at home, outside a laboratory or provider."""


@dataclass(frozen=True, slots=True)
class LabReport:
    """One message about one person."""

    format: Literal["hl7v2", "csv", "fhir", "hand"]
    control_id: str
    version: str
    message_type: str
    sent_at: datetime | None
    processing: str
    """HL7 table 0103: P live, T test, D debugging."""
    sender: Party
    laboratory: Party
    ordering_facility: Party
    ordering_provider: Party
    patient: Patient
    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberChange:
    """What another system did with its numbers. merge: who has `other` is who has `numbers`; renumber: `other` became `numbers`;
    part: they are two people after all."""

    what: Literal["merge", "renumber", "part"]
    numbers: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one message gave. `problems` are codes of `tracing.intake.problems`; `report` may be there even when held."""

    status: Status
    problems: tuple[str, ...] = ()
    report: LabReport | None = None
    control_id: str = ""
    version: str = ""
    fixable: tuple[str, ...] = field(default=())
    """What would mend it, one key per cause ("code:SCT|8405", "sender:X"): reports that share one are refiled together."""
    change: NumberChange | None = None
    """It is no report but says what became of a person's numbers."""
