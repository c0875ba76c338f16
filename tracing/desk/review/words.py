"""What is wrong with a report, what to do about it, and why somebody may be the same person: codes in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracing.diseases import codebook
from tracing.intake import problems
from tracing.people.linkage import reasons


@dataclass(frozen=True, slots=True)
class Said:
    """A problem: what is wrong in a few words, and what to do."""

    code: str
    title: Any
    todo: Any
    holds: bool = True
    """Whether it keeps a report from being filed; others are told beside it."""


_PROGRAM = gettext_lazy("Tell whoever looks after ContaCT, then file it again.")
_TAKEN = gettext_lazy("Enter the day on which the specimen was taken.")

FILING: dict[str, tuple[Any, Any]] = {
    "no_name": (gettext_lazy("A positive result without a name"), gettext_lazy("Find out who it is, or set it aside.")),
    "no_date": (gettext_lazy("A positive result without any date"), _TAKEN),
    "date_in_the_future": (gettext_lazy("The specimen is dated in the future"), _TAKEN),
    "nothing_to_file": (
        gettext_lazy("No result of a disease that is followed here"),
        gettext_lazy("Say which disease the test looks for, or set it aside as nothing to report."),
    ),
    "no_rule_set": (
        gettext_lazy("There is no rule set for this condition"),
        gettext_lazy("It waits on the page of conditions without a rule set."),
    ),
    "other_person_in_correction": (
        gettext_lazy("A correction names another person than the result it corrects"),
        gettext_lazy("Compare name and birth date with the laboratory. Correct the name, or set it aside."),
    ),
    "unreadable": (
        gettext_lazy("The message cannot be read"),
        gettext_lazy("Ask the sender to send it again, then set this one aside."),
    ),
    "no_message_found": (
        gettext_lazy("No report was found in this delivery"),
        gettext_lazy("Ask the sender what was meant to come, then set it aside."),
    ),
    "reading_failed": (gettext_lazy("The program failed while reading this delivery"), _PROGRAM),
    "filing_failed": (gettext_lazy("The program failed while filing it"), _PROGRAM),
    "sender_unknown": (
        gettext_lazy("Nobody has confirmed this sender"),
        gettext_lazy("Confirm the sender; everything that came from it is filed then."),
    ),
    "taken_back": (gettext_lazy("Somebody took the decision back"), gettext_lazy("Decide anew.")),
}
"""What the filing finds, beyond what the reading finds (`intake.problems`): what is wrong, what to do."""


def problem(code: str) -> Said:
    """A code such as `column_missing:patient_dob` in words."""
    base, _colon, detail = code.partition(":")
    if base in FILING:
        title, todo = FILING[base]
        holds = True
    else:
        found = problems.problem(code)
        title, todo, holds = _(found.says).rstrip("."), _(found.do), found.holds != "never"
    return Said(code, f"{title}: {detail}" if detail else title, todo, holds)


def said(codes: Iterable[str]) -> list[Said]:
    """Several, those that hold the report first."""
    return sorted((problem(code) for code in codes), key=lambda one: not one.holds)


def disease(code: str) -> str:
    """The name of a condition."""
    found = codebook.load().conditions.get(code)
    return found.name if found else code


def cause(code: str) -> str:
    """What would mend it, in words."""
    kind, _colon, what = code.partition(":")
    system, _bar, value = what.rpartition("|")
    match kind:
        case "code" if system == "LN":
            return _("LOINC %(code)s is not known") % {"code": value}
        case "code":
            return _("Test code %(code)s is not known") % {"code": value}
        case "value":
            return _("Result code %(code)s is not known") % {"code": value}
        case "word":
            return _("Result “%(words)s” is not known") % {"words": what}
        case "sender":
            return _("Sender %(code)s is not confirmed") % {"code": what}
        case "rule_set":
            known = codebook.load().conditions.get(what)
            return _("No rule set for %(condition)s") % {"condition": known.name if known else what}
    return code.replace("_", " ")


CLASSES: tuple[tuple[str, Any], ...] = (
    ("positive", gettext_lazy("Positive")),
    ("negative", gettext_lazy("Negative")),
    ("inconclusive", gettext_lazy("Inconclusive")),
    ("invalid", gettext_lazy("Invalid")),
    ("not_done", gettext_lazy("Not done")),
    ("other", gettext_lazy("Something else")),
    ("none", gettext_lazy("No result")),
)
SHOWN_CLASSES = {**dict(CLASSES), "numeric": gettext_lazy("A number"), "text": gettext_lazy("Text")}

_FORMER: dict[str, Any] = {
    "same_name": gettext_lazy("Same name"),
    "same_birth_date": gettext_lazy("Same birth date"),
    "same_telephone": gettext_lazy("Same telephone"),
    "other_sex": gettext_lazy("The sex differs"),
    "birth_day_and_month_swapped": gettext_lazy("Day and month of birth swapped"),
    "other_birth_date": gettext_lazy("Another birth date"),
    "given_name_missing": gettext_lazy("A first name is missing"),
    "other_family_name": gettext_lazy("Another last name"),
}
"""Of matches made before people were compared by weights."""
REASONS: dict[str, Any] = {**_FORMER, **reasons.REASONS}
"""Why somebody may be the same person."""

OUTCOMES: dict[str, Any] = {
    "possible": gettext_lazy("Nobody has decided yet"),
    "same": gettext_lazy("The same person"),
    "different": gettext_lazy("Not the same person"),
    "provisional": gettext_lazy("Nobody decided in time: opened provisionally"),
    "withdrawn": gettext_lazy("No longer alike"),
}
"""What became of a decision that was sent on."""

_DOUBTS = frozenset("other_sex other_birth_date other_family_name told_apart several_fit shared_household too_common".split())


def against(code: str) -> bool:
    """Whether a reason speaks against it."""
    return code in _DOUBTS or code.endswith(("_other", "_other_common", "_other_unit"))


CORRECTIONS_WRONG: dict[str, Any] = {
    "too_long": gettext_lazy("This is too long."),
    "not_text": gettext_lazy("Use letters, digits and signs only."),
    "not_a_date": gettext_lazy("Enter a date as month/day/year, for example 3/17/2021."),
    "in_the_future": gettext_lazy("This day has not come yet."),
    "too_long_ago": gettext_lazy("This is too long ago."),
    "not_a_code": gettext_lazy("Choose one from the list."),
    "not_a_zip": gettext_lazy("Enter five digits, for example 06511, or nine."),
    "not_a_telephone": gettext_lazy("Enter a telephone number with its area code, for example (203) 555-0142."),
    "not_correctable": gettext_lazy("This cannot be corrected."),
}

ASIDE: tuple[tuple[str, Any, str], ...] = (
    ("duplicate", gettext_lazy("Came another way too"), "content_copy"),
    ("test_message", gettext_lazy("A test message"), "construction"),
    ("not_about_a_person", gettext_lazy("Not about a person"), "groups"),
    ("not_reportable", gettext_lazy("Nothing to report"), "remove_circle"),
    ("unreadable_asked_sender", gettext_lazy("Unreadable; sender asked"), "mail"),
    ("other", gettext_lazy("Another reason"), "more_horiz"),
)
"""Why a report is set aside: code, words on the button, icon."""
