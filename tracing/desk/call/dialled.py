"""What the page says of a call that the telephone service dials: what happens now, what went wrong and what to do, what is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracing.access.viewer import Viewer
from tracing.messaging.models import Dial, Telephone
from tracing.messaging.queries import dial_of, telephone_of
from tracing.messaging.rules import UNDER_WAY, outcome_of
from tracing.tasks.models import Attempt, Task


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    says: Any
    do: Any


_HAND: Final = _("Dial by hand: the numbers on this page are links.")
_ADMIN: Final = _("Dial by hand, and tell whoever runs this program, with the code.")
PROBLEMS: Final = {
    "account": Problem(
        "CT501", _("The telephone service refused our account."),
        _ADMIN,
    ),
    "not_permitted": Problem(
        "CT502", _("Our account may not call from, or to, such a number."),
        _ADMIN,
    ),
    "too_many": Problem(
        "CT503", _("The telephone service has too many calls of ours."),
        _("Wait a minute, then press Dial again."),
    ),
    "own_refused": Problem(
        "CT504", _("The telephone service refused your own number."),
        _("Look at it under Your telephone; it is written +1 and ten digits."),
    ),
    "shown_refused": Problem(
        "CT505", _("The telephone service does not let us show our number."),
        _ADMIN,
    ),
    "down": Problem(
        "CT506", _("The telephone service could not be reached, or is out of order."),
        _HAND,
    ),
    "no_word": Problem(
        "CT507", _("The telephone service gave no answer in time."),
        _("If your telephone rings all the same, hang up; then press Dial again."),
    ),
    "answer": Problem(
        "CT508", _("The telephone service's answer could not be read."),
        _ADMIN,
    ),
    "too_late": Problem(
        "CT509", _("No worker took the call up in time: it is not made any more."),
        _("Press Dial again. If it happens twice, dial by hand and tell whoever runs this program."),
    ),
    "not_in_hand": Problem(
        "CT521", _("This person is not in your hand any more."),
        _("Take the call again from its list, if nobody else has it."),
    ),
    "night": Problem(
        "CT522", _("It is night where they are: nobody is called before 8 and after 21 o'clock."),
        _("Put it back, or agree an hour."),
    ),
    "do_not_call": Problem(
        "CT523", _("They asked not to be called."),
        _("Put it back: it does not come up again."),
    ),
    "declined": Problem(
        "CT524", _("They declined to be called about this."),
        _("Put it back: it does not come up again."),
    ),
    "died": Problem(
        "CT525", _("They have died."),
        _("Put it back. For the next of kin there is a script under Advice and orders."),
    ),
    "not_this_number": Problem(
        "CT526", _("This number is not one of theirs that may be called."),
        _("Choose another, or look under All ways to reach."),
    ),
    "under_way": Problem(
        "CT527", _("A call of yours is under way."),
        _("Hang up first. If your telephone is silent, wait two minutes."),
    ),
    "person_on_line": Problem(
        "CT528", _("Somebody else is calling them at this moment."),
        _("Wait until that call is over."),
    ),
    "no_telephone": Problem(
        "CT529", _("It is not known where you are rung."),
        _("Say it under Your telephone."),
    ),
    "own_number": Problem(
        "CT530", _("This number is the one where you are rung."),
        _("Dial by hand from another telephone."),
    ),
    "digits": Problem(
        "CT531", _("Other digits were typed than those on the page."),
        _("Is the number right under Your telephone? Then press Dial again."),
    ),
}  # fmt: skip
"""Code of a problem → what is said and what to do; docs/dialling.md has them all."""
RESULTS: Final = {
    "answered": _("Answered."), "busy": _("Busy."), "no_answer": _("Nobody answered."),
    "failed": _("The number could not be connected. Does it exist? Try another, or try later."),
    "cancelled": _("Hung up before anybody answered."),
    "not_taken": _("Your telephone was not answered, or no key was pressed: they were not rung."),
    "unknown": _("The telephone service does not know how it ended: say it below."),
}  # fmt: skip
SOON, LATER = 2, 15
"""Seconds after which the page asks again: while telephones ring; while they talk."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """`on`: whether there is a service. `row`: the viewer's last call for this task that no attempt was kept of yet."""

    on: bool
    telephone: Telephone | None = None
    row: Dial | None = None
    refused: str = ""

    @property
    def going(self) -> bool:
        return self.row is not None and self.row.state in UNDER_WAY

    @property
    def poll(self) -> int:
        if self.row is None or not self.going:
            return 0
        return LATER if self.row.state == Dial.State.TALKING else SOON

    @property
    def problem(self) -> Problem | None:
        return PROBLEMS.get(self.refused or (self.row.problem if self.row is not None else ""))

    @property
    def says(self) -> str:
        row = self.row
        if row is None or row.state == Dial.State.FAILED:
            return ""
        if row.state == Dial.State.RINGING:
            if row.digits:
                return gettext("Your telephone rings: answer it and type %(digits)s.") % {"digits": row.digits}
            return gettext("Your telephone rings: answer it and press any key.")
        if row.state == Dial.State.CONNECTING:
            return gettext("Their telephone rings …")
        if row.state == Dial.State.TALKING and row.answered_at is not None:
            return gettext("On the line since %(hour)s.") % {"hour": f"{localtime(row.answered_at):%-I:%M %p}"}
        if row.state == Dial.State.ENDED:
            said = str(RESULTS[row.result])
            if row.seconds:
                minutes, seconds = divmod(row.seconds, 60)
                said += " " + gettext("On the line for %(time)s minutes.") % {"time": f"{minutes}:{seconds:02}"}
            return said
        return gettext("Calling your telephone …")

    @property
    def proposed(self) -> str:
        """The outcome that it proposes; nobody but the caller keeps it."""
        return outcome_of(self.row.result, self.row.seconds) if self.row is not None and self.row.state == Dial.State.ENDED else ""

    @property
    def proposed_words(self) -> str:
        return str(Attempt.Outcome(self.proposed).label) if self.proposed else ""


def dialled(task: Task, viewer: Viewer, attempts: list[Attempt], refused: str = "") -> Dialled:
    """What was dialled since the last try that was kept."""
    if settings.VOICE is None:
        return Dialled(False)
    row = dial_of(task, viewer)
    kept = next((attempt.at for attempt in attempts if attempt.task_id == task.pk), None)
    if row is not None and kept is not None and kept >= row.asked_at:
        row = None
    return Dialled(True, telephone_of(viewer), row, refused)
