"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "message.queued": _("Message waiting to be sent"),
    "message.claimed": _("Message being sent"),
    "message.sent": _("Message sent"),
    "message.failed": _("Message could not be sent"),
    "message.stopped": _("Message stopped"),
    "message.reopened": _("Message waiting again"),
    "messages.opted_out": _("Asked for no more messages of a kind"),
    "messages.opt_out_taken_back": _("Accepts messages again"),
}
