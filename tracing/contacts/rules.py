"""What a contact's exposures come to: which of them count, from when until when, and the way through quarantine. Pure: no Django, no
clock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from tracing.diseases.rules import ContactFacts, QuarantineOption, quarantine
from tracing.diseases.ruleset.shapes import RuleSet

STAYS_NOT: Final = frozenset({"exempt", "none"})
"""Options that keep nobody at home."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """One exposure. `close` None: not decided, and then it counts."""

    key: object
    last_on: date
    first_on: date | None = None
    continues: bool = False
    until: date | None = None
    """The last day on which the source infects others."""
    close: bool | None = None

    @property
    def ends_on(self) -> date:
        """The last exposure: of those who cannot keep apart at the end of the source's infectious days."""
        return max(self.last_on, self.until) if self.continues and self.until else self.last_on

    @property
    def begins_on(self) -> date:
        return min(self.first_on or self.last_on, self.last_on)


@dataclass(frozen=True, slots=True)
class Told:
    """What the contact said of themselves; None and "" where nothing was said."""

    facts: ContactFacts = ContactFacts()
    option: str = ""
    negative_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """The way that counts, with those beside it, and the exposure that ends last."""

    option: QuarantineOption
    options: tuple[QuarantineOption, ...]
    starts_on: date
    ends_on: date | None
    exposure: object
    reasons: tuple[str, ...]

    @property
    def stays(self) -> bool:
        return self.ends_on is not None


def decide(ruleset: RuleSet, *, decision_on: date, exposures: Collection[Exposed], told: Told | None = None) -> Decided | None:
    """The quarantine of somebody from ALL exposures together; None where none counts.

    It is counted from the last of them. Exposures so near to each other that a quarantine of the one was still running at the next
    are one: an exemption is judged on the first day of that, not on the day of a meeting months ago.
    """
    counted = sorted((one for one in exposures if one.close is not False), key=lambda one: (one.ends_on, one.begins_on, str(one.key)))
    if not counted:
        return None
    said = told or Told()
    last = counted[-1]
    first_on = _together(ruleset, decision_on, counted, said)
    found = quarantine(
        ruleset, decision_on=decision_on, last_exposure_on=last.ends_on, facts=replace(said.facts, first_exposure_on=first_on)
    )
    if not found.options:
        return None
    chosen = choose(found.options, said.option, said.negative_on)
    reasons = found.reasons
    if any(one.continues and one.until and one.until > one.last_on for one in counted):
        reasons = (*reasons, "exposure_continues")
    if chosen.code == said.option and not chosen.preferred:
        reasons = (*reasons, "test_negative" if chosen.test_required else "option_chosen")
    return Decided(chosen, found.options, chosen.starts_on or first_on, chosen.ends_on, last.key, reasons)


def _together(ruleset: RuleSet, decision_on: date, counted: Sequence[Exposed], told: Told) -> date:
    begins = counted[-1].begins_on
    for one in reversed(counted[:-1]):
        options = quarantine(ruleset, decision_on=decision_on, last_exposure_on=one.ends_on, facts=ContactFacts()).options
        if max((option.ends_on or one.ends_on for option in options), default=one.ends_on) < begins:
            break
        begins = min(begins, one.begins_on)
    return begins


def choose(options: Sequence[QuarantineOption], wanted: str, negative_on: date | None) -> QuarantineOption:
    """The option they chose if it is open to them, else the preferred one. One that asks for a test needs a negative specimen of its
    day or later."""
    preferred = next((option for option in options if option.preferred), options[0])
    for option in options:
        if option.code == wanted:
            return option if passed(option, negative_on) else preferred
    return preferred


def passed(option: QuarantineOption, negative_on: date | None) -> bool:
    """Whether the test that an option asks for is there."""
    if not option.test_required:
        return True
    return negative_on is not None and (option.test_from is None or negative_on >= option.test_from)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody who was named: about their own illness of the same disease, and whether they live."""

    dead: bool = False
    positive_on: date | None = None
    """Their newest positive specimen of a case that stands."""
    case_open: bool = False


DEAD, ILL, EXPOSED = "dead", "ill", "exposed"


def standing(known: Known, last_on: date | None) -> str:
    """What follows for somebody named, without a word to whoever named them: of the dead nothing; somebody who has the illness already,
    or was found positive on the day of the exposure or later, is followed as a case, and the exposure tells where it went or came from."""
    if known.dead:
        return DEAD
    if known.case_open or (known.positive_on is not None and last_on is not None and known.positive_on >= last_on):
        return ILL
    return EXPOSED
