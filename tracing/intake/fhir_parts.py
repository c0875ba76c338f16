"""Parts of a FHIR resource as parts of a report: person, organisation, code, value, time. Pure; takes anything.

Source: FHIR R4 (4.0.1), US Core, and the extensions that public feeds use. Codes are checked here, not by a library.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, NamedTuple

from tracing.base.phones import e164
from tracing.base.text import fold
from tracing.intake import flat_columns as words
from tracing.intake.fhir_graph import Graph, Node, codings, extensions, node, nodes, text, texts
from tracing.intake.flat_dates import day_and_moment
from tracing.intake.report import Identifier, Party, Patient

_LOINC = re.compile(r"\d{1,7}-\d")
_SEX = {"female": "F", "male": "M", "other": "O", "unknown": "U"}

# Observation.status and DiagnosticReport.status → HL7 table 0085.
STATUS = {
    "final": "F", "corrected": "C", "amended": "C", "appended": "A", "preliminary": "P", "partial": "P",
    "registered": "I", "cancelled": "X", "entered-in-error": "W", "unknown": "",
}  # fmt: skip

# Code systems as HL7 v2 names them; anything else keeps its address.
_SYSTEMS = (
    ("snomed.info/sct", "SCT"), ("loinc.org", "LN"), ("v2-0136", "HL70136"), ("v2-0078", "HL70078"),
    ("NullFlavor", "NULLFL"), ("v3-ObservationInterpretation", "HL70078"), ("unitsofmeasure", "UCUM"),
)  # fmt: skip
_SYSTEM_NAMES = {"SNOMED": "SCT", "SNOMEDCT": "SCT", "SNOMED-CT": "SCT", "SCT": "SCT", "LOINC": "LN", "LN": "LN"}

# Why a value is missing, as the result that it amounts to.
_ABSENT = {
    "not-performed": ("373121007", "Test not done"),
    "not-permitted": ("373121007", "Test not done"),
    "error": ("455371000124106", "Invalid result"),
}


class Value(NamedTuple):
    """A result or an answer as HL7 v2 would carry it."""

    kind: str
    code: str = ""
    system: str = ""
    text: str = ""
    units: str = ""


def system(address: str) -> str:
    """The HL7 v2 name of a code system."""
    for part, name in _SYSTEMS:
        if part in address:
            return name
    return _SYSTEM_NAMES.get(address.upper(), address)


class Tested(NamedTuple):
    """What was observed."""

    loinc: str
    local: str
    name: str
    names: str
    """Every name that was sent, joined."""


def tested(concept: Any) -> Tested:
    """The code of an Observation. What is called LOINC but cannot be one counts as local."""
    concept = node(concept)
    loinc = local = name = ""
    said = text(concept.get("text"))
    listed = codings(concept)
    for address, code, display in listed:
        if not loinc and _LOINC.fullmatch(code) and system(address) in ("LN", ""):
            loinc, name = code, display or name
        else:
            local = local or code
            name = name or display
    names = dict.fromkeys(part for part in (*(display for _, _, display in listed), said) if part)
    return Tested(loinc, local, name or said, " ".join(names))


def value_of(holder: Node) -> Value | None:
    """The value of an Observation, a component or an answer; None where there is none."""
    for key in ("valueCodeableConcept", "valueCoding"):
        if isinstance(holder.get(key), dict):
            return _coded(node(holder[key]))
    for key in ("valueString", "valueMarkdown", "valueUri", "valueTime"):
        if key in holder:
            return Value("ST", text=text(holder[key]))
    if isinstance(holder.get("valueBoolean"), bool):
        answer = "Y" if holder["valueBoolean"] else "N"
        return Value("CWE", answer, "HL70136", words.YES_NO_TEXT[answer])
    for key in ("valueInteger", "valueDecimal"):
        if key in holder:
            return Value("NM", text=text(holder[key]))
    for key in ("valueDate", "valueDateTime", "valueInstant"):
        if key in holder:
            return _dated(text(holder[key]))
    if "valueCode" in holder:
        return Value("CWE", text(holder["valueCode"]))
    if isinstance(holder.get("valuePeriod"), dict):
        return _dated(text(node(holder["valuePeriod"]).get("start")))
    return _measured(holder)


def _coded(concept: Node) -> Value:
    listed = [coding for coding in codings(concept) if coding[1]]
    said = text(concept.get("text"))
    if not listed:
        return Value("CWE", text=said or next((display for _, _, display in codings(concept) if display), ""))
    address, code, display = next((c for c in listed if system(c[0]) == "SCT"), listed[0])
    return Value("CWE", code, system(address), display or said)


def _dated(written: str) -> Value:
    day = day_and_moment(written)[0]
    return Value("DT", text=f"{day:%Y%m%d}") if day else Value("ST", text=written)


def _measured(holder: Node) -> Value | None:
    def number(part: Any) -> str:
        part = node(part)
        return text(part.get("comparator")) + text(part.get("value"))

    if isinstance(holder.get("valueQuantity"), dict):
        amount = node(holder["valueQuantity"])
        units = text(amount.get("unit")) or text(amount.get("code"))
        return Value("SN" if text(amount.get("comparator")) else "NM", text=number(amount), units=units)
    if isinstance(holder.get("valueRange"), dict):
        ends = node(holder["valueRange"])
        units = text(node(ends.get("low")).get("unit")) or text(node(ends.get("high")).get("unit"))
        return Value("SN", text=f"{number(ends.get('low'))}-{number(ends.get('high'))}", units=units)
    if isinstance(holder.get("valueRatio"), dict):
        parts = node(holder["valueRatio"])
        return Value("SN", text=f"{number(parts.get('numerator'))}:{number(parts.get('denominator'))}")
    return None


def absent(holder: Node) -> Value:
    """Why there is no value; an empty value where nobody says."""
    for _, code, display in codings(holder.get("dataAbsentReason")):
        if code in _ABSENT:
            return Value("CWE", _ABSENT[code][0], "SCT", _ABSENT[code][1])
        return Value("ST", text=display or code)
    return Value("ST", text=text(node(holder.get("dataAbsentReason")).get("text")))


def when(holder: Node, *names: str) -> tuple[date | None, datetime | None]:
    """Day and instant of the first of these fields that holds a time; a Period gives its start."""
    for name in names:
        found = holder.get(name)
        written = text(found.get("start")) or text(found.get("end")) if isinstance(found, dict) else text(found)
        if written:
            day, moment = day_and_moment(written)
            if day is not None:
                return day, moment
    return None, None


def party(resource: Node) -> Party:
    """An Organization, Practitioner or Location."""
    place = next(iter(nodes(resource.get("address"))), {})
    numbers = [text(i.get("value")) for i in nodes(resource.get("identifier"))]
    return Party(
        name=_party_name(resource),
        identifier=next((n for n in numbers if n), ""),
        phone=next(iter(_phones(resource)), ""),
        street=next(iter(texts(place.get("line"))), ""),
        city=text(place.get("city")),
        state=text(place.get("state")),
        zip=text(place.get("postalCode")),
    )


def _party_name(resource: Node) -> str:
    if isinstance(resource.get("name"), str):
        return text(resource["name"])
    family, given, _, _ = _name(resource)
    return " ".join(part for part in (*given[:1], family) if part)


def patient(resource: Node, graph: Graph) -> Patient:
    """The person of a Patient resource."""
    family, given, suffix, _ = _name(resource)
    address = _best(nodes(resource.get("address")), worst=("old", "billing"))
    lines = texts(address.get("line"))
    state = text(address.get("state"))
    died_on = when(resource, "deceasedDateTime")[0]
    return Patient(
        last=family,
        first=given[0] if given else "",
        middle=" ".join(given[1:]),
        suffix=suffix,
        birth_on=day_and_moment(text(resource.get("birthDate")))[0],
        birth_text=text(resource.get("birthDate")),
        sex=_SEX.get(text(resource.get("gender")).lower(), ""),
        street=lines[0] if lines else "",
        street2=" ".join(lines[1:]),
        city=text(address.get("city")),
        state=state.upper() if len(state) == 2 else state,
        zip=text(address.get("postalCode")),
        county=text(address.get("district")),
        country=text(address.get("country")),
        phones=tuple(_phones(resource)),
        emails=tuple(dict.fromkeys(text(t.get("value")) for t in nodes(resource.get("telecom")) if "@" in text(t.get("value")))),
        identifiers=tuple(_identifiers(resource, graph)),
        race=tuple(dict.fromkeys(_race(resource))),
        ethnicity=_ethnicity(resource),
        language=_language(resource),
        died=resource.get("deceasedBoolean") is True or bool(text(resource.get("deceasedDateTime"))),
        died_on=died_on,
    )


def _best(listed: list[Node], worst: tuple[str, ...]) -> Node:
    """The first that is in use; a home, a usual or an official one before the others."""
    current = [item for item in listed if text(item.get("use")) not in worst and not _over(item)] or listed
    return next((item for item in current if text(item.get("use")) in ("home", "official")), current[0] if current else {})


def _over(item: Node) -> bool:
    return bool(text(node(item.get("period")).get("end")))


def _name(resource: Node) -> tuple[str, list[str], str, str]:
    """Family name, given names, suffix, and the name as one text."""
    name = _best(nodes(resource.get("name")), worst=("old", "maiden", "nickname", "anonymous"))
    family, given, whole = text(name.get("family")), texts(name.get("given")), text(name.get("text"))
    if not family and not given and whole:
        last, comma, rest = whole.partition(",")
        parts = whole.split()
        family, given = (last.strip(), rest.split()) if comma else (parts[-1], parts[:-1])
    return family, given, " ".join(texts(name.get("suffix"))), whole


def _phones(resource: Node) -> list[str]:
    found = [
        e164(text(t.get("value")))
        for t in nodes(resource.get("telecom"))
        if text(t.get("system")) in ("phone", "sms", "") and text(t.get("use")) != "old" and not _over(t)
    ]
    return list(dict.fromkeys(number for number in found if number))


def _identifiers(resource: Node, graph: Graph) -> list[Identifier]:
    found = []
    for item in nodes(resource.get("identifier")):
        number = text(item.get("value"))
        if number:
            assigner = node(item.get("assigner"))
            organisation = graph.follow(assigner, resource)
            authority = text(assigner.get("display")) or text(organisation.get("name")) or text(item.get("system"))
            kind = next((code for _, code, _ in codings(item.get("type")) if code), "")
            found.append(Identifier(number, authority, kind))
    return found


def _race(resource: Node) -> list[str]:
    found = []
    for extension in extensions(resource, "us-core-race"):
        for inner in nodes(extension.get("extension")):
            if text(inner.get("url")) in ("ombCategory", "detailed"):
                found += [code for _, code, _ in codings(inner.get("valueCoding")) if code]
    for extension in extensions(resource, "local-race-cd"):
        said = [code for _, code, _ in codings(extension.get("valueCodeableConcept")) if code]
        found += said or texts(node(extension.get("valueCodeableConcept")).get("text"))
    return found


def _ethnicity(resource: Node) -> str:
    for ending in ("us-core-ethnicity", "ethnic-group"):
        for extension in extensions(resource, ending):
            inner = [
                code
                for part in nodes(extension.get("extension"))
                if text(part.get("url")) == "ombCategory"
                for _, code, _ in codings(part.get("valueCoding"))
            ]
            said = inner or [code for _, code, _ in codings(extension.get("valueCodeableConcept"))]
            for code in said:
                if code:
                    return words.ETHNICITY.get(fold(code), code)
    return ""


def _language(resource: Node) -> str:
    spoken = nodes(resource.get("communication"))
    spoken = [s for s in spoken if s.get("preferred") is True] or spoken
    for item in spoken:
        for _, code, display in codings(item.get("language")):
            return code or display
    return ""
