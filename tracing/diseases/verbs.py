"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "rule_set.published": _("Rule set published"),
    "priorities.drafted": _("Other points of priority drafted"),
    "priorities.previewed": _("Counted who would move"),
    "priorities.published": _("Points of priority published"),
    "priorities.dropped": _("Draft of priority dropped"),
    "priorities.applied": _("Calls scored by the new points"),
}
