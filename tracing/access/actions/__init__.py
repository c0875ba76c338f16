"""Every change to staff and what they may do."""

from tracing.access.actions.accounts import EmailTaken, SignInRefused, add_user, close_user, sign_in
from tracing.access.actions.memberships import end_membership, grant_membership
from tracing.access.actions.roles import UnknownPermission, load_roles

__all__ = [
    "EmailTaken", "SignInRefused", "UnknownPermission", "add_user", "close_user", "end_membership", "grant_membership", "load_roles",
    "sign_in",
]  # fmt: skip
