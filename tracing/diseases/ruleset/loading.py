"""Reads the rule sets of a folder: one folder per disease, one TOML file per topic."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from tracing.diseases.ruleset import checks, topics
from tracing.diseases.ruleset.reading import Item, RuleSetError
from tracing.diseases.ruleset.shapes import Dated, IsolationRule, QuarantineRule, RuleSet, Timeline

FOLDER = Path(__file__).parent.parent / "rulesets"
TOPICS = ("case_definition", "episode", "isolation", "quarantine", "contact", "incubation", "scope", "priority", "targets")
"""File names, and the name of the array of tables inside each."""

Rule = TypeVar("Rule", bound=Dated)


class NoRuleSet(LookupError):
    """This disease has no rule set: its reports wait in the list of its own interface manager."""


@cache
def rule_sets() -> Mapping[str, RuleSet]:
    """All rule sets that ship with the program, by disease code. Read once per process."""
    return {folder.name: load(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()}


def rule_set(disease: str) -> RuleSet:
    """The rule set of a disease; refuses with NoRuleSet."""
    try:
        return rule_sets()[disease]
    except KeyError:
        raise NoRuleSet(disease) from None


def load(folder: Path) -> RuleSet:
    """Read and check one folder. Every error names the file, the item and what to mend."""
    tables = {topic: _read(folder / f"{topic}.toml") for topic in ("disease", *TOPICS)}
    return build(folder.name, tables)


def build(name: str, tables: Mapping[str, Mapping[str, Any]]) -> RuleSet:
    """A checked rule set from parsed tables (`disease` and each topic)."""
    about = Item(f"{name}/disease.toml", tables["disease"])
    disease, version = about.text("disease"), about.whole("version", least=1)
    label, onset_of = about.text("label"), about.text("onset_of")
    about.done()
    if disease != name:
        raise RuleSetError(f'{name}/disease.toml: "disease" says "{disease}", but the folder is called "{name}"')

    definitions = _rules(name, "case_definition", tables, topics.case_definition)
    isolation = _rules(name, "isolation", tables, topics.isolation)
    quarantine = _rules(name, "quarantine", tables, topics.quarantine)
    contact = _rules(name, "contact", tables, topics.contact)
    scope = _rules(name, "scope", tables, topics.scope)
    _check_quarantine(name, quarantine)
    contacts = {
        setting: _timeline(f"{name}/contact.toml, {setting}", rules, gapless=setting == "general")
        for setting, rules in _grouped(contact, lambda rule: rule.setting).items()
    }
    scopes = {
        of: _timeline(f"{name}/scope.toml, {of}", rules, gapless=True)
        for of, rules in _grouped(scope, lambda rule: rule.of).items()
    }
    priorities = {
        of: _timeline(f"{name}/priority.toml, {of}", rules, gapless=True)
        for of, rules in _grouped(_rules(name, "priority", tables, topics.priority), lambda rule: rule.of).items()
    }
    layers = {
        layer: _timeline(f"{name}/case_definition.toml, {layer}", rules, gapless=True)
        for layer, rules in _grouped(definitions, lambda rule: rule.layer).items()
    }
    for found, needed, topic in (
        (contacts, "general", "contact"),
        (scopes, "case", "scope"),
        (scopes, "contact", "scope"),
        (priorities, "case", "priority"),
        (priorities, "contact", "priority"),
        (layers, "national", "case_definition"),
    ):
        if needed not in found:
            raise RuleSetError(f'{name}/{topic}.toml: there is no rule for "{needed}"')
    made = RuleSet(
        disease=disease,
        version=version,
        label=label,
        onset_of=onset_of,
        definitions=layers,
        episodes=_single(name, "episode", tables, topics.episode),
        isolation=_isolation(name, isolation),
        isolation_alternatives=tuple(rule for rule in isolation if rule.alternative),
        quarantine=tuple(sorted(quarantine, key=_quarantine_order)),
        contact=contacts,
        incubation=_single(name, "incubation", tables, topics.incubation),
        scope=scopes,
        priority=priorities,
        targets=_single(name, "targets", tables, topics.targets),
        titles=_titles(tables),
        document=_plain({topic: tables[topic] for topic in ("disease", *TOPICS)}),
    )
    checks.refuse_twice(name, (item["id"] for topic in TOPICS for item in tables[topic][topic]))
    return made


def _quarantine_order(rule: QuarantineRule) -> tuple[date, bool, int, str]:
    """The preferred option first, then the longest."""
    return rule.starts_on, not rule.preferred, -rule.days, rule.id


def digest(document: object) -> str:
    """SHA-256 of the canonical JSON of parsed data: comments, order of keys and line ends do not change it."""
    text = json.dumps(_plain(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path: Path) -> Mapping[str, Any]:
    where = f"{path.parent.name}/{path.name}"
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise RuleSetError(f"{where}: the file is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise RuleSetError(f"{where}: {problem}") from None


def _rules(name: str, topic: str, tables: Mapping[str, Mapping[str, Any]], make: Callable[[Item], Rule]) -> tuple[Rule, ...]:
    file = Item(f"{name}/{topic}.toml", tables[topic])
    found = tuple(make(item) for item in file.items(topic, name="id", needed=True))
    file.done()
    return found


def _single(name: str, topic: str, tables: Mapping[str, Mapping[str, Any]], make: Callable[[Item], Rule]) -> Timeline[Rule]:
    return _timeline(f"{name}/{topic}.toml", _rules(name, topic, tables, make), gapless=True)


def _timeline(where: str, rules: tuple[Rule, ...], *, gapless: bool) -> Timeline[Rule]:
    checks.refuse_overlaps(where, rules)
    if gapless:
        checks.refuse_gaps(where, rules)
    return Timeline(rules)


def _grouped(rules: Iterable[Rule], key: Callable[[Rule], str]) -> dict[str, tuple[Rule, ...]]:
    groups: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        groups[key(rule)] = (*groups.get(key(rule), ()), rule)
    return groups


def _isolation(name: str, rules: tuple[IsolationRule, ...]) -> dict[tuple[str, str], Timeline[IsolationRule]]:
    """Special populations fall back to "general", so only "general" must be without gap."""
    slots: dict[tuple[str, str], tuple[IsolationRule, ...]] = {
        ("general", "symptomatic"): (),
        ("general", "never_symptomatic"): (),
    }
    for rule in rules:
        if rule.alternative:
            continue
        for slot in ((population, course) for population in rule.populations for course in rule.courses):
            slots[slot] = (*slots.get(slot, ()), rule)
    return {
        slot: _timeline(f"{name}/isolation.toml, {' '.join(slot)}", found, gapless=slot[0] == "general")
        for slot, found in slots.items()
    }


def _check_quarantine(name: str, rules: tuple[QuarantineRule, ...]) -> None:
    """Options run side by side, so versions are compared per option; a contact without exemption always has one."""
    where = f"{name}/quarantine.toml"
    checks.refuse_gaps(where, [rule for rule in rules if not rule.exempts])
    for option, group in _grouped((rule for rule in rules if not rule.exempts), lambda rule: rule.option).items():
        checks.refuse_overlaps(f"{where}, {option}", group)
    # Exemptions of different kinds run side by side; two versions of the same kind on one day would contradict.
    kinds: dict[str, tuple[QuarantineRule, ...]] = {}
    for rule in rules:
        for exemption in rule.exempts:
            before = kinds.get(exemption.reason, ())
            if rule not in before:
                kinds[exemption.reason] = (*before, rule)
    for reason, group in kinds.items():
        checks.refuse_overlaps(f"{where}, exempt {reason}", group)


def _titles(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for topic in TOPICS:
        for item in tables[topic][topic]:
            titles[item["id"]] = item["title"]
            for part in (*item.get("clauses", ()), *item.get("advice", ())):
                if "id" in part and "title" in part:
                    titles.setdefault(part["id"], part["title"])
    return titles


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
