"""Any order of the same reports and corrections gives the same people, cases, classes and dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from config.demo.lab.orders import MEASLES_RNA, NEGATIVE, PCR, POSITIVE, RAPID, Order, symptomatic
from tests.world import NOW, connecticut, file_all, order, send, snapshot, somebody
from tracing.intake.models import Source

PEOPLE = [somebody(n, city="New Haven", zip="06511", state="CT", phone=f"203555010{n}") for n in range(3)]


@st.composite
def histories(draw: st.DrawFn) -> list[Order]:
    """Up to eight results of three people over a year, some in several versions: corrected, withdrawn, made negative."""
    made: list[Order] = []
    for number in range(draw(st.integers(1, 5))):
        who = draw(st.sampled_from(PEOPLE))
        on = date(2021, 1, 14) - timedelta(days=draw(st.integers(0, 300)))
        test = draw(st.sampled_from((PCR, PCR, RAPID, MEASLES_RNA)))
        result = draw(st.sampled_from((POSITIVE, POSITIVE, NEGATIVE)))
        asked = (symptomatic(draw(st.booleans())),) if draw(st.booleans()) else ()
        sent = NOW - timedelta(days=2)
        made.append(order(who, on=on, test=test, result=result, accession=f"H{number}", sent=sent, answers=asked))
        for version in range(draw(st.integers(0, 2))):
            status = draw(st.sampled_from(("C", "W", "F")))
            result = draw(st.sampled_from((POSITIVE, NEGATIVE)))
            later = sent + timedelta(hours=version + 1)
            made.append(order(who, on=on, test=test, result=result, status=status, accession=f"H{number}", sent=later))
    return made


def outcome(lab: Source, reports: list[Order], limit: int) -> dict[str, Any]:
    """File them in this order, in sets of `limit`, look, and take everything back."""
    with transaction.atomic():
        send(lab, *reports)
        file_all(limit=limit)
        seen = snapshot()
        transaction.set_rollback(True)
    return seen


@pytest.mark.django_db
def test_any_order_gives_the_same_people_cases_classes_and_dates() -> None:
    lab = connecticut()

    @settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck), derandomize=True)
    @given(reports=histories(), data=st.data())
    def same_in_any_order(reports: list[Order], data: st.DataObject) -> None:
        shuffled = data.draw(st.permutations(reports))
        one = outcome(lab, reports, limit=data.draw(st.sampled_from((1, 100))))
        other = outcome(lab, list(shuffled), limit=data.draw(st.sampled_from((1, 3, 100))))
        assert one["people"] == other["people"]
        assert one["cases"] == other["cases"]
        assert one["results"] == other["results"]

    same_in_any_order()
