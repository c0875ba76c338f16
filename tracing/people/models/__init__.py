"""Persons, what is known of them, and who may not or need not look."""

from tracing.people.models.declining import NextOfKin, Refusal
from tracing.people.models.duplicates import Duplicate, ReviewStep
from tracing.people.models.household import Confidential, Guardianship, Household, HouseholdMember
from tracing.people.models.merging import Merge
from tracing.people.models.numbers import PersonNumber
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
from tracing.people.models.searching import NameWord, SearchTerms

__all__ = [
    "Address",
    "Confidential",
    "Death",
    "Duplicate",
    "EmergencyAccess",
    "Guardianship",
    "Household",
    "HouseholdMember",
    "Match",
    "Merge",
    "NameWord",
    "NextOfKin",
    "NotTheSame",
    "Person",
    "PersonNumber",
    "Recusal",
    "Refusal",
    "Restriction",
    "ReviewStep",
    "SearchTerms",
    "Standing",
    "UnusualLook",
    "WayToReach",
]
