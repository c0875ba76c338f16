"""Tables of the work that staff do: calls and tries, teams and what they cover, changes to many calls."""

from tracing.tasks.models.bulk import BulkItem, BulkWork
from tracing.tasks.models.calls import Attempt, DoNotCall, Hold, LookUp, Task
from tracing.tasks.models.teams import Absence, Caller, Cover, Share, Team, every_day, the_evening, the_morning
from tracing.tasks.models.waiting import Waiting

__all__ = [
    "Absence", "Attempt", "BulkItem", "BulkWork", "Caller", "Cover", "DoNotCall", "Hold", "LookUp", "Share", "Task", "Team",
    "Waiting", "every_day", "the_evening", "the_morning",
]  # fmt: skip
