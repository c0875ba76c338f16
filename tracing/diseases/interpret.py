"""What one result line means: is it a result at all, for which condition, and what does it say? Pure.

Order of trust: code together with its system, then words, then a person. A flag such as *abnormal* supports but never
decides. Whatever this module cannot settle it names as a problem; `tracing.intake.problems` says what to do about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tracing.base.text import fold
from tracing.diseases.codebook import CodeBook, Test, Value
from tracing.diseases.wording import in_words

Kind = Literal["result", "aoe", "control", "note"]
Class = Literal["positive", "negative", "inconclusive", "invalid", "not_done", "numeric", "text", "other", "none"]

_SNOMED_SYSTEMS = frozenset({"SCT", "SNOMED", "SNOMEDCT", "SNM", "SNM3", "SNOMED-CT", "SNOMED CT", "HTTP://SNOMED.INFO/SCT"})
_LOINC_SYSTEMS = frozenset({"LN", "LOINC", "HTTP://LOINC.ORG"})
# Questions of the national notifiable disease messages and of the base system that health departments run.
_QUESTION_CODE = re.compile(r"(?:INV|NBS|DEM|NOT|VAX|PHC)\d{2,}", re.IGNORECASE)
_QUESTION_NAMES = frozenset(
    "age|sex|race|ethnicity|symptom|symptoms|pregnant|pregnancy|occupation|hospitalized|icu|first test|school"
    "|residence type|date of onset".split("|")
)
_ANALYTES = (
    ("antigen", re.compile(r"\b(?:ag|antigen)\b")),
    ("igm", re.compile(r"\bigm\b(?!.*\bigg\b)")),
    ("igg", re.compile(r"\bigg\b(?!.*\bigm\b)")),
    ("antibody", re.compile(r"\b(?:ab|abs|antibody|antibodies|igg|igm|serology)\b")),
    ("molecular", re.compile(r"\b(?:rna|dna|pcr|naa|naat|nat|nucleic|gene|molecular|amplification|lamp)\b")),
    ("culture", re.compile(r"\bcultures?\b")),
)
_NUMBERS = frozenset({"NM", "SN"})
_WORDS = frozenset({"ST", "TX", "FT"})
# A value longer than this is prose. It is cut before it is looked at, so that prose costs nothing.
_LONG = 160
_PROSE = 40


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a result line is. `problems` are codes of `tracing.intake.problems`; `fixable` names what would mend them."""

    kind: Kind
    cls: Class
    condition: str = ""
    analyte: str = ""
    presumptive: bool = False
    problems: tuple[str, ...] = ()
    fixable: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def system(name: str) -> str:
    """A code system under its HL7 name: SCT, LN, or as sent in capitals."""
    name = name.strip().upper()
    if name in _SNOMED_SYSTEMS or name.endswith(".6.96"):
        return "SCT"
    if name in _LOINC_SYSTEMS or name.endswith("2.16.840.1.113883.6.1"):
        return "LN"
    return name


def interpret(
    codes: CodeBook,
    *,
    loinc: str = "",
    local_code: str = "",
    name: str = "",
    value_type: str = "",
    value_code: str = "",
    value_system: str = "",
    value_text: str = "",
    alt_code: str = "",
    alt_system: str = "",
    alt_text: str = "",
    observation_type: str = "",
    aoe_flag: bool = False,
) -> Meaning:
    """The meaning of one line.

    `name`: every name of the test that was sent, joined. `value_text`: the value in words (CWE.2, or the whole of an ST);
    `alt_*`: a second triplet; its text may hold further words for the same value, parted by line ends. `observation_type`:
    OBX-29 (table 0936). `aoe_flag`: the format itself says that this is an order-entry answer.
    """
    if aoe_flag or observation_type == "QST":
        test = codes.tests.get(loinc)
        if test is not None and test.condition and _says_positive(codes, value_code, alt_code, value_text):
            # Never counted as a result; but a positive result must not get lost under a wrong mark either.
            return _DOUBTFUL
        return _QUESTION
    return _meaning(
        codes,
        loinc,
        local_code,
        name,
        value_type,
        value_code,
        value_system,
        value_text[:_LONG] if len(value_text) > _LONG else value_text,
        alt_code,
        alt_system,
        alt_text[:_LONG] if len(alt_text) > _LONG else alt_text,
    )


_QUESTION = Meaning("aoe", "none")
_DOUBTFUL = Meaning("aoe", "none", problems=("result_marked_as_question",))


def _says_positive(codes: CodeBook, value_code: str, alt_code: str, value_text: str) -> bool:
    found = codes.by_code.get(value_code) or codes.by_code.get(alt_code) or in_words(codes, value_text[:_LONG])
    return found is not None and found.cls == "positive"


@lru_cache(maxsize=16384)
def _meaning(
    codes: CodeBook,
    loinc: str,
    local_code: str,
    name: str,
    value_type: str,
    value_code: str,
    value_system: str,
    value_text: str,
    alt_code: str,
    alt_system: str,
    alt_text: str,
) -> Meaning:
    test = codes.tests.get(loinc)
    if test is None and local_code:  # what staff said that this sender's own code means
        test = codes.tests.get(f"L|{local_code}")
    folded = fold(name[:400])
    if loinc in codes.questions or local_code in codes.questions or _QUESTION_CODE.fullmatch(local_code):
        return _QUESTION
    if test is None and (folded in _QUESTION_NAMES or codes.question_names.search(folded)):
        return _QUESTION
    if test.role == "control" if test is not None else codes.control_names.search(folded):
        return Meaning("control", "none")

    problems: list[str] = []
    coded = _coded(codes, value_code, value_system, problems)
    other = _coded(codes, alt_code, alt_system, problems if coded is None else [])
    said_twice = coded is not None and other is not None
    coded = coded or other
    texts = (value_text, *alt_text.split("\n"), "" if value_code.isdigit() else value_code)
    told = [said for said in (in_words(codes, text) for text in texts if text) if said is not None]
    if test is None and coded is not None and coded.what == "answer":
        return _QUESTION
    value = coded or (told[0] if told else None)
    if value is not None and not value.what:
        classes = {value.cls, *(said.cls for said in told if not said.what)}
        if said_twice and other is not None and not other.what:
            classes.add(other.cls)
        if len(classes) > 1:
            problems.append("value_contradicts_itself")
    cls: str
    if value is not None:
        cls = value.cls
    elif not (value_code or value_text.strip() or alt_code or alt_text.strip()):
        cls = "none"
    elif value_type in _NUMBERS:
        cls = "numeric"
    else:
        cls = _unknown_class(value_type, value_code, value_system)
    condition, analyte, fixable = _target(codes, test, loinc, local_code, folded, value, cls, problems)
    if value is not None and value.what in ("disorder", "organism"):
        problems.append("disorder_as_result" if value.what == "disorder" else "organism_named")
        condition = condition or value.condition
        if value.what == "organism" and test is not None and test.role == "culture" and not value.condition:
            problems.pop()  # an organism that is known not to be anybody's to follow
    elif (
        value is None
        and cls == "other"
        and system(value_system) == "SCT"
        and (condition or test is None or test.role == "culture")
    ):
        problems.append("value_code_unknown")
        fixable = (*fixable, f"value:SCT|{value_code}")
    kind: Kind = "result"
    if cls == "text" and value_type in _WORDS and (len(value_text) > _PROSE or (test is not None and test.role == "note")):
        kind = "note"
    return Meaning(
        kind,
        cls,  # type: ignore[arg-type]
        condition,
        analyte,
        cls == "positive" and any(said.presumptive for said in (value, *told) if said is not None),
        tuple(dict.fromkeys(problems)),
        fixable,
    )


def _coded(codes: CodeBook, code: str, name: str, problems: list[str]) -> Value | None:
    """What a coded value means, by code and system; a SNOMED CT number also under a wrong system name."""
    if not code:
        return None
    known = codes.values.get(f"{system(name)}|{code}")
    if known is None:
        known = codes.by_code.get(code)
        if known is not None and system(name):
            problems.append("code_system_wrong")
    return known


def _unknown_class(value_type: str, code: str, name: str) -> Class:
    """A value that no table knows: *other* if it is a code that someone could look up, else words."""
    if value_type not in ("CWE", "CE", "CNE", "IS", "ID") or not code:
        return "text"
    said = system(name)
    if said in ("SCT", "LN"):
        return "text" if said == "SCT" and not code.isdigit() else "other"
    return "other" if not said and code.isdigit() else "text"


def _target(
    codes: CodeBook,
    test: Test | None,
    loinc: str,
    local_code: str,
    name: str,
    value: Value | None,
    cls: str,
    problems: list[str],
) -> tuple[str, str, tuple[str, ...]]:
    """Condition that the test looks for, how it looks, and what would mend an unknown code."""
    positive = cls == "positive"
    if test is None:
        condition = "" if loinc else codes.named(name)
        if condition:
            problems.append("matched_by_name")
            return condition, analyte_named(name), ()
        if positive or (value is not None and value.what):
            problems.append("test_code_unknown")
            return "", "", (f"code:LN|{loinc}" if loinc else f"code:L|{local_code or name[:60]}",)
        return "", "", ()
    condition = test.condition
    if test.role == "panel":
        condition = codes.named(name)
        if positive and not condition:
            problems.append("several_targets")
    elif test.role == "alias":
        if codes.named(name) == "covid19":
            condition = "covid19"
            problems.append("matched_by_name")
        elif positive:
            problems.append("older_code")
    elif test.role == "combined" and cls not in ("negative", "none", "not_done", "invalid"):
        problems.append("several_targets")
    return condition, test.analyte, ()


def analyte_named(name: str) -> str:
    """How a test looks, by its folded name: antigen, igm, igg, antibody, molecular, culture, else other."""
    return next((analyte for analyte, pattern in _ANALYTES if pattern.search(name)), "other")
