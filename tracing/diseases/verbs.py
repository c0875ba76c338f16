"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "rule_set.published": _("Rule set published"),
}
