"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "place.added": _("Setting added to the register"),
    "place.connected": _("Setting connected with its school or college"),
    "place.disconnected": _("Setting no longer connected with its school or college"),
}
