"""HL7 v2: how a stream is cut, how separators, escapes, dates and encodings are read, and which field answers what."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tracing.diseases.codebook import load
from tracing.intake import hl7
from tracing.intake.hl7 import LIMIT
from tracing.intake.hl7.segments import decode, marks, moment
from tracing.intake.report import LabReport, Reading

CODES = load()
SAMPLES = Path(__file__).parents[3] / "tests" / "samples" / "hl7"
HEAD = b"MSH|^~\\&|LIS|Lab^07D^CLIA|CT|CT|20210112||ORU^R01|M1|P|2.5.1\r"
PERSON = b"PID|1||77^^^LIS^PI||Doe^Jo||19800402|F|||1 Elm St^^Hamden^CT^06517||^PRN^PH^^1^203^5550142\r"
ORDER = b"ORC|RE||A1\rOBR|1||A1|94500-6^PCR^LN|||20210111\r"
LINE = b"OBX|1|CWE|94500-6^PCR^LN||260373001^Detected^SCT||||||F\r"
MESSAGE = HEAD + PERSON + ORDER + LINE


def cut(content: bytes) -> list[bytes]:
    return list(hl7.split(io.BytesIO(content)))


def read(message: bytes) -> Reading:
    return hl7.read(message, CODES)


def report(message: bytes) -> LabReport:
    found = read(message).report
    assert found is not None
    return found


def sample(name: str) -> list[LabReport]:
    with (SAMPLES / name).open("rb") as stream:
        found = [hl7.read(message, CODES).report for message in hl7.split(stream)]
    assert all(found)
    return [one for one in found if one is not None]


# Cutting


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_messages_without_an_envelope(end: bytes) -> None:
    content = (MESSAGE * 3).replace(b"\r", end)
    assert [len(m) for m in cut(content)] == [len(content) // 3] * 3
    assert {read(m).status for m in cut(content)} == {"read"}


def test_envelopes_are_taken_off() -> None:
    content = b"FHS|^~\\&|x\rBHS|^~\\&|x\r" + MESSAGE * 2 + b"BTS|3|wrong\rBHS|^~\\&\r" + MESSAGE + b"BTS|1\rFTS|2\r"
    assert [one.strip() for one in hl7.split(io.BytesIO(content))] == [MESSAGE.strip()] * 3


class Drip(io.RawIOBase):
    """A stream that gives a few bytes at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        self._rest, self._size = content, size

    def read(self, size: int = -1) -> bytes:  # type: ignore[override]
        piece, self._rest = self._rest[: self._size], self._rest[self._size :]
        return piece


@pytest.mark.parametrize("size", [1, 7, 64, 65, 1000])
def test_where_a_stream_breaks_does_not_matter(size: int) -> None:
    content = b"FHS|^~\\&\r\nBHS|^~\\&\r\n" + MESSAGE.replace(b"\r", b"\r\n") * 4 + b"BTS|4\r\n"
    assert list(hl7.split(Drip(content, size))) == cut(content)  # type: ignore[arg-type]


def test_a_message_above_the_limit_comes_cut_off_and_the_next_one_whole() -> None:
    content = MESSAGE + MESSAGE + b"NTE|1||" + b"x" * (3 * LIMIT) + b"\r" + MESSAGE
    pieces = cut(content)
    assert [len(p) > LIMIT for p in pieces] == [False, True, False]
    assert len(pieces[1]) == LIMIT + 1
    assert read(pieces[1]).problems == ("too_large",)
    assert pieces[2] == MESSAGE


def test_a_message_without_its_header_is_not_lost() -> None:
    pieces = cut(PERSON + LINE + MESSAGE)
    assert [read(p).status for p in pieces] == ["unreadable", "read"]


@pytest.mark.parametrize("content", [b"FHS|^~\\&|a\\rMSH|^~\\&|b", b"hello", b"BHS|^~\\&\r"])
def test_a_file_without_messages_gives_one_piece_to_hold(content: bytes) -> None:
    (piece,) = cut(content)
    assert read(piece).status == "unreadable"


def test_nothing_gives_nothing() -> None:
    assert cut(b"") == [] and cut(b"\r\n\r\n") == []


def test_mllp_framing_and_byte_order_marks_are_not_content() -> None:
    pieces = cut(b"\xef\xbb\xbf" + MESSAGE) + cut(b"\x0b" + MESSAGE + b"\x1c\r\x0b" + MESSAGE + b"\x1c\r")
    assert [read(p).status for p in pieces] == ["read"] * 3


# Separators, escapes, encodings, dates


def test_the_separators_are_those_of_the_message() -> None:
    (found,) = sample("other_separators.hl7")
    assert (found.patient.last, found.patient.city, found.results[0].cls) == ("Achebe", "Waterbury", "positive")


def test_escapes() -> None:
    m = marks("MSH|^~\\&#|")
    assert m is not None
    assert m.unescape("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f") == "a|b^c&d~e\\f"
    assert m.unescape("one\\.br\\two\\.sp+2\\three") == "one\ntwo\nthree"
    assert m.unescape("\\X4A6F\\ \\XC3A9\\ \\H\\bold\\N\\ \\P\\") == "Jo é bold #"
    assert m.unescape("C:\\dir \\Q\\ 50\\%") == "C:\\dir \\Q\\ 50\\%"
    assert m.unescape("\\X00\\x") == "x"


def test_headers_that_part_nothing() -> None:
    assert marks("MSH") is None and marks("MSHA^~") is None
    short = marks("MSH|")
    assert short is not None and (short.component, short.escape) == ("^", "\\")
    doubled = marks("MSH|^~\\\\&|LIS")
    assert doubled is not None and doubled.sub == "&"


def test_utf_8_else_windows_1252_whatever_the_header_says() -> None:
    (found,) = sample("windows_1252_labelled_utf8.hl7")
    assert (found.patient.last, found.patient.first, found.ordering_facility.name) == ("Núñez", "José", "Clínica Windham")
    assert decode("Šimić".encode()) == "Šimić"
    assert decode(b"a\x00b\x81") == "ab\x81"


@pytest.mark.parametrize(
    ("text", "on", "at"),
    [
        ("20210111", date(2021, 1, 11), None),
        ("202101110930", date(2021, 1, 11), None),
        ("20210111093000-0500", date(2021, 1, 11), datetime(2021, 1, 11, 14, 30, tzinfo=UTC)),
        ("20210111233000.000-0500", date(2021, 1, 11), datetime(2021, 1, 12, 4, 30, tzinfo=UTC)),
        ("20120821140551-0500000", date(2012, 8, 21), datetime(2012, 8, 21, 19, 5, 51, tzinfo=UTC)),
        ("19880121190000-0500", date(1988, 1, 21), datetime(1988, 1, 22, tzinfo=UTC)),
        ("1962", None, None),
        ("196203", None, None),
        ("20210230", None, None),
        ("0000", None, None),
        ("", None, None),
        ("yesterday", None, None),
    ],
)
def test_dates(text: str, on: date | None, at: datetime | None) -> None:
    assert moment(text) == (on, at)


def test_a_year_of_birth_is_a_fact_and_a_zone_moves_no_birthday() -> None:
    year, zone = sample("birth_year_only_then_with_a_zone.hl7")
    assert (year.patient.birth_on, year.patient.birth_text) == (None, "1962")
    assert zone.patient.birth_on == date(1988, 1, 21)


# Which field answers what


def test_the_person() -> None:
    (found,) = sample("pcr_positive_with_questions.hl7")
    who = found.patient
    assert (who.last, who.first, who.middle) == ("O&Malley", "Siobhán", "K")
    assert (who.street, who.street2, who.city, who.state, who.zip, who.county) == (
        "12 Prospect St & Vine", "Apt 3", "Hamden", "CT", "06517", "09009",
    )  # fmt: skip
    assert who.phones == ("+12035550142", "+12035550143") and who.emails == ("s.omalley@example.org",)
    assert [(i.value, i.authority, i.kind) for i in who.identifiers] == [("P1001", "NSLIS", "PI")]
    assert (who.race, who.ethnicity, who.died) == (("2106-3",), "2186-5", False)


def test_the_parties_and_the_order() -> None:
    (found,) = sample("pcr_positive_with_questions.hl7")
    assert (found.ordering_facility.name, found.ordering_facility.city) == ("Elm City Walk-In Clinic", "New Haven")
    assert (found.ordering_provider.name, found.ordering_provider.identifier) == ("Adaeze Okafor", "1999999984")
    assert (found.laboratory.name, found.laboratory.identifier) == ("Nutmeg State Laboratory", "07D0009991")
    assert (found.sender.name, found.sender.identifier) == ("Nutmeg State Laboratory", "07D0009991")
    first = found.results[0]
    assert (first.accession, first.specimen, first.local_code, first.status) == ("A1001", "A1001", "COVPCR", "F")
    assert (first.specimen_on, first.specimen_at) == (date(2021, 1, 11), datetime(2021, 1, 11, 14, 30, tzinfo=UTC))
    assert [line.kind for line in found.results] == ["result", *["aoe"] * 5, "control"]
    assert found.notes[0].splitlines() == ["Tested on an authorised device.", "Call with questions: 203-555-0177"]


def test_the_specimen_dates_its_own_order_and_the_order_where_there_is_none() -> None:
    (found,) = sample("measles_igm.hl7")
    assert [(r.obr_no, r.specimen_on) for r in found.results] == [(1, date(2021, 1, 11)), (2, date(2021, 1, 10))]


def test_a_wrapped_note_is_one_note() -> None:
    (found,) = sample("prose_around_the_result.hl7")
    assert [line.kind for line in found.results] == ["result", "note", "note", "result"]
    assert found.notes == ("A note that the sender wrapped\nover two lines, one of which is short.",)


def test_names_and_addresses_that_repeat() -> None:
    person = PERSON.replace(b"Doe^Jo|", b"^^^^^^S~Smith^J^^^^^A~Smythe^Jo^^^^^L|").replace(
        b"1 Elm St^^Hamden^CT^06517", b"9 Old Rd^^Avon^CT^06001^^M~1 Elm St^^Hamden^CT^06517^^H"
    )
    who = report(HEAD + person + ORDER + LINE).patient
    assert (who.last, who.first, who.city) == ("Smythe", "Jo", "Hamden")


@pytest.mark.parametrize(
    ("phone", "numbers"),
    [
        (b"(203)555-0142", ("+12035550142",)),
        (b"^PRN^PH^^^203^5550142~^PRN^CP^^1^860^5550199", ("+12035550142", "+18605550199")),
        (b"^WPN^PH^^44^20^79460018", ("+442079460018",)),
        (b"^PRN^PH^^^^^^^^^203-555-0142", ("+12035550142",)),
        (b"^NET^Internet^jo@example.org", ()),
        (b"0000000000", ()),
        (b"", ()),
    ],
)
def test_telephones(phone: bytes, numbers: tuple[str, ...]) -> None:
    assert report(HEAD + PERSON.replace(b"^PRN^PH^^1^203^5550142", phone) + ORDER + LINE).patient.phones == numbers


def test_a_result_may_stand_in_any_component() -> None:
    def cls(value: bytes, kind: bytes = b"CWE") -> str:
        line = b"OBX|1|" + kind + b"|94500-6^PCR^LN||" + value + b"||||||F\r"
        return report(HEAD + PERSON + ORDER + line).results[0].cls

    assert cls(b"260373001^Detected^SCT") == "positive"
    assert cls(b"DET^Detected^L^260373001^Detected^SCT") == "positive"
    assert cls(b"*********^Negative^SCT^NEGATIVE^NEGATIVE^L") == "negative"
    assert cls(b"260415000^^SCT^^^^^^Not detected") == "negative"
    assert cls(b"^^^^^^^^Positive") == "positive"
    assert cls(b"Negative") == "negative"
    assert cls(b"Detected", b"ST") == "positive"
    assert cls(b"<^15", b"SN") == "numeric"
    assert cls(b"", b"ST") == "none"


def test_values_that_contradict_each_other_are_held() -> None:
    for value in (b"260415000^^SCT~260373001^^SCT", b"260415000^^SCT^260373001^^SCT", b"260415000^Detected^SCT"):
        assert "value_contradicts_itself" in read(MESSAGE.replace(b"260373001^Detected^SCT", value)).problems, value
    assert read(MESSAGE.replace(b"260373001^Detected^SCT", b"260373001^Detected^SCT~10828004^Positive^SCT")).problems == ()


def test_a_positive_marked_as_a_question_is_no_result_and_not_lost() -> None:
    found = read(MESSAGE.replace(b"||||||F\r", b"||||||F" + b"|" * 18 + b"QST\r"))
    assert found.report is not None and [line.kind for line in found.report.results] == ["aoe"]
    assert found.status == "held" and "result_marked_as_question" in found.problems


def test_corrections_and_withdrawals_keep_their_status() -> None:
    lines = [one.results[0] for one in sample("positive_corrected_then_withdrawn.hl7")]
    assert [(line.cls, line.status) for line in lines] == [("positive", "F"), ("negative", "C"), ("negative", "W")]
    assert len({(line.accession, line.loinc, line.specimen) for line in lines}) == 1


@pytest.mark.parametrize("version", ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7"])
def test_versions(version: str) -> None:
    assert read(MESSAGE.replace(b"2.5.1", version.encode())).problems == ()


# What is held, and what is no report


@pytest.mark.parametrize(
    ("old", "new", "status", "problem"),
    [
        (b"Doe^Jo", b"", "held", "name_missing"),
        (b"Doe^Jo", b"REDACTED^REDACTED", "held", "placeholder_name"),
        (b"Doe^Jo", b"Zztest^Anna", "held", "test_name"),
        (b"Doe^Jo", b"Testa^Anna", "read", ""),
        (b"19800402", b"", "read", "birth_date_missing"),
        (b"19800402", b"0000", "read", "birth_date_missing"),
        (b"19800402", b"1980", "read", "birth_year_only"),
        (b"19800402", b"DOB", "held", "birth_date_unreadable"),
        (b"19800402", b"20300101", "held", "birth_date_implausible"),
        (b"|P|2.5.1", b"|T|2.5.1", "read", "test_message"),
        (b"|P|2.5.1", b"||2.5.1", "read", "processing_missing"),
        (b"2.5.1", b"5.0.0", "read", "version_unknown"),
        (b"ORU^R01", b"ADT^A04", "not_lab_report", "message_type"),
        (b"20210111", b"", "held", "specimen_date_missing"),
        (b"260373001^Detected^SCT", b"", "held", "no_value"),
        (b"260373001^Detected^SCT", b"see comment", "held", "value_unknown"),
        (b"94500-6^PCR^LN||", b"99999-9^PCR^LN||", "held", "test_code_unknown"),
        (ORDER + LINE, b"", "held", "no_result"),
        (PERSON, PERSON * 2, "held", "several_patients"),
        (PERSON, b"", "held", "patient_missing"),
    ],
)
def test_problems(old: bytes, new: bytes, status: str, problem: str) -> None:
    found = read(MESSAGE.replace(old, new))
    assert found.status == status
    assert problem in found.problems if problem else found.problems == ()


def test_a_nameless_negative_is_counted_not_held() -> None:
    found = read(MESSAGE.replace(b"Doe^Jo", b"").replace(b"260373001^Detected", b"260415000^Not detected"))
    assert (found.status, found.problems) == ("read", ("name_missing",))


def test_a_test_patient_in_a_test_message_is_as_it_should_be() -> None:
    (found,) = cut((SAMPLES / "test_patient_in_a_test_message.hl7").read_bytes())
    assert (read(found).status, read(found).problems) == ("read", ("test_message",))


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (b"", "empty"),
        (b"\r\n", "empty"),
        (b"PID|1\r", "no_header"),
        (b"MSH", "no_header"),
        (b"MSH|^~\\&|LIS", "header_cut"),
        (b"FHS|^~\\&|a\\rMSH|^~\\&|b", "line_ends_lost"),
        (b"MSH|^~\\&|a||||||ORU^R01|1|P|2.5.1\\rPID|1||7", "line_ends_lost"),
    ],
)
def test_what_cannot_be_read_says_why(message: bytes, problem: str) -> None:
    assert (read(message).status, read(message).problems) == ("unreadable", (problem,))


def test_a_fault_of_our_own_does_not_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracing.intake.hl7.reading.patient", lambda *_: 1 / 0)
    assert read(MESSAGE) == Reading("unreadable", ("reader_failed",))
