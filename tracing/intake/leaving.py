"""What another state is told of a case: who, where, which dates and results, and which contacts live there. FHIR R4, one Bundle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from tracing.cases.leaving import keep_package
from tracing.cases.models import Case, OutOfState
from tracing.contacts.models import Exposure
from tracing.intake.models import LabResult
from tracing.journal.actions import Actor, action
from tracing.people.models import Address, Person, WayToReach

FIELDS: Final = (
    "name", "birth_on", "sex", "language", "telephone", "email", "address", "disease", "classification", "onset_on",
    "isolation", "lab_results",
)  # fmt: skip
"""Names of what every package tells."""
CONTACT_FIELDS: Final = ("contact.name", "contact.telephone", "contact.address", "contact.last_exposure_on")
_GENDER: Final = {"F": "female", "M": "male", "O": "other"}


@action
def prepare_package(
    *, case: Case, to_state: str, recipient: str, why: str, with_contacts: bool, by: Actor, at: datetime
) -> OutOfState:
    """Put together what the other state needs and keep it as it is now. Contacts only those who live in that state."""
    found = Case.objects.select_related("person", "isolation", "unit").get(pk=case.pk)
    contacts = _contacts(found, to_state) if with_contacts else []
    return keep_package(
        case=found, to_state=to_state, recipient=recipient, why=why, package=_bundle(found, contacts, at), by=by, at=at
    )


def fields_of(package: OutOfState) -> list[str]:
    """Names of what is in a package, for the record of what left."""
    kinds = {entry["resource"]["resourceType"] for entry in package.package.get("entry", ())}
    return [*FIELDS, *(CONTACT_FIELDS if "RelatedPerson" in kinds else ())]


def _contacts(case: Case, to_state: str) -> list[Exposure]:
    there = Address.objects.filter(state__iexact=to_state, until__isnull=True).values("person")
    return list(Exposure.objects.filter(source=case, contact__in=there).select_related("contact").order_by("named_at", "id")[:500])


def _bundle(case: Case, contacts: list[Exposure], at: datetime) -> dict[str, Any]:
    patient, condition = f"urn:uuid:{case.person_id}", f"urn:uuid:{case.pk}"
    entries = [(patient, _patient(case.person)), (condition, _condition(case, patient))]
    if case.isolation is not None:
        entries.append((f"urn:uuid:{case.isolation.pk}", _isolation(case, patient, condition)))
    for result in LabResult.objects.filter(case=case, current=True).order_by("specimen_on", "key"):
        entries.append((f"urn:uuid:{result.pk}", _result(result, patient)))
    for exposure in contacts:
        entries.append((f"urn:uuid:{exposure.pk}", _contact(exposure, patient)))
    return {
        "resourceType": "Bundle", "type": "collection", "timestamp": at.isoformat(timespec="seconds"),
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
    }  # fmt: skip


def _who(person: Person) -> dict[str, Any]:
    ways = WayToReach.objects.usable().filter(person=person).order_by("-as_of", "id")
    addresses = Address.objects.filter(person=person, until__isnull=True).order_by("kind", "-as_of", "-id")
    return _kept(
        name=[_kept(use="official", family=person.family, given=[name for name in (person.given, person.middle) if name])],
        gender=_GENDER.get(person.sex, "unknown"),
        birthDate=_day(person.birth_on) or (str(person.birth_year) if person.birth_year else ""),
        telecom=[{"system": way.kind, "value": way.value} for way in ways],
        address=[
            _kept(use="home" if one.kind == "residence" else "temp", line=[one.street] if one.street else [], city=one.city,
                  state=one.state, postalCode=one.zip)
            for one in addresses
        ],
    )  # fmt: skip


def _patient(person: Person) -> dict[str, Any]:
    language = [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": person.language}]}}] if person.language else []
    return {"resourceType": "Patient", **_kept(**_who(person), communication=language)}


def _condition(case: Case, patient: str) -> dict[str, Any]:
    confirmed = case.classification == Case.Classification.CONFIRMED
    return _kept(
        resourceType="Condition", subject={"reference": patient}, code={"text": case.disease},
        verificationStatus={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                                        "code": "confirmed" if confirmed else "provisional"}]},
        onsetDateTime=_day(case.onset_on), recordedDate=case.opened_at.date().isoformat(),
        note=[{"text": f"Classification: {case.classification}. First positive specimen: {case.first_positive_on}."}],
    )  # fmt: skip


def _isolation(case: Case, patient: str, condition: str) -> dict[str, Any]:
    isolation = case.isolation
    assert isolation is not None
    return {
        "resourceType": "Observation", "status": "final", "code": {"text": "Isolation advised"}, "subject": {"reference": patient},
        "focus": [{"reference": condition}], "valuePeriod": _kept(start=_day(isolation.starts_on), end=_day(isolation.ends_on)),
    }  # fmt: skip


def _result(result: LabResult, patient: str) -> dict[str, Any]:
    coding = [{"system": "http://loinc.org", "code": result.loinc}] if result.loinc else []
    return _kept(
        resourceType="Observation", status="final", subject={"reference": patient},
        code=_kept(coding=coding, text=result.name or result.local_code), effectiveDateTime=_day(result.specimen_on),
        **_value(result), interpretation=[{"text": result.result}],
        performer=[{"display": result.laboratory}] if result.laboratory else [],
    )  # fmt: skip


def _value(result: LabResult) -> dict[str, Any]:
    """The laboratory's own value: a code of SNOMED CT as one, with the class beside it."""
    if result.value.isdecimal() and len(result.value) >= 6:
        return {"valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": result.value}], "text": result.result}}
    return {"valueString": result.value or result.result}


def _contact(exposure: Exposure, patient: str) -> dict[str, Any]:
    return {
        "resourceType": "RelatedPerson", "patient": {"reference": patient}, "relationship": [{"text": f"exposed: {exposure.kind}"}],
        **_who(exposure.contact), **({"period": {"end": _day(exposure.last_on)}} if exposure.last_on else {}),
    }  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _kept(**values: Any) -> dict[str, Any]:
    """What is not empty: a FHIR element is left out, never empty."""
    return {name: value for name, value in values.items() if value not in ("", None) and not _empty(value)}


def _empty(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str) and not value
