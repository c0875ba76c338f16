"""What the journal says of this room."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "person.looked_up": _("Found by the number that was calling"),
    "person.look_up_refused": _("Looked up by the number that was calling, and not found"),
    "person.not_to_be_called": _("Asked not to be called"),
    "person.called_again": _("May be called again"),
    "task.exhausted": _("Tried often in vain: a letter goes out"),
    "task.added": _("Task added"),
    "task.taken": _("Taken in hand"),
    "task.kept": _("Kept in hand"),
    "task.released": _("Laid down"),
    "task.returned": _("Returned to the list: nobody worked on it"),
    "task.attempted": _("Attempt to reach"),
    "task.rescheduled": _("Hour of the next call agreed"),
    "task.finished": _("Task finished"),
    "task.stopped": _("Task stopped"),
    "task.restated": _("Facts have changed: priority worked out anew"),
    "task.moved": _("Task moved to another unit"),
    "task.reopened": _("Task taken up again"),
    "tasks.rescored": _("Priorities worked out for the day"),
    "task.hold_keys_refreshed": _("Shared numbers and address brought up to date"),
}
