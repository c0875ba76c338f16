"""Staff, what they may do, and how they come to it."""

from tracing.access.models.accounts import Membership, Role, Session, SignIn, User
from tracing.access.models.granting import (
    AccessReview,
    ClientKey,
    Coverage,
    ExportRequest,
    GrantProposal,
    GroupMapping,
    Invitation,
    ReviewLine,
    UnknownGroup,
)

__all__ = [
    "AccessReview",
    "ClientKey",
    "Coverage",
    "ExportRequest",
    "GrantProposal",
    "GroupMapping",
    "Invitation",
    "Membership",
    "ReviewLine",
    "Role",
    "Session",
    "SignIn",
    "UnknownGroup",
    "User",
]
