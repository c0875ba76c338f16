"""From what is known of an illness to its cases, isolation dates and tasks, for a set of people at once.

Called by `actions.open_or_join`, which writes what is planned here. The same facts in any order plan the same cases, classes and
dates: everything is computed from the whole set of results and facts, never from what was there before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from tracing.base.ids import uuid7
from tracing.cases.models import Case, Closure, FacilityLine, Isolation, Proposal
from tracing.cases.news import CaseNews
from tracing.cases.rules import assign
from tracing.diseases.rules import (
    Episode,
    IsolationDates,
    Positive,
    PriorityFacts,
    ScopeFacts,
    classify,
    episodes,
    first_call_due,
    isolation,
    priority,
    revise,
    scope,
)
from tracing.diseases.ruleset import RuleSet, rule_set
from tracing.diseases.tuning import rules_in_force
from tracing.journal.actions import Actor, record
from tracing.messaging.actions import NewMessage
from tracing.people.rules import FEED, age_on, prefer, stamped
from tracing.tasks.actions import NewTask
from tracing.tasks.scoring import kept

FACTS = ("onset_on", "symptomatic", "hospitalised", "setting")


@dataclass(slots=True)
class Plan:
    """Rows to write, and to which case each result belongs."""

    opened: list[Case] = field(default_factory=list)
    changed: dict[UUID, Case] = field(default_factory=dict)
    isolations: list[Isolation] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    tasks: list[NewTask] = field(default_factory=list)
    messages: list[NewMessage] = field(default_factory=list)
    lines: dict[tuple[str, str], FacilityLine] = field(default_factory=dict)
    new_lines: list[FacilityLine] = field(default_factory=list)
    stop_tasks: list[UUID] = field(default_factory=list)
    stop_dead: list[UUID] = field(default_factory=list)
    """Calls of people who have died: made and stopped, so that a death taken back brings them back."""
    joined_lines: list[UUID] = field(default_factory=list)
    case_of: dict[tuple[UUID, str, str], UUID] = field(default_factory=dict)
    """(person, disease, result key) → case."""
    touched: list[Case] = field(default_factory=list)
    symptoms: dict[UUID, frozenset[str]] = field(default_factory=dict)
    """Case → the symptoms that its last interview told."""
    urgency: Mapping[str, RuleSet] = field(default_factory=rules_in_force)
    """Rule sets with the points of priority that the state has set."""


def plan_person(plan: Plan, news: CaseNews, existing: list[Case], by: Actor, at: datetime) -> None:
    """Plan every episode of one person and disease."""
    rules = rule_set(news.disease)
    zone = ZoneInfo(news.time_zone)
    today = at.astimezone(zone).date()
    found = episodes(rules, news.results)
    number = max((case.episode for case in existing), default=0)
    existing = [case for case in existing if case.merged_into_id is None]
    days = {positive.result_id: positive for positive in news.results}
    last_days = [max(days[key].specimen_on for key in episode.result_ids) for episode in found]
    assigned = assign(found, last_days, sorted(existing, key=lambda case: case.first_positive_on))
    for index, (episode, case) in enumerate(zip(found, assigned, strict=True)):
        latest = index == len(found) - 1
        positives = [days[key] for key in episode.result_ids]
        is_new = case is None
        if case is None:
            number += 1
            case = Case(
                id=uuid7(), person_id=news.person, disease=news.disease, episode=number, unit_id=news.unit,
                follow_unit_id=news.follow_unit, town_id=news.town, opened_at=at, sort_key=news.sort_key, facts={},
            )  # fmt: skip
            plan.opened.append(case)
        for key in episode.result_ids:
            plan.case_of[news.person, news.disease, str(key)] = case.id
        changed = _take_facts(case, news, frozenset(map(str, episode.result_ids)))
        changed += _dates(case, episode, last_days[index])
        changed += _class(case, rules, episode, positives, news, plan.symptoms.get(case.pk, frozenset()))
        if not is_new and not changed and case.sort_key == news.sort_key and latest == (case.closure_id is None):
            _propose_move(plan, case, news, at, by)
            continue
        case.sort_key = news.sort_key
        _isolate(plan, case, rules, is_new, zone, by, at)
        _follow(plan, case, rules, news, is_new, latest, today, by, at)
        if is_new:
            plan.touched.append(case)
            record("case.opened", by=by, at=at, subject=("case", case.id), person=news.person, disease=news.disease,
                   codes={"classification": case.classification, "rule": case.classification_rule, "scope": case.scope,
                          "scope_rule": case.scope_rule, "episode": case.episode})  # fmt: skip
        else:
            plan.changed[case.id] = case
            record("case.changed" if changed else "case.joined", by=by, at=at, subject=("case", case.id), person=news.person,
                   disease=news.disease, changed=changed)  # fmt: skip
            _propose_move(plan, case, news, at, by)
        if not latest and case.closure_id is None:
            _close_older(plan, case, by, at)
    for left in existing:
        if left not in assigned and left.closure_id is None and not left.needs_review:
            _orphan(plan, left, news, by, at)


def _orphan(plan: Plan, case: Case, news: CaseNews, by: Actor, at: datetime) -> None:
    """A corrected date has joined its results to another episode: nothing is left of it, and a human says so."""
    case.needs_review = True
    plan.changed[case.id] = case
    _ask_withdrawn(plan, case, news, by, at)


def _take_facts(case: Case, news: CaseNews, keys: frozenset[str]) -> list[str]:
    """What came with the episode's results, and what people said; computed anew, because an episode may have been split."""
    values: dict[str, object] = {}
    stamps: dict[str, list[object]] = {}
    for name in FACTS:
        stamp = stamped(case.facts, name)
        if stamp is not None and int(stamp[0]) > FEED:
            values[name], stamps[name] = getattr(case, name), list(stamp)
    for said in news.said:
        if said.key in keys and said.field in FACTS:
            made = prefer(str(values.get(said.field)), stamps.get(said.field), said.value, said.rank, said.as_of, said.source)
            if made is not None:
                values[said.field], stamps[said.field] = said.value, list(made)
    changed = []
    for name in FACTS:
        value = values.get(name, "" if name == "setting" else None)
        if getattr(case, name) != value:
            setattr(case, name, value)
            changed.append(name)
    case.facts = stamps
    return changed


def _dates(case: Case, episode: Episode, last_on: date) -> list[str]:
    first_on = episode.first_current_on or episode.first_positive_on
    changed = []
    for name, value in (("first_positive_on", first_on), ("last_positive_on", max(last_on, first_on))):
        if getattr(case, name) != value:
            setattr(case, name, value)
            changed.append(name)
    return changed


def _class(
    case: Case, rules: RuleSet, episode: Episode, positives: list[Positive], news: CaseNews, interviewed: frozenset[str]
) -> list[str]:
    changed = []
    if episode.needs_review:
        # The class stays what it was made of until a human decides; computed as if the withdrawn results stood.
        standing = [Positive(p.result_id, p.specimen_on, p.analyte, p.presumptive, True, p.self_test) for p in positives]
    else:
        standing = positives
    keys = set(map(str, episode.result_ids))
    told = [said for said in news.said if said.key in keys]
    symptoms = interviewed | {one for said in told if said.field == "symptoms" for one in said.value}
    exposed = any(said.field == "exposed" and said.value for said in told)
    made = classify(rules, positives=standing, on=episode.first_positive_on, symptoms=symptoms, exposed=exposed)
    rule = f"{rules.disease}/{made.rule_id}"
    if (case.classification, case.classification_rule) != (made.code, rule):
        case.classification, case.classification_rule = made.code, rule
        changed.append("classification")
    # A human has said that it stays a case: the same withdrawal sent again does not ask again.
    needs_review = episode.needs_review and case.scope_reason != "a_human_said"
    if case.needs_review != needs_review:
        case.needs_review = needs_review
        changed.append("needs_review")
    return changed


def isolation_dates(case: Case, rules: RuleSet, decision_on: date, well_on: date | None = None) -> IsolationDates:
    """The dates by the rule in force on the day of the decision. `well_on`: the day on which its conditions were met, if they were."""
    return isolation(
        rules,
        decision_on=decision_on,
        onset_on=case.onset_on,
        first_positive_on=case.first_positive_on,
        symptomatic=case.symptomatic,
        severe=bool(case.hospitalised),
        well_on=well_on,
    )


def isolation_row(case: Case, dates: IsolationDates, by: Actor, at: datetime) -> Isolation:
    """A decision about isolation with the version of the rule that made it."""
    return Isolation(
        id=uuid7(), case_id=case.id, person_id=case.person_id, disease=case.disease, starts_on=dates.starts_on,
        ends_on=dates.ends_on, day_zero=dates.day_zero,
        day_zero_is="onset" if case.onset_on == dates.day_zero else "first_positive",
        rule=f"{case.disease}/{dates.rule_id}", reasons=list(dates.reasons), at=at, by_kind=by.kind, by=by.id,
    )  # fmt: skip


def _isolate(plan: Plan, case: Case, rules: RuleSet, is_new: bool, zone: ZoneInfo, by: Actor, at: datetime) -> None:
    today = at.astimezone(zone).date()
    dates = isolation_dates(case, rules, today)
    if not is_new and case.isolation is not None:
        now = case.isolation
        if (now.starts_on, now.ends_on, now.rule) == (dates.starts_on, dates.ends_on, f"{case.disease}/{dates.rule_id}"):
            return
        if now.at.astimezone(zone).date() != today:  # decided today, nobody has gone by it yet
            before = IsolationDates(now.starts_on, now.ends_on, now.day_zero, now.rule.partition("/")[2], tuple(now.reasons))
            settled = revise(before, dates, today=today)
            if not settled.changed:
                return
            dates = settled.dates
    row = isolation_row(case, dates, by, at)
    plan.isolations.append(row)
    case.isolation = row
    record("case.isolation_set", by=by, at=at, subject=("case", case.id), person=case.person_id, disease=case.disease,
           codes={"rule": row.rule})  # fmt: skip


def _ask_withdrawn(plan: Plan, case: Case, news: CaseNews, by: Actor, at: datetime) -> None:
    if case.task_id:
        plan.stop_tasks.append(case.task_id)
    case.scope, case.scope_rule, case.scope_reason = "count_only", "", "result_withdrawn"
    plan.proposals.append(
        Proposal(id=uuid7(), case_id=case.id, person_id=case.person_id, disease=case.disease, unit_id=case.unit_id,
                 kind="withdrawn", report_id=news.report, at=at)
    )  # fmt: skip
    record("case.withdrawn", by=by, at=at, subject=("case", case.id), person=case.person_id, disease=case.disease)


def _follow(
    plan: Plan, case: Case, rules: RuleSet, news: CaseNews, is_new: bool, latest: bool, today: date, by: Actor, at: datetime
) -> None:
    """Scope, task, message or facility line. What staff have begun is left to them."""
    if case.needs_review:
        _ask_withdrawn(plan, case, news, by, at)
        return
    age = age_on(news.birth_on, news.birth_year, today)
    setting = case.setting or (news.facility.kind if news.facility else "")
    decided = scope(
        rules,
        ScopeFacts(
            decision_on=today, specimen_on=case.last_positive_on, onset_on=case.onset_on, age=age, setting_kind=setting,
            classification=case.classification, high_risk=bool(case.hospitalised), symptomatic=bool(case.symptomatic),
        ),
    )  # fmt: skip
    code, reason = decided.code, decided.reason
    if not latest:
        code, reason = "count_only", "earlier_episode"
    elif code == "facility" and news.facility is None and case.line_id is None:
        code, reason = "call", "facility_not_recognised"
    before = case.scope
    case.scope, case.scope_rule, case.scope_reason = code, f"{rules.disease}/{decided.rule_id}", reason
    again = case.closure is not None and case.closure.reason == "not_a_case" and latest
    if again:
        # It was taken for no case, and now there is another positive: the work begins again.
        case.closure = None
        record("case.reopened", by=by, at=at, subject=("case", case.id), person=case.person_id, disease=case.disease)
    if not is_new and not again and (before == code or case.closure_id is not None):
        return
    if not is_new and case.task_id and code != "call":
        plan.stop_tasks.append(case.task_id)
        case.task = None
    if code == "call":
        _call(plan, case, rules, news, age, setting, today, at)
    elif code == "message_only":
        channel = "sms" if news.can_text else "email" if news.can_email else "letter"
        plan.messages.append(
            NewMessage(person_id=case.person_id, disease=case.disease, channel=channel, template="case_advice", not_before=at)
        )
    elif code == "facility" and news.facility is not None:
        _line(plan, case, news, by, at)


def call_priority(
    case: Case, rules: RuleSet, *, age: int | None, setting: str, today: date, attempts: int = 0
) -> tuple[PriorityFacts, int, list[list[object]], str]:
    """The facts, the score, its reasons and the rule of a first call."""
    facts = PriorityFacts(
        decision_on=today, specimen_on=case.last_positive_on, onset_on=case.onset_on, age=age,
        symptomatic=bool(case.symptomatic), setting_kind=setting, hospitalised=bool(case.hospitalised),
        attempts=attempts, isolation_ends_on=case.isolation.ends_on if case.isolation else None,
        classification=case.classification,
    )  # fmt: skip
    made = priority(rules, facts)
    return facts, made.score, [[r.code, r.points, r.value] for r in made.reasons], f"{rules.disease}/{made.rule_id}"


def _call(
    plan: Plan, case: Case, rules: RuleSet, news: CaseNews, age: int | None, setting: str, today: date, at: datetime
) -> None:
    facts, score, reasons, rule = call_priority(case, plan.urgency[case.disease], age=age, setting=setting, today=today)
    task = NewTask(
        kind="first_call", unit_id=case.follow_unit_id, person_id=case.person_id, disease=case.disease,
        facts=kept(facts), not_before=at, due_at=first_call_due(rules, news.received_at), sort_key=news.sort_key,
        priority=score, reasons=list(reasons), rule=rule,
    )  # fmt: skip
    plan.tasks.append(task)
    if not news.alive:
        plan.stop_dead.append(task.id)
    case.task_id = task.id


def _line(plan: Plan, case: Case, news: CaseNews, by: Actor, at: datetime) -> None:
    facility = news.facility
    assert facility is not None
    line = plan.lines.get((news.disease, facility.key))
    if line is None:
        task = NewTask(
            kind="facility", unit_id=facility.unit, person_id=None, disease=news.disease,
            facts={"setting": facility.kind}, not_before=at, sort_key="", priority=900,
            reasons=[["facility_with_cases", 900, facility.kind]], rule=case.scope_rule,
        )  # fmt: skip
        line = FacilityLine(
            id=uuid7(), disease=news.disease, unit_id=facility.unit, setting=facility.kind, name=facility.name or facility.key,
            key=facility.key, place_id=facility.place, task_id=task.id, opened_at=at, last_case_at=at,
        )  # fmt: skip
        plan.tasks.append(task)
        plan.new_lines.append(line)
        plan.lines[news.disease, facility.key] = line
        record("facility_line.opened", by=by, at=at, subject=("facility_line", line.id), disease=news.disease)
    else:
        plan.joined_lines.append(line.id)
        record("facility_line.joined", by=by, at=at, subject=("facility_line", line.id), disease=news.disease)
    case.line = line


def _propose_move(plan: Plan, case: Case, news: CaseNews, at: datetime, by: Actor) -> None:
    if not news.unit_known or news.unit == case.unit_id or case.closure_id is not None:
        return
    plan.proposals.append(
        Proposal(id=uuid7(), case_id=case.id, person_id=case.person_id, disease=case.disease, unit_id=case.unit_id, kind="moved",
                 to_unit_id=news.unit, to_town_id=news.town, report_id=news.report, at=at)
    )  # fmt: skip
    record("case.change_proposed", by=by, at=at, subject=("case", case.id), person=case.person_id, disease=case.disease,
           codes={"kind": "moved", "to": str(news.unit)})  # fmt: skip


def _close_older(plan: Plan, case: Case, by: Actor, at: datetime) -> None:
    closure = Closure(
        id=uuid7(), case_id=case.id, person_id=case.person_id, disease=case.disease, reason="new_episode", at=at,
        by_kind=by.kind, by=by.id,
    )  # fmt: skip
    plan.closures.append(closure)
    case.closure = closure
    if case.task_id:
        plan.stop_tasks.append(case.task_id)
    record("case.closed", by=by, at=at, subject=("case", case.id), person=case.person_id, disease=case.disease,
           codes={"reason": "new_episode"})  # fmt: skip


