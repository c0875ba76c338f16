"""Every problem that a reading can name: what is wrong, what to do, and whether it keeps the report from being filed.

Two readers: staff on the page of held reports, and whoever reads the JSON of `contact intake read`. Codes are stable; a code
may carry a detail after a colon (`column_missing:patient_dob`). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Holds = Literal["always", "person", "never"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`holds`: always; person: only a report that needs a person (a positive or undecided result); never: told, not held."""

    says: str
    do: str
    holds: Holds = "always"


_LOOK: Final = "Look at the message and correct it, file it, or set it aside with a reason."
_SENDER: Final = "Ask the sender to send it again."
_WHO: Final = "Find out who it is, or set it aside."
_ASK: Final = "Ask the laboratory, then correct the line."
_CODE: Final = "Say what the code means; all reports that wait for it are then filed together."

PROBLEMS: Final[dict[str, Problem]] = {
    # The message as a whole
    "empty": Problem("There is nothing in it.", "Ask the sender what was meant to come."),
    "no_message": Problem("The file holds no message that can be read.", _SENDER),
    "unknown_format": Problem("It is neither HL7, nor a table, nor FHIR.", _SENDER),
    "no_header": Problem("The message has no header (MSH).", _SENDER),
    "header_cut": Problem("The header (MSH) is cut off.", _SENDER),
    "line_ends_lost": Problem("Line ends were written as the two characters \\r.", "Ask the sender to mend its export."),
    "too_large": Problem("The message is larger than any report (4 MB).", _SENDER),
    "reader_failed": Problem("The reader itself failed.", "Tell the maintainers; the message is kept as it came."),
    "message_type": Problem("This is no laboratory result message (ORU).", "Nothing, unless results should have come.", "never"),
    "message_type_missing": Problem("The header does not say what kind of message it is.", _LOOK),
    "version_missing": Problem("The header names no HL7 version; read like 2.5.1.", "Tell the sender.", "never"),
    "version_unknown": Problem("The header names a version that does not exist; read like 2.5.1.", "Tell the sender.", "never"),
    "processing_missing": Problem("The header does not say whether it is live or a test (MSH-11).", "Tell the sender.", "never"),
    "test_message": Problem("Marked as a test (MSH-11 T or D).", "Nothing: it opens no case unless its sender may.", "never"),
    "several_patients": Problem("One message speaks of several people.", "Ask the sender for one message per person."),
    "patient_missing": Problem("It says nothing of a person: no name, birth date, address or telephone.", _SENDER),
    # What the surveillance system says of its numbers
    "number_unknown": Problem(
        "The surveillance system speaks of a number by which nobody is known here.",
        "File a report that has the number, then file this again; or set it aside.",
    ),
    "number_of_two": Problem(
        "Several people are known by this number of the surveillance system.", "Find out whose it is; merge them if they are one."
    ),
    "numbers_told_apart": Problem(
        "The surveillance system merges two people of whom somebody here said that they are not the same.",
        "Compare the two, then merge them here or tell the surveillance system.",
    ),
    "numbers_not_merged": Problem(
        "The two cannot be merged at this moment: somebody is working on them.", "File it again in a minute."
    ),
    "numbers_not_one": Problem(
        "The surveillance system parts two people whom no merge of its own joined here.",
        "Look at the person's merges, and take back the one that is wrong.",
    ),
    # Tables and FHIR
    "not_delimited": Problem("This is no table with columns.", _SENDER),
    "no_row": Problem("The row is empty.", "Nothing, or ask the sender."),
    "unknown_layout": Problem("A table whose columns nobody knows.", "Ask the sender for one of the known layouts."),
    "no_result_column": Problem("A table without results.", "Nothing, unless results should have come.", "never"),
    "column_missing": Problem("A column is missing.", "Ask the sender to add it, or fill in what is missing."),
    "several_rows": Problem("A cell breaks the row in two.", _LOOK),
    "row_too_long": Problem("The row has more cells than the table has columns.", "Look for a comma inside a name or address."),
    "row_too_short": Problem("The row has fewer cells than the table has columns.", _LOOK),
    "not_json": Problem("This is no JSON.", _SENDER),
    "not_fhir": Problem("This is no FHIR resource.", _SENDER),
    "too_deep": Problem("It is nested deeper than any report.", _SENDER),
    # The person
    "name_missing": Problem("The name is missing, or half of it.", _WHO, "person"),
    "placeholder_name": Problem("The name is a placeholder (REDACTED, UNKNOWN …).", _WHO, "person"),
    "test_name": Problem("The name looks like that of a test patient.", "Set it aside, or file it if it is a name.", "person"),
    "birth_date_missing": Problem("The birth date is missing.", "Fill it in if you can.", "never"),
    "birth_year_only": Problem("Only the year (or month) of birth came.", "Fill in the date if you can.", "never"),
    "birth_date_unreadable": Problem("The birth date is not a date.", "Correct it.", "person"),
    "birth_date_implausible": Problem("Born after the specimen was taken, or 130 years ago.", "Correct the birth date.", "person"),
    "too_little_to_identify": Problem("No birth date, telephone or street: nobody could be found.", _LOOK, "person"),
    # The results
    "no_result": Problem("There is no result line.", _LOOK),
    "no_value": Problem("The result lines are empty.", _SENDER),
    "specimen_date_missing": Problem("Nothing says when the specimen was taken.", "Fill in the date.", "person"),
    "specimen_date_unreadable": Problem("The specimen date is not a date.", "Fill in the date.", "never"),
    "not_verified": Problem("A result that the laboratory has not verified (status R).", "Wait for the final one.", "person"),
    "test_code_unknown": Problem("A result under a test code that nobody knows.", _CODE),
    "value_code_unknown": Problem("A result code that nobody knows.", _CODE),
    "value_unknown": Problem("A result in words that nobody knows.", "Say what the words mean, or correct the line."),
    "value_contradicts_itself": Problem("Code and words of a result say different things.", _ASK),
    "result_marked_as_question": Problem("A positive result marked as an answer to a question (OBX-29).", _ASK),
    "several_targets": Problem("One result for several viruses together.", "Find out which one, then correct the line."),
    "older_code": Problem("A code for an older virus that some laboratories use for COVID-19.", _ASK),
    "disorder_as_result": Problem("A diagnosis stands where a result belongs.", _ASK),
    "organism_named": Problem("An organism stands as the result.", "Decide whether it is to be followed."),
    "number_only": Problem("Only a number, marked abnormal.", "Decide what it means, then correct the line."),
    "code_system_wrong": Problem("A known code under a wrong system name; it was read.", "Tell the sender.", "never"),
    "matched_by_name": Problem("A test recognised by its name, not by a code.", "Ask the sender for LOINC codes.", "never"),
}  # fmt: skip

_UNKNOWN: Final = Problem("A problem without a description.", _LOOK)


def problem(code: str) -> Problem:
    """What a code means; its detail after a colon does not count. A code that nobody described holds."""
    return PROBLEMS.get(code.partition(":")[0], _UNKNOWN)


def holding(codes: Iterable[str], *, needs_person: bool = True) -> tuple[str, ...]:
    """Those of the codes that hold a report."""
    return tuple(c for c in codes if (h := problem(c).holds) == "always" or (h == "person" and needs_person))


def sentence(code: str) -> str:
    """What is wrong and what to do, for a person."""
    found, detail = problem(code), code.partition(":")[2]
    return f"{found.says.rstrip('.')}: {detail}. {found.do}" if detail else f"{found.says} {found.do}"
