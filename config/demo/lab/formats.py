"""One order as an HL7 v2.5.1 message, a row of a SimpleReport spreadsheet, or a FHIR R4 bundle. Fast and simple."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from config.demo.lab.orders import Answer, Finding, Order, Place

_ESCAPES = str.maketrans({"|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "\\": "\\E\\", "&": "\\T\\"})


def make_message(order: Order) -> bytes:
    """One ORU^R01, segments parted by CR, UTF-8."""
    return hl7_text(order).encode()


def hl7_text(order: Order) -> str:
    who, lab = order.person, order.lab
    e = _escape
    collected, resulted = _stamp(order.collected), _stamp(order.resulted)
    filler = f"{e(order.accession)}^{e(lab.name)}^{lab.clia}^CLIA"
    address = f"{e(who.street)}^{e(who.street2)}^{e(who.city)}^{who.state}^{who.zip}^USA^H^^{e(who.county)}"
    if who.second_address:
        street, city, state, zip_code = who.second_address
        address += f"~{e(street)}^^{e(city)}^{state}^{zip_code}^USA^C"
    phone = f"^PRN^PH^^1^{who.phone[:3]}^{who.phone[3:]}" if who.phone else ""
    if who.email:
        phone += f"~^NET^Internet^{e(who.email)}"
    provider = f"{order.provider[0]}^{e(order.provider[1])}^{e(order.provider[2])}^^^^^^NPI&2.16.840.1.113883.4.6&ISO"
    place = order.facility
    panel = order.panel if order.panel[0] else (order.findings[0].loinc, order.findings[0].name)
    pid = [""] * 31
    pid[1], pid[3] = "1", f"{who.number}^^^{e(lab.name)}&{lab.clia}&CLIA^MR" if who.number else ""
    pid[5] = f"{e(who.last)}^{e(who.first)}^{e(who.middle)}^^^^L" if who.last or who.first else ""
    pid[7], pid[8] = f"{who.birth:%Y%m%d}" if who.birth else "", who.sex
    pid[10] = f"{who.race}^^HL70005" if who.race else ""
    pid[11], pid[13] = address, phone
    pid[15] = f"{who.language}^^ISO6391" if who.language != "en" else ""
    pid[22] = f"{who.ethnicity}^^HL70189" if who.ethnicity else ""
    pid[30] = "Y" if order.died else ""
    status = "C" if any(f.status in "CW" for f in order.findings) else "F"
    lines = [
        f"MSH|^~\\&|{e(lab.name)} LIS^2.16.840.1.113883.3.9999.{lab.clia[-1]}^ISO|{e(lab.name)}^{lab.clia}^CLIA|ContaCT|CT DPH|"
        f"{resulted}||ORU^R01^ORU_R01|{order.control_id}|{order.processing}|2.5.1|||NE|NE|USA|UNICODE UTF-8",
        "PID|" + "|".join(pid[1:]).rstrip("|"),
        f"ORC|RE|{filler}|{filler}|||||||||{provider}||^WPN^PH^^1^{place.phone[:3]}^{place.phone[3:]}|||||||"
        f"{e(place.name)}^L^^^^CLIA&2.16.840.1.113883.4.7&ISO^XX^^^{place.clia}|"
        f"{e(place.street)}^^{e(place.city)}^{place.state}^{place.zip}^USA|^WPN^PH^^1^{place.phone[:3]}^{place.phone[3:]}",
        f"OBR|1|{filler}|{filler}|{panel[0]}^{e(panel[1])}^LN|||{collected}|||||||||{provider}||||||{resulted}|||{status}",
    ]
    tail = f"|||{collected}|{lab.clia}^{e(lab.name)}^CLIA||||{resulted}||||{e(lab.name)}^L^^^^CLIA&2.16.840.1.113883.4.7&ISO"
    tail += f"^XX^^^{lab.clia}|{e(lab.street)}^^{e(lab.city)}^{lab.state}^{lab.zip}^USA"
    for i, found in enumerate(order.findings, start=1):
        value = f"CWE|{found.loinc}^{e(found.name)}^{found.system}||{found.code}^{e(found.text)}^SCT"
        if not found.code:
            value = f"ST|{found.loinc}^{e(found.name)}^{found.system}||{e(found.text)}"
        lines.append(f"OBX|{i}|{value}|||{_flag(found)}|||{found.status}{tail}")
    for i, answer in enumerate(order.answers, start=len(order.findings) + 1):
        said = f"{answer.code}^{e(answer.text)}^{answer.system}" if answer.kind == "CWE" else e(answer.text)
        question = f"{answer.loinc}^{e(answer.question)}^LN"
        lines.append(f"OBX|{i}|{answer.kind}|{question}||{said}||||||F{tail}|||||QST")
    if order.note:
        lines.append(f"NTE|1|L|{e(order.note)}")
    specimen = f"{e(order.accession)}&{e(lab.name)}&{lab.clia}&CLIA"
    lines.append(f"SPM|1|{specimen}^{specimen}||{order.specimen[0]}^{e(order.specimen[1])}^SCT|||||||||||||{collected}|{resulted}")
    return "\r".join(lines) + "\r"


def make_batch(messages: Iterable[str], *, sender: Place, at: datetime, number: str) -> bytes:
    """Messages in an FHS/BHS envelope with their count."""
    listed = list(messages)
    head = f"^~\\&|{_escape(sender.name)}|{sender.clia}|ContaCT|CT DPH|{_stamp(at)}||{number}"
    return f"FHS|{head}\rBHS|{head}\r{''.join(listed)}BTS|{len(listed)}\rFTS|1\r".encode()


_HEADER = (
    "patient_id,patient_last_name,patient_first_name,patient_middle_name,patient_street,patient_street2,patient_city,"
    "patient_state,patient_zip_code,patient_county,patient_phone_number,patient_dob,patient_gender,patient_race,"
    "patient_ethnicity,patient_preferred_language,patient_email,accession_number,equipment_model_name,"
    "test_performed_code,test_result,order_test_date,specimen_collection_date,test_result_date,date_result_released,"
    "specimen_type,ordering_provider_id,ordering_provider_last_name,ordering_provider_first_name,testing_lab_clia,"
    "testing_lab_name,testing_lab_street,testing_lab_city,testing_lab_state,testing_lab_zip_code,"
    "testing_lab_phone_number,pregnant,employed_in_healthcare,symptomatic_for_disease,illness_onset_date,"
    "resident_congregate_setting,residence_type,hospitalized,ordering_facility_name,ordering_facility_street,"
    "ordering_facility_city,ordering_facility_state,ordering_facility_zip_code,ordering_facility_phone_number,comment,"
    "test_result_status"
)
COLUMNS = _HEADER.split(",")

_ANSWER_COLUMNS = {
    "82810-3": "pregnant", "95418-0": "employed_in_healthcare", "95419-8": "symptomatic_for_disease",
    "65222-2": "illness_onset_date", "95421-4": "resident_congregate_setting", "75617-1": "residence_type",
    "77974-4": "hospitalized",
}  # fmt: skip


def make_rows(order: Order) -> list[dict[str, str]]:
    """One row per result, in the columns of the SimpleReport bulk upload."""
    who, lab, place = order.person, order.lab, order.facility
    row = {
        "patient_id": who.number, "patient_last_name": who.last, "patient_first_name": who.first,
        "patient_middle_name": who.middle, "patient_street": who.street, "patient_street2": who.street2,
        "patient_city": who.city, "patient_state": who.state, "patient_zip_code": who.zip, "patient_county": who.county,
        "patient_phone_number": f"{who.phone[:3]}-{who.phone[3:6]}-{who.phone[6:]}" if who.phone else "",
        "patient_dob": _slashed(who.birth) if who.birth else "", "patient_gender": who.sex, "patient_race": who.race,
        "patient_ethnicity": who.ethnicity, "patient_preferred_language": "" if who.language == "en" else who.language,
        "patient_email": who.email, "accession_number": order.accession,
        "equipment_model_name": "Demonstration Rapid Antigen Card",
        "order_test_date": f"{_slashed(order.collected)} {order.collected:%H:%M %Z}",
        "specimen_collection_date": f"{_slashed(order.collected)} {order.collected:%H:%M %Z}",
        "test_result_date": f"{_slashed(order.resulted)} {order.resulted:%H:%M %Z}",
        "date_result_released": f"{_slashed(order.resulted)} {order.resulted:%H:%M %Z}",
        "specimen_type": order.specimen[0], "ordering_provider_id": order.provider[0],
        "ordering_provider_last_name": order.provider[1], "ordering_provider_first_name": order.provider[2],
        "testing_lab_clia": lab.clia, "testing_lab_name": lab.name, "testing_lab_street": lab.street,
        "testing_lab_city": lab.city, "testing_lab_state": lab.state, "testing_lab_zip_code": lab.zip,
        "testing_lab_phone_number": lab.phone, "ordering_facility_name": place.name,
        "ordering_facility_street": place.street, "ordering_facility_city": place.city,
        "ordering_facility_state": place.state, "ordering_facility_zip_code": place.zip,
        "ordering_facility_phone_number": place.phone, "comment": order.note,
    }  # fmt: skip
    for answer in order.answers:
        column = _ANSWER_COLUMNS.get(answer.loinc)
        if column == "illness_onset_date":
            row[column] = f"{answer.text[4:6]}/{answer.text[6:]}/{answer.text[:4]}"
        elif column:
            row[column] = answer.code
    return [
        row | {"test_performed_code": f.loinc, "test_result": f.code or f.text, "test_result_status": f.status}
        for f in order.findings
    ]


def make_csv(orders: Iterable[Order]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for order in orders:
        writer.writerows(make_rows(order))
    return out.getvalue().encode()


_FHIR_SYSTEMS = {
    "SCT": "http://snomed.info/sct", "LN": "http://loinc.org", "HL70136": "http://terminology.hl7.org/ValueSet/v2-0136",
    "NULLFL": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
}  # fmt: skip
_FHIR_STATUS = {"F": "final", "C": "corrected", "W": "entered-in-error", "P": "preliminary", "X": "cancelled"}


def make_bundle(order: Order) -> bytes:
    """A message bundle of FHIR R4, on one line."""
    who = order.person
    number = f"{order.control_id}-patient"
    name: dict[str, Any] = {"family": who.last, "given": [n for n in (who.first, who.middle) if n]}
    telecom = [{"system": "phone", "value": f"({who.phone[:3]}) {who.phone[3:6]} {who.phone[6:]}", "use": "home"}]
    telecom = telecom if who.phone else []
    if who.email:
        telecom.append({"system": "email", "value": who.email})
    patient: dict[str, Any] = {
        "identifier": [{"value": who.number}] if who.number else [],
        "name": [name] if who.last or who.first else [],
        "telecom": telecom,
        "gender": {"F": "female", "M": "male"}.get(who.sex, "unknown"),
        "address": [
            {
                "line": [line for line in (who.street, who.street2) if line],
                "city": who.city,
                "district": who.county,
                "state": who.state,
                "postalCode": who.zip,
                "country": "USA",
            }
        ],
    }
    if who.birth:
        patient["birthDate"] = who.birth.isoformat()
    if who.language != "en":
        patient["communication"] = [{"language": {"coding": [{"code": who.language}]}, "preferred": True}]
    if order.died:
        patient["deceasedBoolean"] = True
    panel = order.panel if order.panel[0] else (order.findings[0].loinc, order.findings[0].name)
    findings = [_observation(order, f, i) for i, f in enumerate(order.findings, start=1)]
    answers = [_answer(order, a, i) for i, a in enumerate(order.answers, start=1)]
    status = "corrected" if any(f.status in "CW" for f in order.findings) else "final"
    subject = {"subject": {"reference": f"Patient/{number}"}}
    collected = order.collected.isoformat()
    resources = [
        _resource("MessageHeader", order.control_id, _header(order)),
        _resource(
            "DiagnosticReport",
            order.accession,
            subject
            | {
                "identifier": [{"value": order.accession}],
                "basedOn": [{"reference": f"ServiceRequest/{order.control_id}"}],
                "status": status,
                "code": _concept("LN", panel[0], panel[1]),
                "effectiveDateTime": collected,
                "issued": order.resulted.isoformat(),
                "specimen": [{"reference": f"Specimen/{order.accession}"}],
                "result": [{"reference": f"Observation/{found['id']}"} for found in findings],
            },
        ),
        _resource("Patient", number, patient),
        _resource("Organization", f"lab-{order.lab.clia}", _organization(order.lab)),
        _resource("Organization", f"facility-{order.facility.clia}", _organization(order.facility)),
        _resource("Practitioner", order.provider[0], {"name": [{"family": order.provider[1], "given": [order.provider[2]]}]}),
        _resource(
            "PractitionerRole",
            "asks",
            {
                "practitioner": {"reference": f"Practitioner/{order.provider[0]}"},
                "organization": {"reference": f"Organization/facility-{order.facility.clia}"},
            },
        ),
        _resource(
            "Specimen",
            order.accession,
            subject
            | {
                "identifier": [{"value": order.accession}],
                "type": _concept("SCT", *order.specimen),
                "collection": {"collectedDateTime": collected},
            },
        ),
        _resource(
            "ServiceRequest",
            order.control_id,
            subject
            | {
                "status": "completed",
                "intent": "order",
                "requester": {"reference": "PractitionerRole/asks"},
                "supportingInfo": [{"reference": f"Observation/{answer['id']}"} for answer in answers],
            },
        ),
        *findings,
        *answers,
    ]
    bundle = {
        "resourceType": "Bundle",
        "identifier": {"value": order.control_id},
        "type": "message",
        "timestamp": order.resulted.isoformat(),
        "entry": [{"fullUrl": f"{r['resourceType']}/{r['id']}", "resource": r} for r in resources],
    }
    return json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _resource(kind: str, number: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": kind, "id": number, **{key: value for key, value in content.items() if value}}


def _concept(system: str, code: str, text: str) -> dict[str, Any]:
    address = _FHIR_SYSTEMS.get(system)
    coding = {"system": address, "code": code, "display": text} if address else {"code": code, "display": text}
    return {"coding": [coding], "text": text}


def _header(order: Order) -> dict[str, Any]:
    tag = {"system": "http://terminology.hl7.org/CodeSystem/v2-0103", "code": order.processing}
    return {
        "meta": {"tag": [tag]},
        "eventCoding": {"system": "http://terminology.hl7.org/CodeSystem/v2-0003", "code": "R01"},
        "sender": {"reference": f"Organization/lab-{order.lab.clia}"},
        "source": {"name": order.lab.name, "endpoint": "urn:demo"},
    }


def _organization(place: Place) -> dict[str, Any]:
    address = {"line": [place.street], "city": place.city, "state": place.state, "postalCode": place.zip}
    phone = {"system": "phone", "value": place.phone}
    return {"identifier": [{"value": place.clia}], "name": place.name, "telecom": [phone], "address": [address]}


def _observation(order: Order, found: Finding, number: int) -> dict[str, Any]:
    content: dict[str, Any] = {
        "status": _FHIR_STATUS.get(found.status, "final"),
        "code": _concept(found.system, found.loinc, found.name),
        "subject": {"reference": f"Patient/{order.control_id}-patient"},
        "issued": order.resulted.isoformat(),
        "performer": [{"reference": f"Organization/lab-{order.lab.clia}"}],
        "specimen": {"reference": f"Specimen/{order.accession}"},
    }
    if found.code:
        content["valueCodeableConcept"] = _concept("SCT", found.code, found.text)
    else:
        content["valueString"] = found.text
    if order.note:
        content["note"] = [{"text": order.note}]
    return _resource("Observation", f"{order.control_id}-{number}", content)


def _answer(order: Order, answer: Answer, number: int) -> dict[str, Any]:
    panel = _concept("LN", "81959-9", "Public health laboratory ask at order entry panel")
    content: dict[str, Any] = {
        "identifier": [{"use": "official", "type": panel}],
        "status": "final",
        "code": _concept("LN", answer.loinc, answer.question),
        "subject": {"reference": f"Patient/{order.control_id}-patient"},
    }
    if answer.kind == "DT":
        content["valueDateTime"] = f"{answer.text[:4]}-{answer.text[4:6]}-{answer.text[6:]}"
    else:
        content["valueCodeableConcept"] = _concept(answer.system, answer.code, answer.text)
    return _resource("Observation", f"{order.control_id}-q{number}", content)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S%z}"


def _slashed(at: Any) -> str:
    return f"{at.month}/{at.day}/{at.year}"


def _flag(found: Finding) -> str:
    if found.code in ("260373001", "10828004", "11214006"):
        return "A^Abnormal^HL70078"
    return "N^Normal^HL70078" if found.code in ("260415000", "260385009") else ""
