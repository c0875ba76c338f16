"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "contact.named": _("Contact named"),
    "quarantine.set": _("Quarantine dates set"),
    "quarantine.settled": _("Quarantine settled"),
}
