"""A laboratory's negative result ends a quarantine whose way asks for a test; another way, another day, another disease does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.merging import meets
from tests.world import BY, NEGATIVE, NOW, connecticut, file_all, order, send, somebody
from tracing.contacts.models import Circumstances, Quarantine
from tracing.contacts.naming import keep_told
from tracing.contacts.told import OfThemselves
from tracing.intake.negatives import follow_results
from tracing.journal.sealer import seal
from tracing.people.facts import PersonFacts
from tracing.people.models import Person

pytestmark = pytest.mark.django_db

EXPOSED_DAYS_AGO = 9


@pytest.mark.parametrize(
    ("option", "days_after", "counts"),
    [("seven_day_test", 6, True), ("seven_day_test", 3, False), ("", 6, False)],
)
def test_a_negative_result_counts_where_the_way_asks_for_one(option: str, days_after: int, counts: bool) -> None:
    source, who = connecticut(), somebody(7)
    send(source, order(somebody(1), on=NOW.date() - timedelta(days=EXPOSED_DAYS_AGO)))
    file_all()
    meets(Person.objects.get(), PersonFacts(family=who.last, given=who.first, birth_on=who.birth), days_ago=EXPOSED_DAYS_AGO)
    contact = Person.objects.get(family=who.last)
    if option:
        keep_told(person=contact, disease="covid19", said=OfThemselves(option=option), by=BY, at=NOW)
    before = Quarantine.objects.get(person=contact, settled="")
    exposed: date = NOW.date() - timedelta(days=EXPOSED_DAYS_AGO)
    send(source, order(who, on=exposed + timedelta(days=days_after), result=NEGATIVE))
    file_all()
    seal(at=NOW)
    follow_results(NOW)
    now = Quarantine.objects.get(person=contact, settled="")
    assert (before.option, now.option) == ("full", "seven_day_test" if counts else "full")
    assert now.ends_on == exposed + timedelta(days=7 if counts else 14)
    assert Circumstances.objects.filter(person=contact, negative_on__isnull=False).exists() is bool(option)
