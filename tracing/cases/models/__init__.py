"""Cases and the decisions made about them. A decision is a row."""

from tracing.cases.models.case import Case, Closure, FacilityLine, Interview, Isolation, Proposal
from tracing.cases.models.counted import CaseCount
from tracing.cases.models.sharing import Affiliation, OutOfState, Share, Transfer

__all__ = [
    "Affiliation",
    "Case",
    "CaseCount",
    "Closure",
    "FacilityLine",
    "Interview",
    "Isolation",
    "OutOfState",
    "Proposal",
    "Share",
    "Transfer",
]
