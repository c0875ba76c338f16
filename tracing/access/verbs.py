"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "user.added": _("Account made"),
    "user.closed": _("Account closed"),
    "user.reopened": _("Account opened again"),
    "user.invited": _("Link sent to set a password"),
    "user.invitation_confirmed": _("Link into a powerful account confirmed"),
    "user.link_refused": _("A link to set a password did not open"),
    "user.password_set": _("Password set"),
    "user.hat_chosen": _("Chose a role to work as"),
    "staff.invited_by_list": _("Staff invited by list"),
    "staff.listed": _("List of who has which role taken out"),
    "user.signed_in": _("Signed in"),
    "user.sign_in_refused": _("Sign-in refused"),
    "roles.loaded": _("Roles loaded"),
    "role.made": _("Role defined"),
    "role.confirmed": _("Role confirmed by a second person"),
    "role.ended": _("Role no longer given"),
    "membership.granted": _("Role granted"),
    "membership.ended": _("Role ended"),
    "membership.proposed": _("Role proposed, waiting for a second person"),
    "membership.confirmed": _("Role confirmed by a second person"),
    "membership.refused": _("Proposed role refused"),
    "membership.withdrawn": _("Proposed role withdrawn"),
    "membership.agreed": _("Confidentiality agreement or training noted"),
    "review.opened": _("Review of roles opened"),
    "review.decided": _("Decided on in a review of roles"),
    "review.closed": _("Review of roles closed"),
    "review.taken_out": _("Record of a review taken out"),
}
