"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "response.begun": _("Interview begun"),
    "response.answered": _("Answers kept"),
    "response.speaker_changed": _("Who answers, or in which language, was changed"),
    "response.finished": _("Interview ended"),
    "response.taken_out": _("Interview taken out as a file"),
}
