"""Words for the codes of rules, translated where they are shown. Keys are stored; words are not."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from tracing.diseases.rules import Reason
from tracing.diseases.ruleset import rule_sets

CLASSIFICATIONS: Mapping[str, Promise] = {
    "confirmed": _("Confirmed"),
    "probable": _("Probable"),
    "suspect": _("Suspect"),
    "not_a_case": _("Not a case"),
}

SCOPES: Mapping[str, Promise] = {
    "call": _("Call"),
    "message_only": _("Message only"),
    "facility": _("Facility line"),
    "count_only": _("Counted only"),
}

REASONS: Mapping[str, Promise] = {
    # class of the case
    "molecular_positive": _("Positive molecular test"),
    "culture_positive": _("Positive culture"),
    "presumptive_positive": _("Presumptive positive: the confirming test is awaited"),
    "antigen_positive": _("Positive antigen test"),
    "antigen_with_signs_or_link": _("Positive antigen test, with symptoms or a known exposure"),
    "antibody_with_signs_or_link": _("Antibodies found, with symptoms or a known exposure"),
    "antibody_only": _("Antibodies only: a sign of an earlier infection"),
    "igm_with_rash": _("IgM antibodies and a rash"),
    "igm_alone": _("IgM antibodies, no rash known"),
    "rash_and_link": _("Fever and rash after exposure to a case"),
    "fever_and_rash": _("Fever and rash"),
    "clinical_picture": _("The clinical picture without a test"),
    "method_unknown": _("Positive test of an unknown method"),
    "self_test_positive": _("Positive home test"),
    "signs_and_link": _("Symptoms after exposure to a case, no test"),
    "vital_record": _("Named on the death certificate"),
    "supportive_only": _("The results do not make a case by themselves"),
    "results_withdrawn": _("Every positive result was withdrawn"),
    "no_evidence": _("No positive result and no clinical evidence"),
    "state_practice": _("By the practice of the state"),
    "before_first_version": _("Earlier than the first version of this rule, which is used instead"),
    # dates of isolation and the infectious window
    "counted_from_onset": _("Counted from the first day of illness"),
    "counted_from_first_positive": _("Counted from the first positive specimen"),
    "fell_ill_after_specimen": _("Fell ill after the specimen: counted anew from the first day of illness"),
    "onset_unknown": _("First day of illness not known: counted from the first positive specimen"),
    "symptoms_unknown": _("Not yet asked about symptoms"),
    "no_fixed_minimum": _("No fixed number of days: until well"),
    "conditions_met": _("The conditions for leaving were met"),
    "conditions_met_later": _("Lengthened until the conditions for leaving were met"),
    "lengthened_by_person": _("Lengthened by decision"),
    "population_severe": _("Severe illness or severely weakened immunity"),
    "population_k12": _("Pupil or staff of a school"),
    "until_isolated": _("Until isolated"),
    "until_end_of_isolation": _("Until the end of isolation"),
    "until_decision": _("Until today"),
    # changes of dates
    "same_dates": _("The dates stay"),
    "new_day_zero": _("New first day"),
    "end_already_passed": _("Isolation had already ended: a later rule does not move it"),
    "end_now_known": _("The end is known now"),
    "shortened": _("Shortened"),
    "lengthened": _("Lengthened"),
    # quarantine
    "no_exemption": _("No exemption known"),
    "symptoms_end_exemption": _("Symptoms: no exemption"),
    "exposure_continues": _("Lives with the case and cannot keep apart: counted from the end of the days in which the case infects others"),
    "option_chosen": _("They chose this way"),
    "test_negative": _("They chose this way, and the test was negative"),
    "recovered": _("Recovered from an infection a short time ago"),
    "fully_vaccinated": _("Fully vaccinated"),
    "boosted": _("Boosted"),
    "recent_series": _("Vaccinated a short time ago"),
    "immune": _("Evidence of immunity"),
    "vaccinated_in_time": _("Vaccinated in time after the exposure"),
    # scope
    "every_case": _("Every case is investigated"),
    "every_contact": _("Every contact is traced"),
    "lives_in_facility": _("Lives in a facility: one line for the facility"),
    "outbreak": _("Part of an outbreak"),
    "outbreak_in_spite_of_age": _("Part of an outbreak, called in spite of an old specimen"),
    "congregate": _("Lives, works or visits where people live close together"),
    "congregate_in_spite_of_age": _("Lives where people live close together, called in spite of an old specimen"),
    "specimen_too_old": _("Specimen taken more than 14 days ago"),
    "recent_case_first": _("Fell ill or was tested within 6 days: first in a surge"),
    "as_resources_allow": _("As resources allow"),
    "window_passed": _("Neither fell ill nor was tested within 5 days"),
    "high_risk_setting": _("High-risk setting"),
    "high_risk_person": _("Higher risk of severe illness"),
    "high_risk_age": _("Aged 65 or older"),
    "outside_focus": _("Only high-risk settings and people are called"),
    "exposure_too_old": _("Exposed too long ago"),
    "household_recent": _("Household contact exposed within 6 days"),
    "recent_exposure": _("Exposed within 6 days"),
    "school_district_chooses": _("Single exposure in school: the district chooses"),
    "category_one": _("To be called the same day, before everything else"),
    "earlier_episode": _("An earlier episode: counted, not called"),
    "has_died": _("The person has died"),
    "facility_not_recognised": _("Lives in a facility that nobody knows yet: called instead"),
    "result_withdrawn": _("The positive result was withdrawn: somebody decides"),
    "a_human_said": _("Somebody decided so"),
    # close contact
    "near_and_long": _("Near enough for long enough"),
    "too_far": _("Not near enough"),
    "too_short": _("Not long enough"),
    "not_enough_known": _("Distance or time not known"),
    "household": _("Same household"),
    "care_at_home": _("Cared for the sick person at home"),
    "direct_contact": _("Direct physical contact"),
    "droplets": _("Coughed or sneezed upon"),
    "shared_utensils": _("Shared cup, plate or cutlery"),
    "shared_air": _("Shared the air of a room"),
}

CONDITIONS: Mapping[str, Promise] = {
    "fever_free_24h": _("24 hours without fever and without medicine against fever"),
    "fever_free_72h": _("72 hours without fever and without medicine against fever"),
    "infection_control_advice": _("Advice of an infection control expert"),
    "no_fever_without_medicine": _("No fever without medicine"),
    "no_symptoms": _("No symptoms"),
    "no_symptoms_since": _("No symptoms since the specimen"),
    "respiratory_symptoms_improved": _("Cough and breathing better"),
    "symptoms_improved": _("Symptoms better"),
    "test_advised": _("A test is advised"),
    "test_negative": _("Negative test"),
    "two_negatives_24h_apart": _("Two negative specimens in a row, at least 24 hours apart"),
}

AFTERWARDS: Mapping[str, Promise] = {
    "added_precautions": _("Added precautions around others"),
    "mask_around_others": _("Wear a mask around others"),
    "mask_until_negative": _("Wear a mask indoors until a negative test"),
    "mask_if_unable": _("Where staying at home is not possible: a mask for the whole time"),
    "monitor": _("Watch for symptoms every day"),
    "watch_for_symptoms": _("Watch for symptoms"),
}

OPTIONS: Mapping[str, Promise] = {
    "symptom_based": _("By symptoms"),
    "time_based": _("By time"),
    "test_based": _("By tests"),
    "rash_based": _("By rash"),
    "until_well": _("Until well"),
    "full": _("Full time"),
    "ten_day": _("10 days without a test"),
    "seven_day_test": _("7 days with a negative test"),
    "five_day": _("5 days"),
    "exempt": _("Exempt"),
    "none": _("No quarantine"),
}

ADVICE: Mapping[str, Promise] = {
    "tell_household_to_quarantine": _("Ask the person to tell the household at once to quarantine"),
    "contacts_decided_apart": _("Tracing the contacts is a decision of its own"),
}

SETTINGS: Mapping[str, Promise] = {
    "assisted_living": _("Assisted living"),
    "college": _("College"),
    "congregate": _("Shared living"),
    "day_care": _("Day care"),
    "event": _("Event"),
    "group_home": _("Group home"),
    "home": _("Home"),
    "hospital": _("Hospital"),
    "military": _("Military quarters"),
    "nursing_home": _("Nursing home"),
    "prison": _("Prison or jail"),
    "school": _("School"),
    "shelter": _("Shelter"),
    "team": _("Team"),
    "workplace": _("Workplace"),
}

ROLES: Mapping[str, Promise] = {
    "resident": _("Lives there"),
    "staff": _("Works there"),
    "visitor": _("Visits"),
    "pupil": _("Learns there"),
}

SYMPTOMS: Mapping[str, Promise] = {
    "ards": _("Acute respiratory distress"),
    "chills": _("Chills"),
    "conjunctivitis": _("Red eyes"),
    "coryza": _("Runny or stuffy nose"),
    "cough": _("Cough"),
    "diarrhea": _("Diarrhea"),
    "fatigue": _("Tiredness"),
    "fever": _("Fever"),
    "headache": _("Headache"),
    "myalgia": _("Muscle pain"),
    "nausea_or_vomiting": _("Nausea or vomiting"),
    "new_loss_of_smell_or_taste": _("New loss of smell or taste"),
    "pneumonia": _("Pneumonia"),
    "rash": _("Rash"),
    "rigors": _("Shaking"),
    "shortness_of_breath": _("Shortness of breath"),
    "sore_throat": _("Sore throat"),
}

PRIORITIES: Mapping[str, Promise] = {
    "lives_close_together": _("Lives where people live close together"),
    "many_others_there": _("Works or learns among many others"),
    "high_risk": _("Higher risk of severe illness"),
    "symptomatic": _("Has symptoms"),
    "hospitalised": _("In hospital"),
    "outbreak": _("Part of an outbreak"),
    "isolation_over": _("Isolation is already over"),
    "suspect": _("Suspect only"),
    "category_one": _("To be called the same day"),
    "facility_with_cases": _("Facility with cases"),
    "agreed_hour": _("This hour was agreed"),
    "exposed_now": _("Lives with a case and cannot keep apart"),
    "quarantine_over": _("Quarantine is already over"),
    "vaccine_in_time": _("A vaccine within 72 hours of the exposure can still protect them"),
    "globulin_in_time": _("Immunoglobulin within six days of the exposure can still protect them"),
    "susceptible": _("No vaccination or earlier illness is known"),
    "pregnant": _("Pregnant"),
    "infant": _("Under one year old"),
    "interpreter": _("Prefers another language"),
}


def label(table: Mapping[str, Promise], code: str) -> str:
    """The words for a code in the reader's language; a code without words is shown as it is."""
    found = table.get(code)
    return code if found is None else str(found)


def priority_reason(reason: Reason) -> str:
    """Why somebody is called now, in words: "Fell ill or was tested 2 days ago"."""
    value = reason.value if isinstance(reason.value, int) else 0
    match reason.code:
        case "very_recent" | "recent" | "fairly_recent":
            if value <= 0:
                return gettext("Fell ill or was tested today")
            return ngettext("Fell ill or was tested %(days)d day ago", "Fell ill or was tested %(days)d days ago", value) % {
                "days": value
            }
        case "exposed_very_recently" | "exposed_recently" | "exposed_lately":
            if value <= 0:
                return gettext("Exposed until today")
            return ngettext("Last exposed %(days)d day ago", "Last exposed %(days)d days ago", value) % {"days": value}
        case "several_sources":
            return ngettext("Exposed to %(count)d case", "Exposed to %(count)d cases", value) % {"count": value}
        case "age_65" | "age_80":
            return gettext("Aged %(age)d") % {"age": value}
        case "household":
            return ngettext("Household of %(count)d", "Household of %(count)d", value) % {"count": value}
        case "isolation_long":
            return ngettext("%(days)d day of isolation left", "%(days)d days of isolation left", value) % {"days": value}
        case "attempts":
            return ngettext("Tried %(count)d time", "Tried %(count)d times", value) % {"count": value}
        case code:
            return label(PRIORITIES, code)


def rule_title(rule_id: str) -> str:
    """What a rule says in one line; titles are data of the rule set and translated like other words where a translation exists."""
    for ruleset in rule_sets().values():
        title = ruleset.titles.get(rule_id)
        if title is not None:
            return gettext(title)
    return rule_id
