"""Every change to staff and what they may do."""

from tracing.access.actions.accounts import EmailTaken, add_user
from tracing.access.actions.granting import Granted, confirm_grant, end_grant, grant, note_training, refuse_grant
from tracing.access.actions.hats import choose_hat
from tracing.access.actions.inviting import (
    LinkRefused,
    NewLink,
    PasswordRefused,
    change_password,
    confirm_link,
    invite,
    invite_anew,
    use_link,
)
from tracing.access.actions.leaving import Closed, close_accounts, close_user, reopen_account, reopen_user
from tracing.access.actions.memberships import end_membership, grant_membership
from tracing.access.actions.reviewing import close_review, decide_review, open_reviews, take_out_review, take_out_roles
from tracing.access.actions.roles import UnknownPermission, confirm_role, define_role, end_role, load_roles
from tracing.access.actions.sheet import NewStaff, Outcome, invite_staff
from tracing.access.entry.actions import sign_in
from tracing.access.entry.queries import SignInRefused
from tracing.access.words import Refused

__all__ = [
    "Closed", "EmailTaken", "Granted", "LinkRefused", "NewLink", "NewStaff", "Outcome", "PasswordRefused", "Refused", "SignInRefused",
    "UnknownPermission", "add_user", "change_password", "choose_hat", "close_accounts", "close_review", "close_user", "confirm_grant",
    "confirm_link", "confirm_role", "decide_review", "define_role", "end_grant", "end_membership", "end_role", "grant",
    "grant_membership", "invite", "invite_anew", "invite_staff", "load_roles", "note_training", "open_reviews", "refuse_grant",
    "reopen_account", "reopen_user", "sign_in", "take_out_review", "take_out_roles", "use_link",
]  # fmt: skip
