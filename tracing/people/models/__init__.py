"""Persons, what is known of them, and who may not or need not look."""

from tracing.people.models.merging import Merge
from tracing.people.models.person import (
    Address,
    Death,
    Match,
    NotTheSame,
    Person,
    Standing,
    WayToReach,
)
from tracing.people.models.privacy import EmergencyAccess, Recusal, Restriction, UnusualLook

__all__ = [
    "Address",
    "Death",
    "EmergencyAccess",
    "Match",
    "Merge",
    "NotTheSame",
    "Person",
    "Recusal",
    "Restriction",
    "Standing",
    "UnusualLook",
    "WayToReach",
]
