"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "cover.handed_back": _("Covered calls handed back: what was done is counted"),
    "cover.hand_back_read": _("What was done on covered calls was read"),
}
