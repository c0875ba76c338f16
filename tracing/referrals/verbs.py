"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "referral.made": _("Referred to an organisation that helps"),
    "referral.accepted": _("Referral accepted"),
    "referral.declined": _("Referral declined by the organisation"),
    "referral.ended": _("Referral ended"),
    "referral.withdrawn": _("Referral withdrawn"),
}
