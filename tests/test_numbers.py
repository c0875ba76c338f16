"""Numbers of other systems: taken from reports, and what the surveillance system does with its own, followed, held and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from config.demo.lab.formats import hl7_text
from config.demo.lab.invented import Invented
from tests.world import BY, NOW, connecticut, deliver, file_all, order, somebody
from tracing.intake.models import Report, Source
from tracing.people.actions import keep_apart
from tracing.people.models import Merge, Person, PersonNumber
from tracing.people.numbers import kept, key_of, record_numbers, system_of, whose
from tracing.people.search.asked import understand
from tracing.people.search.finding import find
from tracing.people.tests.test_search import viewer

SYSTEM = "surveillance:charter-oak"


@pytest.mark.parametrize(
    ("kind", "authority", "surveillance", "system"),
    [
        ("MR", "Hartford Hospital", False, "mr:hartford hospital"), ("PI", "", False, "pi:lab"), ("", "", False, "pi:lab"),
        ("PI", "CTEDSS", True, "surveillance:lab"), ("SR", "CT", False, "sr:ct"), ("SS", "SSA", False, "ssn4"), ("AN", "X", False, ""),
        ("DL", "CT", False, ""), ("SS", "", True, "ssn4"),
    ],
)  # fmt: skip
def test_whose_number_it_is(kind: str, authority: str, surveillance: bool, system: str) -> None:
    assert system_of(kind, authority, "lab", surveillance=surveillance) == system


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("SS", "123-45-6789", "6789"), ("SS", "123456789", "6789"), ("SS", "6789", "6789"), ("SS", "999999999", ""), ("SS", "12345", ""),
        ("SS", "000-00-0000", ""), ("MR", "123-45-6789", ""), ("MR", " A-0012 ", "A-0012"), ("MR", "0000", ""), ("MR", "UNKNOWN", ""),
    ],
)  # fmt: skip
def test_what_of_a_number_is_stored(kind: str, value: str, stored: str) -> None:
    assert kept(kind, value) == stored


def test_two_spellings_are_one_number() -> None:
    assert key_of("CT-0012") == key_of("ct 0012") == "ct0012"


@pytest.fixture
def lab(db: None) -> Source:
    source = connecticut()
    source.surveillance = True
    source.save(update_fields=["surveillance"])
    return source


def with_numbers(who: Invented, *numbers: str) -> str:
    text = hl7_text(order(who))
    head, _, rest = text.partition("PID|")
    fields = rest.split("|")
    fields[2] = "~".join(numbers)
    return head + "PID|" + "|".join(fields)


def known(lab: Source, seed: int, *numbers: str) -> Person:
    before = set(Person.objects.values_list("pk", flat=True))
    deliver(lab, with_numbers(somebody(seed), *numbers).encode())
    file_all()
    return Person.objects.exclude(pk__in=before).get()


def adt(event: str, new: str, other: str) -> bytes:
    rest = f"PID|1||{other}^^^CTEDSS^PI\r" if event == "A37" else f"MRG|{other}^^^CTEDSS^PI\r"
    return (
        f"MSH|^~\\&|CTEDSS|DPH|CONTACT|CT|20210115120000||ADT^{event}^ADT_A39|{event}{new}{other}|P|2.5.1\r"
        f"EVN|{event}|20210115120000\rPID|1||{new}^^^CTEDSS^PI||\r{rest}"
    ).encode()


def told(lab: Source, event: str, new: str, other: str) -> Report:
    delivery = deliver(lab, adt(event, new, other))
    file_all()
    return Report.objects.get(delivery=delivery)


def names(person: Person) -> dict[str, bool]:
    rows = PersonNumber.objects.filter(person=person).exclude(system="ssn4")
    return {row.value: row.until is None for row in rows}


def test_they_are_taken_from_reports_and_find_the_person(lab: Source) -> None:
    who = known(lab, 1, "CT-100^^^CTEDSS^PI", "123-45-6789^^^SSA^SS", "V9^^^H^VN")
    assert set(PersonNumber.objects.values_list("person", "system", "value")) == {(who.pk, SYSTEM, "CT-100"), (who.pk, "ssn4", "6789")}
    for words in ("ct-100", "CT100", f"{who.family} 6789"):
        (hit,) = find(understand(words), viewer("ct")).hits
        assert hit.person.pk == who.pk
    assert "number" in find(understand("ct-100"), viewer("ct")).hits[0].reasons


def test_the_database_takes_no_whole_social_security_number(lab: Source) -> None:
    who = known(lab, 1, "CT-100^^^CTEDSS^PI")
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonNumber.objects.create(person=who, system="ssn4", value="123456789", key="123456789", source="x", since=NOW)


def test_a_renumbering_keeps_both(lab: Source) -> None:
    who = known(lab, 1, "CT-100^^^CTEDSS^PI")
    assert told(lab, "A47", "CT-200", "CT-100").state == "filed"
    assert names(who) == {"CT-100": False, "CT-200": True}
    assert whose(SYSTEM, "ct100").replaced_by == whose(SYSTEM, "ct200")
    for words in ("ct100", "ct200"):
        assert [hit.person.pk for hit in find(understand(words), viewer("ct")).hits] == [who.pk]


def test_a_merge_is_followed_and_taken_back(lab: Source) -> None:
    one, other = known(lab, 1, "CT-100^^^CTEDSS^PI"), known(lab, 2, "CT-200^^^CTEDSS^PI")
    assert told(lab, "A40", "CT-100", "CT-200").state == "filed"
    other.refresh_from_db()
    assert other.merged_into_id == one.pk and Merge.objects.get().why == "surveillance"
    assert names(one) == {"CT-100": True, "CT-200": False}
    assert told(lab, "A37", "CT-100", "CT-200").state == "filed"
    assert Person.objects.get(pk=other.pk).merged_into_id is None
    assert (names(one), names(other)) == ({"CT-100": True}, {"CT-200": True})


def test_a_merge_with_a_number_that_came_in_no_report(lab: Source) -> None:
    who = known(lab, 1, "CT-100^^^CTEDSS^PI")
    assert told(lab, "A40", "CT-300", "CT-100").state == "filed"
    assert names(who) == {"CT-100": False, "CT-300": True}


@pytest.mark.parametrize(
    ("event", "new", "other", "problem"),
    [
        ("A40", "CT-8", "CT-9", "number_unknown"), ("A47", "CT-8", "CT-9", "number_unknown"), ("A47", "CT-200", "CT-100", "number_of_two"),
        ("A40", "CT-100", "CT-200", "numbers_told_apart"), ("A37", "CT-100", "CT-9", "number_unknown"),
    ],
)  # fmt: skip
def test_what_a_human_has_to_look_at_is_held(lab: Source, event: str, new: str, other: str, problem: str) -> None:
    one, two = known(lab, 1, "CT-100^^^CTEDSS^PI"), known(lab, 2, "CT-200^^^CTEDSS^PI")
    keep_apart(one=one, other=two, by=BY, at=NOW)
    report = told(lab, event, new, other)
    assert (report.state, report.problems) == ("held", [problem])
    assert not Merge.objects.exists()


def test_nobody_but_the_surveillance_system_merges_people(lab: Source) -> None:
    one, two = known(lab, 1, "CT-100^^^CTEDSS^PI"), known(lab, 2, "CT-200^^^CTEDSS^PI")
    Source.objects.update(surveillance=False)
    report = told(lab, "A40", "CT-100", "CT-200")
    assert (report.state, report.problems) == ("held", ["message_type"])
    two.refresh_from_db()
    assert two.merged_into_id is None and one.pk != two.pk


def test_what_is_known_is_not_written_again(lab: Source) -> None:
    from tracing.people.numbers import NewNumber

    who = known(lab, 1, "CT-100^^^CTEDSS^PI")
    again = [NewNumber(who.pk, SYSTEM, "ct 100", "charter-oak", NOW + timedelta(days=1))]
    assert not record_numbers(numbers=again, by=BY, at=NOW)
