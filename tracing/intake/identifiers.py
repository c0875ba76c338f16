"""Numbers in a report by which its sender knows the person."""

from __future__ import annotations

from tracing.intake.models import Source
from tracing.intake.report import LabReport
from tracing.people.numbers import SSN4, compared_as, kept, key_of, system_of


def numbers_in(lab: LabReport, source: Source) -> list[tuple[str, str]]:
    """System and value of each; of a social security number four digits."""
    named = (
        (system_of(one.kind, one.authority, source.code, surveillance=source.surveillance), kept(one.kind, one.value))
        for one in lab.patient.identifiers
    )
    return [(system, value) for system, value in named if system and value]


def numbers_compared(lab: LabReport, source: Source) -> tuple[tuple[str, ...], str]:
    """The numbers as the matching compares them, and apart the four digits."""
    numbers = numbers_in(lab, source)
    ssn4 = next((value for system, value in numbers if system == SSN4), "")
    return tuple(compared_as(system, key_of(value)) for system, value in numbers if system != SSN4), ssn4
