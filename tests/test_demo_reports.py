"""The reports that the demo and the benchmarks make: the same from the same seed, and read as they were meant."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest

from config.demo.lab.formats import make_bundle, make_csv, make_message
from config.demo.lab.orders import Order
from config.demo.lab.scenes import Fortnight
from config.demo.lab.write import write_files, write_reports
from tracing.diseases import codebook
from tracing.intake.report import LabReport, Reading

TODAY = date(2026, 3, 10)
CODES = codebook.load()
CLASS = {
    "260373001": "positive", "11214006": "positive", "": "positive", "260415000": "negative", "419984006": "inconclusive",
    "455371000124106": "invalid",
}  # fmt: skip


def orders() -> list[Order]:
    fortnight = Fortnight(today=TODAY, seed=3)
    return [*fortnight.scenes(), *fortnight.everyday(60)]


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_reports(tmp_path / "a", today=TODAY, seed=5, count=200)
    again = write_reports(tmp_path / "b", today=TODAY, seed=5, count=200)
    other = write_reports(tmp_path / "c", today=TODAY, seed=6, count=200)
    assert [(p.name, p.read_bytes()) for p in first] == [(p.name, p.read_bytes()) for p in again]
    assert b"".join(p.read_bytes() for p in first) != b"".join(p.read_bytes() for p in other)


def test_about_as_many_reports_as_asked_of_the_last_fortnight(tmp_path: Path) -> None:
    files = write_files(tmp_path, today=TODAY, seed=1, count=300)
    assert 295 <= sum(file.reports for file in files) <= 305
    assert {file.path.suffix for file in files} == {".hl7", ".csv", ".ndjson"}
    assert {file.at.date() for file in files} == {date(2026, 3, day) for day in range(1, 11)} | {
        file.at.date() for file in files if file.at.date() < date(2026, 3, 1)
    }
    assert all((TODAY - file.at.date()).days <= 14 and file.at.date() <= TODAY for file in files)


def test_nobody_can_be_reached_by_accident() -> None:
    for order in orders():
        phone = order.person.phone
        assert not phone or re.fullmatch(r"(860|203|475|959)55501\d\d", phone)
        assert not order.person.email or order.person.email.endswith("@example.org")


def test_every_scene_is_there() -> None:
    made = orders()
    tests = Counter(found.loinc for order in made for found in order.findings)
    statuses = Counter(found.status for order in made for found in order.findings)
    assert {"48508-6", "56888-1", "92142-9", "94762-2", "CVNEW7"} <= set(tests)
    assert statuses["C"] >= 3 and statuses["W"] == 1
    assert {order.person.state for order in made} == {"CT", "MA", "RI", "NY"}
    assert sum(order.facility.name.startswith("Maple Hollow") for order in made) == 16
    assert any(order.person.second_address for order in made)
    assert any(order.died for order in made)
    assert any(order.processing == "T" for order in made)
    assert any(not order.person.last for order in made) and any(order.person.birth is None for order in made)
    shared = Counter(order.person.phone for order in made if order.person.phone and order.facility.clia != "07D9900021")
    assert shared.most_common(1)[0][1] >= 4


MAKE: dict[str, Callable[[Order], bytes]] = {"hl7": make_message, "flat": lambda order: make_csv([order]), "fhir": make_bundle}


def _readings(order: Order, reader: str) -> list[Reading]:
    module = import_module(f"tracing.intake.{reader}")
    return [module.read(message, CODES) for message in module.split(io.BytesIO(MAKE[reader](order)))]


def _who(report: LabReport) -> tuple[object, ...]:
    who = report.patient
    return (who.last, who.first, who.birth_on, who.sex, who.street, who.city, who.state, who.zip, who.phones)


@pytest.mark.parametrize("reader", ["hl7", "flat", "fhir"])
def test_each_order_reads_as_it_was_meant_in_every_format(reader: str) -> None:
    for order in orders():
        found = _readings(order, reader)
        assert len(found) == (len(order.findings) if reader == "flat" else 1)
        person = order.person
        lines = []
        for reading in found:
            report = reading.report
            assert report is not None, (reading, order)
            phones = (f"+1{person.phone}",) if person.phone else ()
            assert _who(report) == (
                person.last, person.first, person.birth, person.sex, person.street, person.city, person.state, person.zip, phones,
            )  # fmt: skip
            assert report.laboratory.name == order.lab.name
            assert report.ordering_facility.name == order.facility.name
            lines += [line for line in report.results if line.kind != "aoe"]
            answers = {(line.loinc, line.value_code or line.value_text) for line in report.results if line.kind == "aoe"}
            assert answers == {(a.loinc, a.code or a.text) for a in order.answers}
            assert all(line.specimen_on == order.collected.date() for line in report.results)
        for line, meant in zip(lines, order.findings, strict=True):
            assert (line.loinc or line.local_code, line.status, line.accession) == (meant.loinc, meant.status, order.accession)
            if meant.code in CLASS:
                assert line.cls == CLASS[meant.code], (line, meant)


@pytest.mark.django_db
def test_the_demo_files_them_and_counts_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    from config.demo import reports
    from tests.world import connecticut
    from tracing.cases.models import Case
    from tracing.intake import queries
    from tracing.intake.models import Delivery, LabResult, Report

    connecticut()
    monkeypatch.setattr(reports, "COUNT", 100)
    said: list[str] = []
    at = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)
    reports.seed(at=at, say=said.append)
    before = (Delivery.objects.count(), Report.objects.count(), Case.objects.count())
    reports.seed(at=at, say=said.append)
    assert (Delivery.objects.count(), Report.objects.count(), Case.objects.count()) == before
    assert queries.status().total.agree
    assert Case.objects.filter(disease="covid19").count() > 30
    assert Case.objects.filter(disease="measles").count() == 1
    causes = {cause for held in Report.objects.filter(state="held") for cause in held.causes}
    assert {"code:L|CVNEW7", "value:SCT|999000111222", "rule_set:hiv"} <= causes
    assert LabResult.objects.filter(status="W").exists()
