"""From TOML tables to rules, one function per topic."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from tracing.diseases.ruleset import words
from tracing.diseases.ruleset.reading import Item
from tracing.diseases.ruleset.shapes import (
    Advice,
    CaseDefinition,
    Clause,
    ContactDefinition,
    Criterion,
    EpisodeRule,
    Exemption,
    IncubationRule,
    IsolationRule,
    PriorityRule,
    QuarantineRule,
    ScopeRule,
    SymptomGroup,
    TargetRule,
    Weight,
)


class Head(TypedDict):
    """What every dated rule begins with."""

    id: str
    title: str
    starts_on: date
    ends_on: date | None
    issuer: str
    basis: str
    source: str
    note: str


def head(item: Item) -> Head:
    starts_on = item.day("from")
    ends_on = item.day_or("to")
    if ends_on is not None and ends_on < starts_on:
        raise item.fail(f'"to" ({ends_on}) lies before "from" ({starts_on})')
    return Head(
        id=item.text("id"),
        title=item.text("title"),
        starts_on=starts_on,
        ends_on=ends_on,
        issuer=item.text("issuer"),
        basis=item.text("basis", among=words.ISSUER_BASIS),
        source=item.text("source"),
        note=item.text_or("note"),
    )


def case_definition(item: Item) -> CaseDefinition:
    rule = CaseDefinition(
        **head(item),
        layer=item.text("layer", among=words.LAYERS),
        symptom_groups=tuple(_symptom_group(group) for group in item.items("symptom_groups")),
        criteria=tuple(_criterion(part) for part in item.items("criteria", name="reason", needed=True)),
    )
    if not rule.symptom_groups and any(part.clinical or part.clinical_or_exposed for part in rule.criteria):
        raise item.fail("a criterion asks for clinical signs, but there is no symptom group")
    item.done()
    return rule


def _symptom_group(item: Item) -> SymptomGroup:
    group = SymptomGroup(at_least=item.whole("at_least", least=1), of=frozenset(item.codes("of", among=words.SYMPTOMS)))
    item.done()
    if group.at_least > len(group.of):
        raise item.fail(f'"at_least" {group.at_least} can never be met by {len(group.of)} symptoms')
    return group


def _criterion(item: Item) -> Criterion:
    criterion = Criterion(
        classification=item.text("classification", among=words.CLASSIFICATIONS - {"not_a_case"}),
        reason=item.text("reason"),
        analytes=frozenset(item.codes("analytes", among=words.ANALYTES)),
        presumptive=item.flag_or("presumptive"),
        self_test=item.flag_or("self_test"),
        symptoms=frozenset(item.codes("symptoms", among=words.SYMPTOMS)),
        clinical=item.flag("clinical"),
        exposed=item.flag("exposed"),
        clinical_or_exposed=item.flag("clinical_or_exposed"),
        vital_record=item.flag("vital_record"),
        never_counted_before=item.flag("never_counted_before"),
        opens_case=item.flag("opens_case", True),
        ends_on=item.day_or("to"),
    )
    item.done()
    asks = (criterion.analytes, criterion.symptoms, criterion.clinical, criterion.exposed)
    if not any((*asks, criterion.clinical_or_exposed, criterion.vital_record)):
        raise item.fail("a criterion must ask for something")
    return criterion


def episode(item: Item) -> EpisodeRule:
    once = item.flag("once_in_life")
    days = item.whole_or("days", least=1)
    if once == (days is not None):
        raise item.fail('give either "days" or "once_in_life = true"')
    rule = EpisodeRule(
        **head(item),
        days=days,
        not_counted=frozenset(item.codes("not_counted", among=words.ANALYTES)),
        onset_days_before=item.whole("onset_days_before"),
    )
    item.done()
    return rule


def isolation(item: Item) -> IsolationRule:
    rule = IsolationRule(
        **head(item),
        populations=item.codes("populations", among=words.POPULATIONS),
        courses=item.codes("courses", among=words.COURSES),
        option=item.text("option", among=words.ISOLATION_OPTIONS),
        alternative=item.flag("alternative"),
        day_zero=item.text_or("day_zero", among=words.DAY_ZEROS),
        days=item.whole_or("days", most=400),
        days_at_most=item.whole_or("days_at_most", most=400),
        until_well=item.flag("until_well"),
        conditions=item.codes("conditions", among=words.CONDITIONS),
        after_period=item.codes("after_period", among=words.AFTERWARDS),
        after_days=item.whole_or("after_days"),
        after_through_day=item.whole_or("after_through_day"),
    )
    item.done()
    if not rule.populations or not rule.courses:
        raise item.fail('"populations" and "courses" must name at least one each')
    if not rule.alternative and (rule.days is None or not rule.day_zero):
        raise item.fail('a main rule needs "days" and "day_zero"')
    if rule.days_at_most is not None and rule.days_at_most < (rule.days or 0):
        raise item.fail('"days_at_most" is less than "days"')
    if rule.after_days is not None and rule.after_through_day is not None:
        raise item.fail('give "after_days" or "after_through_day", not both')
    return rule


def quarantine(item: Item) -> QuarantineRule:
    rule = QuarantineRule(
        **head(item),
        option=item.text("option", among=words.QUARANTINE_OPTIONS),
        preferred=item.flag("preferred"),
        exempts=tuple(_exemption(part) for part in item.items("exempts", name="reason")),
        days=item.whole("days", most=400),
        starts_days_after=item.whole_or("starts_days_after") or 0,
        test_from_day=item.whole_or("test_from_day"),
        test_required=item.flag("test_required"),
        lengthened_by=item.text_or("lengthened_by", among=words.PROPHYLAXIS),
        lengthened_days=item.whole_or("lengthened_days"),
        conditions=item.codes("conditions", among=words.CONDITIONS),
        after_period=item.codes("after_period", among=words.AFTERWARDS),
        after_through_day=item.whole_or("after_through_day"),
        monitor_through_day=item.whole_or("monitor_through_day"),
    )
    item.done()
    if (rule.option == "exempt") != bool(rule.exempts):
        raise item.fail('option "exempt" needs "exempts", and only that option has them')
    if bool(rule.lengthened_by) != (rule.lengthened_days is not None):
        raise item.fail('"lengthened_by" and "lengthened_days" belong together')
    if rule.test_required and rule.test_from_day is None:
        raise item.fail('"test_required" needs "test_from_day"')
    return rule


def _exemption(item: Item) -> Exemption:
    exemption = Exemption(
        reason=item.text("reason"),
        infected_within_days=item.whole_or("infected_within_days"),
        vaccinated_for_days=item.whole_or("vaccinated_for_days"),
        vaccinated_within_months=item.whole_or("vaccinated_within_months"),
        vaccine=item.text_or("vaccine", "any", among=words.VACCINES),
        boosted=item.flag("boosted"),
        immune=item.flag("immune"),
        prophylaxis=item.text_or("prophylaxis", among=words.PROPHYLAXIS),
        prophylaxis_within_hours=item.whole_or("prophylaxis_within_hours"),
        starts_on=item.day_or("from"),
    )
    item.done()
    if bool(exemption.prophylaxis) != (exemption.prophylaxis_within_hours is not None):
        raise item.fail('"prophylaxis" and "prophylaxis_within_hours" belong together')
    vaccinated = exemption.vaccinated_for_days is not None or exemption.vaccinated_within_months is not None
    asks = (exemption.infected_within_days is not None, vaccinated, exemption.boosted, exemption.immune)
    if not any((*asks, exemption.prophylaxis)):
        raise item.fail("an exemption must ask for something")
    return exemption


def contact(item: Item) -> ContactDefinition:
    rule = ContactDefinition(
        **head(item),
        setting=item.text("setting", among=words.CONTACT_SETTINGS),
        feet=item.whole_or("feet"),
        minutes=item.whole("minutes"),
        minutes_counted=item.text("minutes_counted", among=words.MINUTES_COUNTED),
        masked_pupils_only=item.flag("masked_pupils_only"),
        also_counts=frozenset(item.codes("also_counts", among=words.CONTACT_KINDS)),
        days_before_onset=item.whole("days_before_onset"),
        days_before_positive=item.whole("days_before_positive"),
        ends_days_after=item.whole_or("ends_days_after"),
    )
    item.done()
    return rule


def incubation(item: Item) -> IncubationRule:
    rule = IncubationRule(**head(item), shortest=item.whole("shortest"), longest=item.whole("longest", most=400))
    item.done()
    if rule.longest < rule.shortest:
        raise item.fail('"longest" is less than "shortest"')
    return rule


def scope(item: Item) -> ScopeRule:
    start = head(item)
    advice = []
    for part in item.items("advice", name="id"):
        advice.append(Advice(id=part.text("id"), code=part.text("code", among=words.SCOPE_ADVICE)))
        part.text("title")
        part.done()
    rule = ScopeRule(
        **start,
        of=item.text("of", among=words.SCOPE_OF),
        clauses=tuple(_clause(part, start["id"]) for part in item.items("clauses", name="reason", needed=True)),
        advice=tuple(advice),
    )
    item.done()
    if not _always(rule.clauses[-1]):
        raise item.fail("the last clause must hold for everybody (no conditions), so that each report has a scope")
    for clause in rule.clauses[:-1]:
        if _always(clause):
            raise item.fail(f'clause "{clause.reason}" has no condition: those after it would never be read')
    return rule


def _clause(item: Item, rule_id: str) -> Clause:
    clause = Clause(
        id=item.text_or("id", rule_id),
        code=item.text("code", among=words.SCOPES),
        reason=item.text("reason"),
        settings=frozenset(item.codes("settings", among=words.SETTINGS)),
        roles=frozenset(item.codes("roles", among=words.ROLES)),
        classifications=frozenset(item.codes("classifications", among=words.CLASSIFICATIONS)),
        within_days=item.whole_or("within_days"),
        over_days=item.whole_or("over_days"),
        specimen_over_days=item.whole_or("specimen_over_days"),
        age_from=item.whole_or("age_from", most=130),
        flags=frozenset(item.codes("flags", among=words.SCOPE_FLAGS)),
        without=frozenset(item.codes("without", among=words.SCOPE_FLAGS)),
        starts_on=item.day_or("from"),
    )
    item.text_or("title")
    item.done()
    return clause


def _always(clause: Clause) -> bool:
    limits = (clause.within_days, clause.over_days, clause.specimen_over_days, clause.age_from, clause.starts_on)
    asked = (clause.settings, clause.roles, clause.classifications, clause.flags, clause.without)
    return all(limit is None for limit in limits) and not any(asked)


def priority(item: Item) -> PriorityRule:
    rule = PriorityRule(
        **head(item),
        of=item.text_or("of", "case", among=words.SCOPE_OF),
        base=item.whole("base", most=1000),
        base_reason=item.text_or("base_reason"),
        floor=item.whole_or("floor", most=1000) or 0,
        ceiling=item.whole_or("ceiling", most=1000) or 1000,
        weights=tuple(_weight(part) for part in item.items("weights", name="code", needed=True)),
    )
    item.done()
    if rule.floor > rule.ceiling:
        raise item.fail('"floor" is above "ceiling"')
    for weight in rule.weights:
        if rule.of == "case" and weight.fact in words.CONTACT_FACTS:
            raise item.fail(f'weight "{weight.code}": fact "{weight.fact}" is known of contacts only')
    return rule


def _weight(item: Item) -> Weight:
    fact = item.text("fact", among=words.FACTS)
    code = item.text("code")
    weight = Weight(
        code=code,
        fact=fact,
        group=item.text_or("group", code),
        at_least=item.whole_or("at_least", least=-1000),
        at_most=item.whole_or("at_most", least=-1000),
        among=frozenset(item.codes("among")),
        points=item.whole("points", least=-1000, most=1000),
        each=item.flag("each"),
    )
    item.done()
    bounded = weight.at_least is not None or weight.at_most is not None
    if fact in words.WORD_FACTS:
        if bounded or weight.each or not weight.among:
            raise item.fail(f'fact "{fact}" is a word: give "among" only')
        known = {"classification": words.CLASSIFICATIONS, "setting": words.SETTINGS, "setting_role": words.ROLES}[fact]
        if not weight.among <= known:
            raise item.fail(f'"among" has unknown words: {", ".join(sorted(weight.among - known))}')
    elif weight.among or not bounded:
        raise item.fail(f'fact "{fact}" is a number: give "at_least" or "at_most"')
    if weight.each and weight.at_most is None:
        raise item.fail('"each" needs "at_most": the number of units that count')
    return weight


def targets(item: Item) -> TargetRule:
    rule = TargetRule(
        **head(item),
        provisional_after_hours=item.whole("provisional_after_hours", least=1),
        first_call_due_hours=item.whole("first_call_due_hours", least=1),
        reach_within_hours=item.whole_or("reach_within_hours", least=1),
    )
    item.done()
    return rule
