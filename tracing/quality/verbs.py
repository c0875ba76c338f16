"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "sample.drawn": _("Interviews drawn to be reviewed"),
    "interview.reviewed": _("Interview reviewed"),
    "feedback.read": _("Feedback on an interview read"),
}
