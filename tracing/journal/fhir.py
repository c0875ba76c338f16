"""Events as FHIR R4 AuditEvent, one resource an event. Pure: docs/privacy.md tells the mapping and where each code comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any, Final

from tracing.journal.events import Event

DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
HL7: Final = "http://terminology.hl7.org/CodeSystem/"
OURS: Final = "urn:x-contact:"
"""Before the names of our own code and identifier systems."""
MOST_PERSONS: Final = 10_000
"""A resource names no more people than this; `detail` then says how many there were."""

_TYPES: Final = {
    "110100": "Application Activity", "110101": "Audit Log Used", "110106": "Export", "110110": "Patient Record",
    "110112": "Query", "110113": "Security Alert", "110114": "User Authentication",
}  # fmt: skip
_CREATED: Final = ("added", "opened", "granted", "given", "made", "named", "received", "loaded", "invited", "recorded", "set")
_DELETED: Final = ("erased", "removed")
_SECURITY: Final = ("user", "role", "roles", "membership", "unit", "coverage", "restriction", "recusal", "emergency", "key", "review")
_PURPOSES: Final = {
    "emergency": ("BTG", "break the glass"), "export": ("PUBHLTH", "public health"), "audit": ("HSYSADMIN", "health system administration"),
    "review": ("HSYSADMIN", "health system administration"), "privacy": ("HSYSADMIN", "health system administration"),
}  # fmt: skip
_AGENTS: Final = {"staff": "humanuser", "constituent": "humanuser", "job": "dataprocessor", "machine": "dataprocessor"}


def ndjson(events: Iterable[Event]) -> Iterator[str]:
    """One resource in a line."""
    for event in events:
        yield json.dumps(audit_event(event), separators=(",", ":"), ensure_ascii=False) + "\n"


def audit_event(event: Event) -> dict[str, Any]:
    """The resource: what happened as `type`, `subtype` and `action`, who as `agent`, whom and what as `entity`."""
    code = _type(event)
    made: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": str(event.id),
        "type": {"system": DICOM, "code": code, "display": _TYPES[code]},
        "subtype": [_subtype(event)],
        "action": _action(event),
        "recorded": event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "outcome": "4" if event.refused else "0",
        "agent": [_agent(event)],
        "source": {
            "observer": {"display": "ContaCT"},
            "type": [{"system": f"{HL7}security-source-type", "code": "4", "display": "Application Server"}],
        },
        "entity": [*_entities(event), _itself(event)],
    }
    if event.refused:
        made["outcomeDesc"] = event.why or "refused"
    if event.kind == "look":
        reason, words = _PURPOSES.get(event.why, ("PUBHLTH", "public health"))
        coding = {"system": f"{HL7}v3-ActReason", "code": reason, "display": words}
        made["purposeOfEvent"] = [{"coding": [coding], "text": event.why}]
    return made


def _type(event: Event) -> str:
    if event.kind == "sign_in" or event.what in ("user.signed_in", "user.sign_in_refused"):
        return "110114"
    if event.kind == "look":
        if event.what.startswith("audit"):
            return "110101"
        if event.why == "export":
            return "110106"
        return "110110" if event.persons else "110100"
    room = event.what.partition(".")[0]
    if event.what == "disclosure.made":
        return "110106"
    return "110113" if room in _SECURITY else "110110" if event.persons else "110100"


def _subtype(event: Event) -> dict[str, str]:
    if event.kind == "sign_in":
        return {"system": DICOM, "code": "110122", "display": "Login"}
    return {"system": OURS + ("page" if event.kind == "look" else "verb"), "code": event.what}


def _action(event: Event) -> str:
    """C, R, U, D or E (executed), by the journal's verb."""
    if event.kind == "look":
        return "R"
    if _type(event) == "110114":
        return "E"
    done = event.what.rpartition(".")[2].split("_")
    return "C" if any(word in _CREATED for word in done) else "D" if any(word in _DELETED for word in done) else "U"


def _agent(event: Event) -> dict[str, Any]:
    who: dict[str, Any] = {}
    if event.actor is not None:
        who = {"identifier": {"system": OURS + "user", "value": str(event.actor)}}
    elif event.actor_name:
        who = {"display": event.actor_name}
    made: dict[str, Any] = {
        "type": {"coding": [{"system": f"{HL7}extra-security-role-type", "code": _AGENTS.get(event.actor_kind, "dataprocessor")}]},
        "requestor": True,
    }
    if who:
        made["who"] = who
    if event.address:
        made["network"] = {"address": event.address, "type": "2"}
    return made


def _entities(event: Event) -> Iterator[dict[str, Any]]:
    for person in event.persons[:MOST_PERSONS]:
        yield _entity("person", str(person), "1", "Person", ("1", "Patient"))
    if event.subject is not None and event.subject not in event.persons:
        kind, words = ("1", "Person") if event.subject_kind in ("user", "person") else ("2", "System Object")
        role = ("11", "Security User Entity") if event.subject_kind == "user" else ("4", "Domain Resource")
        yield _entity(event.subject_kind, str(event.subject), kind, words, role)


def _entity(system: str, value: str, kind: str, words: str, role: tuple[str, str]) -> dict[str, Any]:
    return {
        "what": {"identifier": {"system": OURS + system, "value": value}},
        "type": {"system": f"{HL7}audit-entity-type", "code": kind, "display": words},
        "role": {"system": f"{HL7}object-role", "code": role[0], "display": role[1]},
    }


def _itself(event: Event) -> dict[str, Any]:
    """The row of ours that tells it, with what FHIR has no place for: its number in the chain, the session, codes."""
    details = [("number", str(event.number))] if event.number else []
    details += [(name, value) for name, value in (("session", event.session), ("changed", " ".join(event.changed))) if value]
    if len(event.persons) > MOST_PERSONS:
        details.append(("persons", str(len(event.persons))))
    details += [(f"code:{name}", text) for name, value in sorted(event.codes.items()) if (text := _text(value))]
    made: dict[str, Any] = {
        "what": {"identifier": {"system": f"{OURS}{event.kind}", "value": str(event.id)}},
        "type": {"system": f"{HL7}audit-entity-type", "code": "2", "display": "System Object"},
    }
    if details:
        made["detail"] = [{"type": name, "valueString": text} for name, text in details]
    return made


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else json.dumps(value, default=str)
