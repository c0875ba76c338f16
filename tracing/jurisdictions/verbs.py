"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "profile.loaded": _("State's facts loaded"),
    "unit.added": _("Unit added"),
    "unit.changed": _("Unit changed"),
    "unit.closed": _("Unit closed"),
    "unit.handed_over": _("Everything open of a closed unit was handed over"),
}
