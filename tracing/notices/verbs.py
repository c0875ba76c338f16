"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "notice.given": _("Staff were told"),
    "notice.escalated": _("Nobody answered: more staff were told"),
    "notice.acknowledged": _("Somebody answered for it"),
    "notices.read": _("Notices read"),
    "on_call.set": _("Somebody is on call"),
    "on_call.ended": _("On call no longer"),
    "staff_mail.queued": _("Mail to staff put in line"),
    "staff_mail.claimed": _("Mail to staff is being sent"),
    "staff_mail.sent": _("Mail to staff sent"),
    "staff_mail.failed": _("Mail to staff failed"),
}
