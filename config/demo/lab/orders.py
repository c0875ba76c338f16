"""What was ordered, where, and what came out: the content of a report, whatever the format. Data and shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.demo.lab.invented import Invented


@dataclass(frozen=True, slots=True)
class Place:
    """A laboratory, or the place that ordered the test."""

    name: str
    clia: str
    street: str
    city: str
    state: str
    zip: str
    phone: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One test with its result."""

    loinc: str
    name: str
    code: str
    """SNOMED CT code of the result; "" where it is words."""
    text: str
    status: str = "F"
    """HL7 table 0085."""
    system: str = "LN"
    """System of the test's code: LN, or L for a local one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question asked when the test was ordered."""

    loinc: str
    question: str
    kind: str
    """HL7 value type: CWE, DT."""
    code: str
    text: str
    system: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that one report says."""

    person: Invented
    findings: tuple[Finding, ...]
    collected: datetime
    resulted: datetime
    accession: str
    control_id: str
    lab: Place
    facility: Place
    provider: tuple[str, str, str] = ("1999999984", "Bradley", "Joan")
    """Number, family name, given name."""
    panel: tuple[str, str] = ("", "")
    """LOINC and name of what was ordered, if it is not the test itself."""
    answers: tuple[Answer, ...] = ()
    processing: str = "P"
    specimen: tuple[str, str] = ("697989009", "Anterior nares swab")
    note: str = ""
    died: bool = False


POSITIVE = ("260373001", "Detected")
NEGATIVE = ("260415000", "Not detected")
INCONCLUSIVE = ("419984006", "Inconclusive")
INVALID = ("455371000124106", "Invalid result")
UNSATISFACTORY = ("125154007", "Specimen unsatisfactory for evaluation")
REACTIVE = ("11214006", "Reactive")

PCR = ("94500-6", "SARS-CoV-2 (COVID-19) RNA [Presence] in Respiratory specimen by NAA with probe detection")
RAPID = ("97097-0", "SARS-CoV-2 (COVID-19) Ag [Presence] in Upper respiratory specimen by Rapid immunoassay")
ANTIBODY = ("94762-2", "SARS-CoV-2 (COVID-19) Ab [Presence] in Serum or Plasma by Immunoassay")
FLU_A = ("92142-9", "Influenza virus A RNA [Presence] in Respiratory specimen by NAA with probe detection")
FLU_B = ("92141-1", "Influenza virus B RNA [Presence] in Respiratory specimen by NAA with probe detection")
RSV = ("92131-2", "Respiratory syncytial virus RNA [Presence] in Respiratory specimen by NAA with probe detection")
MULTIPLEX = (
    "95941-1",
    "Influenza virus A and B and SARS-CoV-2 (COVID-19) and Respiratory syncytial virus RNA panel by NAA",
)
MEASLES_RNA = ("48508-6", "Measles virus RNA [Presence] in Specimen by NAA with probe detection")
MEASLES_IGM = ("21503-8", "Measles virus IgM Ab [Presence] in Serum")
HIV = ("56888-1", "HIV 1+2 Ab+HIV1 p24 Ag [Presence] in Serum or Plasma by Immunoassay")

SERUM = ("119364003", "Serum specimen")
NASOPHARYNX = ("258500001", "Nasopharyngeal swab")

CHARTER_OAK = Place("Charter Oak Reference Laboratory", "07D9900001", "1 Demonstration Way", "Newington", "CT", "06111",
                    "8605550190")  # fmt: skip
NUTMEG = Place("Nutmeg Diagnostics", "07D9900002", "20 Invention Dr", "Shelton", "CT", "06484", "2035550191")
SOUND = Place("Long Island Sound Health Network", "07D9900003", "300 Harbor View", "New Haven", "CT", "06519",
              "2035550192")  # fmt: skip
SCHOOLS = Place("Connecticut School Testing Cooperative", "07D9900004", "45 Lesson Ln", "Hartford", "CT", "06106",
                "9595550193")  # fmt: skip

CLINICS = (
    Place("Elm City Walk-In Clinic", "07D9900011", "88 Chapel Row", "New Haven", "CT", "06510", "2035550194"),
    Place("Capitol Avenue Family Practice", "07D9900012", "212 Capitol Row", "Hartford", "CT", "06106", "8605550195"),
    Place("Housatonic Urgent Care", "07D9900013", "5 Ferry Rd", "Stratford", "CT", "06614", "2035550196"),
    Place("Thames River Community Health Center", "07D9900014", "40 Dock St", "New London", "CT", "06320", "8605550197"),
    Place("Brass City Pediatrics", "07D9900015", "9 Bank Row", "Waterbury", "CT", "06702", "4755550198"),
)
NURSING_HOME = Place("Maple Hollow Nursing and Rehabilitation", "07D9900021", "150 Maple Hollow Rd", "Torrington", "CT",
                     "06790", "8605550199")  # fmt: skip
PRISON = Place("Quarry Ridge Correctional Center", "07D9900022", "900 Quarry Ridge Rd", "Enfield", "CT", "06082",
               "8605550189")  # fmt: skip
COLLEGE = Place("Nutmeg State College Student Health", "07D9900023", "12 College Green", "New Britain", "CT", "06053",
                "8605550188")  # fmt: skip


def symptomatic(yes: bool | None) -> Answer:
    """None: nobody asked, or they did not know."""
    question = "Has symptoms related to condition of interest"
    if yes is None:
        return Answer("95419-8", question, "CWE", "UNK", "Unknown", "NULLFL")
    return yes_no("95419-8", question, yes)


def onset(day: datetime) -> Answer:
    return Answer("65222-2", "Date and time of symptom onset", "DT", "", f"{day:%Y%m%d}")


def yes_no(loinc: str, question: str, yes: bool) -> Answer:
    return Answer(loinc, question, "CWE", "Y" if yes else "N", "Yes" if yes else "No", "HL70136")


def healthcare(yes: bool) -> Answer:
    return yes_no("95418-0", "Employed in a healthcare setting", yes)


def congregate(yes: bool) -> Answer:
    return yes_no("95421-4", "Resides in a congregate care setting", yes)


def hospitalized(yes: bool) -> Answer:
    return yes_no("77974-4", "Patient was hospitalized because of this condition", yes)


def residence(code: str, text: str) -> Answer:
    return Answer("75617-1", "Residence type", "CWE", code, text, "SCT")


def pregnant(yes: bool) -> Answer:
    code, text = ("77386006", "Pregnant") if yes else ("60001007", "Not Pregnant")
    return Answer("82810-3", "Pregnancy status", "CWE", code, text, "SCT")
