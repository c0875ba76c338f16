"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "contact.named": _("Contact named"),
    "contact.changed": _("More was said about a contact"),
    "contact.taken_back": _("Naming of a contact taken back"),
    "contact.told": _("What a contact said of themselves kept"),
    "visit.recorded": _("Was at a place"),
    "visit.taken_back": _("Stay at a place taken back"),
    "quarantine.set": _("Quarantine dates set"),
    "quarantine.settled": _("Quarantine settled"),
    "unreached.begun": _("Cannot be reached: details are looked for"),
    "unreached.changed": _("What is lacking to reach them changed"),
    "unreached.asked": _("A source was asked for their details"),
    "unreached.found": _("Can be reached again"),
    "unreached.given_up": _("Looking for their details was given up"),
    "unreached.over": _("Their details are not needed any more"),
}
