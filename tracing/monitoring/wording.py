"""The words of an order, in each language of the state's file: drawn anew while it is a draft, kept as they were once it is signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.utils.dates import MONTHS
from django.utils.translation import override

from tracing.diseases.ruleset import rule_set
from tracing.monitoring.law import law
from tracing.monitoring.models import Order
from tracing.monitoring.rules import filled

DAYS: Final = {"en": "{month} {day}, {year}", "es": "{day} de {month} de {year}"}


def words_of(order: Order) -> dict[str, list[str]]:
    """Language → title and paragraphs. A signed order's are those that were signed."""
    if order.words:
        return dict(order.words)
    rules = law(order.starts_on)
    person = order.person
    found = {}
    for language, wording in rules.wordings.items():
        values = {
            "name": str(person), "born": day_in(language, person.birth_on), "unit": order.unit.name, "law": rules.citation,
            "disease": rule_set(order.disease).label, "place": order.place, "from": day_in(language, order.starts_on),
            "until": day_in(language, order.ends_on), "basis": order.basis, "terms": order.terms,
        }  # fmt: skip
        found[language] = [wording.titles[order.kind], *filled(wording.body, values)]
    return found


def digest(words: Mapping[str, Sequence[str]]) -> str:
    """SHA-256 of the words as canonical JSON, in hexadecimal: whether a paper says what was signed."""
    return hashlib.sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def day_in(language: str, day: date | None) -> str:
    """A day as it is written out in that language; "—" where it is not known."""
    if day is None:
        return "—"
    with override(language):
        return DAYS.get(language, DAYS["en"]).format(month=MONTHS[day.month], day=day.day, year=day.year)
