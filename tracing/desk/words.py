"""Words for what pages show of the journal: each room declares its verbs, this reads them all."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _


@lru_cache(maxsize=1)
def verbs() -> dict[str, Any]:
    """Every verb of every room with its words, translated when shown."""
    found: dict[str, Any] = {}
    for room in apps.get_app_configs():
        if room.name.startswith("tracing.") and find_spec(f"{room.name}.verbs"):
            found |= import_module(f"{room.name}.verbs").VERBS
    return found


def said(verb: str) -> str:
    """The words for a verb; one that is not declared any more is shown as its own words."""
    return str(verbs().get(verb) or verb.replace(".", ": ").replace("_", " "))


ICONS = {
    "case.opened": ("folder_open", "info"), "case.closed": ("check_circle", "good"), "case.reopened": ("undo", "warn"),
    "case.interviewed": ("chat", "good"), "case.isolation_set": ("home", "info"), "case.withdrawn": ("warning", "bad"),
    "case.change_proposed": ("help", "warn"), "task.attempted": ("phone", "info"), "task.taken": ("phone", "neutral"),
    "share.made": ("people", "info"), "transfer.offered": ("schedule", "info"), "transfer.accepted": ("check_circle", "good"),
    "transfer.escalated": ("alarm", "bad"), "referral.made": ("people", "info"),
    "person.confidential": ("lock", "bad"), "unreached.begun": ("phone", "warn"), "way.added": ("phone", "good"),
    "contact.named": ("people", "info"), "person.died": ("do_not_disturb", "bad"), "person.added": ("person", "info"),
}  # fmt: skip


def icon_of(verb: str) -> tuple[str, str]:
    """An icon and its tone."""
    return ICONS.get(verb, ("history", "neutral"))


FIELDS = {
    "family": _("family name"), "given": _("given name"), "middle": _("middle name"), "birth_on": _("birth date"),
    "onset_on": _("first day of illness"), "symptomatic": _("symptoms"), "hospitalised": _("hospital"), "setting": _("setting"),
    "phone": _("telephone"), "email": _("e-mail"), "addresses": _("address"), "way_works": _("number found wrong"),
    "guardian": _("who answers for them"),
    "classification": _("classification"), "first_positive_on": _("first positive"), "last_positive_on": _("last positive"),
    "needs_review": _("needs review"), "language": _("language"), "interpreter": _("interpreter"), "sex": _("sex"),
}  # fmt: skip

WHY_STOPPED = {
    "death": _("they have died"), "opt_out": _("they want none of this kind"), "closed": _("the case is closed"),
    "case_closed": _("the case is closed"), "case_changed": _("the case is not called any more"),
    "confidential": _("reached confidentially: no way that is safe"), "merged": _("the same goes to them by another record"),
    "misfiled": _("the report is about somebody else"), "became_case": _("they are a case themselves"),
    "refused": _("they declined to be called about it"), "unreached": _("every try was in vain"), "do_not_call": _("they asked not to be called"),
    "not_exposed": _("they were not exposed after all"), "too_late": _("it would come too late"),
}  # fmt: skip
"""What stopped a message or a call, or lets it go again."""

LANGUAGES = {
    "en": _("English"), "es": _("Spanish"), "pt": _("Portuguese"), "pl": _("Polish"), "fr": _("French"), "ht": _("Haitian Creole"),
    "it": _("Italian"), "zh": _("Chinese"), "vi": _("Vietnamese"), "ar": _("Arabic"), "ru": _("Russian"), "uk": _("Ukrainian"),
    "ur": _("Urdu"), "hi": _("Hindi"), "bn": _("Bengali"), "sq": _("Albanian"), "ase": _("American Sign Language"),
}  # fmt: skip
"""BCP 47 code → name, the usual ones of the state first."""

SOURCES = {
    "report": _("a laboratory report"), "lab": _("a laboratory report"), "feed": _("a laboratory report"), "said": _("the person"),
    "interview": _("the person"), "named": _("who named them"), "call": _("a call"), "staff": _("staff"),
}  # fmt: skip


def language(code: str) -> str:
    """The name of a language; an unknown code is shown as it is."""
    return str(LANGUAGES.get(code.partition("-")[0].lower(), code))


def source(code: str) -> str:
    """Where a fact comes from, in words."""
    return str(SOURCES.get(code, code))

PAGES = {
    "my_day": _("My day"), "call": _("Call"), "call_ended": _("After a call"), "case": _("Case"), "case_results": _("Lab results"),
    "case_places": _("Places where they were"), "place_visits": _("Who was at a place"), "person_contact": _("As a contact"),
    "case_contacts": _("Contacts"), "case_messages": _("Messages"), "case_tasks": _("Calls of a case"),
    "case_timeline": _("Timeline"), "case_access": _("Access"), "case_interview": _("Interview"), "person": _("Person"),
    "search": _("Search"), "case_list": _("List of cases"), "task_list": _("List of calls"),
    "who_called": _("Who was called?"), "taken_out": _("Taken out"), "counts": _("Counts"),
    "case_shared": _("Shared and handed over"), "transfers": _("Transfers"), "referrals": _("Referrals"), "referral": _("Referral"),
    "out_of_state": _("To other states"), "out_of_state_package": _("Package for another state"),
    "out_of_state_file": _("Package for another state, as a file"),
    "case_export": _("Cases taken out as a file"), "task_export": _("Calls taken out as a file"),
}  # fmt: skip
PAGES |= {
    "emergency": _("Emergency access"), "privacy": _("Privacy"), "privacy_emergency": _("Review of emergency access"),
    "privacy_emergencies": _("Emergency access that was reviewed"), "privacy_unusual": _("Unusual looks"),
    "privacy_look": _("Review of an unusual look"), "privacy_staff": _("Members of staff"), "privacy_user": _("Looks of a member of staff"),
    "privacy_person": _("Looks at a person"), "privacy_file": _("Accounting taken out as a file"),
    "privacy_disclosures": _("What left the agency"), "audit": _("Audit"), "audit_file": _("Audit taken out as a file"),
    "person_merge": _("Merging two records"), "person_merged": _("A merge"),
    "person_report": _("Whom a report is about"), "person_report_to": _("Moving a report"), "person_moved": _("A report that was moved"),
    "person_restrict": _("Restricting a record"), "person_aside": _("Stepping aside"),
}  # fmt: skip
PAGES |= {
    "morning": _("This morning"), "hand_back": _("What was done on covered calls"),
    "questionnaires": _("Questionnaires"), "questionnaire": _("A questionnaire"),
    "questionnaire_check": _("Checking a questionnaire"),
    "by_hand": _("Case reported by hand"), "board": _("Board"), "board_people": _("People behind a number of the board"),
    "person_ways": _("Ways to reach"), "unreached": _("No way to reach"), "unreached_one": _("Looking for details of a person"),
}
PURPOSES = {
    "work": _("work"), "call": _("a call"), "search": _("a search"), "export": _("a file"), "review": _("a review"),
    "privacy": _("a review of privacy"), "audit": _("an audit"), "emergency": _("an emergency"),
}  # fmt: skip


def page_words(code: str) -> str:
    """Which page was looked at; one that has no words here is shown by its code."""
    return str(PAGES.get(code, code.replace("_", " ").capitalize()))


def purpose_words(code: str) -> str:
    return str(PURPOSES.get(code, code.replace("_", " ")))
