"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "person.added": _("Person added"),
    "person.changed": _("Details changed"),
    "person.matched": _("Report matched"),
    "person.match_possible": _("Perhaps the same person: waiting for somebody to decide"),
    "person.match_settled": _("Decided who it is"),
    "person.opened_provisionally": _("Opened provisionally: nobody decided in time"),
    "person.merged": _("Merged with another record of the same person"),
    "person.merge_undone": _("Merge undone: two people again"),
    "person.standing_given": _("May be seen by another unit"),
    "person.standing_ended": _("No longer seen by a unit"),
    "person.died": _("Death recorded: everything outgoing stopped"),
    "person.death_taken_back": _("Death taken back"),
    "emergency.opened": _("Emergency access opened"),
    "emergency.nobody": _("Emergency access asked for: no single record fits"),
    "emergency.refused": _("Emergency access refused"),
    "emergency.ended": _("Emergency access ended"),
    "emergency.reviewed": _("Emergency access reviewed"),
    "restriction.set": _("Record restricted"),
    "restriction.lifted": _("Restriction lifted"),
    "restriction.declined": _("Left open: no restriction"),
    "recusal.made": _("Stepped aside: knows the person"),
    "recusal.undone": _("Stepping aside undone"),
    "unusual_look.found": _("Looks found unusual by a rule"),
    "unusual_look.reviewed": _("Unusual look reviewed"),
    "looks.measured": _("Looks counted"),
    "person.taken_over": _("Taken over from a unit that was closed"),
}
