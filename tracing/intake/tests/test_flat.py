"""Spreadsheets: how files are cut into rows, what a row says, what is held, and that nothing makes the reader fail."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from tracing.diseases import codebook
from tracing.intake import flat
from tracing.intake.flat_dates import day_and_moment
from tracing.intake.report import LabReport, Reading

ROOT = Path(__file__).resolve().parents[3]
OWN = ROOT / "tests" / "samples" / "csv"
SHARED = ROOT.parent / "shared" / "data" / "elr"
CODES = codebook.load()

HEADER = (
    "patient_last_name,patient_first_name,patient_dob,patient_gender,patient_street,patient_city,patient_state,"
    "patient_zip_code,patient_phone_number,accession_number,test_performed_code,test_result,test_result_status,"
    "specimen_collection_date,test_result_date,testing_lab_clia,testing_lab_name,ordering_facility_name,"
    "symptomatic_for_disease,illness_onset_date,pregnant,residence_type,resident_congregate_setting,comment"
)
ROW = {
    "patient_last_name": "O'Brien",
    "patient_first_name": "Nora",
    "patient_dob": "1/20/1962",
    "patient_gender": "Female",
    "patient_street": "12 Elm St",
    "patient_city": "Norwalk",
    "patient_state": "ct",
    "patient_zip_code": "6850",
    "patient_phone_number": "203-555-0142",
    "accession_number": "A-1",
    "test_performed_code": "94500-6",
    "test_result": "Detected",
    "specimen_collection_date": "12/20/2021 14:00 EST",
    "test_result_date": "12/21/2021 09:30 EST",
    "testing_lab_clia": "07D9900001",
    "testing_lab_name": "Lab, One",
    "ordering_facility_name": "Clinic",
}


def message(**cells: str) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER.split(","), restval="", lineterminator="\n", extrasaction="raise")
    writer.writeheader()
    writer.writerow({**ROW, **cells})
    return out.getvalue().encode()


def read(content: bytes) -> Reading:
    return flat.read(content, CODES)


def report_of(content: bytes) -> LabReport:
    found = read(content).report
    assert found is not None
    return found


def cut(content: bytes) -> list[bytes]:
    return list(flat.split(io.BytesIO(content)))


# Cutting


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("closing", [True, False])
def test_every_line_end_gives_the_same_rows(end: bytes, bom: bytes, closing: bool) -> None:
    content = bom + end.join([b"a,b", b"1,2", b"", b"3,4", b",", b"5,6"]) + (end if closing else b"")
    assert cut(content) == [b"a,b\n1,2", b"a,b\n3,4", b"a,b\n5,6"]


def test_a_line_end_across_two_chunks_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.intake.flat_rows._CHUNK", 1)
    assert cut(b"a,b\r\n1,2\r\n3,4") == [b"a,b\n1,2", b"a,b\n3,4"]


def test_a_quoted_cell_may_hold_line_ends_and_delimiters() -> None:
    assert cut(b'a,b\n1,"two\nlines, and ""marks"""\n3,4\n') == [b'a,b\n1,"two\nlines, and ""marks"""', b"a,b\n3,4"]


def test_a_mark_that_is_not_a_quotation_mark_changes_nothing() -> None:
    assert cut(b"a,b\n5'11\",2\n3,4\n") == [b"a,b\n5'11\",2", b"a,b\n3,4"]


def test_a_quotation_mark_never_closed_costs_one_row_only() -> None:
    rows = cut(b'a,b,c\n1,"two,3\n4,5,6\n7,8,9\n')
    assert rows == [b'a,b,c\n1,"two,3', b"a,b,c\n4,5,6", b"a,b,c\n7,8,9"]


def test_marks_forgotten_in_two_rows_do_not_make_them_one() -> None:
    rows = cut(b'a,b,c\n1,"two,3\n4,5,6\n7,8,"nine\n10,11,12\n')
    assert [m.split(b"\n", 1)[1] for m in rows] == [b'1,"two,3', b"4,5,6", b'7,8,"nine', b"10,11,12"]


def test_the_separator_line_of_a_spreadsheet_program_is_no_header() -> None:
    assert cut(b"sep=;\r\na;b\r\n1;2\r\n") == [b"a;b\n1;2"]


def test_utf_16_is_read() -> None:
    assert cut("a\tb\r\nJosé\t2\r\n".encode("utf-16")) == ["a\tb\nJosé\t2".encode()]


def test_a_file_without_rows_has_no_message() -> None:
    assert cut(b"") == cut(b"\n\n") == cut(b"a,b\n") == []


def test_a_row_beyond_the_limit_is_cut_off_and_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.intake.flat_rows.LIMIT", 5000)
    monkeypatch.setattr(flat, "LIMIT", 5000)
    content = message() + b"x" * 20_000 + b"\n" + message().split(b"\n")[1] + b"\n"
    found = cut(content)
    assert [read(m).status for m in found] == ["read", "unreadable", "read"]
    assert read(found[1]).problems == ("too_large",)


def test_a_header_beyond_all_measure_is_one_unreadable_message() -> None:
    assert len(cut(b"x" * 100_000 + b"\n1,2\n3,4\n")) == 1


def test_a_large_file_is_cut_in_little_memory() -> None:
    class Endless(io.RawIOBase):
        left = 3 * 2**20

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            if self.left <= 0:
                return b""
            first = self.left == 3 * 2**20
            self.left -= size
            return b"a,b\n" if first else (b"1,%s\n" % (b"x" * 117) * (size // 120 + 1))[:size]

    tracemalloc.start()
    count = len([None for _ in flat.split(cast(BinaryIO, Endless()))])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 25_000
    assert peak < 2**20


# Reading


def test_a_row_becomes_a_report() -> None:
    found = read(message(comment="second line\nof a note"))
    assert (found.status, found.problems) == ("read", ())
    report = report_of(message(comment="second line\nof a note"))
    who = report.patient
    assert (who.last, who.first, who.birth_on, who.birth_text) == ("O'Brien", "Nora", date(1962, 1, 20), "1/20/1962")
    assert (who.sex, who.city, who.state, who.zip, who.phones) == ("F", "Norwalk", "CT", "06850", ("+12035550142",))
    assert (report.laboratory.name, report.laboratory.identifier) == ("Lab, One", "07D9900001")
    assert report.notes == ("second line\nof a note",)
    (line,) = report.results
    assert (line.kind, line.cls, line.condition, line.analyte, line.status) == ("result", "positive", "covid19", "molecular", "F")
    assert line.specimen_on == date(2021, 12, 20)
    assert line.specimen_at == datetime(2021, 12, 20, 19, 0, tzinfo=UTC)
    assert line.resulted_at == datetime(2021, 12, 21, 14, 30, tzinfo=UTC)
    assert line.accession == "A-1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("style", [str, str.upper, str.title, lambda name: name.replace("_", " ").title()])
def test_header_and_delimiter_are_recognised_in_any_dress(delimiter: str, style: type[str]) -> None:
    names = list(ROW)
    cells = [value.replace(delimiter, " ") for value in ROW.values()]
    content = delimiter.join(style(name) for name in names) + "\r\n" + delimiter.join(cells) + "\r\n"
    report = report_of(content.encode())
    assert (report.patient.last, report.results[0].cls, report.patient.zip) == ("O'Brien", "positive", "06850")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_both_encodings_are_read(encoding: str) -> None:
    content = message(patient_last_name="Peña–Núñez").decode().encode(encoding)
    assert report_of(content).patient.last == "Peña–Núñez"


@pytest.mark.parametrize(
    ("sent", "cls"),
    [
        ("Detected", "positive"),
        ("POSITIVE", "positive"),
        ("260373001", "positive"),
        ("not detected", "negative"),
        ("260415000", "negative"),
        ("Invalid Result", "invalid"),
        ("419984006", "inconclusive"),
        ("373121007", "not_done"),
    ],
)
def test_results_come_as_codes_or_words(sent: str, cls: str) -> None:
    assert report_of(message(test_result=sent)).results[0].cls == cls


@pytest.mark.parametrize(
    ("sent", "status"), [("", "F"), ("F", "F"), ("C", "C"), ("corrected", "C"), ("W", "W"), ("X", "X"), ("P", "P"), ("D", "D")]
)
def test_status_is_table_0085(sent: str, status: str) -> None:
    assert report_of(message(test_result_status=sent)).results[0].status == status


def test_a_correction_keeps_the_accession_of_what_it_corrects() -> None:
    content = (
        b"Patient_last_name,Patient_first_name,Patient_DOB,Ordered_test_code,Test_result_code,Result_ID,Corrected_result_ID,"
        b"Order_result_status,Specimen_collection_date_time\n"
        b"Doe,Jo,19800101,94558-4,260415000,R2,R1,C,202401020304-0500\n"
    )
    report = report_of(content)
    assert (report.control_id, report.results[0].accession, report.results[0].status) == ("R2", "R1", "C")


def test_questions_become_lines_that_are_never_results() -> None:
    report = report_of(
        message(
            symptomatic_for_disease="Y",
            illness_onset_date="12/18/2021",
            pregnant="UNK",
            residence_type="Nursing Home",
            resident_congregate_setting="Yes",
        )
    )
    asked = {line.loinc: (line.kind, line.cls, line.value_code, line.value_text) for line in report.results[1:]}
    assert asked == {
        "95419-8": ("aoe", "none", "Y", "Yes"),
        "95421-4": ("aoe", "none", "Y", "Yes"),
        "65222-2": ("aoe", "none", "", "20211218"),
        "75617-1": ("aoe", "none", "42665001", "Nursing Home"),
        "82810-3": ("aoe", "none", "261665006", "Unknown"),
    }
    assert [line.set_id for line in report.results] == ["1", "2", "3", "4", "5", "6"]


def test_a_missing_column_is_named() -> None:
    content = b"patient_first_name,patient_dob,test_performed_code,test_result\nJo,19800101,94500-6,Detected\n"
    found = read(content)
    assert found.status == "held"
    assert "column_missing:patient_last_name" in found.problems


def test_a_list_of_persons_is_no_report() -> None:
    found = read(b"last_name,first_name,date_of_birth,city,state\nDoe,Jo,1/1/1980,Norwalk,CT\n")
    assert (found.status, found.problems) == ("not_lab_report", ("no_result_column",))


def test_a_layout_that_nobody_knows_is_held_if_it_may_hold_results() -> None:
    found = read(b"lab,first_name,last_name,observation\nLab,Jo,Doe,covid-19:pos\n")
    assert (found.status, found.problems) == ("held", ("unknown_layout",))


def test_an_unquoted_delimiter_is_held_because_cells_are_out_of_place() -> None:
    cells = ",".join(ROW.get(name, "") for name in HEADER.split(","))
    found = read(f"{HEADER}\n{cells},more\n".encode())
    assert (found.status, found.problems) == ("held", ("row_too_long",))


def test_a_row_that_was_cut_short_is_held() -> None:
    found = read(f"{HEADER}\nDoe,Jo,1/1/1980\n".encode())
    assert found.status == "held"
    assert "row_too_short" in found.problems


def test_values_that_cannot_be_right_are_held_with_reasons() -> None:
    found = read(message(patient_dob="13/45/1962", test_result="banana"))
    assert found.status == "held"
    assert {"birth_date_unreadable", "value_unknown"} <= set(found.problems)
    assert "word:banana" in found.fixable


def test_what_staff_have_mended_may_span_one_row_only() -> None:
    found = read(message() + message().split(b"\n")[1] + b"\n")
    assert (found.status, found.problems) == ("held", ("several_rows",))


# Dates


@pytest.mark.parametrize(
    ("sent", "day", "moment"),
    [
        ("1/20/1962", date(1962, 1, 20), None),
        ("01/20/1962 14:05", date(1962, 1, 20), None),
        ("12/20/2021 4:00 PST", date(2021, 12, 20), datetime(2021, 12, 20, 12, 0, tzinfo=UTC)),
        ("12/20/2021 4:00 PM EST", date(2021, 12, 20), datetime(2021, 12, 20, 21, 0, tzinfo=UTC)),
        ("20210714", date(2021, 7, 14), None),
        ("202107141914-0500", date(2021, 7, 14), datetime(2021, 7, 15, 0, 14, tzinfo=UTC)),
        ("20240226214038", date(2024, 2, 26), None),
        ("2021-12-20", date(2021, 12, 20), None),
        ("2021-12-20T23:30:00-05:00", date(2021, 12, 20), datetime(2021, 12, 21, 4, 30, tzinfo=UTC)),
        ("2021-12-20T23:30:00.123Z", date(2021, 12, 20), datetime(2021, 12, 20, 23, 30, tzinfo=UTC)),
        ("1962", None, None),
        ("31/12/1990", None, None),
        ("2/30/2020", None, None),
        ("11/3/80", None, None),
        ("", None, None),
        ("x", None, None),
        ("0000-00-00", None, None),
        ("9" * 50, None, None),
        ("12/20/2021 29:99 EST", date(2021, 12, 20), None),
        ("0001-01-01T00:00:00+14:00", date(1, 1, 1), None),
    ],
)
def test_dates(sent: str, day: date | None, moment: datetime | None) -> None:
    assert day_and_moment(sent) == (day, moment)


def test_a_year_of_two_digits_is_the_latest_that_can_be() -> None:
    assert day_and_moment("11/3/80", not_after=date(2021, 5, 1))[0] == date(1980, 11, 3)
    assert day_and_moment("5/1/21", not_after=date(2021, 5, 1))[0] == date(2021, 5, 1)
    assert day_and_moment("5/2/21", not_after=date(2021, 5, 1))[0] == date(1921, 5, 2)
