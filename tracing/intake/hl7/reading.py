"""Reads one HL7 v2 message into a `Reading`. Pure, never raises, takes time in proportion to the length.

Which field answers which question follows chapters 2, 3, 4 and 7 of HL7 2.5.1 and the ELR implementation guide, with second
choices for what laboratories leave empty.
"""

from __future__ import annotations

import re
from typing import Final

from tracing.diseases.codebook import CodeBook
from tracing.intake.hl7.changes import number_change
from tracing.intake.hl7.lines import Lines
from tracing.intake.hl7.person import party, patient
from tracing.intake.hl7.segments import Marks, decode, marks, moment
from tracing.intake.hl7.splitting import LIMIT
from tracing.intake.report import LabReport, Party, Patient, Reading
from tracing.intake.weigh import finish

VERSIONS: Final = frozenset({"2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"})
_SEGMENTS: Final = 20_000
"""More segments than that in one message is no report about one person."""
_NOTES: Final = 200
_SEGMENT: Final = re.compile(r"[A-Z][A-Z0-9]{2}")
_LITERAL_ENDS: Final = re.compile(rb"\\r(?:\\n)?(?:MSH|BHS|PID|OBR|OBX)")


def read(message: bytes, codes: CodeBook) -> Reading:
    """What the message says. Whatever the bytes are, the answer is read, held, not_lab_report or unreadable."""
    try:
        return _read(message, codes)
    except Exception:  # the last resort: a message must be held, whatever a reader of ours does not foresee
        return Reading("unreadable", ("reader_failed",))


def _read(message: bytes, codes: CodeBook) -> Reading:
    if len(message) > LIMIT:
        return Reading("unreadable", ("too_large",))
    text = decode(message).lstrip("\r\n\t ")
    if not text:
        return Reading("unreadable", ("empty",))
    if text[:3] != "MSH":
        return Reading("unreadable", ("line_ends_lost" if _LITERAL_ENDS.search(message) else "no_header",))
    declared = marks(text[:16])
    if declared is None:
        return Reading("unreadable", ("no_header",))
    segments = segments_of(text, declared.field)
    if len(segments) == 1 and _LITERAL_ENDS.search(message):
        return Reading("unreadable", ("line_ends_lost",))
    if len(segments) > _SEGMENTS:
        return Reading("unreadable", ("too_large",))
    return _Message(segments, declared, codes).reading()


def segments_of(text: str, field: str) -> list[str]:
    """The segments of a message. A line that does not begin like a segment goes on the one before: a wrapped note."""
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    found: list[str] = []
    for line in text.split("\r"):
        if line[3:4] == field and _SEGMENT.match(line):
            found.append(line)
            continue
        bare = line.lstrip()
        if bare[3:4] == field and _SEGMENT.match(bare):
            found.append(bare)
        elif bare and found and not (len(bare) == 3 and bare.isupper()):
            found[-1] = f"{found[-1]}\n{line}"
    return found


class _Message:
    """One message on its way to a report."""

    __slots__ = ("_codes", "_head", "_marks", "_segments", "problems")

    def __init__(self, segments: list[str], declared: Marks, codes: CodeBook) -> None:
        self._segments = segments
        self._marks = declared
        self._codes = codes
        self._head = segments[0].split(declared.field)
        self.problems: list[str] = []

    def _header(self, number: int) -> str:
        """MSH-`number`, first component: MSH-1 is the separator itself."""
        head = self._head
        if number > len(head):
            return ""
        text = head[number - 1]
        return self._marks.unescape(text.split(self._marks.repeat, 1)[0].split(self._marks.component, 1)[0]).strip()

    def reading(self) -> Reading:
        kind = self._header(9)
        control_id, version = self._header(10), self._header(12)
        persons = [segment for segment in self._segments if segment.startswith("PID")]
        lines = Lines(self._marks, self._codes)
        orders = provider = ""
        notes: list[str] = []
        for segment in self._segments:
            name = segment[:3]
            if name == "OBX":
                lines.result(segment)
            elif name == "NTE":
                if len(notes) < _NOTES:
                    notes.append(segment)
            elif name == "OBR":
                lines.order(segment)
                provider = provider or segment
            elif name == "ORC":
                lines.common_order(segment)
                orders = orders or segment
            elif name == "SPM":
                lines.specimen(segment)
        results = lines.finished()
        if not kind and not (persons and (results or provider)):
            return Reading("unreadable", ("header_cut",), None, control_id, version)
        self._judge(kind, version, len(persons))
        report = LabReport(
            format="hl7v2",
            control_id=control_id,
            version=version,
            message_type=self._type(),
            sent_at=moment(self._header(7))[1],
            processing=self._header(11)[:1].upper(),
            sender=self._sender(),
            laboratory=lines.laboratory or self._facility(),
            ordering_facility=self._ordered_at(orders),
            ordering_provider=self._ordered_by(orders, provider),
            patient=patient(persons[0], self._marks) if persons else Patient(),
            results=results,
            notes=tuple(text for text in map(self._note, notes) if text),
        )
        if kind and kind != "ORU":
            change = number_change(self._type(), self._segments, self._marks)
            return Reading("not_lab_report", ("message_type",), report, control_id, version, change=change)
        return finish(report, [*self.problems, *lines.problems], lines.fixable)

    def _judge(self, kind: str, version: str, persons: int) -> None:
        if not kind:
            self.problems.append("message_type_missing")
        if not version:
            self.problems.append("version_missing")
        elif version not in VERSIONS:
            self.problems.append("version_unknown")
        if persons > 1:
            self.problems.append("several_patients")

    def _type(self) -> str:
        return self._head[8].strip()[:60] if len(self._head) > 8 else ""

    def _sender(self) -> Party:
        """Who sends: the facility (MSH-4), else the application (MSH-3)."""
        return party(self._raw(4), self._marks) if self._header(4) else party(self._raw(3), self._marks)

    def _facility(self) -> Party:
        return party(self._raw(4), self._marks)

    def _raw(self, number: int) -> str:
        return self._head[number - 1] if number <= len(self._head) else ""

    def _ordered_at(self, order: str) -> Party:
        """ORC-21 to 24."""
        fields = order.split(self._marks.field)
        return party(_at(fields, 21), self._marks, address=_at(fields, 22), phone=_at(fields, 23))

    def _ordered_by(self, order: str, request: str) -> Party:
        """ORC-12, else OBR-16: number, family name, given name; their telephones ORC-14, OBR-17."""
        orc, obr = order.split(self._marks.field), request.split(self._marks.field)
        who, phone = _at(orc, 12), _at(orc, 14)
        if not who.strip(self._marks.component):
            who, phone = _at(obr, 16), _at(obr, 17)
        parts = who.split(self._marks.repeat, 1)[0].split(self._marks.component)
        unescape = self._marks.unescape
        name = " ".join(unescape(part.split(self._marks.sub, 1)[0]).strip() for part in (_at(parts, 2), _at(parts, 1)))
        return party("", self._marks, phone=phone, name=name.strip(), identifier=unescape(_at(parts, 0)).strip())

    def _note(self, segment: str) -> str:
        fields = segment.split(self._marks.field)
        return self._marks.unescape(_at(fields, 3)).strip()


def _at(parts: list[str], number: int) -> str:
    return parts[number] if number < len(parts) else ""
