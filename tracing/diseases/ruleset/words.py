"""The words that rule data may use. A word that is not here is an error when a rule set is loaded; labels stand in
labels.py.
"""

from __future__ import annotations

ISSUER_BASIS = frozenset({"checked", "partly", "unchecked", "chosen"})
LAYERS = frozenset({"national", "state"})
CLASSIFICATIONS = frozenset({"confirmed", "probable", "suspect", "not_a_case"})
ANALYTES = frozenset({"molecular", "antigen", "antibody", "igm", "igg", "culture", "other"})
SYMPTOMS = frozenset(
    {
        "ards",
        "chills",
        "conjunctivitis",
        "coryza",
        "cough",
        "diarrhea",
        "fatigue",
        "fever",
        "headache",
        "myalgia",
        "nausea_or_vomiting",
        "new_loss_of_smell_or_taste",
        "pneumonia",
        "rash",
        "rigors",
        "shortness_of_breath",
        "sore_throat",
    }
)
POPULATIONS = frozenset({"general", "severe", "k12"})
COURSES = frozenset({"symptomatic", "never_symptomatic"})
DAY_ZEROS = frozenset({"onset", "first_positive"})
ISOLATION_OPTIONS = frozenset({"symptom_based", "time_based", "test_based", "five_day", "until_well", "rash_based"})
QUARANTINE_OPTIONS = frozenset({"full", "ten_day", "seven_day_test", "five_day", "exempt", "none"})
CONDITIONS = frozenset(
    {
        "fever_free_24h",
        "fever_free_72h",
        "infection_control_advice",
        "no_fever_without_medicine",
        "no_symptoms",
        "no_symptoms_since",
        "respiratory_symptoms_improved",
        "symptoms_improved",
        "test_advised",
        "test_negative",
        "two_negatives_24h_apart",
    }
)
AFTERWARDS = frozenset(
    {
        "added_precautions",
        "mask_around_others",
        "mask_until_negative",
        "mask_if_unable",
        "monitor",
        "watch_for_symptoms",
    }
)
VACCINES = frozenset({"any", "mrna", "single_dose"})
PROPHYLAXIS = frozenset({"mmr", "immune_globulin"})
CONTACT_SETTINGS = frozenset({"general", "k12_classroom"})
MINUTES_COUNTED = frozenset({"one_stretch", "day_total"})
CONTACT_KINDS = frozenset({"care_at_home", "direct_contact", "droplets", "household", "shared_air", "shared_utensils"})
SCOPE_OF = frozenset({"case", "contact"})
SCOPES = frozenset({"call", "message_only", "facility", "count_only"})
SCOPE_FLAGS = frozenset({"high_risk", "household", "outbreak", "school_exposure", "symptomatic"})
SCOPE_ADVICE = frozenset({"tell_household_to_quarantine", "contacts_decided_apart"})
SETTINGS = frozenset(
    {
        "assisted_living",
        "college",
        "congregate",
        "day_care",
        "event",
        "group_home",
        "home",
        "hospital",
        "military",
        "nursing_home",
        "prison",
        "school",
        "shelter",
        "team",
        "workplace",
    }
)
ROLES = frozenset({"resident", "staff", "visitor", "pupil"})
FACTS = frozenset(
    {
        "age",
        "attempts",
        "classification",
        "continues",
        "days_in_isolation_left",
        "days_in_quarantine_left",
        "days_since_exposure",
        "days_since_first_exposure",
        "days_since_latest",
        "days_since_onset",
        "days_since_specimen",
        "high_risk",
        "hospitalised",
        "household_size",
        "interpreter",
        "outbreak",
        "pregnant",
        "setting",
        "setting_role",
        "sources",
        "susceptible",
        "symptomatic",
    }
)
"""What a priority may look at. Yes/no facts count 1 and 0."""
CONTACT_FACTS = frozenset(
    {"continues", "days_in_quarantine_left", "days_since_exposure", "days_since_first_exposure", "sources", "susceptible"}
)
"""Known of contacts only."""
WORD_FACTS = frozenset({"classification", "setting", "setting_role"})
