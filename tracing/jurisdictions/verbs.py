"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "profile.loaded": _("State's facts loaded"),
}
