"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "place.added": _("Setting added to the register"),
}
