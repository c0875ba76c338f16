"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "user.added": _("Account made"),
    "user.closed": _("Account closed"),
    "user.signed_in": _("Signed in"),
    "user.sign_in_refused": _("Sign-in refused"),
    "roles.loaded": _("Roles loaded"),
    "membership.granted": _("Role granted"),
    "membership.ended": _("Role ended"),
}
