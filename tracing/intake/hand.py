"""A case that somebody reports by telephone, on paper or in person, typed at the desk: the same shape as a laboratory's report. Pure.

What is typed is kept as a document of its own, so that what was reported can be read later as it was, corrected and refiled like any
other report. No sender can post it: nothing that comes in from outside is taken for this format.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, BinaryIO, Final, Literal

from tracing.diseases.codebook import CodeBook
from tracing.intake.report import LabReport, Party, Patient, Reading, Result

FORMAT: Final = "hand"
SOURCE: Final = "by-hand"
"""Code of the sender that stands for the desk."""

Kind = Literal["test", "self_test", "clinical"]
KINDS: Final = ("test", "self_test", "clinical")
"""A laboratory's or provider's positive test; one done at home; a provider's finding without a test."""
ANALYTES: Final = ("molecular", "antigen", "antibody", "igm", "igg", "culture", "other")
CLINICAL: Final = "clinical"
"""In place of how a test looks: there was none, and the signs and the exposure decide."""
REPORTERS: Final = ("provider", "hospital", "school", "facility", "workplace", "themselves", "family", "other_state", "other")
"""Who reports."""
SYMPTOM, EXPOSED, SETTING = "hand:symptom", "hand:exposed", "hand:setting"
"""Codes of answers that no question of a laboratory's order has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed. Days as days; "" and None where it was not said. `token` is new for each form: sent twice it is one report."""

    token: str
    typed_at: datetime
    disease: str
    kind: Kind
    on: date
    """The day of the specimen; without a test, of the finding."""
    analyte: str = ""
    last: str
    first: str = ""
    middle: str = ""
    birth_on: date | None = None
    sex: str = ""
    language: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    phone: str = ""
    email: str = ""
    onset_on: date | None = None
    symptoms: tuple[str, ...] = ()
    symptomatic: bool | None = None
    exposed: bool | None = None
    hospitalised: bool | None = None
    setting: str = ""
    reporter: str
    reporter_name: str = ""
    organisation: str = ""
    reporter_phone: str = ""
    note: str = ""


def written(typed: Typed) -> bytes:
    """The document that is kept."""
    values = {name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in asdict(typed).items()}
    return json.dumps({"contact": FORMAT, **values}, ensure_ascii=False, sort_keys=True).encode()


def typed(message: bytes) -> Typed:
    """What a document says. ValueError where it is none of ours."""
    found = json.loads(message)
    if not isinstance(found, dict) or found.pop("contact", "") != FORMAT:
        raise ValueError("not typed at the desk")
    known = {field.name for field in fields(Typed)}
    values: dict[str, Any] = {name: value for name, value in found.items() if name in known}
    values["typed_at"] = datetime.fromisoformat(values["typed_at"])
    for name in ("on", "birth_on", "onset_on"):
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    values["symptoms"] = tuple(values.get("symptoms", ()))
    return Typed(**values)


def split(stream: BinaryIO) -> Iterator[bytes]:
    """One document is one report."""
    content = stream.read()
    if content:
        yield content


def read(message: bytes, codes: CodeBook) -> Reading:
    """The document in the one shape. The key of its result is made of name, birth date, test and day: two who report the same test
    of the same person make one result."""
    try:
        said = typed(message)
    except (ValueError, TypeError, KeyError):
        return Reading("unreadable", ("unknown_format",))
    clinical = said.kind == "clinical"
    analyte = CLINICAL if clinical else said.analyte or "other"
    result = Result(
        obr_no=1, set_id="1", loinc="", local_code=f"hand:{said.kind}:{analyte}", name="", value_type="CE", value_code="positive",
        value_system="L", value_text="positive", units="", status="F", abnormal="", kind="result", cls="positive", condition=said.disease,
        specimen_on=said.on, specimen_at=None, accession="", specimen="", sub_id="", resulted_at=None, analyte=analyte,
        self_test=said.kind == "self_test",
    )  # fmt: skip
    patient = Patient(
        last=said.last, first=said.first, middle=said.middle, birth_on=said.birth_on, birth_text=said.birth_on.isoformat() if said.birth_on else "",
        sex=said.sex, street=said.street, city=said.city, state=said.state, zip=said.zip, language=said.language,
        phones=(said.phone,) if said.phone else (), emails=(said.email,) if said.email else (),
    )  # fmt: skip
    report = LabReport(
        format="hand", control_id=said.token, version="1", message_type="", sent_at=said.typed_at,
        processing="P", sender=Party(), laboratory=Party(), ordering_facility=Party(name=said.organisation, phone=said.reporter_phone),
        ordering_provider=Party(name=said.reporter_name), patient=patient, results=(result, *_answers(said)), notes=(said.note,) if said.note else (),
    )  # fmt: skip
    return Reading("read", report=report, control_id=said.token, version="1")


def _answers(said: Typed) -> Iterator[Result]:
    if said.onset_on is not None:
        yield _answer("11368-8", "", said.onset_on.strftime("%Y%m%d"))
    for loinc, value in (("95419-8", said.symptomatic), ("77974-4", said.hospitalised)):
        if value is not None:
            yield _answer(loinc, "", "Y" if value else "N")
    if said.exposed is not None:
        yield _answer("", EXPOSED, "Y" if said.exposed else "N")
    for symptom in said.symptoms:
        yield _answer("", SYMPTOM, symptom)
    if said.setting:
        yield _answer("", SETTING, said.setting)


def _answer(loinc: str, local_code: str, value: str) -> Result:
    return Result(
        obr_no=1, set_id="", loinc=loinc, local_code=local_code, name="", value_type="ST", value_code=value, value_system="", value_text=value,
        units="", status="F", abnormal="", kind="aoe", cls="none", condition="", specimen_on=None, specimen_at=None, accession="",
        specimen="", sub_id="", resulted_at=None,
    )  # fmt: skip
