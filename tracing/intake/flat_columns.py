"""Which column of a spreadsheet means what: the aliases of two families of layouts, and words to codes. Data, no logic.

Sources: the SimpleReport bulk upload guide (patient_last_name … test_result_status) and the ReportStream COVID-19
schemas (Patient_last_name …; patientNameLast_pii …). Names are compared without case, blanks, marks and a closing "pii".
"""

from __future__ import annotations

import re

# Our name of a column, then the names under which it arrives. The first one is the one that messages to people use.
COLUMNS: dict[str, str] = {
    "patient_id": "patient_id patient_unique_id pat_st_id",
    "last": "patient_last_name patient_name_last",
    "first": "patient_first_name patient_name_first",
    "middle": "patient_middle_name patient_name_middle",
    "suffix": "patient_suffix patient_name_suffix",
    "street": "patient_street patient_home_address",
    "street2": "patient_street2 patient_home_address2",
    "city": "patient_city",
    "state": "patient_state",
    "zip": "patient_zip_code patient_zip pat_zip",
    "county": "patient_county",
    "country": "patient_country",
    "phone": "patient_phone_number patient_phone",
    "birth": "patient_dob patient_date_of_birth patient_birth_date",
    "sex": "patient_gender patient_sex patient_administrative_gender",
    "race": "patient_race",
    "ethnicity": "patient_ethnicity",
    "language": "patient_preferred_language",
    "email": "patient_email",
    "died": "patient_deceased patient_died",
    "died_on": "patient_death_date patient_date_of_death",
    "age": "patient_age",
    "age_units": "patient_age_units",
    "accession": "accession_number result_id test_id",
    "corrected_accession": "corrected_result_id",
    "specimen_id": "specimen_id",
    "device": "equipment_model_name equipment_model_id test_kit_name_id device_name device_id device_identifier",
    "test_code": "test_performed_code",
    "ordered_code": "test_ordered_code ordered_test_code test_ordered",
    "test_name": "test_name test_performed_name",
    "result": "test_result test_result_code",
    "status": "test_result_status observation_result_status order_result_status",
    "ordered_at": "order_test_date test_ordered_date",
    "collected_at": "specimen_collection_date specimen_collection_date_time specimen_collected_date",
    "received_at": "testing_lab_specimen_received_date specimen_received_date",
    "resulted_at": "test_result_date test_date",
    "released_at": "date_result_released test_report_date",
    "specimen_type": "specimen_type specimen_type_code specimen_source",
    "processing": "processing_mode_code processing_mode",
    "sender_id": "sender_id submitter_uid",
    "reporting_name": "reporting_facility_name reporting_facility",
    "reporting_id": "reporting_facility_clia",
    "lab_name": "testing_lab_name performing_facility",
    "lab_id": "testing_lab_clia",
    "lab_street": "testing_lab_street",
    "lab_city": "testing_lab_city",
    "lab_state": "testing_lab_state",
    "lab_zip": "testing_lab_zip_code performing_facility_zip",
    "lab_phone": "testing_lab_phone_number",
    "facility_name": "ordering_facility_name organization_name",
    "facility_street": "ordering_facility_street",
    "facility_city": "ordering_facility_city",
    "facility_state": "ordering_facility_state",
    "facility_zip": "ordering_facility_zip_code",
    "facility_phone": "ordering_facility_phone_number",
    "provider_id": "ordering_provider_id ordering_provider_npi",
    "provider_last": "ordering_provider_last_name ordering_provider_lname",
    "provider_first": "ordering_provider_first_name ordering_provider_fname",
    "provider_street": "ordering_provider_street ordering_provider_address",
    "provider_city": "ordering_provider_city",
    "provider_state": "ordering_provider_state",
    "provider_zip": "ordering_provider_zip_code ordering_provider_zip",
    "provider_phone": "ordering_provider_phone_number ordering_provider_phone",
    "comment": "comment comments test_comment",
    "correction_reason": "test_correction_reason",
    # Questions asked when the test is ordered.
    "first_test": "first_test",
    "healthcare": "employed_in_healthcare healthcare_employee",
    "symptomatic": "symptomatic_for_disease symptomatic",
    "onset": "illness_onset_date symptom_onset_date",
    "symptoms": "symptoms_list symptoms",
    "hospitalized": "hospitalized hospitalised",
    "icu": "icu symptoms_icu",
    "congregate": "resident_congregate_setting congregate_resident",
    "residence": "residence_type congregate_resident_type",
    "pregnant": "pregnant",
    "partners": "genders_of_sexual_partners",
    "syphilis": "syphilis_history",
    # Columns that say nothing we keep; named so that they do not count as unknown.
    "unused": (
        "patient_role patient_tribal_affiliation patient_gender_identity specimen_source_site_code instrument_id"
        " site_of_care serial_number previous_test_date previous_test_result previous_test_type healthcare_employee_type"
        " patient_suffix_code ordering_provider_middle_name ordering_provider_street2 ordering_provider_address2"
        " ordering_provider_county testing_lab_street2 testing_lab_county ordering_facility_street2"
        " ordering_facility_county ordering_facility_email txn_timestamp tx_initiator"
    ),
}

# Without these columns a row cannot be filed; the name is the one that the sender is told.
REQUIRED: dict[str, str] = {
    "last": "patient_last_name",
    "first": "patient_first_name",
    "birth": "patient_dob",
    "result": "test_result",
}

# A layout, and columns that only it has. The first that fits wins.
LAYOUTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("reportstream-covid-19", frozenset({"patientnamelast", "testordered"})),
    ("reportstream-pdi", frozenset({"orderedtestcode", "testresultcode"})),
    ("simplereport", frozenset({"testperformedcode", "testresult"})),
)

_MARKS = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """A column's name for comparing: letters and digits only, lower case, without the closing "pii"."""
    return _MARKS.sub("", name).lower().removesuffix("pii")


ALIASES: dict[str, str] = {plain(alias): ours for ours, names in COLUMNS.items() for alias in names.split()}
# Where two aliases of one column stand in one file, the one named first above is asked first.
RANK: dict[str, int] = {plain(alias): i for names in COLUMNS.values() for i, alias in enumerate(names.split())}

# Words in a header that point to a result under a name that we do not know.
RESULT_WORDS = ("result", "observation", "finding", "outcome", "test", "loinc", "specimen")

SEX = {
    "f": "F", "female": "F", "woman": "F", "m": "M", "male": "M", "man": "M", "o": "O", "other": "O", "nonbinary": "O",
    "nb": "O", "x": "O", "u": "U", "unk": "U", "unknown": "U", "a": "A", "ambiguous": "A", "n": "N",
    "not applicable": "N", "na": "N",
}  # fmt: skip

RACE = {
    "white": "2106-3", "black": "2054-5", "black or african american": "2054-5", "asian": "2028-9",
    "american indian or alaska native": "1002-5", "native hawaiian or other pacific islander": "2076-8",
    "other": "2131-1", "other race": "2131-1", "unknown": "UNK", "unk": "UNK", "refused": "ASKU",
    "asked but unknown": "ASKU", "asku": "ASKU",
}  # fmt: skip

# HL7 table 0189.
ETHNICITY = {
    "h": "H", "hispanic or latino": "H", "hispanic": "H", "2135 2": "H", "n": "N", "not hispanic or latino": "N",
    "non hispanic or latino": "N", "not hispanic": "N", "2186 5": "N", "u": "U", "unk": "U", "unknown": "U",
    "asked but unknown": "U", "refused": "U", "asku": "U",
}  # fmt: skip

# HL7 table 0085.
RESULT_STATUS = {
    "": "F", "f": "F", "final": "F", "c": "C", "corrected": "C", "correction": "C", "p": "P", "preliminary": "P",
    "a": "A", "amended": "C", "x": "X", "cancelled": "X", "canceled": "X", "w": "W", "wrong": "W", "d": "D",
    "deleted": "D", "r": "R", "s": "S", "i": "I", "o": "O", "n": "N", "u": "U",
}  # fmt: skip

YES_NO = {"y": "Y", "yes": "Y", "true": "Y", "n": "N", "no": "N", "false": "N", "u": "UNK", "unk": "UNK", "unknown": "UNK"}
YES_NO_TEXT = {"Y": "Yes", "N": "No", "UNK": "Unknown"}

# Question → LOINC and its text. Sources: LOINC; the Department of Health and Human Services' guidance on laboratory data.
QUESTIONS: dict[str, tuple[str, str]] = {
    "first_test": ("95417-2", "First test for condition of interest"),
    "healthcare": ("95418-0", "Employed in a healthcare setting"),
    "symptomatic": ("95419-8", "Has symptoms related to condition of interest"),
    "hospitalized": ("77974-4", "Patient was hospitalized because of this condition"),
    "icu": ("95420-6", "Admitted to intensive care unit for condition of interest"),
    "congregate": ("95421-4", "Resides in a congregate care setting"),
}
ONSET = ("65222-2", "Date and time of symptom onset")
RESIDENCE = ("75617-1", "Residence type")
PREGNANT = ("82810-3", "Pregnancy status")
AGE = ("30525-0", "Age")
SYMPTOMS = ("75325-1", "Symptom")

PREGNANT_ANSWERS = {
    "y": ("77386006", "Pregnant"), "yes": ("77386006", "Pregnant"), "pregnant": ("77386006", "Pregnant"),
    "77386006": ("77386006", "Pregnant"), "n": ("60001007", "Not Pregnant"), "no": ("60001007", "Not Pregnant"),
    "not pregnant": ("60001007", "Not Pregnant"), "60001007": ("60001007", "Not Pregnant"),
    "u": ("261665006", "Unknown"), "unk": ("261665006", "Unknown"), "unknown": ("261665006", "Unknown"),
    "261665006": ("261665006", "Unknown"),
}  # fmt: skip

# SNOMED CT codes of residence types (value set of the COVID-19 order-entry questions).
RESIDENCE_TYPES = {
    "22232009": "Hospital", "2081004": "Hospital Ship", "32074000": "Long Term Care Hospital",
    "224929004": "Secure Hospital", "42665001": "Nursing Home", "30629002": "Retirement Home", "74056004": "Orphanage",
    "722173008": "Prison-based Care Site", "20078004": "Substance Abuse Treatment Center",
    "257573002": "Boarding House", "224683003": "Military Accommodation", "284546000": "Hospice",
    "257628001": "Hostel", "310207003": "Sheltered Housing", "57656006": "Penal Institution",
    "285113009": "Religious Institutional Residence", "285141008": "Work (environment)", "32911000": "Homeless",
}  # fmt: skip
