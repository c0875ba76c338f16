"""Everything that the page of a call shows, put together once for reading and for keeping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.dateformat import format as format_day
from django.utils.translation import gettext_lazy as _

from tracing.access.viewer import Viewer
from tracing.base.masking import hides
from tracing.base.sight import SHOWS
from tracing.cases.dossier import case_of_task, infectious, interviews_of
from tracing.cases.interviewing import going_on
from tracing.cases.models import Case, Interview
from tracing.contacts.calls import CALL
from tracing.contacts.models import Exposure
from tracing.contacts.queries import named_in_words
from tracing.desk.advice.forms import ToldForm
from tracing.desk.call.dialled import Dialled, dialled
from tracing.desk.call.forms import AlongForm, BaseContacts, EndForm, InterviewForm, beginning, contact_forms
from tracing.desk.call.steps import Number, best_hour, dial, next_steps, numbers, proposals
from tracing.desk.call.voicemail import Script, script
from tracing.desk.course import course
from tracing.desk.interview.page import questions_for
from tracing.desk.reaching.words import ALONE
from tracing.desk.words import language
from tracing.diseases.labels import priority_reason
from tracing.diseases.rules import Reason, Window
from tracing.diseases.ruleset import rule_set
from tracing.intake.results import results_of
from tracing.monitoring.queries import Holding, holding, to_advise
from tracing.people.household.queries import Speaking, flags_of, speaking_for
from tracing.people.household.rules import may_leave_message
from tracing.people.known import Known, known, sharing
from tracing.people.models import Confidential, Person, WayToReach
from tracing.people.reaching import reaching
from tracing.people.rules import age_on
from tracing.questionnaires.document import Questionnaire
from tracing.questionnaires.models import Response
from tracing.tasks.household import beside
from tracing.tasks.lists import attempts_of
from tracing.tasks.models import Attempt, Task
from tracing.tasks.trying import so_far
from tracing.uswds.drawn import in_words
from tracing.uswds.parts import Outcome
from tracing.uswds.strip import Course

OUTCOMES: Final = (
    Outcome("reached", _("Reached"), "check_circle", "good"),
    Outcome("partial", _("Call again"), "event", "good"),
    Outcome("no_answer", _("No answer"), "phone"),
    Outcome("voicemail", _("Left message"), "chat"),
    Outcome("busy", _("Busy"), "phone"),
    Outcome("wrong_number", _("Wrong number"), "highlight_off", "stop"),
    Outcome("out_of_service", _("Out of service"), "highlight_off", "stop"),
    Outcome("refused", _("Declines"), "do_not_disturb", "stop"),
    Outcome("died", _("Has died"), "remove_circle", "stop"),
    Outcome("do_not_call", _("Asks for no calls"), "do_not_disturb", "stop"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    task: Task
    case: Case | None
    known: Known
    numbers: list[Number]
    sharing: list[tuple[Person, str]]
    attempts: list[Attempt]
    reasons: list[tuple[str, int]]
    best_hour: str
    language: str
    age: int | None
    course: Course | None
    window: Window | None
    disease: str
    interviews: list[Interview]
    named: list[Exposure]
    ask_until: date | None
    steps: list[Any]
    proposals: list[tuple[str, datetime]]
    voicemail: Script
    tried_today: int
    their_clocks: list[str]
    """What time it is where they are, when their clock is not the department's."""
    questions: Questionnaire | None
    """What is asked word for word, on a page of its own."""
    begun: Response | None
    interview: InterviewForm | None
    """With `contacts` the short interview of a case, where there are no `questions`."""
    contacts: BaseContacts | None
    end: EndForm
    along: AlongForm
    told: ToldForm
    dialled: Dialled
    speaking: Speaking
    flags: list[Confidential]
    alone: Any
    today: date
    zone: ZoneInfo

    def with_dialled(self, told: Dialled, way: WayToReach | None) -> Sheet:
        """The same page after a number was dialled: it is the one of the outcome, whatever was chosen before."""
        if way is not None:
            self.end.data = {**self.end.data.dict(), "way": str(way.pk)}  # type: ignore[attr-defined]
        return replace(self, dialled=told)

    @property
    def outcomes(self) -> list[Outcome]:
        """Nothing is left on the voicemail of somebody who is reached confidentially."""
        return [one for one in OUTCOMES if one.code != "voicemail" or may_leave_message(confidential=self.speaking.confidential)]

    @property
    def outcome_codes(self) -> list[str]:
        return [one.code for one in self.outcomes]

    @property
    def forms(self) -> list[Any]:
        return [form for form in (self.end, self.along, self.told, self.interview, self.contacts) if form is not None]

    @property
    def all_forms(self) -> list[Any]:
        return [self.end, self.along, self.told, *([self.interview] if self.interview else ()), *(self.contacts or ())]

    @property
    def wrong(self) -> bool:
        return any(form.errors for form in self.all_forms)

    @property
    def course_words(self) -> str:
        return in_words(self.course) if self.course else ""


def sheet(task: Task, viewer: Viewer, *, at: datetime, data: Mapping[str, Any] | None = None) -> Sheet:
    """`data`: what was typed. Its `outcome` "more" asks for room for more contacts and judges nothing."""
    if task.person is None:
        raise Http404
    zone = ZoneInfo(task.unit.time_zone)
    today = at.astimezone(zone).date()
    case = case_of_task(task, viewer)
    who = known(task.person, viewer)
    attempts = list(attempts_of([task.person.pk], task.disease)[:30])
    interviews = interviews_of(case, viewer) if case else []
    named = named_in_words(case, viewer, most=60) if case else []
    age = age_on(task.person.birth_on, task.person.birth_year, today)
    speaking = speaking_for(task.person, viewer, age=age, grown_up=reaching(today).grown_up, day=today)
    ways = dial(who, speaking)
    usable = [way for way in ways if way.works is not False]
    start = beginning(interviews[0] if interviews else None) | {"language": task.person.language}
    about = "case" if case else "contact" if task.kind == CALL else ""
    questions = questions_for(viewer, task.disease, about) if about else None
    short = case is not None and questions is None
    days = "days" in SHOWS[viewer.sight]
    window = infectious(case, today) if case and days else None
    so = so_far(task, at)
    held = Holding(case.isolation, None) if case is not None else holding(task.person.pk, task.disease, viewer)
    room = None if data is None else _with_room(data)
    calling = dialled(task, viewer, attempts)
    return Sheet(
        task=task, case=case, known=who, numbers=numbers(ways, attempts, speaking), attempts=attempts,
        sharing=[one for one in sharing(task.person, viewer) if one[1] not in speaking.not_these],
        reasons=[(_reason(*reason), int(reason[1])) for reason in task.reasons], best_hour=best_hour(attempts, zone),
        language=language(task.person.language) if task.person.language else "",
        age=age,
        course=course(case, today=today, results=results_of(case, viewer), attempts=attempts) if case and days else None,
        window=window, ask_until=min(window.ends_on, today) if window else None, disease=rule_set(task.disease).label if task.disease else "",
        interviews=interviews, named=named, steps=next_steps(case, who, named, today) if case else [],
        proposals=proposals(task, so, at, len(usable) > 1), voicemail=script(task, viewer.name), tried_today=so.today,
        their_clocks=[format_day(at.astimezone(there), "g:i A") for there in so.zones] if task.zones else [],
        questions=questions, begun=going_on(case, questions) if case and questions else None,
        interview=InterviewForm(room, initial=start, today=today, unseen=hides(Interview, viewer.sight)) if short else None,
        contacts=contact_forms(room) if short else None,
        end=EndForm(room, ways=ways, initial={"way": _first_way(calling, usable)}), today=today, zone=zone, dialled=calling,
        told=ToldForm(room, lines=to_advise(held, on=today)), along=AlongForm(room, beside=beside(task, viewer)),
        speaking=speaking, flags=flags_of(task.person.pk, viewer),
        alone=ALONE.get(speaking.problem, ""),
    )  # fmt: skip


def _first_way(calling: Dialled, usable: list[WayToReach]) -> Any:
    """The number that was dialled, else the one to try first."""
    return calling.row.way_id if calling.row is not None else usable[0].pk if usable else ""


def _with_room(data: Mapping[str, Any]) -> Any:
    """"More" adds three empty lines to the contacts."""
    if data.get("outcome") != "more":
        return data
    more = data.copy()  # type: ignore[attr-defined]
    total = more.get("contact-TOTAL_FORMS", "2")
    more["contact-TOTAL_FORMS"] = str(min(40, (int(total[:4]) if total.isdecimal() else 2) + 3))
    return more


def _reason(code: str, points: int, value: Any = "", *_more: Any) -> str:
    if code == "agreed_hour":
        return str(_("This hour was agreed"))
    return priority_reason(Reason(code, points, value))
