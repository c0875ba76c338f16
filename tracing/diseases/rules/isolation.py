"""How long a case stays at home, and the days in which others could be infected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracing.diseases.ruleset.shapes import IsolationRule, RuleSet

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class IsolationDates:
    """`ends_on` is the last day at home ("after day 10": day 10). None = no fixed end, at home until the conditions
    are met.
    """

    starts_on: date
    ends_on: date | None
    day_zero: date
    rule_id: str
    reasons: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    """What must also be true before the person goes out."""
    after_period: tuple[str, ...] = ()
    """Precautions after the end."""
    after_period_until: date | None = None
    may_lengthen_until: date | None = None
    """A person may lengthen the period up to this day."""
    day_zero_is: str = ""
    """onset | first_positive; "" in dates read back from where it was not kept."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What becomes of told dates when facts or rules change. `needs_note` = somebody must write why before it is
    told.
    """

    dates: IsolationDates
    changed: bool
    needs_note: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Days (both included) in which the case could infect others: the days asked about in the interview."""

    starts_on: date
    ends_on: date
    rule_id: str
    reasons: tuple[str, ...]


def isolation(
    ruleset: RuleSet,
    *,
    decision_on: date,
    onset_on: date | None,
    first_positive_on: date,
    symptomatic: bool | None = None,
    severe: bool = False,
    population: str = "general",
    well_on: date | None = None,
    lengthened_to: date | None = None,
) -> IsolationDates:
    """Dates by the rule in force on the day of the DECISION, whatever the day of the specimen.

    `onset_on` is the first day of the rule set's onset sign (symptoms, rash). `symptomatic` None = nobody asked yet:
    counted from the specimen until the interview says more. A case without symptoms who falls ill passes the new onset
    and gets a new day zero. `well_on` is the day on which the conditions (so many hours without fever, better) were
    met: nobody leaves earlier. `lengthened_to` is a person's decision where the rule allows one. Before the first
    version the first one is used, with the reason `before_first_version`.
    """
    symptoms = bool(symptomatic) or (symptomatic is None and onset_on is not None)
    course = "symptomatic" if symptoms else "never_symptomatic"
    rule, reasons = _rule(ruleset, decision_on, "severe" if severe else population, course)
    day_zero, day_zero_is = first_positive_on, "first_positive"
    if symptoms and rule.day_zero == "onset":
        if onset_on is None:
            reasons.append("onset_unknown")
        else:
            day_zero, day_zero_is = onset_on, "onset"
            reasons.append("fell_ill_after_specimen" if onset_on > first_positive_on else "counted_from_onset")
    else:
        reasons.append("counted_from_first_positive")
    if symptomatic is None and onset_on is None:
        reasons.append("symptoms_unknown")

    ends_on: date | None = day_zero + timedelta(days=rule.days or 0)
    if rule.until_well and symptoms:
        ends_on = None
        reasons.append("no_fixed_minimum")
    if well_on is not None and symptoms and (ends_on is None or well_on > ends_on):
        ends_on = max(well_on, day_zero)
        reasons.append("conditions_met" if rule.until_well else "conditions_met_later")
    longest = day_zero + timedelta(days=rule.days_at_most) if rule.days_at_most is not None else None
    if lengthened_to is not None and longest is not None and ends_on is not None and lengthened_to > ends_on:
        ends_on = min(lengthened_to, longest)
        reasons.append("lengthened_by_person")
    return IsolationDates(
        starts_on=day_zero,
        ends_on=ends_on,
        day_zero=day_zero,
        day_zero_is=day_zero_is,
        rule_id=rule.id,
        reasons=tuple(reasons),
        conditions=rule.conditions,
        after_period=rule.after_period,
        after_period_until=_after_until(rule, day_zero, ends_on),
        may_lengthen_until=longest,
    )


def isolation_alternatives(ruleset: RuleSet, *, decision_on: date, population: str = "general") -> tuple[IsolationRule, ...]:
    """Rules in force that a person may choose instead of the main one (two negative tests in spring 2020)."""
    return tuple(
        rule
        for rule in ruleset.isolation_alternatives
        if population in rule.populations
        and rule.starts_on <= decision_on
        and (rule.ends_on is None or decision_on <= rule.ends_on)
    )


def revise(previous: IsolationDates, new: IsolationDates, *, today: date, told: bool = True) -> Revision:
    """Settle dates made earlier against dates made today.

    Another rule may shorten a running period: then it ends yesterday at the earliest, because the days already spent
    at home were spent. An end that has passed is never moved by a rule. New facts (a new day zero) always count.
    Whatever moves an end that was told, or one already passed, needs a note.
    """
    before, after = previous.ends_on, new.ends_on
    if (after, new.day_zero) == (before, previous.day_zero):
        return Revision(previous, False, False, ("same_dates",))
    passed = before is not None and before < today
    needs_note = told or passed
    if new.day_zero != previous.day_zero:
        return Revision(new, True, needs_note, ("new_day_zero",))
    if passed and new.rule_id != previous.rule_id:
        return Revision(previous, False, False, ("end_already_passed",))
    if after is None:
        return Revision(new, True, needs_note, ("no_fixed_minimum",))
    if before is None:
        return Revision(new, True, needs_note, ("end_now_known",))
    if after > before:
        return Revision(new, True, needs_note, ("lengthened",))
    # Days already spent at home were spent: a running period ends yesterday at the earliest.
    ends_on = after if passed else min(max(after, today - _DAY), before)
    if ends_on == before:
        return Revision(previous, False, False, ("same_dates",))
    dates = new if ends_on == after else replace(new, ends_on=ends_on)
    return Revision(dates, True, needs_note, ("shortened",))


def infectious_window(
    ruleset: RuleSet,
    *,
    decision_on: date,
    onset_on: date | None,
    first_positive_on: date,
    isolated_on: date | None = None,
    isolation_ends_on: date | None = None,
) -> Window:
    """From so many days before onset (never ill: before the first positive specimen) to the day the person was
    isolated.

    Where the day of isolation is not known the window lasts to the end of isolation, or to the day of the decision if
    that has no fixed end. Diseases with a fixed infectious period (measles: 4 days after rash) end there.
    """
    rule, early = ruleset.contact["general"].at(decision_on)
    reasons = ["before_first_version"] if early else []
    if onset_on is not None:
        day_zero, before = onset_on, rule.days_before_onset
        reasons.append("counted_from_onset")
    else:
        day_zero, before = first_positive_on, rule.days_before_positive
        reasons.append("counted_from_first_positive")
    starts_on = day_zero - timedelta(days=before)
    if rule.ends_days_after is not None:
        ends_on = day_zero + timedelta(days=rule.ends_days_after)
        if isolated_on is not None and isolated_on < ends_on:
            ends_on = isolated_on
            reasons.append("until_isolated")
    elif isolated_on is not None:
        ends_on = isolated_on
        reasons.append("until_isolated")
    elif isolation_ends_on is not None:
        ends_on = isolation_ends_on
        reasons.append("until_end_of_isolation")
    else:
        ends_on = decision_on
        reasons.append("until_decision")
    return Window(starts_on, max(ends_on, starts_on), rule.id, tuple(reasons))


def _rule(ruleset: RuleSet, day: date, population: str, course: str) -> tuple[IsolationRule, list[str]]:
    if population != "general":
        timeline = ruleset.isolation.get((population, course))
        special = timeline.on(day) if timeline else None
        if special is not None:
            return special, [f"population_{population}"]
    rule, early = ruleset.isolation["general", course].at(day)
    return rule, ["before_first_version"] if early else []


def _after_until(rule: IsolationRule, day_zero: date, ends_on: date | None) -> date | None:
    if rule.after_through_day is not None:
        until = day_zero + timedelta(days=rule.after_through_day)
        # Somebody kept at home past that day has nothing left to add.
        return until if ends_on is None or until > ends_on else None
    if rule.after_days is not None and ends_on is not None:
        return ends_on + timedelta(days=rule.after_days)
    return None
