"""Why an address went to its town: short codes that are stored, and the sentence a person reads. Pure."""

from __future__ import annotations

from collections.abc import Mapping

EVIDENCE: Mapping[str, str] = {
    # the name
    "exact_town": "The town is named as it is called.",
    "town_normalised": "The town is named in a short or joined form.",
    "village": "The name is that of a village or post office in this town.",
    "ambiguous_village_by_zip": "The name lies in several towns; the ZIP code decided.",
    "ambiguous_village_by_county": "The name lies in several towns; the county decided.",
    "ambiguous_village_by_share": "The name lies in several towns; most of its people live in this one.",
    "ambiguous_village": "The name lies in several towns and nothing tells which.",
    "town_or_post_office_by_zip": "The name is a town's and another town's post office; the ZIP code decided.",
    "town_or_post_office": "The name is a town's and another town's post office; taken for the town.",
    "misspelt": "The name is nearly that of a place in this ZIP code.",
    "resembles": "The name resembles a place, but no ZIP code supports it.",
    "city_unknown": "The name is not known in this state.",
    "city_missing": "No town was given.",
    "from_street": "Town, state or ZIP code stood in the street line.",
    # the ZIP code
    "zip_agrees": "The ZIP code reaches this town.",
    "zip_only_town": "The ZIP code lies in this town only.",
    "zip_main": "The ZIP code lies in several towns; most of its people live in this one.",
    "town_zip_disagree": "Town and ZIP code disagree; the town was followed.",
    "zip_unknown": "The ZIP code is one of this state's but not in the table.",
    "zip_unreadable": "What stood for a ZIP code is none.",
    "zip_out_of_state": "The ZIP code lies in another state.",
    # the state and the country
    "state_missing": "No state was given.",
    "state_unreadable": "What stood for a state is none.",
    "state_disagrees": "Another state was given, but town and ZIP code lie here.",
    "state_zip_disagree": "State and ZIP code disagree.",
    "out_of_state": "The address lies in another state.",
    "foreign": "The address lies in another country.",
    # the department
    "no_department": "No health department is known for the town on that day.",
    "unknown": "The town could not be told.",
}
