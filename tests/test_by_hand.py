"""A case reported by hand: the same road as a laboratory's report, with who it is decided by whoever typed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.scene import staff
from tests.world import BY, NOW, connecticut, file_all, order, send, somebody
from tracing.access.viewer import viewer
from tracing.cases.models import Case
from tracing.intake.by_hand import Filed, NoCaseByDefinition, classified, likely, report_by_hand
from tracing.intake.hand import FORMAT, Typed, read, typed, written
from tracing.intake.models import Delivery, LabResult, Report
from tracing.intake.read import sniff
from tracing.people.models import NotTheSame, Person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ANA = Typed(
    token="t1", typed_at=NOW, disease="covid19", kind="test", on=date(2021, 1, 14), analyte="antigen", last="Rivera", first="Ana",
    birth_on=date(1988, 5, 3), sex="F", language="es", street="14 Elm St", city="New Haven", state="CT", zip="06511",
    phone="+12035550142", symptomatic=True, symptoms=("cough", "fever"), onset_on=date(2021, 1, 12), hospitalised=False,
    reporter="school", organisation="Elm City School", note="The nurse called.",
)  # fmt: skip


def test_what_was_typed_is_kept_as_it_was_and_cannot_be_posted() -> None:
    assert typed(written(ANA)) == ANA
    assert sniff(written(ANA)) != FORMAT
    assert read(b'{"last": "X"}', None).status == "unreadable"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "probable"),
        ({"analyte": "molecular"}, "confirmed"),
        ({"kind": "clinical", "analyte": "", "symptoms": ("cough", "shortness_of_breath"), "exposed": True}, "probable"),
        ({"kind": "clinical", "analyte": "", "symptoms": ("cough",), "exposed": False}, "not_a_case"),
        ({"kind": "self_test", "on": date(2022, 1, 10), "onset_on": None, "symptoms": ()}, "suspect"),
        ({"on": date(2022, 1, 10), "onset_on": None, "symptoms": ()}, "probable"),
        ({"disease": "measles", "kind": "clinical", "analyte": "", "symptoms": ("fever", "rash"), "exposed": True}, "confirmed"),
    ],
)
def test_it_counts_by_the_definition_in_force(changes: dict[str, Any], expected: str) -> None:
    assert classified(replace(ANA, **changes)).code == expected


@pytest.fixture
def state() -> None:
    connecticut()


def filed(said: Typed = ANA, **more: Any) -> Filed:
    return report_by_hand(typed=said, by=BY, at=NOW, **more)


def case_of(found: Filed) -> Case:
    assert found.case is not None
    return Case.objects.get(pk=found.case)


def test_it_opens_a_case_where_the_person_lives(state: None) -> None:
    found = filed()
    case = case_of(found)
    assert (case.classification, case.unit.code, case.onset_on, case.hospitalised) == ("probable", "new-haven", date(2021, 1, 12), False)
    assert case.task is not None and case.task.state == "open" and case.person.language == "es"
    result = LabResult.objects.get()
    assert (result.analyte, result.self_test, result.facility, result.report.format) == ("antigen", False, "Elm City School", "hand")
    assert Delivery.objects.get().channel == "desk"


def test_sent_twice_it_is_filed_once(state: None) -> None:
    first, second = filed(), filed(replace(ANA, typed_at=NOW + timedelta(seconds=2)))
    assert second.again and second.case == first.case and Report.objects.count() == 1


def test_two_who_report_the_same_test_make_one_result(state: None) -> None:
    filed()
    filed(replace(ANA, token="t2", reporter="provider", organisation="Elm Clinic"), shown=likely_of(ANA), person=Person.objects.get().pk)
    assert Case.objects.count() == 1 and LabResult.objects.filter(current=True).count() == 1


def likely_of(said: Typed) -> list[Any]:
    user = staff().staff["state_epidemiologist"]
    return [candidate for _person, candidate in likely(said, viewer(user, at=NOW), at=NOW).seen]


def test_what_does_not_meet_a_definition_is_not_filed(state: None) -> None:
    with pytest.raises(NoCaseByDefinition) as refused:
        filed(replace(ANA, kind="clinical", analyte="", symptoms=("cough",), exposed=False))
    assert refused.value.found.code == "not_a_case" and not Report.objects.exists()


def test_it_is_one_of_those_who_are_known(state: None) -> None:
    filed()
    nickname = replace(ANA, token="t2", first="Anita", phone="", on=date(2021, 1, 15))
    shown = likely_of(nickname)
    found = filed(nickname, person=shown[0].person, shown=shown)
    assert Person.objects.count() == 1 and Case.objects.count() == 1 and found.case == Case.objects.get().pk


def test_none_of_these_is_remembered(state: None) -> None:
    filed()
    twin = replace(ANA, token="t2", first="Anna", phone="")
    shown = likely_of(twin)
    found = filed(twin, shown=shown)
    assert shown and Person.objects.count() == 2 and NotTheSame.objects.count() == 1
    assert found.case is not None and Case.objects.count() == 2


def test_who_could_not_be_shown_to_all_is_left_to_those_who_may(state: None) -> None:
    filed()
    twin = replace(ANA, token="t2", first="Anna", phone="")
    found = filed(twin, shown=(), everybody_shown=False)
    assert found.report.state in ("waiting", "filed") and not NotTheSame.objects.exists()


def test_a_laboratory_confirms_what_was_reported_by_hand() -> None:
    source = connecticut()
    who = somebody(31, city="New Haven", zip="06511", county="New Haven", phone="(203) 555-0143")
    street = replace(
        ANA, last=who.last, first=who.first, birth_on=who.birth, sex="", street=who.street, phone="+12035550143", onset_on=None, symptoms=(),
        symptomatic=None,
    )  # fmt: skip
    found = filed(street)
    assert case_of(found).classification == "probable"
    send(source, order(who), at=NOW)
    file_all(at=NOW)
    case = Case.objects.get()
    assert (case.classification, case.first_positive_on) == ("confirmed", date(2021, 1, 13))


def test_a_clinical_finding_stays_what_it_was_when_more_comes_in(state: None) -> None:
    signs = replace(ANA, kind="clinical", analyte="", symptoms=("cough", "shortness_of_breath"), exposed=True)
    found = filed(signs)
    assert case_of(found).classification == "probable"
    again = replace(signs, token="t2", on=date(2021, 1, 15), symptoms=("cough",), exposed=None)
    # The second report alone meets no definition: it is refused, and the case stays as it is.
    with pytest.raises(NoCaseByDefinition):
        filed(again)
    assert Case.objects.get().classification == "probable"
