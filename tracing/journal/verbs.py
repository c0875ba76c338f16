"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "disclosure.made": _("Given out of the agency"),
    "old_values.erased": _("Earlier values erased at the end of their retention"),
}
