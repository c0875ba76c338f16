"""What speaks for and against two records being one person, in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Final[dict[str, str | Promise]] = {
    # Given name
    "given_exact": _("Same first name"),
    "given_swapped": _("First and family name in each other's place"),
    "given_form": _("Nickname of first name"),
    "given_part": _("Part of a double first name"),
    "given_close": _("First name nearly the same"),
    "given_other_common": _("Similar first name, but another one"),
    "given_crossed": _("One's first name is the other's family name"),
    "given_middle": _("Goes by the middle name"),
    "given_initial": _("Only the first letters of the first name"),
    "given_sound": _("First name sounds the same"),
    "given_garbled": _("First name garbled"),
    "given_similar": _("First name somewhat similar"),
    "given_other": _("Other first name"),
    "given_missing": _("First name missing"),
    # Middle name
    "middle_exact": _("Same middle name"),
    "middle_initial": _("Same middle initial"),
    "middle_other": _("Other middle name"),
    # Family name
    "family_exact": _("Same family name"),
    "family_part": _("Part of a double family name, or the name at birth"),
    "family_close": _("Family name nearly the same"),
    "family_sound": _("Family name sounds the same"),
    "family_similar": _("Family name somewhat similar"),
    "family_other": _("Other family name"),
    "family_missing": _("Family name missing"),
    # Generation
    "generation_other": _("Other generation (Jr., Sr.)"),
    "generation_exact": _("Same generation (Jr., Sr.)"),
    # Birth date
    "birth_exact": _("Same birth date"),
    "birth_swapped": _("Day and month of birth swapped"),
    "birth_near": _("Birth date one digit off"),
    "birth_two_parts": _("Two of year, month and day of birth the same"),
    "birth_two_off": _("Birth date two digits off"),
    "birth_year": _("Same year of birth, no more known"),
    "birth_same_year": _("Same year of birth, other day"),
    "birth_other": _("Other birth date"),
    "birth_missing": _("Birth date missing"),
    # Sex
    "sex_exact": _("Same sex"),
    "sex_other": _("Other sex"),
    # Ways to reach
    "phone_exact": _("Same telephone"),
    "phone_other": _("Other telephone"),
    "email_exact": _("Same e-mail address"),
    "email_other": _("Other e-mail address"),
    # Address
    "address_exact": _("Same address"),
    "address_shared": _("Same institution or mailbox"),
    "address_other_unit": _("Same house, other apartment"),
    "address_near": _("Address nearly the same"),
    "address_number": _("Same house number, other street"),
    "line_both": _("Both lines of the address alike"),
    "line_other": _("Second line of the address differs"),
    "address_street": _("Same street, other house number or town"),
    "address_other": _("Other address"),
    "area_exact": _("Same town and ZIP code"),
    "area_near": _("Same town, ZIP code the same or one digit off"),
    "area_city": _("Same town, other ZIP code"),
    "area_zip": _("Same ZIP code, other town"),
    "area_region": _("ZIP codes of one region"),
    "area_other": _("Other town and ZIP code"),
    "state_exact": _("Same state"),
    "state_other": _("Other state"),
    # Numbers
    "ssn4_exact": _("Same last four digits of the social security number"),
    "ssn4_near": _("Last four digits of the social security number one off"),
    "ssn4_other": _("Other last four digits of the social security number"),
    "number_exact": _("Same number in another system"),
    # What is not from comparing
    "same_result": _("A later version of the same result"),
    "a_human_said": _("Somebody decided"),
    "told_apart": _("Somebody said they are two people"),
    "through_another": _("Each is certainly one person with a third record"),
    "several_fit": _("Several people fit equally well"),
    "shared_household": _("What agrees is what a household shares"),
    "too_common": _("The name is common and too little else agrees"),
}
"""Code → words. A code is the comparison's name and the level's."""
