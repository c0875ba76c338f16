"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "message.queued": _("Message waiting to be sent"),
    "message.claimed": _("Message being sent"),
    "message.sent": _("Message sent"),
    "message.failed": _("Message could not be sent"),
    "message.stopped": _("Message stopped"),
    "message.reopened": _("Message waiting again"),
    "telephone.set": _("Said where they are rung when they dial"),
    "telephone.confirmed": _("Answered where they are rung when they dial"),
    "telephone.ended": _("Is rung nowhere any more"),
    "dial.asked": _("Call asked for from the page"),
    "dial.claimed": _("Call being handed to the telephone service"),
    "dial.placed": _("Telephone service rings the caller"),
    "dial.connected": _("Number given to the telephone service"),
    "dial.answered": _("Dialled call answered"),
    "dial.ended": _("Dialled call over"),
    "dial.failed": _("Call could not be dialled"),
    "messages.opted_out": _("Asked for no more messages of a kind"),
    "messages.opt_out_taken_back": _("Accepts messages again"),
}
