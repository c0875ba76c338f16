"""What segments and fields are called, and which fields a problem is about. Data only.

Names of HL7 fields after version 2.5.1, shortened to what staff say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OPENED: Final = 4
"""With more result lines than this only those with a problem are opened."""

SEGMENTS: Final = {
    "FHS": "File",
    "BHS": "Batch",
    "MSH": "Message",
    "SFT": "Software",
    "PID": "Person",
    "PD1": "Person, more",
    "NK1": "Next of kin",
    "PV1": "Visit",
    "PV2": "Visit, more",
    "ORC": "Order",
    "OBR": "Test ordered",
    "OBX": "Result",
    "SPM": "Specimen",
    "NTE": "Notes",
    "TQ1": "Timing",
    "BTS": "End of batch",
    "FTS": "End of file",
}

FIELDS: Final = {
    "MSH-2": "Delimiters",
    "MSH-3": "Sending system",
    "MSH-4": "Sender",
    "MSH-5": "Receiving system",
    "MSH-6": "Receiver",
    "MSH-7": "Sent",
    "MSH-9": "Kind of message",
    "MSH-10": "Message number",
    "MSH-11": "Live or test",
    "MSH-12": "HL7 version",
    "MSH-18": "Letters",
    "MSH-21": "Profile",
    "PID-1": "No.",
    "PID-2": "Number",
    "PID-3": "Numbers",
    "PID-4": "Other number",
    "PID-5": "Name",
    "PID-6": "Mother's maiden name",
    "PID-7": "Birth date",
    "PID-8": "Sex",
    "PID-10": "Race",
    "PID-11": "Address",
    "PID-12": "County",
    "PID-13": "Telephone, home",
    "PID-14": "Telephone, work",
    "PID-15": "Language",
    "PID-19": "Social security number",
    "PID-22": "Ethnicity",
    "PID-29": "Died on",
    "PID-30": "Has died",
    "PID-33": "Changed",
    "ORC-1": "What to do",
    "ORC-2": "Order number of the clinic",
    "ORC-3": "Order number of the laboratory",
    "ORC-12": "Ordered by",
    "ORC-14": "Telephone",
    "ORC-21": "Ordering facility",
    "ORC-22": "Its address",
    "ORC-23": "Its telephone",
    "ORC-24": "Provider's address",
    "OBR-1": "No.",
    "OBR-2": "Order number of the clinic",
    "OBR-3": "Order number of the laboratory",
    "OBR-4": "Test",
    "OBR-7": "Specimen taken",
    "OBR-8": "Specimen taken until",
    "OBR-14": "Specimen received",
    "OBR-15": "Specimen",
    "OBR-16": "Ordered by",
    "OBR-17": "Telephone",
    "OBR-22": "Result reported",
    "OBR-25": "State of the result",
    "OBR-26": "Result it follows from",
    "OBR-31": "Reason",
    "OBR-13": "Clinical information",
    "OBX-1": "No.",
    "OBX-2": "Kind of value",
    "OBX-3": "Test",
    "OBX-4": "Part",
    "OBX-5": "Result",
    "OBX-6": "Unit",
    "OBX-7": "Normal range",
    "OBX-8": "Flag",
    "OBX-11": "State of the result",
    "OBX-14": "Specimen taken",
    "OBX-15": "Laboratory",
    "OBX-17": "Method",
    "OBX-18": "Device",
    "OBX-19": "Analysed",
    "OBX-23": "Performing laboratory",
    "OBX-24": "Its address",
    "OBX-25": "Its director",
    "OBX-29": "Kind of line",
    "SPM-1": "No.",
    "SPM-2": "Number",
    "SPM-4": "Kind",
    "SPM-7": "How taken",
    "SPM-8": "From where",
    "SPM-17": "Taken",
    "SPM-18": "Received",
    "NK1-2": "Name",
    "NK1-3": "Relation",
    "NK1-4": "Address",
    "NK1-5": "Telephone",
    "PV1-2": "Kind of patient",
    "PV1-44": "Admitted",
    "PV1-45": "Discharged",
}


UNSHOWN: Final = frozenset(f"{name}-1" for name in ("PID", "OBR", "OBX", "SPM", "NK1", "PV1", "SFT")) | {"OBX-2", "MSH-2"}
"""Numbers of lines and the like: not worth reading, but marked where they are the problem."""
DATES: Final = frozenset(
    "MSH-7 PID-7 PID-29 PID-33 OBR-7 OBR-8 OBR-14 OBR-22 OBX-14 OBX-19 SPM-17 SPM-18 PV1-44 PV1-45 ORC-9 ORC-15".split()
)


@dataclass(frozen=True, slots=True)
class Marks:
    """Fields of a message: HL7 fields, our names of columns (`flat_columns.COLUMNS`), paths of FHIR resources."""

    hl7: frozenset[str] = frozenset()
    csv: frozenset[str] = frozenset()
    fhir: frozenset[str] = frozenset()


def _marks(hl7: str, csv: str, fhir: str) -> Marks:
    return Marks(frozenset(hl7.split()), frozenset(csv.split()), frozenset(fhir.split()))


_NAME = _marks("PID-5", "last first", "Patient.name")
_BIRTH = _marks("PID-7", "birth", "Patient.birthDate")
_TEST = _marks("OBX-3", "test_code ordered_code test_name", "Observation.code")
_VALUE = _marks("OBX-5", "result", "Observation.value")
_TAKEN = _marks("OBR-7 SPM-17", "collected_at", "Specimen.collection Observation.effective")
_WHO = _marks("PID-5 PID-7", "last first birth", "Patient.name Patient.birthDate")

MARKS: Final = {
    "name_missing": _NAME,
    "no_name": _NAME,
    "placeholder_name": _NAME,
    "test_name": _NAME,
    "birth_date_missing": _BIRTH,
    "birth_date_unreadable": _BIRTH,
    "birth_date_implausible": _BIRTH,
    "no_birth_date": _BIRTH,
    "bad_birth_date": _BIRTH,
    "birth_year_only": _BIRTH,
    "several_patients": _WHO,
    "other_person_in_correction": _WHO,
    "test_code_unknown": _TEST,
    "matched_by_name": _TEST,
    "several_targets": _TEST,
    "older_code": _TEST,
    "nothing_to_file": _TEST,
    "no_rule_set": _TEST,
    "value_code_unknown": _VALUE,
    "value_unknown": _VALUE,
    "value_contradicts_itself": _VALUE,
    "disorder_as_result": _VALUE,
    "organism_named": _VALUE,
    "no_result": _VALUE,
    "code_system_wrong": _VALUE,
    "specimen_date_missing": _TAKEN,
    "specimen_date_unreadable": _TAKEN,
    "no_date": _TAKEN,
    "date_in_the_future": _TAKEN,
    "no_specimen_date": _TAKEN,
    "bad_specimen_date": _TAKEN,
    "no_value": _VALUE,
    "number_only": _VALUE,
    "not_verified": _marks("OBX-11", "status", "Observation.status"),
    "patient_missing": _WHO,
    "too_little_to_identify": _marks(
        "PID-7 PID-11 PID-13", "birth phone street", "Patient.birthDate Patient.telecom Patient.address"
    ),
    "message_type_missing": _marks("MSH-9", "", ""),
    "processing_missing": _marks("MSH-11", "", ""),
    "version_missing": _marks("MSH-12", "", ""),
    "sender_unknown": _marks("MSH-4", "", ""),
    "test_message": _marks("MSH-11", "", ""),
}
