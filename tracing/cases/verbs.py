"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "case.opened": _("Case opened"),
    "case.joined": _("Another report joined the case"),
    "case.changed": _("Case changed by what came in"),
    "case.withdrawn": _("Its positive result was withdrawn: put before a human"),
    "case.interviewed": _("Interview recorded"),
    "case.isolation_set": _("Isolation dates set"),
    "case.closed": _("Case closed"),
    "case.reopened": _("Case reopened"),
    "case.change_proposed": _("A report proposes a change"),
    "case.proposal_answered": _("Proposal answered"),
    "case.moved": _("Case moved to another department"),
    "case.stay_set": _("Present stay recorded"),
    "facility_line.opened": _("Facility line opened"),
    "facility_line.joined": _("Another resident joined the facility line"),
}
