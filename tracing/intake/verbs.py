"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "delivery.received": _("Laboratory reports received"),
    "delivery.repeated": _("The same laboratory reports received again"),
    "delivery.read": _("Laboratory reports read"),
    "report.filed": _("Report filed"),
    "report.held": _("Report held"),
    "report.waiting": _("Report waits"),
    "report.corrected": _("Report corrected"),
    "report.taken_up": _("Report taken up again"),
    "report.set_aside": _("Report set aside"),
    "report.taken_back": _("Report no longer set aside"),
    "report.match_taken_back": _("Decision on who it is taken back"),
    "report.moved": _("Report moved: it was filed on the wrong person"),
    "report.move_taken_back": _("Moving of a report taken back"),
    "source.added": _("Sender added"),
    "source.changed": _("Sender changed"),
    "source.activated": _("Sender confirmed"),
    "source.closed": _("Sender closed"),
    "source.pull_begun": _("Fetching from a sender begun"),
    "source.troubles_noted": _("Trouble with a sender's files noted"),
    "source_key.made": _("Key made for a sender"),
    "source_key.revoked": _("Key of a sender revoked"),
    "meaning.added": _("Meaning of a code added"),
    "meaning.ended": _("Meaning of a code ended"),
    "report.taken_over": _("Taken over from a unit that was closed"),
    "source.taken_over": _("Taken over from a unit that was closed"),
}
