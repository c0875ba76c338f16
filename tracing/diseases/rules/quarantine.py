"""Which ways through quarantine a contact has, by the rules in force on the day of the decision."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracing.diseases.ruleset.shapes import Exemption, QuarantineRule, RuleSet


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What is known of the contact. Unknown = None or "", and then nothing is presumed: no exemption without
    evidence.
    """

    first_exposure_on: date | None = None
    infected_on: date | None = None
    """Onset or first positive specimen of an earlier infection confirmed by a laboratory."""
    symptomatic: bool = False
    vaccinated_on: date | None = None
    """Last dose of the first series."""
    vaccine: str = ""
    """mrna | single_dose"""
    boosted_on: date | None = None
    immune: bool = False
    """Written evidence of immunity."""
    prophylaxis: str = ""
    """mmr | immune_globulin given after the exposure"""
    prophylaxis_on: date | None = None


@dataclass(frozen=True, slots=True)
class QuarantineOption:
    """One way. `ends_on` is the last day at home (it ends AFTER that day); None = no quarantine by this way."""

    code: str
    rule_id: str
    preferred: bool
    starts_on: date | None
    ends_on: date | None
    test_from: date | None
    """Specimens from this day on count."""
    test_required: bool
    conditions: tuple[str, ...]
    after_period: tuple[str, ...]
    after_period_until: date | None
    monitor_until: date | None


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The options side by side, the preferred one first. An exemption is the only option of those who have one."""

    options: tuple[QuarantineOption, ...]
    reasons: tuple[str, ...]

    @property
    def exempt(self) -> bool:
        """Whether no option keeps the person at home."""
        return all(option.ends_on is None for option in self.options)


def quarantine(
    ruleset: RuleSet,
    *,
    decision_on: date,
    last_exposure_on: date,
    exposed_until: date | None = None,
    facts: ContactFacts | None = None,
) -> Quarantine:
    """Options for one contact, counted from the LAST exposure.

    `exposed_until` is the end of the case's infectious window for a household contact who cannot keep apart: the last
    exposure then lies there, and moves when the window moves. A contact with symptoms has no exemption. Exemptions are
    judged on the day of the first exposure if known, else the last. Before the first version the earliest rules are
    used, with the reason `before_first_version`.
    """
    known = facts or ContactFacts()
    if exposed_until is not None and exposed_until > last_exposure_on:
        known = known if known.first_exposure_on else replace(known, first_exposure_on=last_exposure_on)
        last_exposure_on = exposed_until
    first_on = min(known.first_exposure_on or last_exposure_on, last_exposure_on)
    in_force = tuple(rule for rule in ruleset.quarantine if _holds(rule, decision_on))
    reasons: tuple[str, ...] = ()
    if not any(not rule.exempts for rule in in_force):
        start = min(rule.starts_on for rule in ruleset.quarantine if not rule.exempts)
        in_force = tuple(rule for rule in ruleset.quarantine if _holds(rule, start))
        reasons = ("before_first_version",)
    exempting = [(rule, why) for rule in in_force if (why := _exempted(rule, known, first_on, decision_on))]
    if exempting and known.symptomatic:
        reasons = (*reasons, "symptoms_end_exemption")
    elif exempting:
        rule, why = exempting[0]
        return Quarantine((_option(rule, known, first_on, last_exposure_on),), (*reasons, why))
    options = tuple(_option(rule, known, first_on, last_exposure_on) for rule in in_force if not rule.exempts)
    return Quarantine(options, reasons or ("no_exemption",))


def _holds(rule: QuarantineRule, day: date) -> bool:
    return rule.starts_on <= day and (rule.ends_on is None or day <= rule.ends_on)


def _exempted(rule: QuarantineRule, facts: ContactFacts, exposed_on: date, decision_on: date) -> str:
    for exemption in rule.exempts:
        if exemption.starts_on is not None and decision_on < exemption.starts_on:
            continue
        if _meets(exemption, facts, exposed_on):
            return exemption.reason
    return ""


def _meets(exemption: Exemption, facts: ContactFacts, exposed_on: date) -> bool:
    if exemption.immune and not facts.immune:
        return False
    if exemption.boosted and (facts.boosted_on is None or facts.boosted_on > exposed_on):
        return False
    if exemption.infected_within_days is not None and not _within(facts.infected_on, exposed_on, exemption.infected_within_days):
        return False
    if exemption.vaccinated_for_days is not None or exemption.vaccinated_within_months is not None:
        given = facts.vaccinated_on
        if given is None or given > exposed_on:
            return False
        if (exposed_on - given).days < (exemption.vaccinated_for_days or 0):
            return False
        months = exemption.vaccinated_within_months
        if months is not None and exposed_on > _months_after(given, months):
            return False
        if exemption.vaccine != "any" and facts.vaccine != exemption.vaccine:
            return False
    if exemption.prophylaxis:
        days = (exemption.prophylaxis_within_hours or 0) // 24
        return facts.prophylaxis == exemption.prophylaxis and _within(exposed_on, facts.prophylaxis_on, days)
    return True


def _within(earlier: date | None, later: date | None, days: int) -> bool:
    return earlier is not None and later is not None and 0 <= (later - earlier).days <= days


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _option(rule: QuarantineRule, facts: ContactFacts, first_on: date, last_on: date) -> QuarantineOption:
    days = rule.days
    monitor = rule.monitor_through_day
    if rule.lengthened_by and facts.prophylaxis == rule.lengthened_by and rule.lengthened_days is not None:
        days = rule.lengthened_days
        monitor = max(monitor or 0, days)
    stays = rule.option not in ("exempt", "none")
    return QuarantineOption(
        code=rule.option,
        rule_id=rule.id,
        preferred=rule.preferred,
        starts_on=first_on + timedelta(days=rule.starts_days_after) if stays else None,
        ends_on=last_on + timedelta(days=days) if stays else None,
        test_from=_plus(last_on, rule.test_from_day),
        test_required=rule.test_required,
        conditions=rule.conditions,
        after_period=rule.after_period,
        after_period_until=_plus(last_on, rule.after_through_day),
        monitor_until=_plus(last_on, monitor),
    )


def _plus(day: date, days: int | None) -> date | None:
    return None if days is None else day + timedelta(days=days)
