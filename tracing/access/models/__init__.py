"""Staff, what they may do, and how they come to it."""

from tracing.access.models.accounts import Membership, Role, Session, SignIn, User
from tracing.access.models.directory import DirectoryAccount, DirectoryGroup, DirectoryMember
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
from tracing.access.models.signing import Factor, Identity, RecoveryCode

__all__ = [
    "AccessReview",
    "ClientKey",
    "Coverage",
    "DirectoryAccount",
    "DirectoryGroup",
    "DirectoryMember",
    "ExportRequest",
    "Factor",
    "GrantProposal",
    "GroupMapping",
    "Identity",
    "Invitation",
    "Membership",
    "RecoveryCode",
    "ReviewLine",
    "Role",
    "Session",
    "SignIn",
    "UnknownGroup",
    "User",
]
